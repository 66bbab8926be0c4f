/** Known to everybody, and refused unless the service runs as a demo. */
export const DEMO_PASSWORD = 'demo-password';

export interface DemoUser {
  username: string;
  roles: string[];
  patient_id: string;
  study_id: string;
  site_id: string;
}

export interface DemoTenant {
  tenantId: string;
  tier: 'standard' | 'gold';
  users: readonly DemoUser[];
}

export const DEMO_TENANTS: readonly DemoTenant[] = [
  { tenantId: 'aurora', tier: 'gold', users: usersOf('AUR') },
  { tenantId: 'borealis', tier: 'standard', users: usersOf('BOR') },
];

function usersOf(prefix: string): DemoUser[] {
  const study = { study_id: `${prefix}-STUDY-1`, site_id: '' };
  const site = { ...study, site_id: `${prefix}-SITE-1` };
  const staff = (username: string, role: string, scope: { study_id: string; site_id: string }): DemoUser => ({
    username,
    roles: [role],
    patient_id: '',
    ...scope,
  });
  const patients = [1, 2, 3, 4, 5].map((number) => ({
    username: `patient-${number}`,
    roles: ['participant'],
    patient_id: `${prefix}-000${number}`,
    ...site,
  }));
  return [
    ...patients,
    staff('coordinator', 'site-coordinator', site),
    staff('investigator', 'investigator', site),
    staff('monitor', 'monitor', study),
    staff('manager', 'data-manager', study),
    staff('auditor', 'auditor', study),
    staff('admin', 'administrator', { study_id: '', site_id: '' }),
  ];
}
