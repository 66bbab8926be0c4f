import type { Attributes, Histogram } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_RPC_METHOD, ATTR_RPC_STATUS_CODE } from '@opentelemetry/semantic-conventions';
import { isHealthMethod } from '../grpc/method.js';
import { isRpcError, isStatusCode, statusName, type RpcSide } from '../grpc/rpc-status.js';
import { METRIC_RPC_CLIENT_CALL_DURATION, METRIC_RPC_SERVER_CALL_DURATION } from '../semconv/metrics.js';
import { DURATION_BUCKETS, onMeasuring, secondsSince } from './measuring.js';

const UNKNOWN = 2;
const histograms: Partial<Record<RpcSide, Histogram>> = {};

onMeasuring((meter) => {
  const options = { unit: 's', advice: { explicitBucketBoundaries: DURATION_BUCKETS } };
  histograms.server = meter.createHistogram(METRIC_RPC_SERVER_CALL_DURATION, {
    ...options,
    description: 'Duration of the calls that this service was sent.',
  });
  histograms.client = meter.createHistogram(METRIC_RPC_CLIENT_CALL_DURATION, {
    ...options,
    description: 'Duration of the calls that this service made.',
  });
});

/**
 * How long the calls of one method take, by status. Make one for each method and keep it: it holds the attributes of
 * every status that occurs, so that recording makes nothing.
 */
export class RpcCallDurations {
  readonly #byCode: Attributes[] = [];

  readonly #isHealth: boolean;

  /** @param attributes what all calls of the method have in common */
  constructor(
    private readonly side: RpcSide,
    private readonly attributes: Attributes,
  ) {
    this.#isHealth = isHealthMethod(String(attributes[ATTR_RPC_METHOD]));
  }

  /** @param startedAt `performance.now()` when the call began */
  record(code: number, startedAt: number): void {
    this.recordSeconds(code, secondsSince(startedAt));
  }

  recordSeconds(code: number, seconds: number): void {
    if (this.#isHealth) return;
    histograms[this.side]?.record(seconds, this.#byCode[code] ?? this.#remember(code));
  }

  #remember(code: number): Attributes {
    // gRPC takes a number that it does not know for UNKNOWN; the other end may send any.
    if (!isStatusCode(code)) return this.#byCode[UNKNOWN] ?? this.#remember(UNKNOWN);
    const name = statusName(code);
    const attributes = { ...this.attributes, [ATTR_RPC_STATUS_CODE]: name };
    if (isRpcError(this.side, name)) Object.assign(attributes, { [ATTR_ERROR_TYPE]: name });
    return (this.#byCode[code] = attributes);
  }
}
