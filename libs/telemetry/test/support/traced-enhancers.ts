import {
  Catch,
  Injectable,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { recordError } from '../../src/span/record-error.js';
import { withSpan } from '../../src/span/with-span.js';

/** Everything that Nest runs around a handler, each with a step of its own. What the request's text says is refused. */
const step = (name: string) => withSpan(name, () => {});
const textOf = (context: ExecutionContext): string => {
  const request =
    context.getType() === 'http'
      ? context.switchToHttp().getRequest<{ query: { text: string } }>().query
      : context.switchToRpc().getData<{ text?: string }>();
  return request.text ?? '';
};

@Injectable()
export class StepGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    await Promise.resolve();
    step('guard');
    if (textOf(context) === 'crash in guard') throw new RangeError('words');
    return textOf(context) !== 'refuse';
  }
}

@Injectable()
export class StepPipe implements PipeTransform {
  transform(value: unknown): unknown {
    step('pipe');
    return value;
  }
}

/** As people write one: the handler is called in the span, and what it returns is subscribed to later. */
@Injectable()
export class StepInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return withSpan('interceptor', () => next.handle());
  }
}

@Catch()
export class StepFilter<Answer> implements ExceptionFilter {
  constructor(private readonly answer: (error: unknown, host: Parameters<ExceptionFilter['catch']>[1]) => Answer) {}

  catch(error: unknown, host: Parameters<ExceptionFilter['catch']>[1]): Answer {
    step('filter');
    recordError(error);
    return this.answer(error, host);
  }
}
