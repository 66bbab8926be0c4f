import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BackendFailure } from '../variants.js';
import type { FromSink, SinkReport, SinkSettings, ToSink } from './sink-protocol.js';

const TELL_EVERY_MS = 200;

/** The backend of a run: takes OTLP over HTTP in a thread of its own, and knows which traces came whole. */
export class OtlpSink {
  private untold: string[] = [];
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly worker: Worker,
    /** Without `/v1/traces`. */
    readonly url: string,
  ) {
    this.timer = setInterval(() => this.tellAccepted(), TELL_EVERY_MS).unref();
  }

  static async start(settings: SinkSettings): Promise<OtlpSink> {
    const worker = new Worker(new URL('./sink.worker.js', import.meta.url), { workerData: settings });
    const message = await nextMessage(worker);
    if (message.type !== 'listening') throw new Error('the sink did not start');
    return new OtlpSink(worker, `http://127.0.0.1:${message.port}`);
  }

  /** A submission with this trace was accepted. */
  accepted(traceId: string): void {
    this.untold.push(traceId);
  }

  /** From now on it is no backend that anything reaches. */
  fail(how: BackendFailure): void {
    this.tell({ type: 'fail', how });
  }

  /** What came. Call it when nothing more will: every trace is judged now. */
  async report(): Promise<SinkReport> {
    this.tellAccepted();
    this.tell({ type: 'report' });
    const message = await nextMessage(this.worker);
    if (message.type !== 'report') throw new Error('the sink did not report');
    return message.report;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.worker.terminate();
  }

  private tellAccepted(): void {
    if (this.untold.length === 0) return;
    this.tell({ type: 'accepted', traceIds: this.untold });
    this.untold = [];
  }

  private tell(message: ToSink): void {
    this.worker.postMessage(message);
  }
}

/** @throws what ended the worker */
async function nextMessage(worker: Worker): Promise<FromSink> {
  const [message] = (await once(worker, 'message')) as [FromSink];
  return message;
}
