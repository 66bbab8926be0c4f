import { randomUUID } from 'node:crypto';
import {
  defaultResource,
  detectResources,
  hostDetector,
  osDetector,
  resourceFromAttributes,
  type Resource,
} from '@opentelemetry/resources';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import { cloudAttributes } from './cloud-attributes.js';
import { containerId } from './container-id.js';
import type { ResourceSettings } from './resource.settings.js';

/**
 * What this process is, for all that it sends: spans, metrics and log lines. What `OTEL_RESOURCE_ATTRIBUTES` says wins
 * over what is found out; the command line and the user are never in it.
 */
export async function createResource(settings: ResourceSettings): Promise<Resource> {
  const resource = defaultResource()
    .merge(detectResources({ detectors: [hostDetector, osDetector] }))
    .merge(resourceFromAttributes(found(settings)))
    .merge(resourceFromAttributes({ ...settings.attributes, [ATTR_SERVICE_NAME]: settings.serviceName }));
  await resource.waitForAsyncAttributes?.();
  return resource;
}

function found({ serviceVersion, environment, ...settings }: ResourceSettings): Record<string, string | number> {
  const container = containerId();
  return {
    [ATTR_SERVICE_NAMESPACE]: 'epro',
    ...(serviceVersion && { [ATTR_SERVICE_VERSION]: serviceVersion }),
    [ATTR_SERVICE_INSTANCE_ID]: randomUUID(),
    ...(environment && { 'deployment.environment.name': environment }),
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    ...(container && { 'container.id': container }),
    ...cloudAttributes(settings),
  };
}
