import type { Role } from '@epro/contracts';

/** A role as people read it: `ROLE_SITE_COORDINATOR` is `site-coordinator`. */
export const roleName = (role: Role): string =>
  role
    .replace(/^ROLE_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
