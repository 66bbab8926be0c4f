import { isIdentifier } from '../context/business-fields.js';

const SCHEME = /^bearer /i;
/** Ours have some 500 characters. */
const MAX_LENGTH = 4096;

/**
 * The tenant that a bearer token claims, before anybody has verified it. Whoever forges one changes whether a request
 * is recorded, and nothing more: the value must go nowhere else.
 *
 * @param authorization the header of that name
 * @returns `undefined` for anything but a JWT of usual size whose `tenant` is an identifier
 */
export function tenantOfToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > MAX_LENGTH || !SCHEME.test(authorization)) return undefined;
  const start = authorization.indexOf('.') + 1;
  const end = authorization.indexOf('.', start);
  if (start === 0 || end < 0) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(authorization.slice(start, end), 'base64url').toString());
    const tenant = (claims as { tenant?: unknown } | null)?.tenant;
    return typeof tenant === 'string' && isIdentifier(tenant) ? tenant : undefined;
  } catch {
    return undefined;
  }
}
