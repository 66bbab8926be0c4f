import { z } from 'zod';

/** What the edge checks of a response; everything about its content is the validation service's. */
export const questionnaireResponseSchema = z
  .looseObject(
    {
      resourceType: z.literal('QuestionnaireResponse', { error: 'must be "QuestionnaireResponse"' }),
    },
    { error: 'must be a FHIR QuestionnaireResponse' },
  )
  .meta({
    id: 'QuestionnaireResponse',
    description:
      'FHIR R4 QuestionnaireResponse. `questionnaire` names the published version that was answered, as `url|version`.',
    externalDocs: { url: 'https://hl7.org/fhir/R4/questionnaireresponse.html' },
  });

export const submissionIdSchema = z
  .guid()
  .meta({ description: 'Id of a submission.', examples: ['0198f0c4-7a3e-7c11-9d52-3f1f6a2b9c10'] });

export const idempotencyKeySchema = z.uuid();

const scoreSchema = z
  .object({
    instrument: z.string().meta({ examples: ['phq-9'] }),
    score: z.number().optional().meta({ description: 'Absent where items are missing: there is then no total.' }),
    severity: z
      .string()
      .optional()
      .meta({ examples: ['moderately severe'] }),
    reason: z.string().optional().meta({ description: 'Why there is no total.' }),
  })
  .meta({ id: 'Score' });

const alertSchema = z
  .object({
    rule: z.string().meta({ examples: ['phq9-item9'] }),
    level: z.enum(['critical', 'high']),
  })
  .meta({ id: 'Alert', description: 'A safety rule that the submission triggered.' });

const storedSubmissionSchema = z.object({
  submissionId: z.guid().meta({ examples: ['0198f0c4-7a3e-7c11-9d52-3f1f6a2b9c10'] }),
  version: z.int().meta({ examples: [1] }),
  receivedAt: z.iso.datetime().meta({ description: "The server's clock at the transaction that stored it." }),
  scores: z.array(scoreSchema),
  alerts: z.array(alertSchema),
  traceId: z.string().meta({
    description: 'The trace of the request that stored it; a replay names that one, not its own.',
    examples: ['4bf92f3577b34da6a3ce929d0e0e4736'],
  }),
});

export const acceptedSubmissionSchema = storedSubmissionSchema
  .extend({
    analysis: z.object({
      status: z
        .enum(['complete', 'pending'])
        .meta({ description: '`pending` where analysis was slow or down; the submission is accepted all the same.' }),
    }),
  })
  .meta({ id: 'AcceptedSubmission' });

export const submissionSchema = storedSubmissionSchema
  .extend({
    patientId: z.string().meta({ description: 'Pseudonymous subject code.', examples: ['AUR-0001'] }),
    questionnaire: z.object({ id: z.string(), url: z.string(), version: z.string() }),
    questionnaireResponse: questionnaireResponseSchema,
  })
  .meta({ id: 'Submission' });

export type StoredSubmission = z.infer<typeof storedSubmissionSchema>;
export type AcceptedSubmission = z.infer<typeof acceptedSubmissionSchema>;
