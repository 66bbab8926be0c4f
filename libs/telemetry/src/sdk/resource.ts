import { randomUUID } from 'node:crypto';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAMESPACE } from '@opentelemetry/semantic-conventions';

/** What this process is, for every span it sends, beside what the environment says. */
export function createResource(): Resource {
  return resourceFromAttributes({
    [ATTR_SERVICE_NAMESPACE]: 'epro',
    [ATTR_SERVICE_INSTANCE_ID]: randomUUID(),
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
  });
}
