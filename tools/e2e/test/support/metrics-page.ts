import type { PortName } from '@epro/system';
import type { Platform } from './platform.js';

type Labels = Readonly<Record<string, string>>;

export interface Series {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

const SERIES = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"/g;

/** What a service shows to Prometheus at this moment. */
export class MetricsPage {
  private constructor(readonly series: readonly Series[]) {}

  static async of(platform: Platform, service: PortName & `${string}Metrics`): Promise<MetricsPage> {
    const response = await fetch(`http://127.0.0.1:${platform.system.ports[service]}/metrics`);
    const lines = (await response.text()).split('\n');
    return new MetricsPage(lines.map(parseSeries).filter((series) => series !== undefined));
  }

  /** The sum of all series of that name that have these labels. */
  sum(name: string, labels: Labels = {}): number {
    return this.of(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** All series of that name that have these labels. */
  of(name: string, labels: Labels = {}): readonly Series[] {
    const wanted = Object.entries(labels);
    return this.series.filter(
      (series) => series.name === name && wanted.every(([label, value]) => series.labels[label] === value),
    );
  }
}

function parseSeries(line: string): Series | undefined {
  const [, name, labels = '', value] = SERIES.exec(line) ?? [];
  if (name === undefined) return undefined;
  return {
    name,
    labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, text])),
    value: Number(value),
  };
}
