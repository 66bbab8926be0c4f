import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { runWithDeadline } from './deadline.js';

/** Runs the handler with the deadline that the caller sent, so that the calls it makes inherit what is left of it. */
export const deadlineInterceptor: ServerInterceptor = (_method, call) => {
  const deadline = Number(call.getDeadline());
  if (!Number.isFinite(deadline)) return new ServerInterceptingCall(call);
  return new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata: (metadata, proceed) => runWithDeadline(deadline, () => proceed(metadata)),
        onReceiveMessage: (message, proceed) => runWithDeadline(deadline, () => proceed(message)),
        onReceiveHalfClose: (proceed) => runWithDeadline(deadline, proceed),
      }),
  });
};
