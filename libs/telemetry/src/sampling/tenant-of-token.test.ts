import { expect, it } from 'vitest';
import { tenantOfToken } from './tenant-of-token.js';

const token = (claims: unknown) =>
  ['{}', typeof claims === 'string' ? claims : JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

it.each([
  ['a token', `Bearer ${token({ sub: '1', tenant: 'aurora' })}`, 'aurora'],
  ['the scheme in other letters', `bearer ${token({ tenant: 'aurora' })}`, 'aurora'],
  ['no header', undefined, undefined],
  ['another scheme', `Basic ${token({ tenant: 'aurora' })}`, undefined],
  ['no JWT', 'Bearer abc', undefined],
  ['a JWT without a signature', 'Bearer e30.e30', undefined],
  ['claims that are no JSON', `Bearer ${token('{"tenant":')}`, undefined],
  ['claims that are null', `Bearer ${token('null')}`, undefined],
  ['a tenant that is no text', `Bearer ${token({ tenant: ['aurora'] })}`, undefined],
  ['a tenant that is no identifier', `Bearer ${token({ tenant: 'Jane Doe' })}`, undefined],
  ['a token that is too long', `Bearer ${token({ tenant: 'aurora', pad: 'x'.repeat(5000) })}`, undefined],
])('of %s', (_what, header, tenant) => {
  expect(tenantOfToken(header)).toBe(tenant);
});
