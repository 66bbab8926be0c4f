import { Client, type Dispatcher } from 'undici';
import { LoadError } from './load.error.js';
import type { Submission } from './submissions.js';

const PATH = '/api/v1/submissions';
const CREATED = 201;
/** More than this, and what is measured is not the platform. */
const MOST_FAILURES = 50;

/** What was answered while the loop ran. */
export interface LoadResult {
  /** Until it was told to stop. */
  readonly seconds: number;
  /** Accepted by then. */
  readonly acceptedInTime: number;
  /** Time to the end of each accepted answer in ms, those included that were awaited when it was told to stop. */
  readonly latencies: readonly number[];
}

export interface ClosedLoopOptions {
  readonly url: string;
  readonly connections: number;
  readonly next: () => Submission;
  /** Trace id of a submission that was accepted. */
  readonly onAccepted: (traceId: string) => void;
}

/** So many connections, each of which sends its next submission when the one before is answered. */
export class ClosedLoop {
  accepted = 0;
  failed = 0;
  /** What the first failure was. */
  failure: string | undefined;

  private readonly clients: readonly Client[];
  private running = false;
  private latencies: number[] = [];

  constructor(private readonly options: ClosedLoopOptions) {
    const { url, connections } = options;
    this.clients = Array.from({ length: connections }, () => new Client(url, { pipelining: 1 }));
  }

  /**
   * Sends until `stop` is settled, and resolves when all that was sent is answered.
   *
   * @throws LoadError where too much fails
   */
  async run(stop: Promise<unknown>): Promise<LoadResult> {
    this.latencies = [];
    this.running = true;
    const start = performance.now();
    const loops = Promise.all(this.clients.map((client) => this.loop(client)));
    try {
      await Promise.race([stop, loops]);
    } finally {
      this.running = false;
    }
    const seconds = (performance.now() - start) / 1000;
    const acceptedInTime = this.latencies.length;
    await loops;
    if (this.failed >= MOST_FAILURES)
      throw new LoadError(`${this.failed} submissions failed; the first was ${this.failure}`);
    return { seconds, acceptedInTime, latencies: this.latencies };
  }

  async close(): Promise<void> {
    this.running = false;
    await Promise.all(this.clients.map((client) => client.destroy()));
  }

  private async loop(client: Client): Promise<void> {
    while (this.running) {
      const start = performance.now();
      const { status, text } = await send(client, this.options.next());
      if (status === CREATED) {
        this.accepted++;
        this.latencies.push(performance.now() - start);
        this.options.onAccepted(text);
      } else {
        this.failed++;
        this.failure ??= `answered ${status || 'nothing'}: ${text}`;
        if (this.failed >= MOST_FAILURES) this.running = false;
      }
    }
  }
}

/** The status, and the trace id for an accepted submission or else what was said. */
function send(client: Client, { headers, body }: Submission): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    let status = 0;
    let text = '';
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(_controller, statusCode, responseHeaders) {
        status = statusCode;
        if (status === CREATED) text = String(responseHeaders['x-trace-id'] ?? '');
      },
      onResponseData(_controller, chunk) {
        if (status !== CREATED) text += chunk.toString('utf8');
      },
      onResponseEnd: () => resolve({ status, text }),
      onResponseError: (_controller, error) => resolve({ status: 0, text: error.message }),
    };
    client.dispatch({ method: 'POST', path: PATH, headers, body }, handler);
  });
}
