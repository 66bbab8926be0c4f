import type { SpanLimits } from '@opentelemetry/sdk-trace';
import { wholeNumber, type Values } from './env-values.js';

export const limitsShape = {
  OTEL_ATTRIBUTE_COUNT_LIMIT: wholeNumber(),
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: wholeNumber(),
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: wholeNumber(),
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: wholeNumber(),
  OTEL_SPAN_EVENT_COUNT_LIMIT: wholeNumber(),
  OTEL_SPAN_LINK_COUNT_LIMIT: wholeNumber(),
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: wholeNumber(),
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: wholeNumber(),
};

/**
 * How much a span may hold; what is not set is as the SDK has it.
 *
 * Follows {@link https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#attribute-limits}.
 */
export function limitsSettings(values: Values<typeof limitsShape>): SpanLimits {
  return {
    attributeCountLimit: values.OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT ?? values.OTEL_ATTRIBUTE_COUNT_LIMIT,
    attributeValueLengthLimit:
      values.OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT ?? values.OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT,
    eventCountLimit: values.OTEL_SPAN_EVENT_COUNT_LIMIT,
    linkCountLimit: values.OTEL_SPAN_LINK_COUNT_LIMIT,
    attributePerEventCountLimit: values.OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT,
    attributePerLinkCountLimit: values.OTEL_LINK_ATTRIBUTE_COUNT_LIMIT,
  };
}
