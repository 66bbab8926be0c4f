import { throwError } from 'rxjs';
import { connectEcho, EchoModule, type Echo } from './nest-echo.js';
import { serveNestGrpc } from './serve-nest-grpc.js';
import { StepFilter, StepGuard, StepInterceptor, StepPipe } from './traced-enhancers.js';

/** The echo service in Nest with a step in each of its stages: guard, pipe, interceptor, filter. */
export interface StagedEcho {
  readonly echo: Echo;
  stop(): Promise<void>;
}

export async function serveStagedEcho(): Promise<StagedEcho> {
  const { address, app } = await serveNestGrpc(EchoModule, (nest) => {
    nest.useGlobalGuards(new StepGuard());
    nest.useGlobalPipes(new StepPipe());
    nest.useGlobalInterceptors(new StepInterceptor());
    nest.useGlobalFilters(new StepFilter(() => throwError(() => ({ code: 13, message: '' }))));
  });
  const proxy = connectEcho(address);
  return {
    echo: proxy.getService<Echo>('Echo'),
    async stop() {
      proxy.close();
      await app.close();
    },
  };
}
