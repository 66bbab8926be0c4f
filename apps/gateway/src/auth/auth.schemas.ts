import { z } from 'zod';

const text = (maximum: number) =>
  z
    .string({ error: 'must be a text' })
    .min(1, { error: 'must not be empty' })
    .max(maximum, { error: `must not be longer than ${maximum} characters` });

export const tokenRequestSchema = z
  .object(
    {
      tenant: text(63).meta({ examples: ['aurora'] }),
      username: text(128).meta({ examples: ['patient-1'] }),
      password: text(256).meta({ examples: ['demo-password'], format: 'password' }),
    },
    { error: 'must be an object' },
  )
  .meta({ id: 'TokenRequest' });

export const refreshRequestSchema = z
  .object({ refresh_token: text(4096) }, { error: 'must be an object' })
  .meta({ id: 'RefreshRequest' });

export const tokensSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Life of the access token in seconds.', examples: [900] }),
    refresh_token: z.string().meta({ description: 'Good for one refresh.' }),
  })
  .meta({ id: 'Tokens' });

export const meSchema = z
  .object({
    userId: z.string(),
    username: z.string().meta({ examples: ['patient-1'] }),
    tenant: z.string().meta({ examples: ['aurora'] }),
    roles: z.array(z.string()).meta({ examples: [['participant']] }),
    patientId: z
      .string()
      .optional()
      .meta({ description: 'Pseudonymous subject code; absent for staff.', examples: ['AUR-0001'] }),
    studyId: z
      .string()
      .optional()
      .meta({ examples: ['AUR-STUDY-1'] }),
    siteId: z
      .string()
      .optional()
      .meta({ examples: ['AUR-SITE-1'] }),
  })
  .meta({ id: 'Me' });

export type TokenRequest = z.infer<typeof tokenRequestSchema>;
export type RefreshRequest = z.infer<typeof refreshRequestSchema>;
export type Tokens = z.infer<typeof tokensSchema>;
export type Me = z.infer<typeof meSchema>;
