import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trace, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { ExportResultCode } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSpanReceiver, type SpanReceiver } from '../testing/span-receiver.js';
import type { EncodedExporter } from '../trace/batch-exporter.js';
import { OtlpEncodedExporter } from '../trace/otlp-encoded.exporter.js';
import { ExportQueueProcessor } from './export-queue.processor.js';
import { ExportSpanProcessor } from './export.processor.js';
import { PipelineReport } from './pipeline-report.js';
import { ensureContextManager } from './telemetry.js';

const batch = { maxQueueSize: 100, maxExportBatchSize: 10, scheduledDelayMillis: 5, exportTimeoutMillis: 200 };

let receiver: SpanReceiver;
const ends: (() => Promise<void>)[] = [];
beforeEach(async () => {
  receiver = await startSpanReceiver();
});
afterEach(async () => {
  receiver.behave('accept');
  for (const end of ends.splice(0)) await end();
  await receiver.stop().catch(() => {});
});

/** What spans are sent by in the tests below. */
let makeExporter: () => SpanExporter | EncodedExporter = () => new OTLPTraceExporter();

function pipeline({ exporter, ...changes }: Partial<typeof batch> & { exporter?: SpanExporter } = {}) {
  const report = new PipelineReport();
  const lines: string[] = [];
  const active: (Span | undefined)[] = [];
  const log = (level: string) => (text: string) => {
    lines.push(`${level} ${text}`);
    active.push(trace.getActiveSpan());
  };
  const logger = { warn: log('warn'), info: log('info') };
  const settings = { ...batch, ...changes };
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', String(settings.exportTimeoutMillis));
  const queue = new ExportQueueProcessor(exporter ?? makeExporter(), {
    batch: settings,
    backend: 'the test',
    logger,
    report,
  });
  const provider = new TracerProvider({ spanProcessors: [new ExportSpanProcessor(queue, report)] });
  const tracer = provider.getTracer('test');
  ends.push(() => provider.shutdown());
  const end = (count: number) => {
    for (let i = 0; i < count; i++) tracer.startSpan('work').end();
  };
  const health = () => report.snapshot();
  const lost = () => Object.values(health().dropped).reduce((sum, each) => sum + each, 0);
  return {
    provider,
    lines,
    active,
    health,
    lost,
    end,
    /** Spans end, a few at a time, until this is so; meanwhile nothing is forgotten and no more waits than may. */
    load: async (until: () => boolean) => {
      for (const deadline = Date.now() + 10_000; !until();) {
        if (Date.now() > deadline) throw new Error(`not so: ${JSON.stringify([health(), lines])}`);
        end(5);
        const { ended, exported, queued } = health();
        expect(queued + exported + lost()).toBe(ended);
        expect(queued).toBeLessThanOrEqual(batch.maxQueueSize + 4 * batch.maxExportBatchSize);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    settled: () => vi.waitFor(() => expect(health().queued).toBe(0), { timeout: 5000, interval: 5 }),
  };
}

describe.each<[string, () => SpanExporter | EncodedExporter]>([
  ['as they are sent', () => new OtlpEncodedExporter()],
  ['by an exporter of the SDK', () => new OTLPTraceExporter()],
])('spans that are kept %s', (_how, make) => {
  beforeEach(() => {
    makeExporter = make;
  });

  describe('a backend that', () => {
    it.each<[string, () => void | Promise<void>, RegExp]>([
      [
        'is down',
        () => receiver.stop(),
        /^warn Spans do not reach the test: (ECONN(REFUSED|RESET)|no answer within 200 ms)\. Requests are not/,
      ],
      [
        'hangs',
        () => receiver.behave('hang'),
        /^warn Spans do not reach the test: (no answer within 200 ms|Request timed out)\./,
      ],
      [
        'fails',
        () => receiver.behave({ status: 500 }),
        /^warn Spans do not reach the test: it answers with status 500\./,
      ],
      [
        'asks to come back later',
        () => receiver.behave({ status: 503, retryAfterSeconds: 60 }),
        /^warn Spans do not reach the test: Export failed with retryable status\./,
      ],
    ])(
      '%s costs spans and not memory, is told of once, and once more when it is back',
      async (_, misbehave, warning) => {
        const { load, lines, lost, health, end, settled } = pipeline();
        await load(() => health().exported > 20);
        await misbehave();
        await load(() => health().dropped.export_failed >= 30);
        expect(lines).toEqual([expect.stringMatching(warning)]);

        receiver.behave('accept');
        await receiver.restart().catch(() => {});
        await load(() => lines.length > 1);
        expect(lines[1]).toMatch(/^info Spans reach the test again: \d+ were lost in \d+ s\.$/);
        await settled();
        const before = lost();
        receiver.reset();
        end(40);
        await settled();
        expect(lost()).toBe(before);
        expect(receiver.traceSpans()).toHaveLength(40);
        expect(lines).toHaveLength(2);
      },
    );

    it('answers within its time loses nothing', async () => {
      receiver.behave({ delayMs: 50 });
      const { end, settled, lost, lines } = pipeline({ exportTimeoutMillis: 10_000 });
      for (let i = 0; i < 10; i++) {
        end(10);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await settled();
      expect([lost(), lines, receiver.traceSpans().length]).toEqual([0, [], 100]);
    });

    it('is too slow costs what does not fit the queue, and is told of once', async () => {
      receiver.behave({ delayMs: 100 });
      const { load, lines, health } = pipeline({ exportTimeoutMillis: 10_000 });
      await load(() => health().dropped.queue_full > 200 && health().exported > 50);
      expect(lines).toEqual([
        expect.stringMatching(/^warn Spans end faster than the test takes them: the queue of 100 /),
      ]);
      expect(health().dropped.export_failed).toBe(0);
    });

    it('fails every other batch is one outage', async () => {
      let count = 0;
      const exporter: SpanExporter = {
        export: (_spans, done) => done({ code: (count += 1) % 2 ? ExportResultCode.FAILED : ExportResultCode.SUCCESS }),
        shutdown: () => Promise.resolve(),
      };
      const { load, lines } = pipeline({ exporter });
      await load(() => count > 20);
      expect(lines).toEqual([
        'warn Spans do not reach the test: it refuses them. Requests are not affected. Up to 100 spans wait, others are dropped and counted.',
      ]);
    });
  });

  it('survives an exporter that throws, and one that never says what became of a batch', async () => {
    let count = 0;
    const exporter: SpanExporter = {
      export: () => {
        if ((count += 1) === 1) throw new Error('choked');
      },
      shutdown: () => Promise.resolve(),
    };
    const { end, settled, lost, lines } = pipeline({ exporter, exportTimeoutMillis: 30 });
    end(20);
    await settled();
    expect(lost()).toBe(20);
    expect(lines).toEqual([expect.stringContaining('choked')]);
  });

  it('sends all that waits when the process ends, in however many batches', async () => {
    receiver.behave({ delayMs: 10 });
    const { end, provider, lost, health } = pipeline({
      maxQueueSize: 1000,
      scheduledDelayMillis: 60_000,
      exportTimeoutMillis: 10_000,
    });
    end(9);
    // The queue is filled while one batch is on its way.
    end(900);
    await provider.shutdown();
    expect([lost(), health().queued, receiver.traceSpans().length]).toEqual([0, 0, 909]);
  });

  it("tells of it in nobody's name, whoever it was whose span ended first", async () => {
    await receiver.stop();
    ensureContextManager();
    const { provider, end, lines, active } = pipeline();
    provider.getTracer('test').startActiveSpan('request', (request) => {
      end(15);
      request.end();
    });
    await provider.shutdown();
    expect(lines).toHaveLength(2);
    expect(active).toEqual([undefined, undefined]);
  });

  it('names the status of gRPC', async () => {
    const error = Object.assign(new Error('14 UNAVAILABLE: …'), { code: 14 });
    const exporter: SpanExporter = {
      export: (_spans, done) => done({ code: ExportResultCode.FAILED, error }),
      shutdown: () => Promise.resolve(),
    };
    const { end, settled, lines } = pipeline({ exporter });
    end(10);
    await settled();
    expect(lines).toEqual([expect.stringContaining('do not reach the test: UNAVAILABLE.')]);
  });

  it('says at the end what an outage has cost', async () => {
    await receiver.stop();
    const { end, provider, lines } = pipeline();
    end(15);
    await provider.shutdown();
    expect(lines).toEqual([
      expect.stringContaining('warn Spans do not reach'),
      expect.stringMatching(/^info Spans did not all reach the test until the end: 15 were lost in \d+ s\.$/),
    ]);
  });

  it('keeps the memory flat, however many spans end while the backend hangs', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    receiver.behave('hang');
    const { end, health } = pipeline({ exportTimeoutMillis: 5000 });
    const memory = () => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const some = async (count: number) => {
      for (let ended = 0; ended < count; ended += 100) {
        end(100);
        await new Promise(setImmediate);
      }
    };
    await some(1000);
    const before = memory();
    await some(50_000);
    // Kept, these would be some 50 MB as objects, and 5 MB in bytes.
    expect(memory() - before).toBeLessThan(2e6);
    expect(health()).toMatchObject({ queued: expect.any(Number) as number, ended: 51_000 });
    expect(health().dropped.queue_full).toBeGreaterThan(50_000);
  });
});
