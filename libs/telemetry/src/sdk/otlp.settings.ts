import { accessSync, constants } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { flag, oneOf, wholeNumber } from './env-values.js';

export const OTLP_PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
export type OtlpProtocol = (typeof OTLP_PROTOCOLS)[number];

const HOST_PORT = /^[\w.-]+:\d{1,5}$/;

/** `http://` or `https://`. */
export function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function otlpVariables() {
  return {
    PROTOCOL: oneOf(OTLP_PROTOCOLS),
    ENDPOINT: z
      .string()
      .trim()
      .refine((value) => isHttpUrl(value) || HOST_PORT.test(value), 'must be an URL, as in http://localhost:4318')
      .optional(),
    HEADERS: z.string().superRefine(checkHeaders).optional(),
    TIMEOUT: wholeNumber(),
    COMPRESSION: oneOf(['gzip', 'none']),
    INSECURE: flag(),
    CERTIFICATE: readableFile(),
    CLIENT_CERTIFICATE: readableFile(),
    CLIENT_KEY: readableFile(),
  };
}

type OtlpVariables = ReturnType<typeof otlpVariables>;
type Prefixed<Prefix extends string> = {
  [Name in keyof OtlpVariables as `${Prefix}_${Name}`]: OtlpVariables[Name];
};

/**
 * The variables of an OTLP exporter: for all signals (`OTEL_EXPORTER_OTLP`) or for one (`OTEL_EXPORTER_OTLP_TRACES`).
 * The exporters read them themselves, and go on with defaults where they cannot; here they are checked before.
 *
 * Follows {@link https://opentelemetry.io/docs/specs/otel/protocol/exporter/}.
 */
export function otlpShape<const Prefix extends string>(prefix: Prefix): Prefixed<Prefix> {
  const named = Object.entries(otlpVariables()).map(([name, type]) => [`${prefix}_${name}`, type]);
  return Object.fromEntries(named) as Prefixed<Prefix>;
}

/**
 * What HTTP and gRPC want of an endpoint differs: gRPC's may be `host:port`.
 *
 * @param values by name, those of {@link otlpShape} for all signals and for this one
 */
export function checkOtlp(
  signal: 'TRACES' | 'METRICS' | 'LOGS',
  values: Readonly<Record<string, unknown>>,
  ctx: z.core.$RefinementCtx,
): void {
  const general = 'OTEL_EXPORTER_OTLP';
  const nameOf = (name: string) => [`${general}_${signal}_${name}`, `${general}_${name}`].find((key) => values[key]);
  const endpoint = nameOf('ENDPOINT');
  if (otlpProtocol(signal, values) !== 'grpc' && endpoint && HOST_PORT.test(String(values[endpoint]).trim())) {
    const message = 'must be an URL, as in http://localhost:4318, where the protocol is over HTTP';
    ctx.addIssue({ code: 'custom', path: [endpoint], message });
  }
  const certificate = nameOf('CLIENT_CERTIFICATE');
  const key = nameOf('CLIENT_KEY');
  if (!certificate !== !key) {
    const given = certificate ?? key ?? '';
    const missing = certificate ? given.replace(/CERTIFICATE$/, 'KEY') : given.replace(/KEY$/, 'CERTIFICATE');
    ctx.addIssue({ code: 'custom', path: [given], message: `does nothing alone; set ${missing} too` });
  }
}

/** The protocol for one signal: its own, or that of all signals; `http/protobuf` where none is set. */
export function otlpProtocol(
  signal: 'TRACES' | 'METRICS' | 'LOGS',
  values: Readonly<Record<string, unknown>>,
): OtlpProtocol {
  const chosen = values[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] ?? values['OTEL_EXPORTER_OTLP_PROTOCOL'];
  return (chosen as OtlpProtocol | undefined) ?? 'http/protobuf';
}

/** Entries are told by their place: what they say is a secret more often than not. */
function checkHeaders(value: string, ctx: z.core.$RefinementCtx): void {
  value.split(',').forEach((entry, index) => {
    if (entry.trim() === '' || isHeader(entry)) return;
    const message = `entry ${index + 1} of the list must be name=value, the value percent-encoded`;
    ctx.addIssue({ code: 'custom', message });
  });
}

function isHeader(entry: string): boolean {
  const equals = entry.indexOf('=');
  try {
    const name = decodeURIComponent(entry.slice(0, equals).trim());
    const value = decodeURIComponent(entry.slice(equals + 1).trim());
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return equals > 0 && value !== '';
  } catch {
    return false;
  }
}

function readableFile() {
  return z
    .string()
    .trim()
    .refine((path) => {
      try {
        accessSync(path, constants.R_OK);
        return true;
      } catch {
        return false;
      }
    }, 'must be the path of a file that this process can read')
    .optional();
}
