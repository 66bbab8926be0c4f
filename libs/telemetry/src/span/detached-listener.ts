import { Logger } from '@nestjs/common';
import { runDetached } from './run-detached.js';

/**
 * Makes a listener work of its own: each event it hears is a trace, linked to the request that emitted it, which
 * does not wait for it. What it fails with is recorded there and logged, and goes no further: an emitter would throw it
 * at whoever emits, and a rejection would end the process.
 *
 * ```ts
 * emitter.on('alert raised', detachedListener('notify site', (alert: Alert) => this.notify(alert)));
 * ```
 *
 * @param name of the span, low cardinality
 */
export function detachedListener<Arguments extends unknown[]>(
  name: string,
  fn: (...args: Arguments) => unknown,
): (...args: Arguments) => void {
  const logger = new Logger(name);
  return (...args) => {
    // Logged within, so that the line belongs to the span.
    const listen = async () => {
      try {
        return await fn(...args);
      } catch (error) {
        logger.error(error);
        throw error;
      }
    };
    runDetached(name, listen).catch(() => {});
  };
}
