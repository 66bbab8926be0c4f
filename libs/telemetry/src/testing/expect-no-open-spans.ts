import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { askUntilContent } from './ask-until-content.js';

const DEFAULT_TIMEOUT_MS = 5000;

/**
 * That every span that was started has ended, or does so in time. One that never ends is never exported, and leaves
 * what is below it without a parent.
 *
 * @param timeoutMs how long what is under way may take; 5000 if not given
 * @throws Error that names each span that is still open
 */
export async function expectNoOpenSpans(
  telemetry: { openSpans(): readonly ReadableSpan[] },
  { timeoutMs = DEFAULT_TIMEOUT_MS } = {},
): Promise<void> {
  const open = await askUntilContent(() => telemetry.openSpans().map(describeOpenSpan), timeoutMs);
  if (open.length > 0)
    throw new Error(['Every span should have ended:', ...open.map((each) => `  - ${each}`)].join('\n'));
}

/** One sentence on a span that has not ended. */
export function describeOpenSpan({ name, kind }: ReadableSpan): string {
  return `The ${SpanKind[kind]} span ${name} was started and has not ended: it will never be exported.`;
}
