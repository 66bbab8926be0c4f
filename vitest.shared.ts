import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Integration tests start their own PostgreSQL or processes in a hook.
    hookTimeout: 60_000,
    testTimeout: 20_000,
  },
});
