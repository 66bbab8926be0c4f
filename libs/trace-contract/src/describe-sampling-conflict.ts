import type { SamplingConflict } from './sampling-conflict.js';

/** A conflict in words for a person: who, what speaks for it, and what to do. */
export function describeSamplingConflict(conflict: SamplingConflict): string {
  return `${finding(conflict)} ${remedy(conflict)}`;
}

function finding(conflict: SamplingConflict): string {
  const { service, does, callers, traceIds, evidence, rule, ratio, isCertain } = conflict;
  if (evidence === 'never' && does === 'leaves-out')
    return `${service} records nothing: none of the ${traces(traceIds.length)} in which it answered ${callers.join(', ')} has a span of it.`;
  const verb = isCertain ? 'decides' : 'seems to decide';
  const start = `${service} ${verb} by itself which traces it records: ${fact(conflict)}`;
  if (evidence === 'own-rule') return `${start}. Its own spans say that they were kept by ${rule}.`;
  if (evidence === 'ratio') {
    const doubt = isCertain ? '' : ' (too few traces to be sure)';
    return `${start}, divided by trace id as by a ratio ${between(ratio)}${doubt}.`;
  }
  return evidence === 'whole-parts' ? `${start}, each time the whole of a part or nothing of it.` : `${start}.`;
}

function fact({ does, callers, agreed, traceIds }: SamplingConflict): string {
  const count = traceIds.length;
  const caller = callers.join(', ');
  return does === 'leaves-out'
    ? `of ${traces(agreed + count)} in which it answered ${caller}, ${has(count)} no span of it`
    : `of ${traces(agreed + count)} with its spans, ${has(count)} none of ${caller}, which called it`;
}

function remedy({ service, does, callers, evidence }: SamplingConflict): string {
  const follow = `Give ${service} a sampler that follows its parent (no OTEL_TRACES_SAMPLER, or one that begins with parentbased_)`;
  const collector = 'take out a sampler in the Collector that only its spans pass';
  if (does === 'records')
    return `${follow}, or ${collector.replace('its spans pass', `the spans of ${callers.join(', ')} pass`)}.`;
  if (evidence === 'never')
    return `${follow}; if it has one, it is not traced, or its spans are not sent to this backend.`;
  if (evidence === 'whole-parts')
    return `${follow}, or ${collector}; if there is neither, batches of its spans are lost.`;
  return `${follow}, or ${collector}.`;
}

function between(ratio: SamplingConflict['ratio']): string {
  if (!ratio) return '';
  const [from, to] = [ratio.from.toFixed(2), ratio.to.toFixed(2)];
  return from === to ? `of ${from}` : `between ${from} and ${to}`;
}

const traces = (count: number): string => (count === 1 ? '1 trace' : `${count} traces`);
const has = (count: number): string => (count === 1 ? '1 has' : `${count} have`);
