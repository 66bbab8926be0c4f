import type { Questionnaire, QuestionnaireResponse } from 'fhir/r4.js';
import { UnreachableError } from '../command/command.js';

/** What the gateway answered, whatever it was. */
export interface Answer {
  readonly status: number;
  readonly traceId: string;
  readonly replayed: boolean;
  /** Parsed JSON. */
  readonly body: unknown;
  readonly durationMs: number;
}

export interface GatewayClient {
  submit(response: QuestionnaireResponse, idempotencyKey: string): Promise<Answer>;
  /** The latest version. @throws UnreachableError */
  questionnaire(id: string): Promise<Questionnaire>;
  /** Subject code of who signed in; `undefined` for staff. @throws UnreachableError */
  patientId(): Promise<string | undefined>;
}

export interface Credentials {
  readonly tenant: string;
  readonly username: string;
  readonly password: string;
}

const TIMEOUT_MS = 30_000;

/**
 * Signs in to the API at `url`.
 *
 * @throws UnreachableError where nothing usable answers there, or the account is refused
 */
export async function signIn(url: string, credentials: Credentials): Promise<GatewayClient> {
  const { access_token: token } = (await usable('sign in', call(url, 'POST', '/api/v1/auth/token', credentials))) as {
    access_token: string;
  };
  const headers = { authorization: `Bearer ${token}` };
  return {
    submit: (response, idempotencyKey) =>
      call(url, 'POST', '/api/v1/submissions', response, { ...headers, 'idempotency-key': idempotencyKey }),
    async questionnaire(id) {
      const path = `/api/v1/questionnaires/${encodeURIComponent(id)}`;
      return (await usable('get the questionnaire', call(url, 'GET', path, undefined, headers))) as Questionnaire;
    },
    async patientId() {
      const me = (await usable('ask who that is', call(url, 'GET', '/api/v1/me', undefined, headers))) as {
        patientId?: string;
      };
      return me.patientId;
    },
  };
}

async function usable(what: string, calling: Promise<Answer>): Promise<unknown> {
  const { status, body } = await calling;
  if (status === 200) return body;
  throw new UnreachableError(`Could not ${what}: ${problemText(status, body)}`);
}

/** A problem+json body in words. */
export function problemText(status: number, body: unknown): string {
  const { title, detail, code } = (body ?? {}) as { title?: string; detail?: string; code?: string };
  return [String(status), code ?? title, detail].filter(Boolean).join(' ');
}

async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const startedAt = performance.now();
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${base}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    throw new UnreachableError(
      `The system at ${base} does not answer (${reason(error)}). Start it with "npm run demo", or say where it is with --url.`,
      { cause: error },
    );
  }
  return {
    status: response.status,
    traceId: response.headers.get('x-trace-id') ?? '',
    replayed: response.headers.get('idempotent-replayed') === 'true',
    body: parsed(text),
    durationMs: performance.now() - startedAt,
  };
}

/** `fetch` says only that it failed; the cause says why. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = (error.cause ?? {}) as { code?: string };
  return code ?? error.message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
