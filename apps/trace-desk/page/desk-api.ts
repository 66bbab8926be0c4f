import { pageSpans, type PageSpan, type TraceAnswer } from './page-span.js';

export interface ListedTrace {
  readonly traceId: string;
  readonly rootService: string;
  readonly rootOperation: string;
  readonly startUnixNano: string;
  readonly durationNano: string;
  readonly spanCount: number;
  readonly errorSpanCount: number;
  readonly orphanSpanCount: number;
  readonly services: readonly { readonly name: string; readonly spanCount: number; readonly errorSpanCount: number }[];
  readonly subjects: {
    readonly patients: readonly string[];
    readonly tenants: readonly string[];
    readonly requests: readonly string[];
  };
}

export interface StoreStatistics {
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
  readonly evictedTraces: number;
}

/** What the server says is wrong with a search. */
export class SearchError extends Error {}

export async function fetchTraces(search: URLSearchParams): Promise<{ traces: ListedTrace[]; store: StoreStatistics }> {
  const response = await fetch(`/desk/traces?${search.toString()}`);
  const body = (await response.json()) as { traces: ListedTrace[]; store: StoreStatistics; error?: string };
  if (!response.ok) throw new SearchError(body.error ?? `the server answered ${response.status}`);
  return body;
}

export async function fetchServices(): Promise<string[]> {
  return ((await getJson('/api/v3/services')) as { services: string[] }).services;
}

export async function fetchOperations(service: string): Promise<string[]> {
  const answer = await getJson(`/api/v3/operations?service=${encodeURIComponent(service)}`);
  return [...new Set((answer as { operations: { name: string }[] }).operations.map(({ name }) => name))];
}

/** The spans of a trace, or undefined when it is not there. */
export async function fetchTrace(traceId: string): Promise<PageSpan[] | undefined> {
  const response = await fetch(`/api/v3/traces/${encodeURIComponent(traceId)}`);
  if (response.status === 404 || response.status === 400) return undefined;
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return pageSpans((await response.json()) as TraceAnswer);
}

export async function fetchStatistics(): Promise<StoreStatistics> {
  return (await getJson('/healthz')) as StoreStatistics;
}

async function getJson(path: string): Promise<unknown> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}
