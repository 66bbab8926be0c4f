import type { OtlpAttribute, OtlpSpan } from '../otlp/otlp-json.js';
import type { Origin } from '../store/origin.js';
import type { TraceSpan } from '../trace/read-trace.js';
import type { FoundTrace } from '../trace/trace-reader.js';
import type { TraceSummary } from '../trace/summarize-trace.js';

/** The attribute in which Jaeger hands out its warnings. */
const WARNINGS = '@jaeger@warnings';

/** What Jaeger puts around OTLP's `TracesData`: before the list of resources, and behind it. */
export const V3_ENVELOPE = ['{"result":{"resourceSpans":', '}}'] as const;

/** A trace as OTLP's `ResourceSpans`. */
export function v3ResourceSpans({ spans }: FoundTrace) {
  const byResource = Map.groupBy(spans, ({ origin }) => origin.resource);
  return [...byResource].map(([resource, own]) => ({
    resource: { ...resource, attributes: sorted(resource.attributes) },
    scopeSpans: [...Map.groupBy(own, ({ origin }) => origin)].map(([origin, ofScope]) => scopeSpans(origin, ofScope)),
    schemaUrl: own[0]!.origin.resourceSchemaUrl || undefined,
  }));
}

function scopeSpans({ scope, scopeSchemaUrl }: Origin, spans: readonly TraceSpan[]) {
  return {
    scope: { ...scope, attributes: sorted(scope.attributes) },
    spans: spans.map(v3Span),
    schemaUrl: scopeSchemaUrl || undefined,
  };
}

function v3Span({ span, warnings }: TraceSpan): OtlpSpan {
  const warned: OtlpAttribute[] =
    warnings.length === 0
      ? []
      : [{ key: WARNINGS, value: { arrayValue: { values: warnings.map((stringValue) => ({ stringValue })) } } }];
  const attributes = sorted([...warned, ...(span.attributes ?? [])]);
  return { ...span, attributes };
}

/** Absent when empty, as protobuf's JSON leaves out what has its default value. */
function sorted(attributes: readonly OtlpAttribute[] | undefined): OtlpAttribute[] | undefined {
  if (!attributes || attributes.length === 0) return undefined;
  return [...attributes].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/**
 * One entry of `/api/v3/trace-summaries`. Counts of zero are written out, which Jaeger 2.19 does and later ones do not:
 * the UI of the first requires them, that of the others takes both.
 */
export function v3Summary(id: string, summary: TraceSummary) {
  return {
    traceId: id,
    rootServiceName: summary.rootService,
    rootOperationName: summary.rootOperation,
    minStartTimeUnixNano: String(summary.start),
    maxEndTimeUnixNano: String(summary.end),
    spanCount: summary.spanCount,
    errorSpanCount: summary.errorSpanCount,
    orphanSpanCount: summary.orphanSpanCount,
    services: summary.services,
  };
}
