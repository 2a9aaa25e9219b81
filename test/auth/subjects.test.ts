import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { addPerson, removeIdentityProvider, setIdentityProvider } from '../../src/auth/index.ts';
import { silentLogger } from '../../src/base/index.ts';
import { findPersonBySubject, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { putRecord } from './records.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';

const ONE = 'https://id-one.test';
const TWO = 'https://id-two.test';
let stage: Stage;
let database: Database;
beforeAll(async () => {
  stage = await openStage();
  const owner = new Client({ connectionString: stage.databaseUrl });
  await owner.connect();
  await putRecord(owner, 'hospital-a', 'Patient/p');
  await owner.end();
  database = openDatabase({ url: stage.databaseUrl, role: 'consilium_app', size: 1, logger: silentLogger });
});
afterAll(async () => {
  await database.close();
  await stage.end();
});

test('a subject is of one identity provider, and never of the one that comes after it', async () => {
  const registry = { database, clock: () => new Date(), masterKey: new Uint8Array(randomBytes(32)) };
  const organization = 'hospital-a';
  const person = { organization, name: 'An', fhirUser: 'Patient/p', patients: ['Patient/p'] };
  const found = async (issuer: string, subject: string) =>
    (await findPersonBySubject(database, organization, issuer, subject))?.login;

  await addPerson(registry, { ...person, login: 'early', subject: 's-1' });
  expect(await found(ONE, 's-1')).toBeUndefined();
  await setIdentityProvider(registry, organization, { issuer: ONE, clientId: 'consilium' });
  expect(await found(ONE, 's-1')).toBe('early');
  await setIdentityProvider(registry, organization, { issuer: TWO, clientId: 'consilium' });
  expect([await found(ONE, 's-1'), await found(TWO, 's-1')]).toEqual(['early', undefined]);
  await removeIdentityProvider(registry, organization);
  await setIdentityProvider(registry, organization, { issuer: TWO, clientId: 'consilium' });
  await addPerson(registry, { ...person, login: 'late', subject: 's-2' });
  expect([await found(TWO, 's-1'), await found(TWO, 's-2')]).toEqual([undefined, 'late']);
});
