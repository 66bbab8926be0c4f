import { z } from 'zod';

/** What a shape of environment variables becomes when it is parsed. */
export type Values<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** A whole number from 1; what it counts is said by the variable's name. */
export function wholeNumber() {
  const error = 'must be a whole number above 0';
  return z.coerce.number({ error }).int(error).min(1, error).optional();
}

/** `true` or `false`, in either case; absent is `false`. */
export function flag() {
  return z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(['true', 'false'], { error: 'must be true or false' }))
    .transform((value) => value === 'true')
    .default(false);
}

/** One of a few names, in either case. */
export function oneOf<const Name extends string>(names: readonly Name[]) {
  return z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(names, { error: `must be ${alternatives(names)}` }))
    .optional();
}

/**
 * A comma-separated list of names, each at most once; `none` alone is the empty list. Entries are told by their place
 * and not quoted: a value in the wrong variable may be a secret.
 */
export function listOf<const Name extends string>(names: readonly Name[]) {
  return z
    .string()
    .transform((value, ctx): readonly Name[] => {
      const entries = value.split(',').map((entry) => entry.trim());
      if (entries.length === 1 && entries[0] === 'none') return [];
      entries.forEach((entry, index) => {
        if (names.includes(entry as Name)) return;
        const what = entry === 'none' ? 'is none, which must stand alone' : `must be ${alternatives(names)}`;
        ctx.addIssue({ code: 'custom', message: `entry ${index + 1} of the list ${what}` });
      });
      return [...new Set(entries as Name[])];
    })
    .optional();
}

/** "a, b or c" */
export function alternatives(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
