import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';

/**
 * OpenTelemetry's B3, which reads either of its forms. Ids in upper case, which B3 forbids and callers send all the
 * same, are read as what they mean: `traceparent`, logs and backends know lower case alone.
 *
 * Follows {@link https://github.com/openzipkin/b3-propagation}.
 */
export class LowerCaseB3Propagator implements TextMapPropagator {
  readonly #b3: B3Propagator;

  /** @param form that is sent */
  constructor(form: 'single' | 'multi') {
    this.#b3 = new B3Propagator({
      injectEncoding: form === 'single' ? B3InjectEncoding.SINGLE_HEADER : B3InjectEncoding.MULTI_HEADER,
    });
  }

  inject(ctx: Context, carrier: unknown, setter: TextMapSetter): void {
    this.#b3.inject(ctx, carrier, setter);
  }

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.#b3.extract(ctx, carrier, {
      keys: (from) => getter.keys(from),
      get: (from, key) => lowerCase(getter.get(from, key)),
    });
  }

  fields(): string[] {
    return this.#b3.fields();
  }
}

function lowerCase(value: string | string[] | undefined): string | string[] | undefined {
  return Array.isArray(value) ? value.map((each) => each.toLowerCase()) : value?.toLowerCase();
}
