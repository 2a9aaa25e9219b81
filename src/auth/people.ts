import { Fault, uuidv7 } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Reference } from '../fhir/index.ts';
import * as store from '../store/index.ts';
import type { PersonRow, StoredRecord, Transaction } from '../store/index.ts';
import { attemptKey, checkLogin, normaliseLogin } from './logins.ts';
import { checkPassword, hashPassword, makePassword } from './passwords.ts';
import { audit, checkName, known, knownOrganization, problem, refuseIf } from './registry.ts';
import type { Registry } from './registry.ts';

const FHIR_USER = /^(Practitioner|Patient|RelatedPerson|Person)\/[A-Za-z0-9\-.]{1,64}$/;
const PATIENT = /^Patient\/[A-Za-z0-9\-.]{1,64}$/;
/** For whom one person stands at most. */
const PATIENTS_MOST = 20;
const SUBJECT_CHARACTERS_MOST = 255;

export interface PersonRegistration {
  readonly organization: string;
  readonly login: string;
  readonly name: string;
  /** Who it is in the records: `Practitioner/x` of staff, `Patient/x`, `RelatedPerson/x` or `Person/x` of others. */
  readonly fhirUser: string;
  /** Refs of the Patients that somebody who is no staff stands for; of a Patient none but itself. */
  readonly patients?: readonly string[];
  /** Made when there is neither this nor a subject. */
  readonly password?: string;
  /** `sub` at the organisation's identity provider. */
  readonly subject?: string;
}

export interface PersonSetting {
  readonly name?: string;
  readonly password?: string;
  readonly patients?: readonly string[];
  /** Null: not by the identity provider any more. */
  readonly subject?: string | null;
}

/**
 * Registers somebody who signs in for an organisation. The records named have to be there, for that organisation to see.
 * Gives the id, and the password where one was made: it can be told this once.
 * @throws Fault 422 that says what is wrong, 409 when login or subject is taken
 */
export async function addPerson(
  registry: Registry,
  registration: PersonRegistration,
): Promise<{ id: string; password?: string }> {
  const { name, fhirUser, subject = null } = registration;
  const organization = registry.by?.organization ?? registration.organization;
  const login = normaliseLogin(registration.login);
  const made = registration.password === undefined && subject === null ? makePassword() : undefined;
  const password = registration.password ?? made;
  refuseIf([
    ...checkLogin(login),
    ...checkName(name),
    ...checkUser(fhirUser, registration.patients),
    ...checkSubject(subject),
    ...(password === undefined ? [] : checkPassword(password, login)),
  ]);
  const id = uuidv7();
  // Outside of the transaction: it takes a third of a second.
  const encoded = password === undefined ? null : await hashPassword(password);
  await registry.database.transact(async (transaction) => {
    const patients = await readPatients(transaction, organization, fhirUser, registration.patients);
    const row = { id, organization, login, name, fhirUser, patients, password: encoded, subject };
    await store.insertPerson(transaction, row);
    await audit(transaction, registry, { interaction: 'user-add', organization, person: fhirUser, detail: id });
  });
  return { id, ...(made === undefined ? {} : { password: made }) };
}

/**
 * Changes somebody. What was granted ends with another password, which may be known to others, and with other patients.
 * @throws Fault 422 that says what is wrong, 404 when there is nobody, 409 when the subject is taken
 */
export async function setPerson(registry: Registry, id: string, setting: PersonSetting): Promise<PersonRow> {
  const { database, clock } = registry;
  const { name, password, subject } = setting;
  const { login } = known(registry, await store.findPerson(database, id), 'person', id);
  refuseIf([
    ...(name === undefined ? [] : checkName(name)),
    ...checkSubject(subject ?? null),
    ...(password === undefined ? [] : checkPassword(password, login)),
  ]);
  const encoded = password === undefined ? undefined : await hashPassword(password);
  return await database.transact(async (transaction) => {
    const before = known(registry, await store.lockPerson(transaction, id), 'person', id);
    const patients = setting.patients && (await changePatients(transaction, before, setting.patients));
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(encoded === undefined ? {} : { password: encoded }),
      ...(subject === undefined ? {} : { subject }),
      ...(patients === undefined ? {} : { patients }),
    };
    refuseLockout({ ...before, ...change });
    await store.updatePerson(transaction, id, change);
    // Whoever is given another password need not wait for those who guessed at the old one.
    if (encoded !== undefined) await store.forgetAttempts(transaction, attemptKey('login', login));
    const ends = encoded !== undefined || patients !== undefined;
    const ended = ends ? await store.revokeGrantsOf(transaction, 'person', id, clock()) : 0;
    const what = [id, ...Object.keys(change), ...(ended === 0 ? [] : [`grants ended: ${ended}`])].join(' ');
    const { organization, fhirUser } = before;
    await audit(transaction, registry, { interaction: 'user-set', organization, person: fhirUser, detail: what });
    return { ...before, ...change };
  });
}

/** Disables somebody, for good: no sign-in, and all that was granted ends at once, on every process. @throws Fault 404 */
export async function disablePerson(registry: Registry, id: string): Promise<PersonRow> {
  const { database, clock } = registry;
  return await database.transact(async (transaction) => {
    const before = known(registry, await store.lockPerson(transaction, id), 'person', id);
    await store.disablePerson(transaction, id, clock());
    const ended = await store.revokeGrantsOf(transaction, 'person', id, clock());
    const detail = [id, ...(ended === 0 ? [] : [`grants ended: ${ended}`])].join(' ');
    const { organization, fhirUser } = before;
    await audit(transaction, registry, { interaction: 'user-disable', organization, person: fhirUser, detail });
    return { ...before, disabled: true };
  });
}

/** Somebody by id or login. @throws Fault 404, the same where it is another organisation's */
export async function findPerson(registry: Registry, name: string): Promise<PersonRow> {
  const { database } = registry;
  const found =
    (await store.findPersonByLogin(database, normaliseLogin(name))) ?? (await store.findPerson(database, name));
  return known(registry, found, 'person', name);
}

function checkUser(fhirUser: string, patients: readonly string[] | undefined): Issue[] {
  const type = FHIR_USER.exec(fhirUser)?.[1];
  if (type === undefined) {
    const text = 'Somebody is Practitioner/ID, Patient/ID, RelatedPerson/ID or Person/ID in the records.';
    return [problem('value', 'user-syntax', text, 'fhirUser')];
  }
  if (patients === undefined) {
    if (type !== 'Person') return [];
    const text = 'Say for which patients this person stands: Patient/ID, one or more.';
    return [problem('required', 'patients-missing', text, 'patients')];
  }
  if (type === 'Practitioner') {
    const text = 'A practitioner works with all patients of the organisation: leave the patients out.';
    return [problem('value', 'patients-staff', text, 'patients')];
  }
  if (type === 'Patient' && (patients.length !== 1 || patients[0] !== fhirUser)) {
    const text = 'A patient stands for nobody else. Register who stands for others as RelatedPerson or Person.';
    return [problem('value', 'patients-own', text, 'patients')];
  }
  return checkPatients(patients);
}

function checkPatients(patients: readonly string[]): Issue[] {
  const fits = patients.length > 0 && patients.length <= PATIENTS_MOST && patients.every((ref) => PATIENT.test(ref));
  if (fits && new Set(patients).size === patients.length) return [];
  const text = `Write each patient once, as Patient/ID; 1 to ${PATIENTS_MOST} of them.`;
  return [problem('value', 'patients-syntax', text, 'patients')];
}

function checkSubject(subject: string | null): Issue[] {
  // https://openid.net/specs/openid-connect-core-1_0.html#IDToken: at most 255 ASCII characters.
  if (subject === null || (/^[\x21-\x7e]+$/.test(subject) && subject.length <= SUBJECT_CHARACTERS_MOST)) return [];
  const text = `A subject is the sub of the identity provider: ${SUBJECT_CHARACTERS_MOST} ASCII characters at most, without blanks.`;
  return [problem('value', 'subject-syntax', text, 'subject')];
}

/** Who has neither a password nor a subject cannot come in: that is what `disablePerson` is for. */
function refuseLockout({ password, subject }: PersonRow): void {
  if (password !== null || subject !== null) return;
  const text = 'Without password and subject nobody can sign in. Give a password first, or disable the person.';
  refuseIf([problem('business-rule', 'person-locked-out', text, 'subject')]);
}

/** For whom somebody stands, when all records named are there; null: staff. @throws Fault 422 */
async function readPatients(
  on: Transaction,
  organization: string,
  fhirUser: string,
  given: readonly string[] | undefined,
): Promise<readonly string[] | null> {
  const partner = await knownOrganization(on, organization).catch((error: unknown) => {
    // An organisation in a registration is a value, not an address.
    throw error instanceof Fault && error.status === 404 ? new Fault(422, error.issues) : error;
  });
  const records = await readStanding(on, partner.id, [fhirUser, ...(given ?? [])], 'fhirUser');
  const own = records.get(fhirUser)!;
  if (fhirUser.startsWith('Practitioner/')) {
    // Published ones are everybody's to see, and nobody's to sign in as.
    if (own.owner === organization) return null;
    const text = `${fhirUser} is the record of another partner. Register your staff with records of your own.`;
    throw new Fault(422, problem('business-rule', 'user-foreign', text, 'fhirUser'));
  }
  if (fhirUser.startsWith('Patient/')) return [fhirUser];
  if (given !== undefined) return given;
  const { reference } = (parseStored(own.body!)['patient'] ?? {}) as Reference;
  if (reference === undefined || !PATIENT.test(reference)) {
    const text = `${fhirUser} does not say whose relative it is. Say for which patients this person stands.`;
    throw new Fault(422, problem('required', 'patients-missing', text, 'patients'));
  }
  await readStanding(on, organization, [reference], 'patients');
  return [reference];
}

async function changePatients(
  on: Transaction,
  before: PersonRow,
  patients: readonly string[],
): Promise<readonly string[]> {
  refuseIf(checkUser(before.fhirUser, patients));
  await readStanding(on, before.organization, patients, 'patients');
  return patients;
}

/** @throws Fault 422 that names those that the organisation does not see: absent, hidden and deleted ones alike */
async function readStanding(
  on: Transaction,
  organization: string,
  refs: readonly string[],
  expression: string,
): Promise<ReadonlyMap<string, StoredRecord>> {
  const records = await store.readRecords(on, organization, refs);
  const standing = new Map(records.filter(({ body }) => body !== null).map((record) => [record.ref, record]));
  const missing = [...new Set(refs)].filter((ref) => !standing.has(ref));
  refuseIf(
    missing.map((ref) => {
      const text = `${ref} is not known to ${organization}. Send the record first, as this organisation.`;
      return problem('not-found', 'record-unknown', text, expression);
    }),
  );
  return standing;
}
