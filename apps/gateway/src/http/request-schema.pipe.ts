import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { RequestRefusedError } from '../problem/request-refused.error.js';

/** Checks each argument that a handler declares with a schema, before the handler runs. */
@Injectable()
export class RequestSchemaPipe implements PipeTransform {
  async transform(value: unknown, { schema, type, data }: ArgumentMetadata): Promise<unknown> {
    if (!schema) return value;
    const result = await schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    // An id of a form that none has: there is nothing there.
    if (type === 'param') throw new RequestRefusedError(404, 'NO_SUCH_RESOURCE', 'There is nothing with this id.');
    const code = type === 'body' ? 'INVALID_BODY' : 'INVALID_PARAMETER';
    const issues = result.issues.map(({ path, message }) => ({
      rule: code,
      // Only names of the schema's own fields: what else was sent is not repeated.
      expression: [data, ...(path ?? []).map(segmentName)].filter(Boolean).join('.') || 'body',
      message,
    }));
    throw new RequestRefusedError(400, code, 'The request is not as this call needs it; see errors.', { issues });
  }
}

const segmentName = (segment: PropertyKey | { key: PropertyKey }): string =>
  String(typeof segment === 'object' ? segment.key : segment);
