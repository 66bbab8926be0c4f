import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { checkFields, LOG_FIELDS } from './allowed-log-fields.js';
import { checkResource } from './check-resource.js';
import { checkAttributes } from './check-attributes.js';
import { checkLogText, checkName } from './check-text.js';
import { warnOfRedaction } from './redactions.js';

/** What may be printed of a log line's fields: the same object where all of it may, else a copy of what may. */
export function checkLogFields(fields: Record<string, unknown>): Record<string, unknown> {
  return checkFields(fields, LOG_FIELDS, refuse);
}

function refuse(name: string): void {
  warnOfRedaction('log_field', name, 'If it holds nothing private, add it to LOG_FIELDS.');
}

/** What may leave of an OpenTelemetry log record, by the allow-list of attributes; the same object where all of it may. */
export function privateLogRecord(record: ReadableLogRecord): ReadableLogRecord {
  const body = typeof record.body === 'string' ? checkLogText(record.body) : undefined;
  const eventName = record.eventName === undefined ? undefined : checkName(record.eventName);
  const attributes = checkAttributes(record.attributes);
  const resource = checkResource(record.resource);
  if (
    body === record.body &&
    eventName === record.eventName &&
    attributes === record.attributes &&
    resource === record.resource
  ) {
    return record;
  }
  return {
    hrTime: record.hrTime,
    hrTimeObserved: record.hrTimeObserved,
    spanContext: record.spanContext,
    severityText: record.severityText,
    severityNumber: record.severityNumber,
    body,
    eventName,
    resource,
    instrumentationScope: record.instrumentationScope,
    attributes,
    droppedAttributesCount:
      record.droppedAttributesCount + Object.keys(record.attributes).length - Object.keys(attributes).length,
  };
}
