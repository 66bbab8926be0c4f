import { SPAN_KINDS } from '../otlp/otlp-json.js';

export interface Operation {
  readonly name: string;
  /** Jaeger's spelling: `server`, `client`, …; empty when the span did not say. */
  readonly spanKind: string;
}

interface CatalogEntry {
  readonly operation: Operation;
  spans: number;
}

/** The services and operations of the spans that are stored now. */
export class Catalog {
  readonly #spansByService = new Map<string, Map<string, CatalogEntry>>();

  add(service: string, name: string, kind = 0): void {
    let operations = this.#spansByService.get(service);
    if (!operations) this.#spansByService.set(service, (operations = new Map<string, CatalogEntry>()));
    const entry = operations.get(`${kind} ${name}`);
    if (entry) entry.spans++;
    else operations.set(`${kind} ${name}`, { operation: { name, spanKind: spanKindName(kind) }, spans: 1 });
  }

  remove(service: string, name: string, kind = 0): void {
    const operations = this.#spansByService.get(service);
    const entry = operations?.get(`${kind} ${name}`);
    if (!operations || !entry || --entry.spans > 0) return;
    operations.delete(`${kind} ${name}`);
    if (operations.size === 0) this.#spansByService.delete(service);
  }

  /** In alphabetical order. */
  services(): string[] {
    return [...this.#spansByService.keys()].sort();
  }

  /** Of one service, in alphabetical order. */
  operations(service: string, spanKind = ''): Operation[] {
    return [...(this.#spansByService.get(service)?.values() ?? [])]
      .map(({ operation }) => operation)
      .filter((operation) => spanKind === '' || operation.spanKind === spanKind)
      .sort((a, b) => compare(a.name, b.name) || compare(a.spanKind, b.spanKind));
  }
}

/** Empty for a kind that is unspecified or unknown. */
export function spanKindName(kind = 0): string {
  return kind === 0 ? '' : (SPAN_KINDS[kind] ?? '');
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
