import { createContextKey, type Context } from '@opentelemetry/api';
import { tenantOfToken } from './tenant-of-token.js';

const EDGE = createContextKey('epro edge');

/** What the sampler is told of a request that enters the system, and nobody else. */
export interface Edge {
  /** The application promises that requests of this kind are always recorded. */
  readonly always: boolean;
  /** Whose request it says it is. Not verified: good for deciding whether to record it, and for nothing else. */
  readonly tenant: string | undefined;
}

/** What the sampler in use wants to be told: reading a token that no rule asks for would be wasted. */
let interest: 'nothing' | 'requests' | 'tenants' = 'nothing';

export function setEdgeInterest(wanted: typeof interest): void {
  interest = wanted;
}

const ALWAYS: Edge = { always: true, tenant: undefined };
const UNKNOWN: Edge = { always: false, tenant: undefined };

/**
 * Marks where a request enters the system: the one place where it is decided whether its trace is recorded. For the
 * start of its first span only; nothing below it sees the mark.
 *
 * @param always its kind is always recorded
 * @param authorization the request's header of that name
 */
export function atEdge(ctx: Context, always: boolean, authorization: string | undefined): Context {
  if (always) return ctx.setValue(EDGE, ALWAYS);
  if (interest === 'nothing') return ctx;
  const tenant = interest === 'tenants' ? tenantOfToken(authorization) : undefined;
  return ctx.setValue(EDGE, tenant === undefined ? UNKNOWN : { always: false, tenant });
}

export function edgeOf(ctx: Context): Edge | undefined {
  return ctx.getValue(EDGE) as Edge | undefined;
}
