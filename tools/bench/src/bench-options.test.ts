import { describe, expect, it } from 'vitest';
import { BenchUsageError, readBenchOptions } from './bench-options.js';
import { COMPARED_VARIANTS } from './variants.js';

describe('readBenchOptions', () => {
  it('compares every variant in five rounds where nothing is said', () => {
    expect(readBenchOptions([])).toMatchObject({ variants: COMPARED_VARIANTS, rounds: 5, connections: 32 });
  });

  it('takes variants in an order of its own, and numbers over those of --quick', () => {
    const options = readBenchOptions(['--variants', 'auto,off', '--quick', '--seconds', '4', '--collector-latency=0']);
    expect(options).toMatchObject({ variants: ['off', 'auto'], rounds: 1, seconds: 4, collectorLatencyMs: 0 });
  });

  it.each([
    [['--variants', 'of'], 'of'],
    [['--variants', ''], '--variants'],
    [['--rounds', '0'], '--rounds'],
    [['--seconds', '1.5'], '--seconds'],
    [['--complete', 'many'], '--complete'],
    [['--what'], '--what'],
    [['extra'], 'extra'],
  ])('says what is wrong with %j', (args, named) => {
    expect(() => readBenchOptions(args)).toThrow(BenchUsageError);
    expect(() => readBenchOptions(args)).toThrow(named);
  });
});
