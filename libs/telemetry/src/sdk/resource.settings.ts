import { z } from 'zod';
import type { Values } from './env-values.js';
import { serviceVersion } from './service-version.js';

const NAME = /^[\w.-]{1,64}$/;
const name = () => z.string().trim().regex(NAME, 'must be letters, digits and . _ -, 64 at most').optional();

/** What may say who runs the process and how is never sent: a command line is no place to trust with being free of secrets. */
const NEVER_SENT: readonly string[] = [
  'process.command',
  'process.command_args',
  'process.command_line',
  'process.owner',
];

/** OpenTelemetry's own limit for a key and for a value from the environment. */
const MAX_LENGTH = 255;

export const resourceShape = {
  OTEL_SERVICE_NAME: z.string().trim().max(MAX_LENGTH, 'must have 255 characters at most').optional(),
  OTEL_RESOURCE_ATTRIBUTES: z.string().transform(parseAttributes).optional(),
  EPRO_ENVIRONMENT: name(),
  CLOUD_PROVIDER: name(),
  CLOUD_REGION: name(),
};

/** What is said about this process from outside. */
export interface ResourceSettings {
  /** `OTEL_SERVICE_NAME`, or `service.name` of `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly serviceName: string;
  /** `service.version` of `OTEL_RESOURCE_ATTRIBUTES`, or that of the program's package. */
  readonly serviceVersion: string | undefined;
  /** Those of `OTEL_RESOURCE_ATTRIBUTES`; they win over what is detected. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly environment: string | undefined;
  readonly cloudProvider: string | undefined;
  readonly cloudRegion: string | undefined;
}

export function resourceSettings(values: Values<typeof resourceShape>): ResourceSettings {
  const attributes = values.OTEL_RESOURCE_ATTRIBUTES ?? {};
  return {
    serviceName: values.OTEL_SERVICE_NAME ?? attributes['service.name'] ?? 'epro-unnamed',
    serviceVersion: attributes['service.version'] ?? serviceVersion(),
    attributes,
    environment: values.EPRO_ENVIRONMENT,
    cloudProvider: values.CLOUD_PROVIDER,
    cloudRegion: values.CLOUD_REGION,
  };
}

/** Follows {@link https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable}. */
function parseAttributes(value: string, ctx: z.core.$RefinementCtx): Record<string, string> {
  const attributes: Record<string, string> = {};
  value.split(',').forEach((entry, index) => {
    if (entry.trim() === '') return;
    const attribute = parseAttribute(entry);
    if (!attribute) {
      const message = `entry ${index + 1} of the list must be key=value, with "," and "=" percent-encoded, 255 characters at most`;
      ctx.addIssue({ code: 'custom', message });
    } else if (!NEVER_SENT.includes(attribute[0])) {
      attributes[attribute[0]] = attribute[1];
    }
  });
  return attributes;
}

function parseAttribute(entry: string): [string, string] | undefined {
  const parts = entry.split('=');
  if (parts.length !== 2) return undefined;
  try {
    const [key = '', value = ''] = parts.map((part) => decodeURIComponent(part.trim()));
    return key !== '' && key.length <= MAX_LENGTH && value.length <= MAX_LENGTH ? [key, value] : undefined;
  } catch {
    return undefined;
  }
}
