import { decodeSpan } from '../otlp/decode-span.js';
import type { OtlpSpan } from '../otlp/otlp-json.js';
import { asFormatError, splitRequest, type EncodedSpans } from '../otlp/split-request.js';
import { attributeText } from '../trace/attribute-text.js';
import { decodeOrigin, type Origin } from './origin.js';
import { searchTerm } from './search-term.js';

/** A span of a request, decoded and encoded. `bytes` is a view of the request. */
export interface ReceivedSpan {
  readonly span: OtlpSpan;
  readonly bytes: Uint8Array;
  readonly origin: Origin;
  readonly originKey: string;
  /** Of its name, of its attributes and of those of its events and links; not its origin's. */
  readonly terms: readonly number[];
}

/** The key of an operation's name among the terms: no attribute can have it. */
export const OPERATION_KEY = '\0operation';

/**
 * Decodes a whole request, so that a malformed one is refused before anything of it is stored, and what is stored can
 * always be read.
 *
 * @param knownOrigin gives the origin with a key, if it was decoded before
 * @throws OtlpFormatError
 */
export function decodeRequest(request: Uint8Array, knownOrigin: (key: string) => Origin | undefined): ReceivedSpan[] {
  return splitRequest(request).flatMap((group) =>
    asFormatError(() => {
      const originKey = keyOf(group);
      const origin = knownOrigin(originKey) ?? decodeOrigin(group);
      return group.spans.map((bytes) => {
        const span = decodeSpan(bytes);
        return { span, bytes, origin, originKey, terms: spanTerms(span) };
      });
    }),
  );
}

function keyOf(group: EncodedSpans): string {
  const resource = Buffer.from(group.resource).toString('latin1');
  const scope = Buffer.from(group.scope).toString('latin1');
  // The length keeps apart what concatenation would confuse.
  return `${resource.length}:${resource}${scope}\0${group.resourceSchemaUrl}\0${group.scopeSchemaUrl}`;
}

function spanTerms(span: OtlpSpan): number[] {
  const terms = [searchTerm(OPERATION_KEY, span.name)];
  for (const holder of [span, ...(span.events ?? []), ...(span.links ?? [])])
    for (const { key, value } of holder.attributes ?? []) terms.push(searchTerm(key, attributeText(value)));
  return terms;
}
