import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addClient, addOrganization, addPerson, disablePerson, findPerson, setPerson } from '../../src/auth/index.ts';
import type { PersonRegistration, Registry } from '../../src/auth/index.ts';
import { verifyPassword } from '../../src/auth/passwords.ts';
import { silentLogger } from '../../src/base/index.ts';
import { findGrant, insertGrant, listPeople, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';
import { putRecord } from './records.ts';

let drop: () => Promise<void>;
let database: Database;
let owner: pg.Client;
let registry: Registry;
/** The administrator of each organisation. */
const by = (organization: string): Registry => ({
  ...registry,
  by: { client: `${organization}-admin`, organization, request: 'r-1' },
});
let count = 0;
/** Somebody new, who signs in elsewhere: passwords take their time. */
const good = (): PersonRegistration => {
  count++;
  return {
    organization: 'north',
    login: `login-${count}`,
    name: 'An Tran',
    fhirUser: 'Practitioner/an',
    subject: `sub-${count}`,
  };
};

beforeAll(async () => {
  const created = await createTestDatabase();
  drop = created.drop;
  database = openDatabase({ url: created.url, role: 'consilium_app', size: 4, logger: silentLogger });
  owner = new pg.Client({ connectionString: created.url });
  await owner.connect();
  registry = { database, clock: () => new Date() };
  await addOrganization(registry, { id: 'north', name: 'North', role: 'placer' });
  await addOrganization(registry, { id: 'south', name: 'South', role: 'programme' });
  for (const ref of ['Practitioner/an', 'Patient/one', 'Patient/two', 'Person/carer', 'RelatedPerson/of-nobody']) {
    await putRecord(owner, 'north', ref);
  }
  await putRecord(owner, 'north', 'Practitioner/deleted', null);
  await putRecord(owner, 'north', 'RelatedPerson/mother', { patient: { reference: 'Patient/one' } });
  await putRecord(owner, 'north', 'RelatedPerson/of-hidden', { patient: { reference: 'Patient/hidden' } });
  await putRecord(owner, 'south', 'Patient/hidden');
  await putRecord(owner, 'south', 'Practitioner/published', {}, ['*', 'south']);
});
beforeEach(() => owner.query('truncate audit'));
afterAll(async () => {
  await owner.end();
  await database.close();
  await drop();
});

async function trail(): Promise<unknown[]> {
  return (await owner.query('select interaction, organization, client, person, status, detail from audit order by at'))
    .rows;
}

describe('registered is', () => {
  test.each([
    ['staff, for all patients', { fhirUser: 'Practitioner/an' }, null],
    ['a patient, for itself', { fhirUser: 'Patient/one' }, ['Patient/one']],
    ['a patient who says so', { fhirUser: 'Patient/one', patients: ['Patient/one'] }, ['Patient/one']],
    ['a relative, for whom its record names', { fhirUser: 'RelatedPerson/mother' }, ['Patient/one']],
    ['a relative of others', { fhirUser: 'RelatedPerson/of-nobody', patients: ['Patient/two'] }, ['Patient/two']],
    [
      'a caregiver of several',
      { fhirUser: 'Person/carer', patients: ['Patient/two', 'Patient/one'] },
      ['Patient/two', 'Patient/one'],
    ],
  ])('%s', async (_what, change, patients) => {
    const { id } = await addPerson(registry, { ...good(), ...change });
    const found = (await listPeople(database, { organization: 'north' })).find((person) => person.id === id);
    expect(found).toMatchObject({
      organization: 'north',
      role: 'placer',
      name: 'An Tran',
      ...change,
      patients,
      disabled: false,
      sessionsSince: null,
    });
    const line = {
      interaction: 'user-add',
      organization: 'north',
      client: null,
      person: change.fhirUser,
      status: 200,
      detail: id,
    };
    expect(await trail()).toEqual([line]);
  });

  test('with a password that is told this once, where nothing else lets in', async () => {
    const { subject: _subject, ...registration } = good();
    const { id, password = '' } = await addPerson(registry, { ...registration, login: ' Dr.An@North.Example ' });
    const row = await findPerson(registry, 'dr.an@north.example');
    expect(row).toMatchObject({ id, login: 'dr.an@north.example', subject: null });
    expect(await verifyPassword(password, row.password)).toBe(true);
    const { rows } = await owner.query<{ row: string }>(
      'select row_to_json(p)::text as row from person p union all select row_to_json(a)::text from audit a',
    );
    expect(rows.filter((each) => each.row.includes(password))).toEqual([]);
  });
});

describe('refused is', () => {
  test.each([
    ['a login with a blank', { login: 'an tran' }, 'login-syntax', 'login'],
    ['a login of one letter', { login: 'a' }, 'login-syntax', 'login'],
    ['a login that looks like another', { login: 'аn.tran' }, 'login-syntax', 'login'],
    ['no name', { name: '' }, 'name-length', 'name'],
    ['a name that turns the page round', { name: 'An \u202etxt.exe' }, 'name-characters', 'name'],
    ['a short password', { password: 'short' }, 'password-length', 'password'],
    ['a user of no kind', { fhirUser: 'Device/an' }, 'user-syntax', 'fhirUser'],
    ['a user elsewhere', { fhirUser: 'https://else.test/Practitioner/an' }, 'user-syntax', 'fhirUser'],
    ['staff for some patients', { patients: ['Patient/one'] }, 'patients-staff', 'patients'],
    ['a patient for another', { fhirUser: 'Patient/one', patients: ['Patient/two'] }, 'patients-own', 'patients'],
    ['a caregiver of nobody', { fhirUser: 'Person/carer' }, 'patients-missing', 'patients'],
    ['a caregiver of an empty list', { fhirUser: 'Person/carer', patients: [] }, 'patients-syntax', 'patients'],
    ['a caregiver of a group', { fhirUser: 'Person/carer', patients: ['Group/all'] }, 'patients-syntax', 'patients'],
    [
      'a caregiver of one twice',
      { fhirUser: 'Person/carer', patients: ['Patient/one', 'Patient/one'] },
      'patients-syntax',
      'patients',
    ],
    ['a relative of nobody', { fhirUser: 'RelatedPerson/of-nobody' }, 'patients-missing', 'patients'],
    ['a relative of a patient elsewhere', { fhirUser: 'RelatedPerson/of-hidden' }, 'record-unknown', 'patients'],
    ['a subject with a blank', { subject: 'a b' }, 'subject-syntax', 'subject'],
    ['a record that is not there', { fhirUser: 'Practitioner/nobody' }, 'record-unknown', 'fhirUser'],
    ['a record that was deleted', { fhirUser: 'Practitioner/deleted' }, 'record-unknown', 'fhirUser'],
    ["another's patient", { fhirUser: 'Patient/hidden' }, 'record-unknown', 'fhirUser'],
    ["another's published practitioner", { fhirUser: 'Practitioner/published' }, 'user-foreign', 'fhirUser'],
    ['an organisation that is not there', { organization: 'nowhere' }, 'organization-unknown', 'id'],
    ["the server's own organisation", { organization: 'consilium' }, 'organization-unknown', 'id'],
  ])('%s', async (_what, change, key, expression) => {
    const before = (await listPeople(database)).length;
    await expect(addPerson(registry, { ...good(), ...change })).rejects.toMatchObject({
      status: 422,
      issues: [{ key, expression }],
    });
    expect(await listPeople(database)).toHaveLength(before);
    expect(await trail()).toEqual([]);
  });

  test('a login that somebody has, and a subject that somebody of this organisation has', async () => {
    const first = good();
    await addPerson(registry, first);
    await expect(addPerson(registry, { ...good(), login: first.login.toUpperCase() })).rejects.toMatchObject({
      status: 409,
      issues: [{ key: 'login-taken' }],
    });
    const second = good();
    await expect(addPerson(registry, { ...second, subject: first.subject! })).rejects.toMatchObject({
      status: 409,
      issues: [{ key: 'subject-taken' }],
    });
    const { id } = await addPerson(registry, second);
    await expect(setPerson(registry, id, { subject: first.subject! })).rejects.toMatchObject({ status: 409 });
    expect(await setPerson(registry, id, { subject: second.subject! })).toMatchObject({ subject: second.subject });
  });
});

test('somebody is changed, and only as asked', async () => {
  const { id } = await addPerson(registry, good());
  const before = await findPerson(registry, id);
  expect(await setPerson(registry, id, { name: 'An Trần' })).toEqual({ ...before, name: 'An Trần' });
  expect(await findPerson(registry, id)).toEqual({ ...before, name: 'An Trần' });
  await expect(setPerson(registry, id, { subject: null })).rejects.toMatchObject({
    issues: [{ key: 'person-locked-out' }],
  });
  await setPerson(registry, id, { password: 'correct horse battery staple', subject: null });
  const after = await findPerson(registry, id);
  expect(after).toMatchObject({ name: 'An Trần', subject: null });
  expect(await verifyPassword('correct horse battery staple', after.password)).toBe(true);
  await expect(setPerson(registry, id, { password: `${before.login} and more` })).rejects.toMatchObject({
    issues: [{ key: 'password-login' }],
  });
  await expect(setPerson(registry, id, { patients: ['Patient/one'] })).rejects.toMatchObject({
    issues: [{ key: 'patients-staff' }],
  });
  expect((await trail()).slice(1)).toMatchObject([
    { interaction: 'user-set', detail: `${id} name` },
    { interaction: 'user-set', detail: `${id} password subject` },
  ]);
});

describe('what somebody granted', () => {
  async function grant(id: string, hash: string): Promise<void> {
    const now = new Date();
    await insertGrant(database, {
      ...{
        hash,
        person: id,
        client: 'app',
        sessionHash: null,
        scope: 'patient/*.rs',
        patient: 'Patient/one',
        encounter: null,
      },
      ...{ context: '{}', offline: true, createdAt: now, expiresAt: new Date(now.getTime() + 60_000) },
    });
    await owner.query(
      `insert into oidc_payload (kind, id_hash, payload, grant_hash) values ('RefreshToken', $1, 'sealed', $2)`,
      [`refresh of ${hash}`, hash],
    );
  }
  async function held(hash: string): Promise<[boolean, number]> {
    const { rowCount } = await owner.query('select from oidc_payload where grant_hash = $1', [hash]);
    return [(await findGrant(database, hash))?.revoked === false, rowCount ?? 0];
  }

  beforeAll(async () => {
    await addClient(registry, {
      ...{ id: 'app', organization: 'north', name: 'App', kind: 'app', authMethod: 'none', scope: 'patient/*.rs' },
      redirectUris: ['https://app.test/callback'],
    });
  });

  test.each([
    ['ends when the person is disabled', (id: string) => disablePerson(registry, id), false],
    [
      'ends with another password',
      (id: string) => setPerson(registry, id, { password: 'correct horse battery' }),
      false,
    ],
    ['ends with other patients', (id: string) => setPerson(registry, id, { patients: ['Patient/two'] }), false],
    ['stays under another name', (id: string) => setPerson(registry, id, { name: 'Another' }), true],
  ])('%s', async (what, change, stays) => {
    const carer = { fhirUser: 'Person/carer', patients: ['Patient/one'] };
    const [{ id }, other] = [await addPerson(registry, { ...good(), ...carer }), await addPerson(registry, good())];
    await grant(id, what);
    await grant(other.id, `${what}: another's`);
    await change(id);
    expect(await held(what)).toEqual(stays ? [true, 1] : [false, 0]);
    expect(await held(`${what}: another's`)).toEqual([true, 1]);
    const last = (await trail()).at(-1) as { detail: string };
    expect(last.detail.includes('grants ended: 1')).toBe(!stays);
  });

  test('every process is told at commit', async () => {
    const heard: string[] = [];
    const stop = await database.listen('identity', (payload) => void heard.push(payload));
    const { id } = await addPerson(registry, good());
    await grant(id, 'told');
    await disablePerson(registry, id);
    await waitUntil(() => heard.length >= 2);
    await stop();
    expect(heard).toEqual(expect.arrayContaining([`person:${id}`, 'grant:told']));
  });
});

describe('an administrator', () => {
  test('registers for its own organisation, whatever it says, and is named in the audit', async () => {
    const { id } = await addPerson(by('north'), { ...good(), organization: 'south' });
    expect(await findPerson(registry, id)).toMatchObject({ organization: 'north' });
    const line = { interaction: 'user-add', organization: 'north', client: 'north-admin', person: null, status: 200 };
    expect(await trail()).toEqual([{ ...line, detail: `Practitioner/an: ${id}` }]);
  });

  test('knows of nobody elsewhere', async () => {
    const { id } = await addPerson(registry, good());
    const unknown = { status: 404, issues: [{ key: 'person-unknown' }] };
    const absent = '01980000-0000-7000-8000-000000000000';
    for (const name of [id, absent]) {
      await expect(setPerson(by('south'), name, { name: 'Mine' })).rejects.toMatchObject(unknown);
      await expect(disablePerson(by('south'), name)).rejects.toMatchObject(unknown);
      await expect(findPerson(by('south'), name)).rejects.toMatchObject(unknown);
    }
    expect(await findPerson(by('north'), id)).toMatchObject({ name: 'An Tran', disabled: false });
  });
});
