import { humanName, localReference, splitReference } from '../../fhir/index.ts';
import type { Reference, Resource } from '../../fhir/index.ts';
import { identifiersOf, URI_SYSTEM } from './names.ts';

/** What is written elsewhere is told of records here. */
export interface Detachment {
  /** Public FHIR base of this server. */
  readonly base: string;
  /** `Type/id` here → the reference that stands for it there. */
  readonly known: ReadonlyMap<string, Reference>;
  /** Records that came along, for what they are called. */
  readonly records: readonly Resource[];
}

/**
 * The same, with references that can be followed there, or that say by identifier and name what is meant: records of this
 * server are not theirs to read. http://hl7.org/fhir/R4/references.html#logical
 */
export function detach<T>(value: T, detachment: Detachment): T {
  return walk(value, (reference) => renameReference(reference, detachment)) as T;
}

function walk(value: unknown, rename: (reference: Reference) => Reference): unknown {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  if (Array.isArray(value)) return value.map((item) => walk(item, rename));
  if ('reference' in value && typeof value.reference === 'string') return rename(value as Reference);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, rename)]));
}

function renameReference(given: Reference, { base, known, records }: Detachment): Reference {
  const { reference = '', ...told } = given;
  const ref = localReference(reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference);
  // Of a part of the resource itself, or of somebody else's record.
  if (ref === undefined) return given;
  const there = known.get(ref);
  if (there !== undefined) return there;
  const record = records.find(({ resourceType, id }) => `${resourceType}/${id ?? ''}` === ref);
  const display = told.display ?? nameOf(record, records);
  const [identifier = { system: URI_SYSTEM, value: `${base}/${ref}` }] = identifiersOf(
    told.identifier ?? record?.identifier,
  );
  return { type: splitReference(ref)[0], identifier, ...(display === undefined ? {} : { display }) };
}

/** What people and organisations are called. */
function nameOf(record: Resource | undefined, records: readonly Resource[]): string | undefined {
  if (record?.resourceType === 'Organization') return typeof record.name === 'string' ? record.name : undefined;
  if (record?.resourceType === 'Practitioner') return humanName(record.name);
  if (record?.resourceType !== 'PractitionerRole') return undefined;
  const { reference, display } = (record.practitioner ?? {}) as Reference;
  const person = records.find(({ resourceType, id }) => `${resourceType}/${id ?? ''}` === localReference(reference));
  return display ?? nameOf(person, records);
}
