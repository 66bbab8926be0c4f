import type { InterceptingCall, Interceptor, Metadata, status, StatusObject } from '@grpc/grpc-js';
import type { InterceptingListener, MessageContext } from '@grpc/grpc-js/build/src/call-interface.js';
import type { InterceptingCallInterface } from '@grpc/grpc-js/build/src/client-interceptors.js';
import { context, propagation, SpanKind, trace, type Context, type Span, type SpanOptions } from '@opentelemetry/api';
import {
  ATTR_RPC_METHOD,
  ATTR_RPC_SYSTEM_NAME,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';
import { attributesOf } from '../context/business-fields.js';
import { scopeOf } from '../context/request-scope.js';
import { measuring } from '../metrics/measuring.js';
import { RpcCallDurations } from '../metrics/rpc-call-durations.js';
import { parseBaggage } from '../propagation/business-baggage.propagator.js';
import { carriesBaggage, tracer } from '../sdk/telemetry.js';
import { metadataSetter } from './metadata-carrier.js';
import { methodName } from './method.js';
import { recordRpcStatus } from './rpc-status.js';
import { shareAttributes } from '../trace/shared-attributes.js';

/**
 * Traces every call of a channel to `address` (`host:port`), unary and streaming: a CLIENT span from the first byte
 * sent to the status received, and the trace context in the call's metadata.
 */
export function createClientInterceptor(address: string): Interceptor {
  const colon = address.lastIndexOf(':');
  const peer = { [ATTR_SERVER_ADDRESS]: address.slice(0, colon), [ATTR_SERVER_PORT]: Number(address.slice(colon + 1)) };
  const methods = new Map<string, TracedMethod>();
  return (options, nextCall) => {
    const { path } = options.method_definition;
    let method = methods.get(path);
    if (!method) {
      const name = methodName(path);
      const attributes = shareAttributes({ [ATTR_RPC_SYSTEM_NAME]: 'grpc', [ATTR_RPC_METHOD]: name, ...peer });
      const durations = new RpcCallDurations('client', attributes);
      method = { name, span: { kind: SpanKind.CLIENT, attributes }, durations };
      methods.set(path, method);
    }
    // First, because it throws where the channel is closed.
    const call = nextCall(options);
    const parent = context.active();
    const span = tracer().startSpan(method.name, method.span, parent);
    // grpc-js asks for its class, and calls only what the interface has.
    return new TracedClientCall(call, span, parent, method.durations) as unknown as InterceptingCall;
  };
}

interface TracedMethod {
  readonly name: string;
  readonly span: SpanOptions;
  readonly durations: RpcCallDurations;
}

const NO_LISTENER: Partial<InterceptingListener> = {};

/**
 * One call. Forwards everything both ways, as its own listener; starts with the context in the metadata, and ends the span
 * with the status.
 */
class TracedClientCall implements InterceptingCallInterface, InterceptingListener {
  private readonly startedAt = measuring ? performance.now() : 0;
  private listener = NO_LISTENER;

  constructor(
    private readonly call: InterceptingCallInterface,
    private readonly span: Span,
    private readonly parent: Context,
    private readonly durations: RpcCallDurations,
  ) {}

  start(metadata: Metadata, listener?: Partial<InterceptingListener>): void {
    if (listener) this.listener = listener;
    // A copy: the caller may use its metadata for other calls, at the same time too.
    const carrier = metadata.clone();
    const { parent, span } = this;
    const active = trace.getSpan(parent) === span ? parent : trace.setSpan(parent, span);
    propagation.inject(active, carrier, metadataSetter);
    this.call.start(carrier, this);
  }

  onReceiveMetadata(received: Metadata): void {
    this.listener.onReceiveMetadata?.(received);
  }

  onReceiveMessage(message: unknown): void {
    this.listener.onReceiveMessage?.(message);
  }

  onReceiveStatus(received: StatusObject): void {
    endClientSpan(this.span, this.parent, received);
    if (measuring) this.durations.record(received.code, this.startedAt);
    // Where a call is answered is nearly always where it was made.
    if (context.active() === this.parent) this.listener.onReceiveStatus?.(received);
    else context.with(this.parent, () => this.listener.onReceiveStatus?.(received));
  }

  cancelWithStatus(code: status, details: string): void {
    this.call.cancelWithStatus(code, details);
  }

  getPeer(): string {
    return this.call.getPeer();
  }

  sendMessageWithContext(messageContext: MessageContext, message: unknown): void {
    this.call.sendMessageWithContext(messageContext, message);
  }

  sendMessage(message: unknown): void {
    this.call.sendMessage(message);
  }

  startRead(): void {
    this.call.startRead();
  }

  halfClose(): void {
    this.call.halfClose();
  }

  getAuthContext() {
    return this.call.getAuthContext();
  }
}

/** What the service learned about the request comes back in its trailers; the span and the request here get it too. */
function endClientSpan(span: Span, parent: Context, received: StatusObject): void {
  const [learned] = received.metadata.get('baggage');
  if (typeof learned === 'string' && carriesBaggage()) {
    const values = parseBaggage(learned);
    const scope = scopeOf(parent);
    if (scope?.learn(values, 'baggage')) scope.describe(scope.entrySpan);
    if (scope) scope.describe(span);
    else span.setAttributes(attributesOf(values));
  }
  if (!span.isRecording()) return;
  recordRpcStatus(span, 'client', received.code);
  span.end();
}
