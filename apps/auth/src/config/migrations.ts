import { fileURLToPath } from 'node:url';

/** Beside `dist`, in a clone and in an image alike. */
export const MIGRATIONS = {
  schema: 'auth',
  directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
} as const;
