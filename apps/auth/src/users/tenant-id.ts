/** The short id of a tenant, for example `aurora`. */
const TENANT_ID = /^[a-z][a-z0-9-]{0,62}$/;

export function isTenantId(value: string): boolean {
  return TENANT_ID.test(value);
}
