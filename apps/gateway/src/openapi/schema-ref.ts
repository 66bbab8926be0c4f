import type { z } from 'zod';

/** Refers to a schema by the id in its `meta`. It must be in the document through some `standardSchema` too. */
export function schemaRef(schema: z.ZodType): { $ref: string } {
  const id = schema.meta()?.id;
  if (!id) throw new Error('The schema has no id.');
  return { $ref: `#/components/schemas/${id}` };
}
