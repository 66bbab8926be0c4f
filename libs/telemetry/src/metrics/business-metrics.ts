import type { Attributes, Counter, Histogram } from '@opentelemetry/api';
import { activeScope } from '../context/request-scope.js';
import { ATTR_TENANT_ID } from '../semconv/attributes.js';
import {
  ATTR_ALERT_LEVEL,
  ATTR_OUTCOME,
  ATTR_RULE,
  METRIC_ALERTS,
  METRIC_SUBMISSION_REJECTIONS,
  METRIC_SUBMISSIONS,
  METRIC_TIME_TO_DURABLE,
} from '../semconv/metrics.js';
import { BoundedValues } from './bounded-values.js';
import { DURATION_BUCKETS, measuring, onMeasuring, secondsSince } from './measuring.js';

interface Instruments {
  readonly submissions: Counter;
  readonly rejections: Counter;
  readonly alerts: Counter;
  readonly timeToDurable: Histogram;
}

const MAX_TENANTS = 100;
const MAX_RULES = 100;

const tenants = new BoundedValues(MAX_TENANTS);
const rules = new BoundedValues(MAX_RULES);
/** One object for each series, so that counting makes none: tenant, then what else tells them apart. */
const interned = new Map<string, Map<string, Attributes>>();
let instruments: Instruments | undefined;

onMeasuring((meter) => {
  instruments = {
    submissions: meter.createCounter(METRIC_SUBMISSIONS, {
      unit: '{submission}',
      description: 'Responses that were accepted, replayed to a client that sent them again, or rejected.',
    }),
    rejections: meter.createCounter(METRIC_SUBMISSION_REJECTIONS, {
      unit: '{rejection}',
      description: 'Rules that rejected responses broke, each once a response.',
    }),
    alerts: meter.createCounter(METRIC_ALERTS, { unit: '{alert}', description: 'Safety alerts that were stored.' }),
    timeToDurable: meter.createHistogram(METRIC_TIME_TO_DURABLE, {
      unit: 's',
      description: 'From the receipt of a response until the gateway knows that it is committed.',
      advice: { explicitBucketBoundaries: DURATION_BUCKETS },
    }),
  };
});

/** What operations staff counts. Says what happened to the request being handled; its tenant is known already. */
export const businessMetrics = {
  /** A response is committed, or, `replayed`, was so before and was sent again. */
  submissionStored({ replayed }: { replayed: boolean }): void {
    if (!measuring) return;
    count(ATTR_OUTCOME, replayed ? 'replayed' : 'accepted', instruments?.submissions);
    const receivedAt = activeScope()?.receivedAt;
    if (replayed || receivedAt === undefined) return;
    instruments?.timeToDurable.record(secondsSince(receivedAt), attributesOf('', ''));
  },

  /** A response was refused for what is in it. @param broken ids of the rules, also where one broke twice */
  submissionRejected(broken: Iterable<string>): void {
    if (!measuring) return;
    count(ATTR_OUTCOME, 'rejected', instruments?.submissions);
    for (const rule of new Set(broken)) count(ATTR_RULE, rules.bound(rule), instruments?.rejections);
  },

  /** Safety alerts are committed. */
  alertsRaised(alerts: readonly { readonly rule: string; readonly level: string }[]): void {
    if (!measuring) return;
    for (const { rule, level } of alerts) {
      instruments?.alerts.add(1, { ...attributesOf(ATTR_RULE, rules.bound(rule)), [ATTR_ALERT_LEVEL]: level });
    }
  },
};

function count(attribute: string, value: string, counter: Counter | undefined): void {
  counter?.add(1, attributesOf(attribute, value));
}

function attributesOf(attribute: string, value: string): Attributes {
  const tenant = tenants.bound(activeScope()?.get('tenantId') ?? 'none');
  let byValue = interned.get(tenant);
  if (!byValue) interned.set(tenant, (byValue = new Map<string, Attributes>()));
  const key = `${attribute}=${value}`;
  let attributes = byValue.get(key);
  if (!attributes) {
    attributes = { [ATTR_TENANT_ID]: tenant, ...(attribute && { [attribute]: value }) };
    byValue.set(key, attributes);
  }
  return attributes;
}
