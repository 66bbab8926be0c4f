/** A span as the page shows it. Times are nanoseconds; those with `offset` count from the trace's start. */
export interface PageSpan {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  readonly kind: string;
  readonly isError: boolean;
  readonly status: string;
  readonly statusMessage: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: readonly PageAttribute[];
  readonly resource: readonly PageAttribute[];
  readonly events: readonly PageEvent[];
  readonly links: readonly PageLink[];
  readonly warnings: readonly string[];
}

export interface PageAttribute {
  readonly key: string;
  readonly value: string;
}

export interface PageEvent {
  readonly name: string;
  readonly time: bigint;
  readonly attributes: readonly PageAttribute[];
}

export interface PageLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly PageAttribute[];
}

interface OtlpValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number | string;
  bytesValue?: string;
  arrayValue?: { values?: OtlpValue[] };
  kvlistValue?: { values?: OtlpAttribute[] };
}

interface OtlpAttribute {
  key: string;
  value?: OtlpValue;
}

interface OtlpSpan {
  spanId: string;
  parentSpanId?: string;
  name?: string;
  kind?: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: OtlpAttribute[];
  events?: { name?: string; timeUnixNano: string; attributes?: OtlpAttribute[] }[];
  links?: { traceId: string; spanId: string; attributes?: OtlpAttribute[] }[];
  status?: { code?: number; message?: string };
}

/** The body of `/api/v3/traces/{id}`. */
export interface TraceAnswer {
  result: {
    resourceSpans?: {
      resource?: { attributes?: OtlpAttribute[] };
      scopeSpans?: { scope?: { name?: string }; spans?: OtlpSpan[] }[];
    }[];
  };
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'];
const WARNINGS = '@jaeger@warnings';

/** Takes OTLP's nesting apart. */
export function pageSpans({ result }: TraceAnswer): PageSpan[] {
  return (result.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const all = attributesOf(resource?.attributes);
    const service = all.find(({ key }) => key === 'service.name')?.value ?? '';
    const others = all.filter(({ key }) => key !== 'service.name');
    return (scopeSpans ?? []).flatMap(({ scope, spans }) =>
      (spans ?? []).map((span) => pageSpan(span, service, scope?.name ?? '', others)),
    );
  });
}

function pageSpan(span: OtlpSpan, service: string, scope: string, resource: PageAttribute[]): PageSpan {
  const warnings = span.attributes?.find(({ key }) => key === WARNINGS)?.value?.arrayValue?.values ?? [];
  return {
    id: span.spanId,
    parentId: span.parentSpanId,
    service,
    scope,
    name: span.name ?? '',
    kind: KINDS[span.kind ?? 0] ?? '',
    isError: span.status?.code === 2,
    status: STATUSES[span.status?.code ?? 0] ?? '',
    statusMessage: span.status?.message ?? '',
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
    attributes: attributesOf(span.attributes?.filter(({ key }) => key !== WARNINGS)),
    resource,
    events: (span.events ?? [])
      .map((event) => ({
        name: event.name ?? '',
        time: BigInt(event.timeUnixNano),
        attributes: attributesOf(event.attributes),
      }))
      .sort((a, b) => Number(a.time - b.time)),
    links: (span.links ?? []).map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: attributesOf(attributes),
    })),
    warnings: warnings.map(valueText),
  };
}

function attributesOf(attributes: readonly OtlpAttribute[] = []): PageAttribute[] {
  return attributes.map(({ key, value }) => ({ key, value: valueText(value ?? {}) }));
}

function valueText(value: OtlpValue): string {
  if (value.arrayValue) return `[${(value.arrayValue.values ?? []).map(valueText).join(', ')}]`;
  if (value.kvlistValue) {
    const entries = (value.kvlistValue.values ?? []).map((entry) => `${entry.key}: ${valueText(entry.value ?? {})}`);
    return `{${entries.join(', ')}}`;
  }
  const scalar = value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? value.bytesValue;
  return scalar === undefined ? '' : String(scalar);
}
