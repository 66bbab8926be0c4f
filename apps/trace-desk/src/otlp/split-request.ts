import { BinaryReader } from '@bufbuild/protobuf/wire';
import { OtlpFormatError } from './otlp-format.error.js';
import { readFields } from './read-fields.js';
import { REQUEST, RESOURCE_SPANS, SCOPE_SPANS } from './wire-tags.js';

/** The spans of one instrumentation scope of one resource, still encoded. */
export interface EncodedSpans {
  readonly resource: Uint8Array;
  readonly resourceSchemaUrl: string;
  readonly scope: Uint8Array;
  readonly scopeSchemaUrl: string;
  readonly spans: readonly Uint8Array[];
}

const NOTHING = new Uint8Array();

/**
 * Takes an `ExportTraceServiceRequest` apart without decoding its spans. What it returns are views of `request`.
 *
 * @throws OtlpFormatError when the bytes are not such a request
 */
export function splitRequest(request: Uint8Array): EncodedSpans[] {
  return asFormatError(() => {
    const groups: EncodedSpans[] = [];
    const reader = new BinaryReader(request);
    readFields(reader, reader.len, (tag) => {
      if (tag !== REQUEST.resourceSpans) return false;
      splitResourceSpans(reader.bytes(), groups);
      return true;
    });
    return groups;
  });
}

function splitResourceSpans(message: Uint8Array, groups: EncodedSpans[]): void {
  const reader = new BinaryReader(message);
  const scopes: Uint8Array[] = [];
  let resource: Uint8Array = NOTHING;
  let resourceSchemaUrl = '';
  readFields(reader, reader.len, (tag) => {
    if (tag === RESOURCE_SPANS.resource) resource = reader.bytes();
    else if (tag === RESOURCE_SPANS.scopeSpans) scopes.push(reader.bytes());
    else if (tag === RESOURCE_SPANS.schemaUrl) resourceSchemaUrl = reader.string();
    else return false;
    return true;
  });
  for (const scope of scopes) groups.push({ resource, resourceSchemaUrl, ...splitScopeSpans(scope) });
}

function splitScopeSpans(message: Uint8Array): Pick<EncodedSpans, 'scope' | 'scopeSchemaUrl' | 'spans'> {
  const reader = new BinaryReader(message);
  const spans: Uint8Array[] = [];
  let scope: Uint8Array = NOTHING;
  let scopeSchemaUrl = '';
  readFields(reader, reader.len, (tag) => {
    if (tag === SCOPE_SPANS.scope) scope = reader.bytes();
    else if (tag === SCOPE_SPANS.spans) spans.push(reader.bytes());
    else if (tag === SCOPE_SPANS.schemaUrl) scopeSchemaUrl = reader.string();
    else return false;
    return true;
  });
  return { scope, scopeSchemaUrl, spans };
}

/** Runs a decoder, whose reader throws plain errors at malformed bytes. */
export function asFormatError<Result>(decode: () => Result): Result {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof OtlpFormatError) throw cause;
    throw new OtlpFormatError(`the protobuf cannot be read: ${(cause as Error).message}`, { cause });
  }
}
