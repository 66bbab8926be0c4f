import { DomainError, Role, type Identity } from '@epro/contracts';

/** Who may read the submissions of a tenant's patients. */
const STAFF: readonly Role[] = [
  Role.ROLE_SITE_COORDINATOR,
  Role.ROLE_INVESTIGATOR,
  Role.ROLE_MONITOR,
  Role.ROLE_DATA_MANAGER,
  Role.ROLE_AUDITOR,
  Role.ROLE_ADMINISTRATOR,
];

/**
 * Whose submissions a caller sees: one patient's, or every patient's of the tenant (`undefined`).
 *
 * @throws DomainError PERMISSION_DENIED for a caller who sees none
 */
export function visiblePatient({ roles, patientId }: Identity): string | undefined {
  if (roles.some((role) => STAFF.includes(role))) return undefined;
  // A participant without a subject code must not be mistaken for a caller without a restriction.
  if (roles.includes(Role.ROLE_PARTICIPANT) && patientId) return patientId;
  throw new DomainError('PERMISSION_DENIED', 'ROLE_NOT_ALLOWED', 'Your role may not read submissions.');
}
