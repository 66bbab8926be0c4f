import type { AttributeValue } from '@epro/trace-contract';
import type { OtlpAttribute, OtlpValue } from './otlp-json.js';

/**
 * Turns OTLP attributes into plain values. An integer that a number cannot hold is its digits; bytes are base64; a map,
 * and a list within a list, is JSON; no value at all is the empty string.
 */
export function attributeValues(attributes: readonly OtlpAttribute[] = []): Record<string, AttributeValue> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, attributeValue(value ?? {})]));
}

function attributeValue(value: OtlpValue): AttributeValue {
  return value.arrayValue ? (value.arrayValue.values ?? []).map(scalar) : scalar(value);
}

function scalar(value: OtlpValue): string | number | boolean {
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) {
    const number = Number(value.intValue);
    return Number.isSafeInteger(number) ? number : String(value.intValue);
  }
  // JSON has no number for NaN and the infinities: they come as text.
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.bytesValue !== undefined) return value.bytesValue;
  return value.arrayValue || value.kvlistValue ? JSON.stringify(plain(value)) : '';
}

function plain(value: OtlpValue): unknown {
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plain);
  if (value.kvlistValue)
    return Object.fromEntries((value.kvlistValue.values ?? []).map(({ key, value: item }) => [key, plain(item ?? {})]));
  return scalar(value);
}
