import { z } from 'zod';
import type { Failure } from './failure.js';

const TYPE_BASE = 'https://epro.example/problems/';

const issueSchema = z
  .object({
    rule: z.string().meta({ description: 'Stable code of the rule that was broken.', examples: ['EPRO-REQ-001'] }),
    message: z.string(),
    expression: z
      .string()
      .optional()
      .meta({
        description: 'Where: a FHIRPath expression, or the name of a field, header or parameter.',
        examples: ['QuestionnaireResponse.item[0]'],
      }),
    linkId: z
      .string()
      .optional()
      .meta({ description: 'The questionnaire item concerned.', examples: ['/44250-9'] }),
  })
  .meta({ id: 'ProblemIssue', description: 'One finding. It never holds what was sent.' });

export const problemSchema = z
  .object({
    type: z.url().meta({ description: 'Identifies the kind of problem.' }),
    title: z.string().meta({ description: 'The kind of problem in words; the same each time it occurs.' }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What was wrong, where, and what to do.' }),
    instance: z.string().meta({ description: 'Identifies this occurrence.' }),
    code: z.string().meta({ description: 'Stable id of the cause, for a program.' }),
    traceId: z.string().meta({ description: 'Quote it when you report the problem: it finds the trace.' }),
    requestId: z.string(),
    errors: z
      .array(issueSchema)
      .optional()
      .meta({ description: 'Each finding, where there is something to point at.' }),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457 problem details. They never echo an answer or any text that was sent.',
  });

export type Problem = z.infer<typeof problemSchema>;

/** The RFC 9457 form of a failure. */
export function problemOf(failure: Failure, request: { traceId: string; requestId: string }): Problem {
  return {
    type: TYPE_BASE + failure.code.toLowerCase().replaceAll('_', '-'),
    title: titleOf(failure.code),
    status: failure.status,
    detail: failure.detail,
    // The request's own path would echo whatever the caller wrote into it.
    instance: `urn:epro:trace:${request.traceId}`,
    code: failure.code,
    traceId: request.traceId,
    requestId: request.requestId,
    ...(failure.issues.length > 0 && { errors: [...failure.issues] }),
  };
}

/** `IDEMPOTENCY_KEY_REUSED` as `Idempotency key reused`. */
function titleOf(code: string): string {
  const words = code
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\bjson\b/, 'JSON')
    .replace(/\burl\b/, 'URL');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
