import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { addPerson, setIdentityProvider } from '../../src/auth/index.ts';
import { systemClock } from '../../src/base/index.ts';
import { startIdentityProvider } from '../smart/identity-provider.ts';
import type { IdentityProvider } from '../smart/identity-provider.ts';
import { choosePatient, consent, open, openBrowserStage, readApp, STANDALONE_SCOPE } from './stage.ts';
import type { BrowserStage } from './stage.ts';

let stage: BrowserStage;
let hospital: IdentityProvider;

beforeAll(async () => {
  // The hospital's provider keeps everything in memory, and says so.
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
  stage = await openBrowserStage();
  const { house, database, doctor } = stage.smart;
  const client = {
    client_id: 'consilium',
    redirect_uris: [`${house.url}/auth/upstream/callback`],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: `${house.url}/auth/jwks`,
  } as const;
  // By name: the browser takes it for another site, and sends only such cookies back as may come from one.
  hospital = await startIdentityProvider(client, {}, 'localhost');
  const registry = { database, clock: systemClock, masterKey: randomBytes(32), allowedHosts: ['localhost'] };
  await setIdentityProvider(registry, 'hospital', { issuer: hospital.issuer, clientId: 'consilium' });
  const person = { organization: 'hospital', login: 'anna', name: 'Anna Vo', fhirUser: doctor.fhirUser };
  await addPerson(registry, { ...person, subject: 'sub-anna' });
});
afterAll(async () => {
  await hospital.stop();
  await stage.close();
});

test("somebody comes in by the hospital's own sign-in, after trying with another account", async () => {
  await stage.register(STANDALONE_SCOPE);
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, `${stage.app.origin}/standalone.html`);
  hospital.account = 'sub-of-a-stranger';
  await page.getByRole('link', { name: 'Sign in with Organisation hospital' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').innerText()).toContain('sub-of-a-stranger');
  await stage.shoot(page, 'sign-in-stranger');

  hospital.account = 'sub-anna';
  await window.clearCookies({ domain: 'localhost' });
  await page.getByRole('link', { name: 'Sign in with Organisation hospital' }).click();
  await choosePatient(page, 'tran', 'Trần Thị Mai');
  await consent(page);
  expect(await readApp(page)).toMatchObject({ problem: '', patient: 'Trần Thị Mai', user: 'Binh Le' });
  await window.close();
});
