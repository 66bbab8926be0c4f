import { finished, type Readable, type Writable } from 'node:stream';
import type { Span } from '@opentelemetry/api';
import { recordError } from './record-error.js';

type NodeStream = Readable | Writable;

export function isNodeStream(value: object): value is NodeStream {
  const { pipe, on } = value as Partial<Readable>;
  return typeof pipe === 'function' && typeof on === 'function';
}

/** A stream is handed on as it is: who reads it needs the very object. */
export function followStream(stream: NodeStream, span: Span): NodeStream {
  finished(stream, (error) => {
    // Closed early is nobody wants more, as for an Observable.
    if (error && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') recordError(error, span);
    span.end();
  });
  return stream;
}
