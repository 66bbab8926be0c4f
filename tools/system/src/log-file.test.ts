import { expect, it } from 'vitest';
import { readable } from './log-file.js';

it.each([
  ['plain text', ['plain text']],
  ['{ not json', ['{ not json']],
  ['{"other":"shape"}', ['{"other":"shape"}']],
  [
    '{"level":"info","time":"2026-11-21T06:12:08.733Z","service":"epro-auth","component":"NestFactory","msg":"Starting"}',
    ['06:12:08.733 INFO [NestFactory] Starting'],
  ],
  [
    '{"level":"error","msg":"Error","err":{"type":"Error","message":"bare","stack":"at a\\n    at b"}}',
    ['ERROR Error', '  bare', '  at a', '  at b'],
  ],
])('reads %s', (line, expected) => {
  expect(readable(line)).toEqual(expected);
});
