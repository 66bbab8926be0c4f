import type { AttributeRule, ExpectedLink } from './trace-contract.js';
import type { AttributeValue, SpanKind, SpanStatus } from './trace-span.js';

/** Which span is meant. `spanId` is absent for one that is only expected. */
export interface SpanRef {
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanId?: string;
}

/** One thing that is wrong with a trace. One cause is one violation: what follows from it is part of it. */
export type Violation =
  | MissingSpan
  | UnexpectedSpan
  | OrphanedSpan
  | MisparentedSpan
  | WrongName
  | WrongService
  | WrongKind
  | WrongStatus
  | MissingAttribute
  | WrongAttribute
  | InconsistentAttribute
  | ForbiddenAttribute
  | ForbiddenText
  | DuplicatedSpan
  | OtherTrace
  | IdInName
  | OutsideParent
  | MissingLink;

/** A span that must be there is not. */
export interface MissingSpan {
  readonly type: 'missing';
  readonly expected: SpanRef;
  /** Absent for the root. */
  readonly expectedParent?: SpanRef;
  /** Spans that are expected below it and are missing with it. */
  readonly alsoMissing: number;
  /** Spans that are there and hang below it, so that their parent is not in the trace. */
  readonly orphans: readonly SpanRef[];
}

/** A span that nothing in the contract asks for. */
export interface UnexpectedSpan {
  readonly type: 'unexpected';
  readonly span: SpanRef;
  /** Absent where it has none in the trace. */
  readonly parent?: SpanRef;
  /** It names a parent, and that is not in the trace. */
  readonly orphaned: boolean;
  /** Spans below it that are unexpected too. */
  readonly alsoUnexpected: number;
}

/** The parent that a span names is not in the trace, although the span that should be its parent is. */
export interface OrphanedSpan {
  readonly type: 'orphaned';
  readonly span: SpanRef;
  readonly parentSpanId: string;
  /** Absent where no contract says it. */
  readonly expectedParent?: SpanRef;
}

/** A span below the wrong parent. */
export interface MisparentedSpan {
  readonly type: 'mis-parented';
  readonly span: SpanRef;
  /** Absent where it has no parent: it starts a tree of its own. */
  readonly actualParent?: SpanRef;
  /** Absent where it should have none. */
  readonly expectedParent?: SpanRef;
}

export interface WrongName {
  readonly type: 'wrong-name';
  readonly span: SpanRef;
  readonly expected: readonly string[];
}

export interface WrongService {
  readonly type: 'wrong-service';
  readonly span: SpanRef;
  readonly expected: string;
}

export interface WrongKind {
  readonly type: 'wrong-kind';
  readonly span: SpanRef;
  readonly expected: SpanKind;
}

export interface WrongStatus {
  readonly type: 'wrong-status';
  readonly span: SpanRef;
  readonly expected: readonly SpanStatus[];
  readonly actual: SpanStatus;
}

export interface MissingAttribute {
  readonly type: 'missing-attribute';
  readonly span: SpanRef;
  readonly attribute: string;
  readonly rule: AttributeRule;
}

export interface WrongAttribute {
  readonly type: 'wrong-attribute';
  readonly span: SpanRef;
  readonly attribute: string;
  readonly rule: AttributeRule;
  readonly actual: AttributeValue;
}

/** An attribute with another value than in the rest of the trace: the span may be another request's. */
export interface InconsistentAttribute {
  readonly type: 'inconsistent-attribute';
  readonly span: SpanRef;
  readonly attribute: string;
  readonly expected: AttributeValue;
  readonly actual: AttributeValue;
}

/** Its value is left out: it is forbidden because it may hold what nobody is to read. */
export interface ForbiddenAttribute {
  readonly type: 'forbidden-attribute';
  readonly span: SpanRef;
  readonly attribute: string;
  readonly on: 'span' | 'event' | 'link';
}

/** A value that holds what must not leave the process, under whatever name. It is left out here too. */
export interface ForbiddenText {
  readonly type: 'forbidden-text';
  readonly span: SpanRef;
  readonly attribute: string;
  readonly on: 'span' | 'event' | 'link' | 'status';
  /** `a token`. */
  readonly what: string;
}

export interface DuplicatedSpan {
  readonly type: 'duplicated';
  readonly span: SpanRef;
  /** The same span was delivered twice; else there are two spans for one operation. */
  readonly sameId: boolean;
}

/** The trace breaks in two here. */
export interface OtherTrace {
  readonly type: 'other-trace';
  readonly span: SpanRef;
  readonly traceId: string;
  readonly expectedTraceId: string;
  /** Spans below it in that other trace. */
  readonly alsoThere: number;
}

export interface IdInName {
  readonly type: 'id-in-name';
  readonly span: SpanRef;
}

/** A span that starts before its parent does, or ends after a parent that waits for it. */
export interface OutsideParent {
  readonly type: 'outside-parent';
  readonly span: SpanRef;
  readonly parent: SpanRef;
  readonly edge: 'start' | 'end';
  /** Beyond the parent, in milliseconds. */
  readonly byMs: number;
}

export interface MissingLink {
  readonly type: 'missing-link';
  readonly span: SpanRef;
  readonly expected: ExpectedLink;
}
