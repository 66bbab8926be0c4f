import { describe, expect, it } from 'vitest';
import { checkTrace, classifyTrace, CONTRACTS, describeViolation, exampleTrace, type Violation } from '../src/index.js';
import { mutationsOf } from './support/mutations.js';

describe.each(CONTRACTS)('$id', (contract) => {
  const trace = exampleTrace(contract);

  it('finds nothing wrong with a good trace', () => {
    expect(checkTrace(trace, contract).map(describeViolation)).toEqual([]);
    expect(checkTrace(exampleTrace(contract, { withOptional: false }), contract)).toEqual([]);
  });

  it('is the contract that its trace is held to, in whatever order its spans come', () => {
    expect(classifyTrace(trace)?.id).toBe(contract.id);
    expect(classifyTrace(trace.toReversed())?.id).toBe(contract.id);
    expect(checkTrace(trace.toReversed(), contract)).toEqual([]);
  });

  it('says of every single fault in every span exactly what it is', () => {
    const mutations = mutationsOf(contract, trace);
    expect(mutations.length).toBeGreaterThan(trace.length * 20);
    const wrong = mutations.flatMap(({ name, spans, expected }) => {
      const found = checkTrace(spans, contract).map((violation) => `${violation.type}: ${spanOf(violation)}`);
      const due = expected.map(([type, spanName]) => `${type}: ${spanName}`);
      return JSON.stringify(found) === JSON.stringify(due) ? [] : [{ name, found, due }];
    });
    expect(wrong).toEqual([]);
  });
});

function spanOf(violation: Violation): string {
  return violation.type === 'missing' ? violation.expected.name : violation.span.name;
}
