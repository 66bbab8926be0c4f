import { Role, type Identity } from '@epro/contracts';

/** A user that is active, as the view `auth.identity` shows it. */
export interface IdentityRow {
  tenant_id: string;
  user_id: string;
  username: string;
  /** As in the database and in telemetry: `site-coordinator`. */
  roles: string[];
  patient_id: string;
  study_id: string;
  site_id: string;
}

export function toIdentity(row: IdentityRow): Identity {
  return {
    userId: row.user_id,
    tenantId: row.tenant_id,
    username: row.username,
    roles: row.roles.map(toRole),
    patientId: row.patient_id,
    studyId: row.study_id,
    siteId: row.site_id,
  };
}

const ROLES: ReadonlySet<string> = new Set(Object.values(Role));

function toRole(name: string): Role {
  const role = `ROLE_${name.toUpperCase().replaceAll('-', '_')}`;
  if (!ROLES.has(role)) throw new Error('A user has a role that this version does not know.');
  return role as Role;
}
