import {
  context,
  diag,
  ROOT_CONTEXT,
  type Attributes,
  type Context,
  type Link,
  type SpanKind,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Sampler, SamplingResult } from '@opentelemetry/sdk-trace';
import { parseRemoteStrategy } from './remote-strategy.js';
import { createStrategySampler } from './strategy.sampler.js';

/** A strategy is small: what takes longer is no backend that works. */
const TIMEOUT_MS = 5000;
const MAX_LENGTH = 1024 * 1024;

export interface JaegerRemoteOptions {
  readonly serviceName: string;
  /** Where strategies are asked for, with the path, without the service. */
  readonly endpoint: string;
  readonly pollingIntervalMs: number;
  /** Share of traces until the first strategy is there, 0 to 1. */
  readonly initialSamplingRate: number;
}

/**
 * Samples as Jaeger's remote sampling says, over HTTP and JSON: a share, a rate, or each operation by itself. It is
 * asked at the start and in intervals; while it does not answer, its last strategy stays, and that is said once.
 *
 * Follows {@link https://www.jaegertracing.io/docs/latest/sampling/#remote-sampling}.
 */
export class JaegerRemoteSampler implements Sampler {
  #strategy: Sampler;
  #answer: string | undefined;
  #isFailing = false;
  #isAsking = false;
  readonly #closing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #url: string;

  constructor({ serviceName, endpoint, pollingIntervalMs, initialSamplingRate }: JaegerRemoteOptions) {
    const url = new URL(endpoint);
    url.searchParams.set('service', serviceName);
    this.#url = url.href;
    this.#strategy = createStrategySampler({ kind: 'share', ratio: initialSamplingRate });
    this.#timer = setInterval(() => void this.#poll(), pollingIntervalMs).unref();
    void this.#poll();
  }

  shouldSample(
    ctx: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    return this.#strategy.shouldSample(ctx, traceId, name, kind, attributes, links);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#closing.abort();
  }

  toString(): string {
    return `JaegerRemote{${this.#strategy.toString()}}`;
  }

  async #poll(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const answer = await context.with(suppressTracing(ROOT_CONTEXT), () => this.#ask());
      // The same strategy anew would forget what its rates have let through.
      if (answer !== this.#answer) this.#strategy = createStrategySampler(parseRemoteStrategy(answer));
      this.#answer = answer;
      this.#isFailing = false;
    } catch (error) {
      this.#warn(error);
    } finally {
      this.#isAsking = false;
    }
  }

  async #ask(): Promise<string> {
    const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.#closing.signal]);
    const response = await fetch(this.#url, { signal, redirect: 'error' });
    const text = await response.text();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    if (text.length > MAX_LENGTH) throw new Error(`its answer has ${text.length} characters`);
    return text;
  }

  #warn(error: unknown): void {
    if (this.#isFailing || this.#closing.signal.aborted) return;
    this.#isFailing = true;
    diag.warn(
      `No sampling strategy could be had from ${this.#url} (OTEL_TRACES_SAMPLER_ARG): ${reasonOf(error)}. ` +
        `Sampling goes on ${this.#answer === undefined ? 'at the initial rate' : 'by the last strategy'}.`,
    );
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
