import { humanName } from '../fhir/index.ts';
import type { NamedPatient } from '../pages/index.ts';

/** A business identifier, as far as pages read it. */
export interface Identifier {
  readonly value?: string;
  readonly type?: { readonly coding?: readonly { readonly code?: string }[] };
}

/**
 * A Patient as pages name it. `sought`: what somebody looks for; of several identifiers the one that it is is shown,
 * else the first.
 */
export function toNamedPatient(patient: Readonly<Record<string, unknown>>, sought?: string): NamedPatient {
  const { id, name, birthDate, gender } = patient;
  const identifiers = (patient['identifier'] ?? []) as readonly Identifier[];
  const identifier = (identifiers.find(({ value }) => value === sought) ?? identifiers[0])?.value;
  return {
    name: humanName(name) ?? String(id),
    ...(typeof birthDate === 'string' ? { birthDate } : {}),
    ...(typeof gender === 'string' ? { sex: gender } : {}),
    ...(identifier === undefined ? {} : { identifier }),
  };
}
