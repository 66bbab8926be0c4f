import type { Metadata } from '@grpc/grpc-js';
import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

export const metadataSetter: TextMapSetter<Metadata> = {
  set: (metadata, key, value) => metadata.set(key, value),
};

export const metadataGetter: TextMapGetter<Metadata> = {
  get: (metadata, key) => metadata.get(key).filter((value) => typeof value === 'string'),
  keys: (metadata) => Object.keys(metadata.getMap()),
};
