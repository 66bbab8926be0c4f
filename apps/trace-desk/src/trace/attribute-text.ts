import type { OtlpAttribute, OtlpValue } from '../otlp/otlp-json.js';

/**
 * An attribute's value as text, as Jaeger writes it: a list or a map is JSON, the keys of a map in order, integers
 * with all their digits.
 */
export function attributeText(value: OtlpValue): string {
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return String(value.boolValue);
  if (value.intValue !== undefined) return value.intValue;
  if (value.doubleValue !== undefined) return String(value.doubleValue);
  if (value.bytesValue !== undefined) return value.bytesValue;
  return value.arrayValue || value.kvlistValue ? jsonText(value) : '';
}

function jsonText(value: OtlpValue): string {
  if (value.intValue !== undefined) return value.intValue;
  if (value.boolValue !== undefined || value.doubleValue !== undefined)
    return JSON.stringify(value.boolValue ?? value.doubleValue);
  if (value.arrayValue) return `[${(value.arrayValue.values ?? []).map(jsonText).join(',')}]`;
  if (value.kvlistValue) {
    const entries = [...(value.kvlistValue.values ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1));
    return `{${entries.map(({ key, value: item }) => `${JSON.stringify(key)}:${jsonText(item)}`).join(',')}}`;
  }
  const text = value.stringValue ?? value.bytesValue;
  return text === undefined ? 'null' : JSON.stringify(text);
}

/** The value of the first attribute with this key, as text. */
export function findAttribute(attributes: readonly OtlpAttribute[] | undefined, key: string): string | undefined {
  const found = attributes?.find((attribute) => attribute.key === key);
  return found && attributeText(found.value);
}
