import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { scopeOf } from '../context/request-scope.js';
import { BusinessBaggagePropagator } from './business-baggage.propagator.js';

const propagator = new BusinessBaggagePropagator();
/** What a header, or several, leaves in the request's context. */
const received = (baggage: string | string[]) =>
  scopeOf(propagator.extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter))?.attributes;

/** What is sent on after it was received. */
function passedOn(baggage: string): string {
  const carrier: Record<string, string> = {};
  propagator.inject(propagator.extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter), carrier, defaultTextMapSetter);
  return carrier['baggage'] ?? '';
}

describe('baggage that is received', () => {
  it('is the business context, properties and blanks left out', () => {
    expect(received('tenant.id=aurora;secret=Jane , patient.id = AUR-0001;p,biz.id=visit%2F7')).toEqual({
      'tenant.id': 'aurora',
      'patient.id': 'AUR-0001',
      'biz.id': 'visit/7',
    });
    expect(received(['tenant.id=aurora', 'patient.id=AUR-0001'])).toEqual({
      'tenant.id': 'aurora',
      'patient.id': 'AUR-0001',
    });
  });

  it.each([
    ['a key that is not on the list', 'name=Jane,tenant.id=aurora'],
    ['keys of every object', '__proto__=Jane,constructor=Jane,toString=Jane,tenant.id=aurora'],
    ['a key in other case', 'Patient.Id=Jane,tenant.id=aurora'],
    ['a value with a blank', 'patient.id=Jane%20Doe,tenant.id=aurora'],
    ['an e-mail address', 'patient.id=jane%40example.org,tenant.id=aurora'],
    ['control characters', 'patient.id=Jane%0d%0ax-header:1,tenant.id=aurora'],
    ['letters beyond ASCII', 'patient.id=Zo%C3%AB,tenant.id=aurora'],
    ['broken escapes', 'patient.id=%E0%A4%A,tenant.id=aurora'],
    ['no UTF-8', 'patient.id=%ff%fe,tenant.id=aurora'],
    ['a value that is too long', `patient.id=${'J'.repeat(129)},tenant.id=aurora`],
    ['no value', 'patient.id=,patient.id,=Jane,,;,tenant.id=aurora'],
    ['quotes', 'patient.id="Jane",tenant.id=aurora'],
  ])('loses %s, and nothing else', (_what, header) => {
    expect(received(header)).toEqual({ 'tenant.id': 'aurora' });
  });

  it('is not read where it is longer than anybody may send', () => {
    expect(received(`tenant.id=aurora,x=${'J'.repeat(8192)}`)).toEqual({});
  });

  it('holds no list without an end', () => {
    const roles = Array.from({ length: 1000 }, (_, n) => `r${n}`).join('%2C');
    expect(received(`user.role=${roles}`)?.['user.role']).toHaveLength(16);
  });
});

describe('baggage that is sent', () => {
  it('is what was received as far as it may be, and nothing that somebody put into OpenTelemetry’s own', () => {
    expect(passedOn('name=Jane,tenant.id=aurora;p=Jane,patient.id=Jane%20Doe')).toBe('tenant.id=aurora');
    const carrier: Record<string, string> = {};
    const ctx = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ answer: { value: 'Jane' } }));
    propagator.inject(ctx, carrier, defaultTextMapSetter);
    expect(carrier).toEqual({});
  });

  it('is never longer than a peer must accept', () => {
    const fields = ['request.id', 'biz.id', 'tenant.id', 'patient.id', 'study.id', 'site.id', 'user.id'];
    const longest = fields.map((field) => `${field}=${encodeURIComponent('/'.repeat(128))}`);
    const roles = Array.from({ length: 20 }, () => 'r'.repeat(128)).join('%2C');
    const header = passedOn([...longest, `user.role=${roles}`].join());
    expect(Object.keys(received(header) ?? {})).toHaveLength(8);
    expect(header.length).toBeLessThanOrEqual(8192);
  });
});
