import type { TraceBackend } from '../running-system.js';
import { SystemStartError } from '../system-start.error.js';

const ANSWERS_WITHIN_MS = 5000;

/** @throws SystemStartError where nothing answers, because spans would be lost without a word */
export async function assertJaegerAnswers(backend: TraceBackend): Promise<void> {
  if (backend.kind !== 'jaeger') return;
  await assertAnswers(`${backend.url}/`, '--jaeger');
  await assertAnswers(`${backend.otlpUrl}/v1/traces`, '--otlp', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
}

async function assertAnswers(url: string, option: string, request: RequestInit = {}): Promise<void> {
  let problem: string;
  try {
    const { status } = await fetch(url, { ...request, signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    if (status < 400) return;
    problem = `it answers with status ${status}`;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    problem = cause?.message || message;
  }
  throw new SystemStartError(`No Jaeger can be used at ${url}: ${problem}. Check ${option}.`);
}
