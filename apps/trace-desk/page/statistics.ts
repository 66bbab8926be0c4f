import type { StoreStatistics } from './desk-api.js';
import { byId } from './dom.js';
import { formatBytes, plural } from './format.js';

/** How full the desk is, in the header. */
export function showStatistics({ traces, spans, bytes, evictedTraces }: StoreStatistics): void {
  const dropped = evictedTraces > 0 ? ` · ${evictedTraces.toLocaleString()} older dropped` : '';
  byId('store').textContent = `${plural(traces, 'trace')} · ${plural(spans, 'span')} · ${formatBytes(bytes)}${dropped}`;
}
