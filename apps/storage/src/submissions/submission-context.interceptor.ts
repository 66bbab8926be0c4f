import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Submission } from '@epro/contracts';
import { setBusinessContext } from '@epro/telemetry';
import { tap, type Observable } from 'rxjs';

/** Says which submission a call was about, once that is known: its id is then on the request's spans, the gateway's too. */
@Injectable()
export class SubmissionContextInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<{ submission?: Submission }>): Observable<unknown> {
    return next.handle().pipe(
      tap(({ submission }) => {
        if (submission)
          setBusinessContext({ submissionId: submission.id, questionnaire: submission.questionnaire?.id });
      }),
    );
  }
}
