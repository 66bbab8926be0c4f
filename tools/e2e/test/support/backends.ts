import { findJaegerBinary, NO_JAEGER, startJaeger } from '@epro/real-jaeger';
import type { TraceBackend } from '@epro/system';

/** Where traces go: the same tests hold for each. */
export interface Backend {
  readonly name: string;
  readonly available: boolean;
  start(): Promise<{ traceBackend: TraceBackend; stop(): Promise<void> }>;
}

const traceDesk: Backend = {
  name: 'trace-desk',
  available: true,
  start: () => Promise.resolve({ traceBackend: { kind: 'trace-desk' }, stop: () => Promise.resolve() }),
};

const realJaeger: Backend = {
  name: 'a real Jaeger',
  available: findJaegerBinary() !== undefined,
  async start() {
    const jaeger = await startJaeger();
    return {
      traceBackend: { kind: 'jaeger', url: jaeger.url, otlpUrl: jaeger.otlpUrl },
      stop: () => jaeger.stop(),
    };
  },
};

if (!realJaeger.available) console.warn(`Skipped against a real Jaeger: ${NO_JAEGER}`);

export const BACKENDS: readonly Backend[] = [traceDesk, realJaeger];
