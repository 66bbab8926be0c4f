import type { SwaggerDocumentOptions } from '@nestjs/swagger';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/** Turns the schemas that check requests into the ones that describe them: OpenAPI 3.1 is JSON Schema 2020-12. */
export const zodConverter: NonNullable<SwaggerDocumentOptions['standardSchemaConverter']> = (schema) =>
  schema instanceof z.ZodType ? openApiSchema(schema) : undefined;

export interface OpenApiSchema {
  schema: JsonSchema;
  /** Those that it refers to, by their id. */
  components: Record<string, JsonSchema>;
}

export function openApiSchema(schema: z.ZodType): OpenApiSchema {
  // As input: of an output zod would say that nothing may ever be added to it.
  const described = z.toJSONSchema(schema, { io: 'input', override: ({ jsonSchema }) => withoutNoise(jsonSchema) });
  const text = JSON.stringify(described).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $schema: _dialect, $defs, ...root } = JSON.parse(text) as JsonSchema;
  return { schema: root, components: ($defs ?? {}) as Record<string, JsonSchema> };
}

/** Takes out what a reader learns nothing from. */
function withoutNoise(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (jsonSchema.format) delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
