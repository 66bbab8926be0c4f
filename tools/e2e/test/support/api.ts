import { composeResponse, findQuestionnaire, type Answers } from '@epro/instruments';
import type { QuestionnaireResponse } from 'fhir/r4.js';
import { randomUUID } from 'node:crypto';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly traceId: string;
  // The tests look into it with matchers.
  readonly body: Record<string, unknown>;
}

export interface Call {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether everything was done: stored, and analysed too, as it is while the analysis service can be reached. */
export function isAnalysed({ status, body }: Answer): boolean {
  return status < 300 && (body['analysis'] as { status?: string } | undefined)?.status === 'complete';
}

/** The public API as a client of no library's sees it. */
export class Api {
  constructor(private readonly url: string) {}

  async call(method: string, path: string, { body, token, headers }: Call = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      traceId: response.headers.get('x-trace-id') ?? '',
      body: (text ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  }

  async signIn(tenant: string, username: string): Promise<string> {
    const { body } = await this.call('POST', '/api/v1/auth/token', {
      body: { tenant, username, password: 'demo-password' },
    });
    return body['access_token'] as string;
  }

  submit(token: string, response: QuestionnaireResponse, key: string = randomUUID(), headers = {}): Promise<Answer> {
    return this.call('POST', '/api/v1/submissions', {
      token,
      body: response,
      headers: { 'idempotency-key': key, ...headers },
    });
  }
}

const PHQ9 = findQuestionnaire('phq-9')!;
const ITEMS = ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8'];

/** A complete PHQ-9 in which every item is answered with the option of that weight, 0 to 3. */
export function phq9(weight = 1, others: Answers = {}): QuestionnaireResponse {
  const answers = Object.fromEntries(ITEMS.map((code) => [`/${code}`, weight]));
  return composeResponse(PHQ9, { ...answers, ...(weight > 0 && { '/69722-7': 'LA6573-5' }), ...others });
}

/** One without its first, required item. */
export function incompletePhq9(): QuestionnaireResponse {
  const response = phq9();
  return { ...response, item: response.item!.slice(1) };
}
