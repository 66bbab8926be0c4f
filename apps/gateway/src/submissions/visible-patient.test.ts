import { Identity, Role } from '@epro/contracts';
import { expect, it } from 'vitest';
import { visiblePatient } from './visible-patient.js';

const identity = (roles: Role[], patientId = '') => Identity.fromPartial({ roles, patientId });

it.each([
  Role.ROLE_SITE_COORDINATOR,
  Role.ROLE_INVESTIGATOR,
  Role.ROLE_MONITOR,
  Role.ROLE_DATA_MANAGER,
  Role.ROLE_AUDITOR,
  Role.ROLE_ADMINISTRATOR,
])('a %s sees every patient', (role) => {
  expect(visiblePatient(identity([role]))).toBeUndefined();
});

it('a participant sees one', () => {
  expect(visiblePatient(identity([Role.ROLE_PARTICIPANT], 'AUR-0001'))).toBe('AUR-0001');
});

it.each([
  ['a participant without a subject code', [Role.ROLE_PARTICIPANT]],
  ['a service', [Role.ROLE_SERVICE]],
  ['nobody in particular', []],
])('%s sees none', (_who, roles) => {
  expect(() => visiblePatient(identity(roles))).toThrow(/may not read/);
});
