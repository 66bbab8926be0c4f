import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { incompletePhq9, phq9 } from './support/api.js';
import { BACKENDS } from './support/backends.js';
import { MetricsPage } from './support/metrics-page.js';
import { startPlatform, type Platform } from './support/platform.js';

const ACCEPTED = 3;
const ROUTE = '/api/v1/submissions';
const SAVE = 'epro.storage.v1.StorageService/SaveSubmission';

describe('what a Prometheus reads', () => {
  let platform: Platform;
  let gateway: MetricsPage;
  let storage: MetricsPage;

  beforeAll(async () => {
    platform = await startPlatform(BACKENDS[0]!, { env: { OTEL_METRICS_EXPORTER: 'prometheus' } });
    const { api } = platform;
    const patient = await api.signIn('aurora', 'patient-1');
    const neighbour = await api.signIn('borealis', 'patient-1');
    const keys = Array.from({ length: ACCEPTED }, () => randomUUID());
    const answers = [];
    for (const key of keys) answers.push(await api.submit(patient, phq9(2), key));
    answers.push(await api.submit(patient, phq9(2), keys[0]));
    answers.push(await api.submit(patient, incompletePhq9()));
    answers.push(await api.submit(neighbour, phq9(0)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 200, 422, 201]);
    gateway = await settledPage(platform, 'gatewayMetrics');
    storage = await settledPage(platform, 'storageMetrics');
  });
  afterAll(() => platform.stop());

  it('counts submissions by tenant and outcome, and rejections by rule', () => {
    const outcomes = gateway.of('epro_submissions_total').map(({ labels, value }) => ({
      tenant: labels['tenant_id'],
      outcome: labels['epro_outcome'],
      value,
    }));
    expect(outcomes).toHaveLength(4);
    expect(outcomes).toEqual(
      expect.arrayContaining([
        { tenant: 'aurora', outcome: 'accepted', value: ACCEPTED },
        { tenant: 'aurora', outcome: 'replayed', value: 1 },
        { tenant: 'aurora', outcome: 'rejected', value: 1 },
        { tenant: 'borealis', outcome: 'accepted', value: 1 },
      ]),
    );
    expect(gateway.of('epro_submission_rejections_total')).toMatchObject([
      { labels: { tenant_id: 'aurora', epro_rule: 'EPRO-REQ-001' }, value: 1 },
    ]);
  });

  it('counts the alerts that were stored, once however often a submission is sent', () => {
    expect(storage.of('epro_alerts_total')).toMatchObject([
      { labels: { tenant_id: 'aurora', epro_rule: 'phq9-item9', epro_alert_level: 'critical' }, value: ACCEPTED },
    ]);
  });

  it('times submissions until they are durable, which is sooner than the answer', () => {
    const durable = 'epro_submission_time_to_durable';
    expect(gateway.sum(`${durable}_count`)).toBe(ACCEPTED + 1);
    expect(gateway.sum(`${durable}_count`, { tenant_id: 'borealis' })).toBe(1);
    const answered = { http_route: ROUTE, http_response_status_code: '201' };
    expect(gateway.sum('http_server_request_duration_count', answered)).toBe(ACCEPTED + 1);
    const seconds = gateway.sum(`${durable}_sum`);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(gateway.sum('http_server_request_duration_sum', answered));
  });

  it('times every call on both sides', () => {
    const saved = { rpc_method: SAVE, rpc_status_code: 'OK' };
    expect(gateway.sum('rpc_client_call_duration_count', saved)).toBe(ACCEPTED + 2);
    expect(storage.sum('rpc_server_call_duration_count', saved)).toBe(ACCEPTED + 2);
    expect(gateway.sum('rpc_client_call_duration_sum', saved)).toBeGreaterThan(
      storage.sum('rpc_server_call_duration_sum', saved),
    );
  });

  it('shows the pool, the statements and the pipeline of each service', () => {
    expect(storage.of('db_client_connection_max')).toMatchObject([
      { labels: { db_client_connection_pool_name: 'epro-storage' }, value: 4 },
    ]);
    expect(storage.of('db_client_connection_count')).toHaveLength(2);
    expect(storage.sum('db_client_operation_duration_count', { db_operation_name: 'COMMIT' })).toBe(ACCEPTED + 2);
    for (const page of [gateway, storage]) {
      expect(page.sum('epro_telemetry_spans_ended_total')).toBeGreaterThan(10);
      expect(page.sum('otel_sdk_processor_span_processed_total', { error_type: 'queue_full' })).toBe(0);
    }
  });

  it('names no patient, user or request', () => {
    const values = [gateway, storage].flatMap(({ series }) => series.flatMap(({ labels }) => Object.values(labels)));
    for (const value of values) expect(value).not.toMatch(/AUR-|BOR-|patient-\d/);
  });
});

/** What a service shows once it has nothing left to do: a client has its answer a little before the span ends. */
async function settledPage(platform: Platform, service: 'gatewayMetrics' | 'storageMetrics'): Promise<MetricsPage> {
  return vi.waitFor(
    async () => {
      const page = await MetricsPage.of(platform, service);
      expect(page.of('otel_sdk_span_live')).toMatchObject([{ value: 0 }]);
      return page;
    },
    { timeout: 5000, interval: 50 },
  );
}
