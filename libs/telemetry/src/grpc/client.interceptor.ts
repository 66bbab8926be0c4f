import type { InterceptingCall, Interceptor, Metadata, status, StatusObject } from '@grpc/grpc-js';
import type { InterceptingListener, MessageContext } from '@grpc/grpc-js/build/src/call-interface.js';
import type { InterceptingCallInterface } from '@grpc/grpc-js/build/src/client-interceptors.js';
import { context, propagation, SpanKind, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
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
import { telemetryConfig, tracer } from '../sdk/telemetry.js';
import { metadataSetter } from './metadata-carrier.js';
import { methodName } from './method.js';
import { recordRpcStatus } from './rpc-status.js';

/**
 * Traces every call of a channel to `address` (`host:port`), unary and streaming: a CLIENT span from the first byte
 * sent to the status received, and the trace context in the call's metadata.
 */
export function createClientInterceptor(address: string): Interceptor {
  const colon = address.lastIndexOf(':');
  const peer = { [ATTR_SERVER_ADDRESS]: address.slice(0, colon), [ATTR_SERVER_PORT]: Number(address.slice(colon + 1)) };
  const methods = new Map<string, TracedMethod>();
  return (options, nextCall) => {
    const name = methodName(options.method_definition.path);
    let method = methods.get(name);
    if (!method) {
      const attributes = { [ATTR_RPC_SYSTEM_NAME]: 'grpc', [ATTR_RPC_METHOD]: name, ...peer };
      method = { attributes, durations: new RpcCallDurations('client', attributes) };
      methods.set(name, method);
    }
    const parent = context.active();
    const span = tracer().startSpan(name, { kind: SpanKind.CLIENT, attributes: method.attributes }, parent);
    // grpc-js asks for its class, and calls only what the interface has.
    return new TracedClientCall(nextCall(options), span, parent, method.durations) as unknown as InterceptingCall;
  };
}

interface TracedMethod {
  readonly attributes: Attributes;
  readonly durations: RpcCallDurations;
}

/** One call. Forwards everything; starts with the context in the metadata, and ends the span with the status. */
class TracedClientCall implements InterceptingCallInterface {
  private readonly startedAt = measuring ? performance.now() : 0;

  constructor(
    private readonly call: InterceptingCallInterface,
    private readonly span: Span,
    private readonly parent: Context,
    private readonly durations: RpcCallDurations,
  ) {}

  start(metadata: Metadata, listener: Partial<InterceptingListener> = {}): void {
    const { span, parent } = this;
    // A copy: the caller may use its metadata for other calls, at the same time too.
    const carrier = metadata.clone();
    propagation.inject(trace.setSpan(parent, span), carrier, metadataSetter);
    this.call.start(carrier, {
      onReceiveMetadata: (received) => listener.onReceiveMetadata?.(received),
      onReceiveMessage: (message: unknown) => listener.onReceiveMessage?.(message),
      onReceiveStatus: (received) => {
        endClientSpan(span, parent, received);
        if (measuring) this.durations.record(received.code, this.startedAt);
        context.with(parent, () => listener.onReceiveStatus?.(received));
      },
    });
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
  if (typeof learned === 'string' && telemetryConfig().propagators.includes('baggage')) {
    const values = parseBaggage(learned);
    span.setAttributes(attributesOf(values));
    const scope = scopeOf(parent);
    const added = scope?.learn(values, 'baggage');
    if (added) scope?.entrySpan?.setAttributes(added);
  }
  recordRpcStatus(span, 'client', received.code);
  span.end();
}
