import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequestRefusedError } from '../problem/request-refused.error.js';
import { idempotencyKeySchema } from './submission.schemas.js';

/** Lower-case UUID of an `Idempotency-Key` header; quotes around it, as a structured field has them, are taken off. */
export function parseIdempotencyKey(header: string | string[] | undefined): string {
  const value =
    typeof header === 'string'
      ? header
          .trim()
          .replace(/^"(.*)"$/, '$1')
          .toLowerCase()
      : undefined;
  const { success, data } = idempotencyKeySchema.safeParse(value);
  if (success) return data;
  const [code, problem] =
    header === undefined
      ? ['IDEMPOTENCY_KEY_REQUIRED', 'The Idempotency-Key header is missing.']
      : ['INVALID_IDEMPOTENCY_KEY', 'The Idempotency-Key header is not a UUID.'];
  throw new RequestRefusedError(
    400,
    code,
    `${problem} Send a new UUID with each new submission, and the same one again when you retry it.`,
    { issues: [{ rule: code, expression: 'Idempotency-Key', message: 'must be a UUID' }] },
  );
}

/** The key by which a retried submission is recognised. */
export const IdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  parseIdempotencyKey(context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']),
);
