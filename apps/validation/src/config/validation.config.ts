import { host, loadConfig, port } from '@epro/config';
import { z } from 'zod';

const schema = z.object({ HOST: host(), VALIDATION_PORT: port(50052) });

export interface ValidationConfig {
  readonly host: string;
  readonly port: number;
}

/** @throws ConfigError that names every unusable variable */
export function loadValidationConfig(env?: Readonly<Record<string, string | undefined>>): ValidationConfig {
  const { HOST, VALIDATION_PORT } = loadConfig(schema, env);
  return Object.freeze({ host: HOST, port: VALIDATION_PORT });
}
