import { describe, expect, it } from 'vitest';
import type { BenchResult, VariantResult } from './bench-result.js';
import { formatReport } from './format-report.js';
import { formatTable } from './format-table.js';

const ON: VariantResult = {
  submissionsPerSecond: 412.4,
  p50Ms: 70.25,
  p99Ms: 180,
  cpuSecondsPer1000: 4.25,
  rssMb: 701,
  spansPerSubmission: 17,
  completeShare: 0.999_996,
  droppedSpans: 3,
  rounds: 3,
  ranges: { cpuSecondsPer1000: { min: 4.1, max: 4.5 } },
  eachRound: [],
  accepted: 12_000,
  failed: 0,
  cpuSecondsPer1000ByService: { gateway: 2, storage: 1 },
  flaws: {},
  examples: [],
  warnings: [],
};
const RESULT: BenchResult = {
  at: '2026-11-21T08:00:00.000Z',
  node: 'v24',
  cpus: 2,
  conditions: {},
  variants: { off: ON, on: ON },
  ratiosToOff: { on: { submissionsPerSecond: 0.9, p50Ms: 1.1, p99Ms: 1.2, cpuSecondsPer1000: 1.234_5, rssMb: null } },
  ratioRangesToOff: { on: { cpuSecondsPer1000: { min: 1.2, max: 1.3 } } },
  costPerSpanToAuto: null,
  targets: [
    { what: 'CPU', unit: 'ratio', bound: '≤', limit: 1.25, value: 1.234_5, met: true },
    { what: 'dropped', unit: 'spans', bound: '≤', limit: 0, value: 3, met: false },
    { what: 'complete', unit: 'share', bound: '≥', limit: 1, value: 0.999_996, met: false },
    { what: 'unsampled', unit: 'ratio', bound: '≤', limit: 1.05, value: null, met: null },
  ],
  completeness: null,
};

const lines = (result: BenchResult) =>
  formatReport(result)
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' | '));

describe('formatReport', () => {
  it('shows medians with ranges, ratios, services and verdicts', () => {
    expect(lines(RESULT)).toEqual(
      expect.arrayContaining([
        'on | 412 | 70.3 | 180 | 4.250 (4.100-4.500) | 701 | 17.00 | 99.999 % | 3',
        'on | 0.900 | 1.100 | 1.200 | 1.234 (1.200-1.300) | -',
        'on | 2.000 | 1.000',
        'CPU | ≤ 1.250 | 1.234 | met',
        'dropped | ≤ 0.00 | 3.00 | NOT MET',
        'complete | ≥ 100.000 % | 99.999 % | NOT MET',
        'unsampled | ≤ 1.050 | - | not measured',
      ]),
    );
  });

  it('says where CPU cannot be measured', () => {
    const variant = { ...ON, cpuSecondsPer1000: null, rssMb: null, cpuSecondsPer1000ByService: null };
    expect(formatReport({ ...RESULT, variants: { on: variant } })).toContain('not measured on this system');
  });
});

it('formatTable lines columns up', () => {
  expect(
    formatTable([
      ['a', 'bb'],
      ['ccc', '1'],
    ]),
  ).toBe('a    bb\n───  ──\nccc   1');
});
