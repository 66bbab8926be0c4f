import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { warnOfRedaction } from './redactions.js';

/**
 * Never said of a process: who runs it and how it was started, and what others hang on its pod; anything may be in these.
 * The rest of a resource comes from this library and from the operator's own `OTEL_RESOURCE_ATTRIBUTES`, never from a
 * request.
 */
const NEVER = /^process\.(?:command|owner|executable\.path|working_directory)|\.(?:annotation|label)\b/;

const TEXT = /^[\w .,:;/|+()[\]#~=-]{0,256}$/;

const checked = new WeakMap<Resource, Resource>();

/** The resource as it may leave; the same one where all of it may. */
export function checkResource(resource: Resource): Resource {
  let known = checked.get(resource);
  if (!known) {
    known = allowedResource(resource);
    // What is still being found out is looked at again.
    if (!resource.asyncAttributesPending) checked.set(resource, known);
  }
  return known;
}

function allowedResource(resource: Resource): Resource {
  const part: Attributes = {};
  let isClean = true;
  for (const [name, value] of Object.entries(resource.attributes)) {
    if (!NEVER.test(name) && isPlain(value)) part[name] = value;
    else {
      isClean = false;
      warnOfRedaction('resource_attribute', name, 'It may say who runs this process, or how.');
    }
  }
  return isClean ? resource : resourceFromAttributes(part, { schemaUrl: resource.schemaUrl });
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return typeof value === 'string' ? TEXT.test(value) : typeof value === 'number' || typeof value === 'boolean';
}
