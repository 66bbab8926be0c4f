import { describe, expect, it } from 'vitest';
import { packageOf, selfTimes } from './cpu-profile.js';

describe('packageOf', () => {
  it.each([
    ['file:///x/node_modules/@grpc/grpc-js/build/src/client.js', '@grpc/grpc-js'],
    ['file:///x/node_modules/a/node_modules/pg/lib/client.js', 'pg'],
    ['file:///x/libs/telemetry/dist/grpc/client.interceptor.js', 'libs/telemetry'],
    ['node:internal/http2/core', 'node:http2'],
    ['node:events', 'node:events'],
  ])('%s is of %s', (url, expected) => expect(packageOf({ functionName: 'f', url, lineNumber: 0 })).toBe(expected));

  it("keeps V8's own apart", () => {
    expect(packageOf({ functionName: '(garbage collector)', url: '', lineNumber: -1 })).toBe('(garbage collector)');
    expect(packageOf({ functionName: 'writev', url: '', lineNumber: -1 })).toBe('(native)');
  });
});

describe('selfTimes', () => {
  it('gives each sample the time until the next, from a moment on', () => {
    const profile = { nodes: [], startTime: 100, endTime: 200, samples: [1, 2, 2, 1], timeDeltas: [10, 20, 30, 5] };
    expect(Object.fromEntries(selfTimes(profile, 0))).toEqual({ 1: 20, 2: 35 });
    expect(Object.fromEntries(selfTimes(profile, 130))).toEqual({ 1: 0, 2: 35 });
  });
});
