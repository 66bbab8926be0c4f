import type { Meter } from '@opentelemetry/api';

/**
 * Whether anything is measured in this process. Whoever measures tests it first, so that without an exporter for
 * metrics measuring costs this one test.
 */
export let measuring = false;

const instruments: ((meter: Meter) => void)[] = [];
let current: Meter | undefined;

/** Says how instruments are made; done when measuring starts, or at once where it has. */
export function onMeasuring(create: (meter: Meter) => void): void {
  instruments.push(create);
  if (current) create(current);
}

/** From now on everything that has instruments uses this meter. */
export function startMeasuring(meter: Meter): void {
  current = meter;
  for (const create of instruments) create(meter);
  measuring = true;
}

/** Bounds in seconds that the semantic conventions advise for calls and requests. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Seconds since a `performance.now()`. */
export function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
