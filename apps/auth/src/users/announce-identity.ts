import { setBusinessContext } from '@epro/telemetry';
import type { IdentityRow } from './identity.js';

/** Puts who the request is for on its spans and logs. Only for an identity that has been verified. */
export function announceIdentity(identity: Partial<IdentityRow>): void {
  setBusinessContext(
    {
      tenantId: identity.tenant_id,
      userId: identity.user_id,
      userRole: identity.roles,
      patientId: identity.patient_id,
      studyId: identity.study_id,
      siteId: identity.site_id,
    },
    { from: 'token' },
  );
}
