import type { AttributeValue, SpanKind, SpanStatus } from './trace-span.js';

/** What every trace of one kind of request must look like. Plain data: it can be read, printed and compared. */
export interface TraceContract {
  /** Stable, for machines: `submission-accepted`. */
  readonly id: string;
  /** For people: `accepted submission (201)`. */
  readonly title: string;
  /** The span that everything else hangs below. */
  readonly root: ExpectedSpan;
  readonly rules: TraceRules;
}

/** One span that a trace must have, and everything that is known about it. */
export interface ExpectedSpan {
  /** `service.name` of the process that records it. */
  readonly service: string;
  /** Low cardinality. Several names where each is right; the first is the usual one. */
  readonly name: string | readonly string[];
  readonly kind: SpanKind;
  /** The statuses that are right. */
  readonly status: SpanStatus | readonly SpanStatus[];
  /** How often it occurs below its parent. Default `one`. An absent `optional` span takes its children with it. */
  readonly occurs?: 'one' | 'optional' | 'one-or-more';
  /** Attributes that it must have. It may have more. */
  readonly attributes?: Readonly<Record<string, AttributeRule>>;
  /** Attributes that it must not have; a `*` at the end stands for any rest. */
  readonly forbidden?: readonly string[];
  /** The spans directly below it: these, and no others, in any order. */
  readonly children?: readonly ExpectedSpan[];
  /** Links that it must have. Without a list, links are not looked at. */
  readonly links?: readonly ExpectedLink[];
  /** The parent does not wait for it: it may end after its parent has. A queue's consumer, a call given up on. */
  readonly outlivesParent?: boolean;
  /** A root may continue the trace of a caller whose own span is not recorded here. Only looked at on the root. */
  readonly remoteParent?: boolean;
}

/** What an attribute must be. */
export type AttributeRule =
  /** There, whatever it is. */
  | 'present'
  /** Exactly this value. */
  | { readonly equals: AttributeValue }
  /** One of these values. */
  | { readonly oneOf: readonly AttributeValue[] }
  /** A string that matches this regular expression, for example `example`. */
  | { readonly matches: string; readonly example: string }
  /** Any value of this type. */
  | { readonly type: 'string' | 'number' | 'boolean' };

/** A link to a span that belongs together with this one without being its parent. */
export interface ExpectedLink {
  /** Where the linked span is: within this trace, or in one of its own. */
  readonly to: 'this-trace' | 'other-trace';
  /** Attributes that the link must have. */
  readonly attributes?: Readonly<Record<string, AttributeRule>>;
}

/** What holds for all spans of a trace, expected or not. */
export interface TraceRules {
  /** On every span. */
  readonly everywhere: Readonly<Record<string, AttributeRule>>;
  /** On no span, event or link; a `*` at the end stands for any rest. */
  readonly forbidden: readonly string[];
  /** Regular expressions for text that no attribute of a span, event or link, and no status message, may hold. */
  readonly forbiddenTexts: readonly { readonly matches: string; readonly what: string; readonly example: string }[];
  /** One value throughout the trace wherever they occur: another one is another request's. */
  readonly consistent: readonly string[];
  /** A regular expression for what looks like an id within a span's name. */
  readonly idInName: string;
  /** How far the clocks of two processes may be apart, in milliseconds. */
  readonly clockToleranceMs: number;
  /** The spans with which a trace may begin. One that begins elsewhere has lost what came before. */
  readonly entries: readonly { readonly service: string; readonly kind?: SpanKind }[];
}
