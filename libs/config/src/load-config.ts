import type { z } from 'zod';

/** A configuration that cannot be used. Its message lists every problem, one a line, and never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads and validates a process's configuration once, at its start.
 *
 * @param schema an object schema whose keys are the names of environment variables
 * @throws ConfigError that names every missing or unusable variable
 */
export function loadConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<z.output<z.ZodObject<Shape>>> {
  // An empty variable means "not set": that is how compose files and shells pass one on.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return Object.freeze(result.data);
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new ConfigError(`The configuration cannot be used:\n${problems.join('\n')}`);
}
