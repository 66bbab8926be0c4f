import type { Range } from '../measure/statistics.js';
import type { RoundResult } from '../variant-run.js';
import type { VariantName } from '../variants.js';
import type { BenchResult, RatioFigure, Target, VariantResult } from './bench-result.js';
import { formatShare } from './format-share.js';
import { formatTable } from './format-table.js';

interface Column {
  readonly figure: RatioFigure;
  readonly title: string;
  readonly digits: number;
}

const COLUMNS: readonly Column[] = [
  { figure: 'submissionsPerSecond', title: 'subm./s', digits: 0 },
  { figure: 'p50Ms', title: 'p50 ms', digits: 1 },
  { figure: 'p99Ms', title: 'p99 ms', digits: 0 },
  { figure: 'cpuSecondsPer1000', title: 'CPU s/1000', digits: 3 },
  { figure: 'rssMb', title: 'RSS MB', digits: 0 },
];

/** One round of one variant, in a line. */
export function formatRound(round: number, rounds: number, variant: VariantName, result: RoundResult): string {
  const figures = COLUMNS.map(({ figure, title, digits }) => `${title} ${number(result[figure] ?? null, digits)}`);
  return `${round}/${rounds} ${variant.padEnd(20)} ${figures.join('  ')}`;
}

/** Medians and ranges, ratios, CPU by service, and what was promised. */
export function formatReport(result: BenchResult): string {
  const variants = Object.entries(result.variants) as [VariantName, VariantResult][];
  return [
    formatTable([
      ['median (range)', ...COLUMNS.map(({ title }) => title), 'spans', 'complete', 'dropped'],
      ...variants.map(([name, variant]) => [
        name,
        ...COLUMNS.map((column) => cell(variant, column)),
        ...traces(variant),
      ]),
    ]),
    ...(result.variants.off ? [ratios(result, variants)] : []),
    cpuByService(variants),
    formatTable([['target', 'limit', 'measured', ''], ...result.targets.map(targetRow)]),
  ].join('\n\n');
}

function ratios(result: BenchResult, variants: readonly [VariantName, VariantResult][]): string {
  const ratio = (name: VariantName, figure: RatioFigure, rounds: number) => {
    const value = number(result.ratiosToOff[name]?.[figure] ?? null, 3);
    return name === 'off' ? value : withRange(value, result.ratioRangesToOff[name]?.[figure], rounds, 3);
  };
  return formatTable([
    ['ratio to off', ...COLUMNS.map(({ title }) => title.split(' ')[0]!)],
    ...variants.map(([name, { rounds }]) => [name, ...COLUMNS.map(({ figure }) => ratio(name, figure, rounds))]),
  ]);
}

function traces({ spansPerSubmission, completeShare, droppedSpans }: VariantResult): string[] {
  return [
    spansPerSubmission.toFixed(2),
    completeShare === null ? '-' : formatShare(completeShare),
    String(droppedSpans),
  ];
}

function cpuByService(variants: readonly [VariantName, VariantResult][]): string {
  const measured = variants.flatMap(([name, { cpuSecondsPer1000ByService: of }]) => (of ? [{ name, of }] : []));
  if (measured.length === 0) {
    return 'CPU and memory are not measured on this system: they are read from /proc, which only Linux has.';
  }
  const services = Object.keys(measured[0]!.of);
  return formatTable([
    ['CPU s/1000', ...services],
    ...measured.map(({ name, of }) => [name, ...services.map((service) => number(of[service]!, 3))]),
  ]);
}

function targetRow({ what, unit, bound, limit, value, met }: Target): string[] {
  const show = (figure: number) => (unit === 'share' ? formatShare(figure) : figure.toFixed(unit === 'ratio' ? 3 : 2));
  const verdict = met === null ? 'not measured' : met ? 'met' : 'NOT MET';
  return [what, `${bound} ${show(limit)}`, value === null ? '-' : show(value), verdict];
}

function cell({ ranges, ...variant }: VariantResult, { figure, digits }: Column): string {
  return withRange(number(variant[figure], digits), ranges[figure], variant.rounds, digits);
}

function withRange(text: string, range: Range | undefined, rounds: number, digits: number): string {
  return range && rounds > 1 ? `${text} (${number(range.min, digits)}-${number(range.max, digits)})` : text;
}

function number(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits);
}
