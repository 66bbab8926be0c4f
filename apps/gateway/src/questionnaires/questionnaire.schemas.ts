import { z } from 'zod';

export const questionnaireIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .meta({ description: 'Short id of the questionnaire.', examples: ['phq-9'] });

export const questionnaireVersionSchema = z
  .string({ error: 'must be given once' })
  .regex(/^[A-Za-z0-9.-]{0,64}$/, { error: 'must be a version, for example 1.0.0' })
  .optional()
  .meta({ description: 'A published version; the latest where left out.', examples: ['1.0.0'] });

const FHIR_QUESTIONNAIRE = 'https://hl7.org/fhir/R4/questionnaire.html';

export const questionnaireSchema = z
  .looseObject({
    resourceType: z.literal('Questionnaire'),
    id: z.string().meta({ examples: ['phq-9'] }),
    url: z.string().meta({ examples: ['https://epro.example/fhir/Questionnaire/phq-9'] }),
    version: z.string().meta({ examples: ['1.0.0'] }),
    status: z.string().meta({ examples: ['active'] }),
    title: z.string().optional(),
    copyright: z.string().optional(),
    item: z.array(z.looseObject({ linkId: z.string(), type: z.string(), text: z.string().optional() })),
  })
  .meta({ id: 'Questionnaire', description: 'FHIR R4 Questionnaire.', externalDocs: { url: FHIR_QUESTIONNAIRE } });

export const questionnaireBundleSchema = z
  .object({
    resourceType: z.literal('Bundle'),
    type: z.literal('searchset'),
    total: z.int(),
    entry: z.array(
      z.object({
        fullUrl: z.string(),
        resource: questionnaireSchema,
        search: z.object({ mode: z.literal('match') }),
      }),
    ),
  })
  .meta({ id: 'QuestionnaireBundle', description: 'FHIR R4 Bundle of type searchset.' });
