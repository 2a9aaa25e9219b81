import type { Role } from '../base/index.ts';

/** A partner organisation of the story; to be registered before the story begins. */
export interface CastOrganization {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** A system of one of them, with the scopes that it needs and no others. */
export interface CastClient {
  readonly id: string;
  readonly organization: string;
  /** As the story calls it; eleven characters at most. */
  readonly name: string;
  readonly scope: string;
}

export const HOSPITAL = { id: 'demo-hospital', name: 'Bệnh viện Sông Xanh, Hà Nội', role: 'placer' } as const;
export const PROGRAMME = { id: 'demo-programme', name: 'Kestrel Bay Cancer Institute', role: 'programme' } as const;
export const CLINIC = { id: 'demo-clinic', name: 'Phòng khám Đồi Thông, Đà Lạt', role: 'placer' } as const;

export const ORGANIZATIONS: readonly CastOrganization[] = [HOSPITAL, PROGRAMME, CLINIC];

export const EHR: CastClient = {
  id: 'demo-hospital-ehr',
  organization: HOSPITAL.id,
  name: 'home EHR',
  scope: 'system/*.cruds',
};

export const COORDINATOR: CastClient = {
  id: 'demo-coordinator',
  organization: PROGRAMME.id,
  name: 'coordinator',
  scope: 'system/*.rs system/Task.u system/Organization.u',
};

export const REVIEWER: CastClient = {
  id: 'demo-reviewer',
  organization: PROGRAMME.id,
  name: 'reviewer',
  scope:
    'system/*.rs system/Practitioner.cu system/PractitionerRole.cu system/DiagnosticReport.cu ' +
    'system/DocumentReference.c system/Binary.c',
};

export const STRANGER: CastClient = {
  id: 'demo-clinic-ehr',
  organization: CLINIC.id,
  name: 'other EHR',
  scope: 'system/*.cruds',
};

export const CLIENTS: readonly CastClient[] = [EHR, COORDINATOR, REVIEWER, STRANGER];
