import { z } from 'zod';
import type { Values } from '../sdk/env-values.js';
import { fieldOfBaggageKey, rankOf, usableValue, type BusinessContext } from './business-fields.js';

export const defaultContextShape = {
  EPRO_TELEMETRY_DEFAULTS: z.string().transform(readDefaults).optional(),
};

/** What every request is about as long as nobody says anything else: `tenant.id=aurora,site.id=AUR-SITE-1`. */
export function defaultContextSettings(values: Values<typeof defaultContextShape>): BusinessContext {
  return values.EPRO_TELEMETRY_DEFAULTS ?? {};
}

function readDefaults(text: string, ctx: z.RefinementCtx): BusinessContext {
  const defaults: BusinessContext = {};
  text.split(',').forEach((entry, index) => {
    const [key = '', value = ''] = entry.split('=').map((part) => part.trim());
    const field = fieldOfBaggageKey(key);
    const usable = field && rankOf('default', field) !== undefined && usableValue(field, value);
    if (usable) Object.assign(defaults, { [field]: usable });
    // Told by its place and not quoted: a value in the wrong variable may be a secret.
    else
      ctx.addIssue({ code: 'custom', message: `entry ${index + 1} must be like tenant.id=aurora, with an identifier` });
  });
  return defaults;
}
