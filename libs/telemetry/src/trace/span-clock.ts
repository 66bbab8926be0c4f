import type { HrTime, TimeInput } from '@opentelemetry/api';

/** Milliseconds since 1970, with fractions, or a time that was given to the nanosecond. */
export type SpanTime = number | HrTime;

/** The wall clock has whole milliseconds, so it is up to 1 behind; more is a clock that was set. */
const TOLERANCE_MS = 2;

let offset = performance.timeOrigin;

/**
 * What to add to `performance.now()` for the time of day in ms. It follows the wall clock when that is set; spans of one
 * process and trace share the offset of their first, so that none ends before it starts.
 */
export function clockOffset(): number {
  const behind = Date.now() - offset - performance.now();
  if (behind > TOLERANCE_MS || behind < -TOLERANCE_MS) offset += behind;
  return offset;
}

/** A time as the API takes it: ms since 1970, ms since the process started, a date, or to the nanosecond. */
export function readTime(given: TimeInput | undefined, ownOffset: number): SpanTime {
  if (given === undefined) return performance.now() + ownOffset;
  if (typeof given === 'number') return given <= performance.now() ? given + ownOffset : given;
  return given instanceof Date ? given.getTime() : given;
}

/** To the microsecond: a double holds no more of the time of day in ms. */
export function toHrTime(time: SpanTime): HrTime {
  if (typeof time !== 'number') return time;
  const microseconds = Math.round(time * 1000);
  return [Math.floor(microseconds / 1e6), (microseconds % 1e6) * 1000];
}
