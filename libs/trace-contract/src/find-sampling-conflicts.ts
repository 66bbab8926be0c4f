import { CONTRACTS } from './classify-trace.js';
import { divideByRatio } from './divide-by-ratio.js';
import type { SamplingConflict } from './sampling-conflict.js';
import { namesOf } from './span-ref.js';
import type { ExpectedSpan } from './trace-contract.js';
import { TraceIndex } from './trace-index.js';
import type { TraceSpan } from './trace-span.js';

/** On the first span of a trace only: see `@epro/telemetry`. */
const SAMPLING_RULE = 'epro.sampling.rule';

/**
 * Finds services that do not follow the sampling decision of their callers. One trace alone cannot tell a decision from
 * a loss, so it looks at all of them: a decision takes the whole of a service's part or nothing of it, is the same for
 * the same trace id, and leaves the call answered.
 *
 * @param traces of one system, each with all spans of one trace id
 */
export function findSamplingConflicts(traces: readonly (readonly TraceSpan[])[]): SamplingConflict[] {
  const routes = routesOf(traces);
  const hops = new Map<string, Hop>();
  const hopTo = (service: string): Hop => {
    const hop = hops.get(service) ?? new Hop();
    hops.set(service, hop);
    return hop;
  };
  for (const spans of traces) {
    const index = new TraceIndex(spans);
    const services = new Set(index.spans.map(({ service }) => service));
    for (const span of index.spans) {
      if (span.kind === 'CLIENT') lookBelow(span, index, services);
      else if (span.kind === 'SERVER') lookAbove(span, index, services);
    }
  }
  return [...hops].flatMap(([service, hop]) => hop.conflicts(service));

  function lookBelow(call: TraceSpan, index: TraceIndex, services: ReadonlySet<string>): void {
    const callee = routes.get(call.name)?.callee;
    if (callee === undefined || callee === call.service) return;
    const hop = hopTo(callee);
    hop.callers.add(call.service);
    if (index.childrenOf(call).some(({ service }) => service === callee)) hop.agreed.add(call.traceId);
    else if (services.has(callee)) hop.partial.add(call.traceId);
    else if (isAnswered(call)) hop.withoutCallee.add(call.traceId);
  }

  function lookAbove(request: TraceSpan, index: TraceIndex, services: ReadonlySet<string>): void {
    const caller = routes.get(request.name)?.caller;
    if (caller === undefined || caller === request.service) return;
    const rule = request.attributes[SAMPLING_RULE];
    if (request.parentSpanId && typeof rule === 'string') hopTo(request.service).rule = rule;
    // It begins a trace of its own: its context was lost on the way, and nobody decided anything.
    if (!request.parentSpanId) hopTo(request.service).contextLost = true;
    else if (index.isOrphan(request) && !services.has(caller)) {
      hopTo(request.service).callers.add(caller);
      hopTo(request.service).withoutCaller.add(request.traceId);
    }
  }
}

/** What was seen of the calls to one service, by trace. */
class Hop {
  readonly callers = new Set<string>();
  readonly agreed = new Set<string>();
  /** It has a part in the trace, but not the one for this call: something was lost. */
  readonly partial = new Set<string>();
  readonly withoutCallee = new Set<string>();
  readonly withoutCaller = new Set<string>();
  contextLost = false;
  /** By which it kept its part of a trace that somebody else began. */
  rule: string | undefined;

  conflicts(service: string): SamplingConflict[] {
    if (this.contextLost) return [];
    return [
      ...this.#judge(service, 'leaves-out', this.withoutCallee),
      ...this.#judge(service, 'records', this.withoutCaller),
    ];
  }

  #judge(service: string, does: SamplingConflict['does'], apart: ReadonlySet<string>): SamplingConflict[] {
    const traceIds = [...apart];
    // Several requests may share a trace.
    const agreed = [...this.agreed].filter((id) => !apart.has(id));
    if (traceIds.length === 0 || agreed.length < this.agreed.size) return [];
    const found = { service, does, callers: [...this.callers].sort(), agreed: agreed.length, traceIds };
    const division = divideByRatio(agreed, traceIds);
    const ratio = division && { ratio: { from: division.from, to: division.to } };
    if (this.rule !== undefined)
      return [{ ...found, evidence: 'own-rule', rule: this.rule, ...ratio, isCertain: true }];
    if (division) return [{ ...found, evidence: 'ratio', ...ratio, isCertain: division.chance < 0.001 }];
    // Other losses leave parts of a part.
    if (this.partial.size > 0) return [];
    return [{ ...found, evidence: agreed.length === 0 ? 'never' : 'whole-parts', isCertain: false }];
  }
}

/** Statuses that a client gives itself: nobody need have received the call. */
const UNANSWERED: ReadonlySet<unknown> = new Set([undefined, 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED']);

function isAnswered({ attributes }: TraceSpan): boolean {
  return !UNANSWERED.has(attributes['rpc.status_code']);
}

interface Route {
  readonly caller: string;
  readonly callee: string;
}

/** Who calls whom, by the name that both spans of a call have: as the contracts say, and as these traces show. */
function routesOf(traces: readonly (readonly TraceSpan[])[]): Map<string, Route> {
  const routes = new Map<string, Route>();
  const expect = (expected: ExpectedSpan): void => {
    for (const child of expected.children ?? []) {
      if (expected.kind === 'CLIENT' && child.kind === 'SERVER')
        for (const name of namesOf(child)) routes.set(name, { caller: expected.service, callee: child.service });
      expect(child);
    }
  };
  for (const { root } of CONTRACTS) expect(root);
  for (const spans of traces) {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    for (const { name, kind, service, parentSpanId = '' } of spans) {
      const parent = kind === 'SERVER' ? byId.get(parentSpanId) : undefined;
      if (parent?.kind === 'CLIENT' && parent.name === name)
        routes.set(name, { caller: parent.service, callee: service });
    }
  }
  return routes;
}
