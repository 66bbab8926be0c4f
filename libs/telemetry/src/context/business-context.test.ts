import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runInContext, captureContext } from './carrier.js';
import { correlation } from '../log/correlation.js';
import { areAllowed } from '../privacy/check-attributes.js';
import { checkLogFields } from '../privacy/check-log.js';
import { withSpan } from '../span/with-span.js';
import { startTestTelemetry } from '../testing/index.js';
import { FIELDS, fieldsOfHeaders, type BusinessContext, type BusinessField } from './business-fields.js';
import { RequestScope, withScope } from './request-scope.js';
import { setBusinessContext } from './set-business-context.js';
import { SOURCES, type Source } from './sources.js';

vi.stubEnv('EPRO_TELEMETRY_DEFAULTS', 'tenant.id=fallback, site.id=S-0');
const telemetry = startTestTelemetry();
beforeEach(() => telemetry.reset());

/** Runs `fn` in a request with these values and says what is on its span. */
function spanOf(scope: RequestScope, fn: () => void = () => {}) {
  context.with(withScope(ROOT_CONTEXT, scope), () =>
    withSpan('request', () => {
      scope.entrySpan = trace.getActiveSpan();
      fn();
    }),
  );
  return telemetry.span('request').attributes;
}
const fields = Object.entries(FIELDS) as [BusinessField, { attribute: string; from: readonly Source[] }][];

describe('every field, each a line in the table', () => {
  it.each(fields)('%s is on spans, log lines, in baggage, and on the next process’s spans', (field, { attribute }) => {
    let [carrier, line] = [{}, {}];
    const values = { [field]: 'x-1' } as BusinessContext;
    const attributes = spanOf(new RequestScope(values), () => {
      carrier = captureContext();
      line = checkLogFields({ ...correlation() });
    });
    expect(attributes).toMatchObject({ [attribute]: 'x-1' });
    expect(line).toMatchObject({ [attribute]: 'x-1' });
    expect(carrier).toMatchObject({ baggage: `${attribute}=x-1` });
    runInContext(carrier, () => withSpan('next', () => {}));
    expect(telemetry.span('next').attributes[attribute]).toBe('x-1');
  });

  it.each(fields)('%s is taken from the sources that may say it, and from no other', (field, { from }) => {
    for (const source of SOURCES.slice(0, -1)) {
      const scope = new RequestScope({ [field]: 'x-1' }, source);
      expect([source, scope.get(field) === 'x-1']).toEqual([source, from.includes(source)]);
    }
  });
});

describe('what is no identifier', () => {
  const odd = [
    '',
    ' ',
    'Jane Doe',
    'jane@doe.example',
    'a,b',
    '"',
    'x'.repeat(129),
    'é',
    'a\nb',
    ['Jane Doe'],
    ['a', 'é'],
  ];
  const good = ['x', 'A-1', 'urn:epro|1.0/2', 'x'.repeat(128), ['a', 'b'], ['a']];

  // The encoder relies on it: it does not look at business context a second time.
  it.each(fields)('never gets into %s, and what does may leave', (field) => {
    for (const given of [...odd, ...good]) {
      const { attributes } = new RequestScope({ [field]: given }, 'token');
      const local = new RequestScope({ [field]: given }, 'local').attributes;
      for (const known of [attributes, local]) {
        expect(areAllowed(known)).toBe(true);
        expect(JSON.stringify(known)).not.toMatch(/Jane|jane|é|\s|\\/);
      }
    }
  });
});

describe('the first source that has a value', () => {
  it('is the token, then the header, then baggage, then what was found out here, then the default', () => {
    for (const [strong, stronger] of SOURCES.entries())
      for (const [weak, weaker] of SOURCES.entries()) {
        const field = fields.find(([, { from }]) => from.includes(stronger) && from.includes(weaker))?.[0];
        if (strong >= weak || !field || weaker === 'default') continue;
        const scope = new RequestScope({ [field]: 'strong' }, stronger);
        expect(scope.learn({ [field]: 'weak' }, weaker)).toBe(false);
        expect(scope.get(field)).toBe('strong');
        const late = new RequestScope({ [field]: 'weak' }, weaker);
        late.learn({ [field]: 'strong' }, stronger);
        expect([stronger, weaker, late.get(field)]).toEqual([stronger, weaker, 'strong']);
      }
  });

  it('lets nobody replace what the token says', () => {
    const attributes = spanOf(new RequestScope(), () => {
      setBusinessContext({ tenantId: 'aurora' }, { from: 'token' });
      setBusinessContext({ tenantId: 'borealis' });
    });
    expect(attributes['tenant.id']).toBe('aurora');
  });

  it('takes no tenant and no user from a header, whatever it is called', () => {
    expect(
      fieldsOfHeaders({ 'x-request-id': 'r-1', 'x-biz-id': 'b-1', 'x-tenant-id': 'borealis', 'tenant.id': 'x' }),
    ).toEqual({ requestId: 'r-1', bizId: 'b-1' });
    for (const field of ['tenantId', 'patientId', 'userId', 'userRole'] as const)
      expect(new RequestScope({ [field]: 'x' }, 'header').get(field)).not.toBe('x');
  });

  it('is the default where nobody says anything, which stays in the process until somebody confirms it', () => {
    const scope = new RequestScope();
    let baggage: string | undefined;
    const attributes = spanOf(scope, () => ({ baggage } = captureContext()));
    expect(attributes).toEqual({ 'tenant.id': 'fallback', 'site.id': 'S-0' });
    expect(baggage).toBeUndefined();
    scope.learn({ tenantId: 'fallback' }, 'token');
    expect(scope.baggage).toBe('tenant.id=fallback');
    scope.learn({ siteId: 'S-1' }, 'token');
    expect(scope.baggage).toBe('tenant.id=fallback,site.id=S-1');
    expect(scope.learned).toBe('tenant.id=fallback,site.id=S-1');
  });
});

describe('a field with several values', () => {
  it('is a list on spans, one string where there is one, and passes through baggage', () => {
    const attributes = spanOf(new RequestScope(), () => {
      setBusinessContext({ userRole: ['monitor', 'jane@example.org', 'auditor'] }, { from: 'token' });
      const carrier = captureContext();
      expect(carrier['baggage']).toBe('user.role=monitor%2Cauditor');
      runInContext(carrier, () => withSpan('next', () => {}));
    });
    expect(attributes['user.role']).toEqual(['monitor', 'auditor']);
    expect(telemetry.span('next').attributes['user.role']).toEqual(['monitor', 'auditor']);
    expect(new RequestScope({ userRole: ['monitor'] }).attributes['user.role']).toBe('monitor');
  });

  it('is dropped where the field has one', () => {
    expect(new RequestScope({ patientId: 'a,b' }).get('patientId')).toBeUndefined();
  });
});
