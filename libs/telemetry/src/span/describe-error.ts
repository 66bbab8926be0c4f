import { statusName } from '../grpc/rpc-status.js';
import { isFrame } from '../privacy/private-frames.js';

/** What of an error may be told: never a word of its text, which may quote what it choked on. */
export interface ErrorDescription {
  /** Class name of what was thrown: `TypeError`, or `string` for a thrown string. */
  readonly type: string;
  /** The stable reason of a domain error, UPPER_SNAKE_CASE. */
  readonly reason: string | undefined;
  /** What a program can tell it by: a SQLSTATE, a system error's `ECONNREFUSED`, a gRPC status's `NOT_FOUND`. */
  readonly code: string | undefined;
  /** Which service failed and which rule was broken, where a domain error says so. */
  readonly service: string | undefined;
  readonly rule: string | undefined;
  /** A failure of the domain that has to be expected, and is no fault of the system. */
  readonly expected: boolean;
}

const CLASS_NAME = /^[A-Za-z_$][\w$.]{0,127}$/;
const REASON = /^[A-Z][A-Z0-9_]{0,63}$/;
const CODE = /^[A-Z0-9][A-Z0-9_]{1,63}$/;
const DETAIL = /^[A-Za-z0-9._:/-]{1,128}$/;

const MAX_CAUSES = 3;
const MAX_FRAMES = 20;

/** Total: whatever was thrown, and whatever its getters do. */
export function describeError(error: unknown): ErrorDescription {
  const metadata = field(error, 'metadata');
  return {
    type: errorType(error),
    reason: failureReason(error),
    code: codeOf(error),
    service: matching(field(metadata, 'service'), DETAIL),
    rule: matching(field(metadata, 'rule'), DETAIL),
    expected: isExpectedFailure(error),
  };
}

/** Class name of what was thrown: `TypeError`, or `string` for a thrown string. */
export function errorType(error: unknown): string {
  if (!isError(error)) return typeof error;
  const className = matching(field(error, 'name'), CLASS_NAME);
  return className ?? matching(field(field(error, 'constructor'), 'name'), CLASS_NAME) ?? 'Error';
}

/** The stable reason of a domain error; `undefined` for any other. */
export function failureReason(error: unknown): string | undefined {
  return matching(field(error, 'reason'), REASON);
}

export function isExpectedFailure(error: unknown): boolean {
  return field(error, 'expected') === true;
}

/** Where it was thrown, and where what caused it was, without the messages. */
export function stackFrames(error: unknown): string {
  const lines: string[] = [];
  let caused: unknown = error;
  for (let depth = 0; depth <= MAX_CAUSES && isError(caused); depth++) {
    lines.push(depth === 0 ? errorType(caused) : `Caused by: ${errorType(caused)}`, ...framesOf(caused));
    const parts = field(caused, 'errors');
    if (Array.isArray(parts)) {
      for (const part of parts.slice(0, MAX_CAUSES)) lines.push(`One of: ${errorType(part)}`, ...framesOf(part));
    }
    caused = field(caused, 'cause');
  }
  return lines.join('\n');
}

function framesOf(error: unknown): string[] {
  const [stack, message] = [field(error, 'stack'), field(error, 'message')];
  if (typeof stack !== 'string') return [];
  // First, because a line of the message may look like a frame.
  const below = typeof message === 'string' ? stack.replace(message, () => '') : stack;
  return below.split('\n').filter(isFrame).slice(0, MAX_FRAMES);
}

function codeOf(error: unknown): string | undefined {
  const code = field(error, 'code');
  const isStatus = typeof code === 'number' && typeof field(error, 'details') === 'string';
  return isStatus ? matching(statusName(code), CODE) : matching(code, CODE);
}

function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' && typeof value !== 'function') return undefined;
  try {
    return (value as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}
