import { Metadata, status, type ServerInterceptor } from '@grpc/grpc-js';
import type {
  InterceptingServerListener,
  ServerInterceptingCallInterface,
} from '@grpc/grpc-js/build/src/server-interceptors.js';
import type { PartialStatusObject } from '@grpc/grpc-js/build/src/call-interface.js';
import { context, propagation, SpanKind, trace, type Context, type Span, type SpanOptions } from '@opentelemetry/api';
import { ATTR_RPC_METHOD, ATTR_RPC_SYSTEM_NAME } from '@opentelemetry/semantic-conventions';
import { EMPTY_CONTEXT } from '../context/request-context.js';
import { scopeOf } from '../context/request-scope.js';
import { measuring } from '../metrics/measuring.js';
import { RpcCallDurations } from '../metrics/rpc-call-durations.js';
import { carriesBaggage, tracer } from '../sdk/telemetry.js';
import { probeOf } from '../self-check/probes.js';
import { metadataGetter } from './metadata-carrier.js';
import { isHealthMethod, methodName } from './method.js';
import { recordRpcStatus } from './rpc-status.js';
import { shareAttributes } from '../trace/shared-attributes.js';

/**
 * Traces every call that a server receives, unary and streaming: continues the caller's trace, runs the handler
 * within a SERVER span, and ends it with the status that is sent, also where grpc-js sends one by itself; with
 * CANCELLED where the caller went away, and with DEADLINE_EXCEEDED where it did so because time had run out.
 */
export function createServerInterceptor(): ServerInterceptor {
  const methods = new Map<string, TracedMethod>();
  return ({ path, requestStream }, call) => {
    let method = methods.get(path);
    if (!method) {
      const name = methodName(path);
      const attributes = shareAttributes({ [ATTR_RPC_SYSTEM_NAME]: 'grpc', [ATTR_RPC_METHOD]: name });
      method = {
        name,
        requestStream,
        isHealth: isHealthMethod(name),
        span: { kind: SpanKind.SERVER, attributes },
        durations: new RpcCallDurations('server', attributes),
      };
      methods.set(path, method);
    }
    // grpc-js asks for its class, and calls only what the interface has.
    return new TracedServerCall(call, method) as unknown as ReturnType<ServerInterceptor>;
  };
}

interface TracedMethod {
  readonly name: string;
  readonly requestStream: boolean;
  readonly isHealth: boolean;
  readonly span: SpanOptions;
  readonly durations: RpcCallDurations;
}

const traced = Symbol('epro traced call');

/** The call that interceptors are put around. */
type InnerCall = ServerInterceptingCallInterface & { [traced]?: TracedServerCall };

/**
 * A caller's clock starts first: where it goes away so shortly before the deadline as the server knows it, in ms, it
 * does because of the deadline.
 */
const DEADLINE_TOLERANCE_MS = 25;

/**
 * Stands in for the inner call's own. Where an answer cannot be serialised, a request cannot be read or is too large, or
 * the deadline is over, grpc-js ends the call through this and none of its interceptors hears of it.
 */
function sendStatus(this: InnerCall, sent: PartialStatusObject): void {
  this[traced]?.end(sent.code ?? status.UNKNOWN);
  this[traced]?.sendInnerStatus.call(this, sent);
}

/** One call. Every callback into the handler runs in the context of its span. */
class TracedServerCall implements ServerInterceptingCallInterface, InterceptingServerListener {
  private listener!: InterceptingServerListener;
  private span: Span | undefined;
  private isAnswered = false;
  private active: Context = EMPTY_CONTEXT;
  readonly sendInnerStatus: ServerInterceptingCallInterface['sendStatus'];
  private readonly startedAt = measuring ? performance.now() : 0;

  constructor(
    private readonly call: ServerInterceptingCallInterface,
    private readonly method: TracedMethod,
  ) {
    const inner: InnerCall = call;
    inner[traced] = this;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- is called on the call it is taken from
    this.sendInnerStatus = inner.sendStatus;
    inner.sendStatus = sendStatus;
  }

  start(listener: InterceptingServerListener): void {
    this.listener = listener;
    this.call.start(this);
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.begin(metadata);
    // The handler of a single request is called when that is complete, and hears of nothing before.
    if (!this.method.requestStream) this.listener.onReceiveMetadata(metadata);
    else context.with(this.active, () => this.listener.onReceiveMetadata(metadata));
  }

  onReceiveMessage(message: unknown): void {
    if (!this.method.requestStream) this.listener.onReceiveMessage(message);
    else context.with(this.active, () => this.listener.onReceiveMessage(message));
  }

  onReceiveHalfClose(): void {
    context.with(this.active, () => this.listener.onReceiveHalfClose());
  }

  onCancel(): void {
    // grpc-js calls this after every call; where the handler has answered, nobody waits for it.
    if (this.isAnswered) return this.listener.onCancel();
    if (this.span) this.end(this.isOverdue() ? status.DEADLINE_EXCEEDED : status.CANCELLED);
    context.with(this.active, () => this.listener.onCancel());
  }

  sendStatus(sent: PartialStatusObject): void {
    this.isAnswered = true;
    const learned = scopeOf(this.active)?.learned;
    if (!learned || !carriesBaggage()) return this.call.sendStatus(sent);
    const metadata = sent.metadata?.clone() ?? new Metadata();
    metadata.set('baggage', learned);
    this.call.sendStatus({ ...sent, metadata });
  }

  sendMetadata(metadata: Metadata): void {
    this.call.sendMetadata(metadata);
  }

  sendMessage(message: unknown, callback: () => void): void {
    this.call.sendMessage(message, callback);
  }

  startRead(): void {
    this.call.startRead();
  }

  getPeer(): string {
    return this.call.getPeer();
  }

  getDeadline() {
    return this.call.getDeadline();
  }

  getHost(): string {
    return this.call.getHost();
  }

  getAuthContext() {
    return this.call.getAuthContext();
  }

  getConnectionInfo() {
    return this.call.getConnectionInfo();
  }

  getMetricsRecorder() {
    return this.call.getMetricsRecorder();
  }

  private begin(metadata: Metadata): void {
    const { name, isHealth, span: options } = this.method;
    const received = propagation.extract(EMPTY_CONTEXT, metadata, metadataGetter);
    const parent = trace.getSpan(received);
    if (isHealth && !(parent && probeOf(parent.spanContext().traceId))) return;
    const span = tracer().startSpan(name, options, received);
    this.span = span;
    const scope = scopeOf(received);
    if (scope) {
      scope.entrySpan = span;
      scope.traceId = span.spanContext().traceId;
    }
    this.active = span === parent ? received : trace.setSpan(received, span);
  }

  private isOverdue(): boolean {
    return Number(this.call.getDeadline()) - Date.now() <= DEADLINE_TOLERANCE_MS;
  }

  /** Called more than once; the first one counts. */
  end(code: status): void {
    const span = this.span;
    if (!span) return;
    this.span = undefined;
    if (span.isRecording()) {
      recordRpcStatus(span, 'server', code);
      span.end();
    }
    if (measuring) this.method.durations.record(code, this.startedAt);
  }
}
