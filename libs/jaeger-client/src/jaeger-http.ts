import { JaegerError } from './jaeger.error.js';

export interface JaegerHttp {
  /** The body of an answer, or undefined for 404, with which Jaeger says that there is nothing. */
  get(path: string, params?: URLSearchParams, signal?: AbortSignal): Promise<string | undefined>;
}

/** The longest part of an unexpected answer that goes into a message. */
const EXCERPT = 200;

/** @throws JaegerError from `get` for every answer but 2xx and 404, and for none */
export function jaegerHttp(url: string, timeoutMs: number): JaegerHttp {
  const base = url.replace(/\/+$/, '');
  return {
    async get(path, params, signal) {
      const query = params ? `?${params.toString()}` : '';
      const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
      let response: Response;
      let body: string;
      try {
        response = await fetch(`${base}${path}${query}`, { signal: AbortSignal.any(limits) });
        body = await response.text();
      } catch (cause) {
        signal?.throwIfAborted();
        throw new JaegerError(`Jaeger at ${base} cannot be asked (${reason(cause)})`, { cause });
      }
      if (response.status === 404) return undefined;
      if (response.ok) return body;
      throw new JaegerError(`Jaeger at ${base} answered ${response.status} to GET ${path}: ${said(body)}`, {
        status: response.status,
      });
    },
  };
}

/** `fetch` says only that it failed; the cause says why. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}

/** The message of an error body of either API, or the beginning of what came instead. */
function said(body: string): string {
  try {
    const parsed = JSON.parse(body) as { error?: { message?: string }; errors?: { msg?: string }[] };
    const message = parsed.error?.message ?? parsed.errors?.[0]?.msg;
    if (message) return message;
  } catch {
    // Not JSON: shown as it is.
  }
  return body.trim().slice(0, EXCERPT) || 'no content';
}
