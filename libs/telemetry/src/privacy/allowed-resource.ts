import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { warnOfRedaction } from './redactions.js';

/** What may be said of the process itself. The semantic conventions' own names: no request writes any of them. */
const ALLOWED =
  /^(?:service|deployment|cloud|container|k8s|faas|aws|gcp|azure|telemetry|os|epro)\.|^host\.(?:name|id|arch|type|image\.)|^process\.(?:pid|runtime\.|executable\.name$)/;
/** Of these anything may be in: what somebody typed, and whatever a container was started with. */
const NEVER = /\.(?:annotation|label|command|command_args|command_line|tags)\b/;

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
    if (ALLOWED.test(name) && !NEVER.test(name) && isPlain(value)) part[name] = value;
    else {
      isClean = false;
      warnOfRedaction('resource attribute', name, 'Only what names service, host, process and platform does.');
    }
  }
  return isClean ? resource : resourceFromAttributes(part, { schemaUrl: resource.schemaUrl });
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return typeof value === 'string' ? TEXT.test(value) : typeof value === 'number' || typeof value === 'boolean';
}
