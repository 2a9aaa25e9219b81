import { addPerson } from '../auth/index.ts';
import type { PersonRegistration } from '../auth/index.ts';
import { systemClock, uuidv7 } from '../base/index.ts';
import type { Caller } from '../base/index.ts';
import { splitReference } from '../fhir/index.ts';
import { update } from '../interactions/index.ts';
import type { House } from '../interactions/index.ts';
import { findOrganization } from '../store/index.ts';
import { defineCommand, UsageError } from './command.ts';
import { joinTransaction, withDatabase, withHouse } from './connect.ts';
import type { Connection } from './connect.ts';
import { readSecret } from './files.ts';

const NAME = 'user add';

export const addUserCommand = defineCommand({
  name: NAME,
  summary: 'Registers somebody who signs in: staff, a patient, or somebody who stands for patients.',
  notes:
    'Each is somebody in the records: staff are Practitioner/ID, a patient Patient/ID, a caregiver RelatedPerson/ID or\n' +
    'Person/ID. The record has to be there, for the organisation to see; --create makes a Practitioner of that name.\n' +
    'Patients and caregivers see what is about the patients that they stand for, staff what the organisation sees.\n' +
    'Without --password-file and --subject a password is made and shown this once.',
  options: {
    organization: { value: 'ORG', text: 'The id of the organisation.', required: true },
    login: { value: 'LOGIN', text: 'What the person types to sign in; an e-mail address will do.', required: true },
    name: { value: 'NAME', text: 'As pages show it.', required: true },
    practitioner: { value: 'REF', text: 'Practitioner/ID: one of the staff, or' },
    create: { text: 'one whose record is made, under that ID if it is given, or' },
    patient: { value: 'REF', text: 'Patient/ID: a patient, or' },
    'related-person': { value: 'REF', text: 'RelatedPerson/ID: a relative or caregiver, or' },
    person: { value: 'REF', text: 'Person/ID: the same, for several patients.' },
    for: { value: 'REF', text: 'Patient/ID: for whom a caregiver stands; several may be given.', many: true },
    subject: { value: 'SUB', text: 'Who it is at the identity provider of the organisation (sub).' },
    'password-file': { value: 'FILE', text: 'Holds the password; - reads it from standard input.' },
  },
  example: 'user add --organization hospital-north --login an.tran --name "Dr An Tran" --create',
  async run(setting, values) {
    const { organization, login, name, create, subject, 'password-file': passwordFile } = values;
    const fhirUser = chooseUser(values);
    const password = passwordFile === undefined ? undefined : await readSecret(setting.folder, passwordFile);
    const registration: PersonRegistration = {
      ...{ organization, login, name, fhirUser },
      ...(values.for.length === 0 ? {} : { patients: values.for }),
      ...(subject === undefined ? {} : { subject }),
      ...(password === undefined ? {} : { password }),
    };
    const made = await withDatabase(setting, (connection) => register(connection, registration, create));
    setting.terminal.print(`${login} is registered for ${organization} as ${fhirUser}.`);
    if (made.password !== undefined) setting.terminal.print(`The password, shown this once: ${made.password}`);
    return undefined;
  },
});

function chooseUser(values: {
  readonly practitioner: string | undefined;
  readonly create: boolean;
  readonly patient: string | undefined;
  readonly 'related-person': string | undefined;
  readonly person: string | undefined;
}): string {
  const { create, practitioner = create ? `Practitioner/${uuidv7()}` : undefined } = values;
  const given = {
    Practitioner: practitioner,
    Patient: values.patient,
    RelatedPerson: values['related-person'],
    Person: values.person,
  };
  const named = Object.entries(given).filter(([, ref]) => ref !== undefined);
  const [type = '', ref = ''] = named[0] ?? [];
  if (named.length !== 1) {
    throw new UsageError(
      'Give one of --practitioner REF, --create, --patient REF, --related-person REF, --person REF.',
      NAME,
    );
  }
  if (!ref.startsWith(`${type}/`)) throw new UsageError(`Write ${type}/ID, not "${ref}".`, NAME);
  return ref;
}

/** The person, and where it is asked for the Practitioner: both or neither. */
async function register(
  connection: Connection,
  registration: PersonRegistration,
  create: boolean,
): Promise<{ password?: string }> {
  const { database } = connection;
  if (!create) return await addPerson({ database, clock: systemClock }, registration);
  return await withHouse(connection, (house) =>
    database.transact(async (on) => {
      const joined = joinTransaction(database, on);
      await createPractitioner({ ...house, database: joined }, registration);
      return await addPerson({ database: joined, clock: systemClock }, registration);
    }),
  );
}

async function createPractitioner(house: House, { organization, name, fhirUser }: PersonRegistration): Promise<void> {
  const partner = await findOrganization(house.database, organization);
  if (partner === undefined) throw new Error(`There is no organisation ${organization}. Add it first.`);
  const [type, id] = splitReference(fhirUser);
  const caller: Caller = { client: 'consilium', organization, role: partner.role, scopes: ['system/Practitioner.cu'] };
  const resource = { resourceType: type, id, active: true, name: [{ text: name }] };
  await update(house, { caller, request: 'command line' }, type, id, resource, { onlyNew: true });
}
