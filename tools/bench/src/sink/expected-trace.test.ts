import { describe, expect, it } from 'vitest';
import { variantOf } from '../variants.js';
import { expectedTrace, missingSpans } from './expected-trace.js';

describe('expectedTrace', () => {
  it("is the contract's with our telemetry, and any that is connected with another's", () => {
    const services = ['epro-gateway'];
    expect(expectedTrace(variantOf('on'), services).spans).toBeGreaterThanOrEqual(17);
    expect(expectedTrace(variantOf('auto'), services)).toEqual({ services });
  });
});

describe('missingSpans', () => {
  it.each([
    ['each trace is as it must be', { 17: 100 }, 17, 0],
    ['one lacks a span, and another is not there', { 17: 98, 16: 1, 0: 1 }, 17, 18],
    ['more in one do not make up for fewer in another', { 16: 1, 18: 1 }, 17, 1],
    ['most say what is usual', { 19: 90, 20: 2, 15: 3 }, undefined, 12],
    ['there is none', {}, undefined, 0],
  ])('%s', (_title, sizes, spans, missing) => expect(missingSpans(sizes, { services: [], spans })).toBe(missing));
});
