/** A program that hands work to a worker thread, takes up the answer, and ends when nothing is left to do. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { captureContext, runInContext, withSpan } from '@epro/telemetry';

if (isMainThread) {
  const worker = new Worker(import.meta.filename);
  // Who listens here is in no request.
  worker.once('message', ({ carrier }) => runInContext(carrier, () => withSpan('answer', () => {})));
  withSpan('request', () => worker.postMessage({ carrier: captureContext() }));
} else {
  parentPort.once('message', ({ carrier }) =>
    runInContext(carrier, () =>
      withSpan('in worker', () => {
        parentPort.postMessage({ carrier: captureContext() });
      }),
    ),
  );
}
