import type { Context, Span } from '@opentelemetry/api';

export interface StartedStep {
  readonly span: Span;
  readonly active: Context;
}

export type StartStep = () => StartedStep;

/**
 * A step whose function has returned something that does its work later: an Observable, an async iterable. The
 * span that was started for it belongs to its first subscription, where that comes in the same turn of the event loop,
 * as it does for whoever awaits or returns it. Otherwise it ends with the function, which may be all that was ever done:
 * one that nobody subscribes to leaves no span open. Each further subscription is a step of its own.
 */
export class LazyStep {
  private pending: StartedStep | undefined;

  constructor(
    started: StartedStep,
    private readonly startAgain: StartStep,
  ) {
    this.pending = started;
    const returned = performance.now();
    setImmediate(() => {
      this.pending?.span.end(returned);
      this.pending = undefined;
    });
  }

  /** The step of a subscription that begins now. */
  take(): StartedStep {
    const step = this.pending ?? this.startAgain();
    this.pending = undefined;
    return step;
  }
}
