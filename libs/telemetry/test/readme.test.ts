import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it.each(['job-queue.ts', 'new-hop.test.ts'])('the README shows %s as it is run', (file) => {
  expect(read('../README.md')).toContain(`\`\`\`ts\n${read(file)}\`\`\``);
});

/** `[what a test is called](where it is)`. */
const TESTS = /\[([^\]]+)\]\(([^)]+\.test\.ts)\)/g;

it('docs/context-propagation.md names tests that there are', () => {
  const folder = '../../../docs/';
  for (const [, title, path] of read(`${folder}context-propagation.md`).matchAll(TESTS)) {
    expect(read(folder + path).replaceAll('\\', ''), path).toContain(title);
  }
});
