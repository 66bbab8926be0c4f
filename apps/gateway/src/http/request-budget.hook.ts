import { runWithDeadline } from '@epro/contracts';
import type { FastifyInstance } from 'fastify';

/**
 * Gives every request a deadline that all the calls it makes inherit.
 *
 * It starts when the body is there: a patient on a slow network must not pay for the upload with time that the
 * services need. How long an upload may take is the server's `requestTimeout`. Starting here also means that it
 * cannot get lost in the events of a body that arrives in pieces.
 */
export function limitRequestTime(fastify: FastifyInstance, budgetMs: number): void {
  fastify.addHook('preValidation', (_request, _reply, done) => runWithDeadline(Date.now() + budgetMs, done));
}
