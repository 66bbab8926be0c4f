import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BUSINESS_FIELDS } from '../src/context/business-fields.js';
import { LOG_FIELDS } from '../src/privacy/allowed-log-fields.js';
import * as attributes from '../src/semconv/attributes.js';
import * as metrics from '../src/semconv/metrics.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it.each(['job-queue.ts', 'new-hop.test.ts'])('the README shows %s as it is run', (file) => {
  expect(read('../README.md')).toContain(`\`\`\`ts\n${read(file)}\`\`\``);
});

it('the README names every attribute, metric and log field of this project', () => {
  const own = [
    ...Object.values({ ...attributes, ...metrics }),
    ...LOG_FIELDS.keys(),
    ...Object.values(BUSINESS_FIELDS),
  ];
  const readme = read('../README.md').toLowerCase();
  expect(own.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

/** `[what a test is called](where it is)`. */
const TESTS = /\[([^\]]+)\]\(([^)]+(?:\.test|-contract)\.ts)\)/g;

it('docs/context-propagation.md names tests that there are', () => {
  const folder = '../../../docs/';
  for (const [, title, path] of read(`${folder}context-propagation.md`).matchAll(TESTS)) {
    expect(read(folder + path).replaceAll('\\', ''), path).toContain(title);
  }
});
