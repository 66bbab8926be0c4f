import { decodeResource, decodeScope } from '../otlp/decode-attributes.js';
import type { OtlpAttribute, OtlpResource, OtlpScope } from '../otlp/otlp-json.js';
import type { EncodedSpans } from '../otlp/split-request.js';
import { attributeText } from '../trace/attribute-text.js';
import { searchTerm } from './search-term.js';

/** Where spans come from: a resource and an instrumentation scope. Thousands of spans share one. */
export interface Origin {
  readonly service: string;
  readonly resource: OtlpResource;
  readonly resourceSchemaUrl: string;
  readonly scope: OtlpScope;
  readonly scopeSchemaUrl: string;
  /** Of the attributes of both. */
  readonly terms: readonly number[];
}

const SERVICE_NAME = 'service.name';

/** @throws OtlpFormatError or RangeError for a resource or scope that cannot be read */
export function decodeOrigin(group: EncodedSpans): Origin {
  const resource = withService(decodeResource(group.resource));
  const scope = decodeScope(group.scope);
  const attributes = [...(resource.attributes ?? []), ...(scope.attributes ?? [])];
  return {
    service: attributeText(resource.attributes!.find(({ key }) => key === SERVICE_NAME)!.value),
    resource,
    resourceSchemaUrl: group.resourceSchemaUrl,
    scope,
    scopeSchemaUrl: group.scopeSchemaUrl,
    terms: attributes.map(({ key, value }) => searchTerm(key, attributeText(value))),
  };
}

/** Jaeger's names for a resource that does not say which service it is. */
function withService(resource: OtlpResource): OtlpResource {
  const attributes: OtlpAttribute[] = resource.attributes ?? [];
  const name = attributes.find(({ key }) => key === SERVICE_NAME);
  if (name?.value.stringValue) return resource;
  const given = name === undefined ? 'missing-service-name' : undefined;
  const stringValue = given ?? (name?.value.stringValue === '' ? 'empty-service-name' : 'service-name-wrong-type');
  const others = attributes.filter(({ key }) => key !== SERVICE_NAME);
  return { ...resource, attributes: [...others, { key: SERVICE_NAME, value: { stringValue } }] };
}
