import { z } from 'zod';

const serviceStateSchema = z
  .object({
    status: z.enum(['up', 'down']),
    required: z.boolean().meta({ description: 'Whether requests fail without it.' }),
  })
  .meta({ id: 'ServiceState' });

export const healthySchema = z.object({ status: z.literal('ok') }).meta({ id: 'Healthy' });

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'unready']),
    services: z.object({
      auth: serviceStateSchema,
      validation: serviceStateSchema,
      storage: serviceStateSchema,
      analysis: serviceStateSchema,
    }),
  })
  .meta({ id: 'Readiness' });
