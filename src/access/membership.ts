import type { Definitions } from '../definitions/index.ts';
import { splitReference } from '../fhir/index.ts';
import { compartmentCondition, parseSearch } from '../search/index.ts';
import type { Condition } from '../search/index.ts';
import { SHARED_TYPES } from './directory.ts';
import type { ScopeKnowledge } from './filters.ts';

/** Types of which no record is about a patient, besides those of the directory and the guide. */
const OF_NOBODY: ReadonlySet<string> = new Set(['Medication', 'Substance']);

/** A Group names many patients: what it says belongs to none of them. */
const OF_MANY: ReadonlySet<string> = new Set(['Group']);

/** Types whose content alone tells of whom they are, which is not indexed. */
const WRAPPERS: ReadonlySet<string> = new Set(['Binary', 'Bundle']);

/** Whether records of this type are about no patient: whoever may see one patient's records may see these, too. */
export function isOfNobody(type: string): boolean {
  return SHARED_TYPES.has(type) || OF_NOBODY.has(type);
}

/** Whether only the content of a record of this type tells whose it is. */
export function isWrapperType(type: string): boolean {
  return WRAPPERS.has(type);
}

/**
 * What makes a record of `type` one of these patients' (each `Patient/id`): R4's Patient compartment, of which the Patient
 * alone is told by its id, and Tasks for the patient, which R4 leaves out. Undefined where no record is anybody's.
 * https://hl7.org/fhir/R4/compartmentdefinition-patient.html
 */
export function memberCondition(
  knowledge: ScopeKnowledge,
  patients: readonly string[],
  type: string,
): Condition | undefined {
  const ids = patients.map((ref) => splitReference(ref)[1]);
  if (ids.length === 0) return undefined;
  if (type === 'Patient') return { kind: 'id', any: ids };
  if (type === 'Task') return taskCondition(knowledge, patients);
  const { definitions } = knowledge;
  if (OF_MANY.has(type) || !isInCompartment(definitions, type)) return undefined;
  const each = ids.map((id) => compartmentCondition(definitions, { type: 'Patient', id }, type));
  return each.length === 1 ? each[0] : { kind: 'either', conditions: each };
}

function isInCompartment(definitions: Definitions, type: string): boolean {
  return (definitions.compartment('Patient')?.get(type)?.length ?? 0) > 0;
}

function taskCondition(knowledge: ScopeKnowledge, patients: readonly string[]): Condition | undefined {
  const options = { strict: true, maxCount: 1, defaultCount: 1, now: 0 };
  const parsed = parseSearch(knowledge, { types: ['Task'] }, [['patient', patients.join(',')]], options);
  return parsed.ok ? parsed.query.parts[0]?.conditions[0] : undefined;
}
