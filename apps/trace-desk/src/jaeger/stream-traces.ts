import { Readable } from 'node:stream';
import type { FoundTrace } from '../trace/trace-reader.js';

/**
 * A JSON text whose middle is a list made from traces, one after the other: only one trace at a time is in memory,
 * however many there are.
 *
 * @param before the text up to the list's bracket
 * @param items what stands in the list for one trace
 * @param after the text behind the list
 */
export function streamTraces(
  before: string,
  traces: Iterable<FoundTrace>,
  items: (trace: FoundTrace) => readonly unknown[],
  after: string,
): Readable {
  return Readable.from(texts(before, traces, items, after), { objectMode: false });
}

function* texts(
  before: string,
  traces: Iterable<FoundTrace>,
  items: (trace: FoundTrace) => readonly unknown[],
  after: string,
): Generator<string> {
  yield `${before}[`;
  let separator = '';
  for (const trace of traces) {
    for (const item of items(trace)) {
      yield separator + JSON.stringify(item);
      separator = ',';
    }
  }
  yield `]${after}`;
}
