import { z } from 'zod';

/** A TCP port. */
export const port = (fallback: number) =>
  z.coerce.number({ error: 'must be a port, 1 to 65535' }).int().min(1).max(65535).default(fallback);

/** The address to listen on; loopback unless told otherwise. */
export const host = () => z.string().min(1).default('127.0.0.1');

/** `host:port` of another service. */
export const hostPort = (fallback: string) =>
  z
    .string()
    .regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port')
    .default(fallback);

/** `true` or `false`. */
export const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true');

export const positiveInteger = (fallback: number) =>
  z.coerce.number({ error: 'must be a whole number above 0' }).int().min(1).default(fallback);
