import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Argon2id with the parameters of the OWASP password storage cheat sheet: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes passwords and checks them, in the same time whether or not there is something to check against. */
export class PasswordHasher {
  private constructor(private readonly decoy: string) {}

  static async create(): Promise<PasswordHasher> {
    return new PasswordHasher(await hashPassword(randomBytes(32).toString('base64url')));
  }

  /** @param passwordHash in PHC form; `undefined` for a user that does not exist, which takes as long and is false */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const matches = await verify(passwordHash ?? this.decoy, password);
    return matches && passwordHash !== undefined;
  }
}

/** The hash of a password in PHC form: `$argon2id$v=19$…`. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}
