import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  askApp,
  choosePatient,
  consent,
  open,
  openBrowserStage,
  press,
  readApp,
  signIn,
  STANDALONE_SCOPE,
} from './stage.ts';
import type { BrowserStage } from './stage.ts';

let stage: BrowserStage;
let standalone: string;
beforeAll(async () => {
  stage = await openBrowserStage();
  standalone = `${stage.app.origin}/standalone.html`;
});
afterAll(() => stage.close());

test('a public app is opened alone: sign in, choose the patient, consent but for one scope, work, refresh, sign out', async () => {
  await stage.register(
    'openid fhirUser launch/patient patient/*.rs user/Practitioner.rs user/Condition.cud offline_access',
  );
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, standalone);
  await stage.shoot(page, 'sign-in');
  await signIn(page);
  await page.locator('#query').waitFor();
  await stage.shoot(page, 'choose-patient');
  await choosePatient(page, 'tran', 'Trần Thị Mai');
  await page.locator('button[value=consent]').waitFor();
  await stage.shoot(page, 'consent');
  await consent(page, ['user/Condition.cud']);
  expect(await readApp(page)).toEqual({
    problem: '',
    patient: 'Trần Thị Mai',
    user: 'Binh Le',
    encounter: '',
    context: '',
    scope: 'openid fhirUser launch/patient patient/*.rs user/Practitioner.rs offline_access',
    documents: 'Biopsy, Mammogram',
  });
  await stage.shoot(page, 'app');
  expect([...new URL(page.url()).searchParams.keys()]).not.toContain('code');

  expect(await askApp(page, 'ask', 'Patient/pham')).toMatch(/^404 /);
  expect(await askApp(page, 'refresh')).toBe('a new access token, a new refresh token');
  expect(await askApp(page, 'ask', 'Patient/tran')).toMatch(/^200 Patient/);
  await page.reload();
  expect(await readApp(page)).toMatchObject({ problem: '', patient: 'Trần Thị Mai', documents: 'Biopsy, Mammogram' });
  expect(await askApp(page, 'refresh')).toBe('a new access token, a new refresh token');

  // An hour later the library gets a new token by itself.
  const before = await readStored(page, 'tokenResponse.access_token');
  await page.evaluate(`{
    const key = JSON.parse(sessionStorage.SMART_KEY);
    sessionStorage[key] = JSON.stringify({ ...JSON.parse(sessionStorage[key]), expiresAt: 1 });
  }`);
  await page.reload();
  expect(await readApp(page)).toMatchObject({ problem: '', patient: 'Trần Thị Mai' });
  expect(await readStored(page, 'tokenResponse.access_token')).not.toBe(before);

  expect(await askApp(page, 'sign-out')).toBe('200 signed out');
  expect(await askApp(page, 'ask', 'Patient/tran')).toMatch(/^401 /);
  await window.close();
});

/** What the library keeps of the launch. */
async function readStored(page: Page, path: string): Promise<unknown> {
  return await page.evaluate(`JSON.parse(sessionStorage[JSON.parse(sessionStorage.SMART_KEY)]).${path}`);
}

test('two tabs in which two patients are chosen at once keep their own', async () => {
  await stage.register(STANDALONE_SCOPE);
  const window = await stage.openWindow();
  const [one, other] = [await window.newPage(), await window.newPage()];
  await open(one, standalone);
  await open(other, standalone);
  await signIn(one);
  await signIn(other);
  await choosePatient(one, 'tran', 'Trần Thị Mai');
  await choosePatient(other, 'pham', 'Phạm Văn An');
  await consent(one);
  await consent(other);
  expect(await readApp(one)).toMatchObject({ problem: '', patient: 'Trần Thị Mai', documents: 'Biopsy, Mammogram' });
  expect(await readApp(other)).toMatchObject({ problem: '', patient: 'Phạm Văn An', documents: 'Echocardiogram' });
  await window.close();
});

test('what is unticked is refused', async () => {
  await stage.register(
    'openid fhirUser launch/patient patient/Patient.rs patient/DocumentReference.rs patient/Condition.rs',
  );
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, standalone);
  await signIn(page);
  await choosePatient(page, 'Trần', 'Trần Thị Mai');
  await consent(page, ['patient/Condition.rs', 'fhirUser']);
  expect(await readApp(page)).toMatchObject({
    problem: '',
    patient: 'Trần Thị Mai',
    user: '',
    scope: 'openid launch/patient patient/Patient.rs patient/DocumentReference.rs',
    documents: 'Biopsy, Mammogram',
  });
  expect(await askApp(page, 'ask', 'Condition')).toMatch(/^403 /);
  expect(await askApp(page, 'ask', 'DocumentReference')).toBe('200 Bundle 2');
  await window.close();
});

test.each(['private_key_jwt', 'client_secret_basic'] as const)('an app with %s is opened alone', async (proof) => {
  await stage.register(STANDALONE_SCOPE, proof);
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, standalone);
  await signIn(page);
  await choosePatient(page, 'pham', 'Phạm Văn An');
  await consent(page);
  expect(await readApp(page)).toMatchObject({ problem: '', patient: 'Phạm Văn An', documents: 'Echocardiogram' });
  // The library proves nothing when it refreshes for an app with a key, so that it has to be refused.
  const renewed = await askApp(page, 'refresh');
  if (proof === 'client_secret_basic') expect(renewed).toBe('a new access token, a new refresh token');
  else expect(renewed).not.toContain('access token');
  await window.close();
});

test('who cancels is back in the app, which has nothing', async () => {
  await stage.register(STANDALONE_SCOPE);
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, standalone);
  await press(page, 'cancel');
  expect(await readApp(page)).toMatchObject({ problem: expect.stringMatching(/access_denied/), patient: '' });
  // Signed in, and then not allowed.
  await open(page, standalone);
  await signIn(page);
  await choosePatient(page, 'tran', 'Trần Thị Mai');
  await press(page, 'cancel');
  expect(await readApp(page)).toMatchObject({ problem: expect.stringMatching(/access_denied/), patient: '' });
  await window.close();
});

test('going back after consent does no harm', async () => {
  await stage.register(STANDALONE_SCOPE);
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, standalone);
  await signIn(page);
  await choosePatient(page, 'tran', 'Trần Thị Mai');
  await consent(page);
  expect(await readApp(page)).toMatchObject({ patient: 'Trần Thị Mai' });
  await page.goBack();
  await page.locator('main h1').waitFor();
  expect(page.url()).toContain('/auth/interaction/');
  expect(await page.locator('button[value=consent]').count()).toBe(0);
  await stage.shoot(page, 'went-back');
  await page.goForward();
  expect(await readApp(page)).toMatchObject({ problem: '', patient: 'Trần Thị Mai' });
  expect(await askApp(page, 'ask', 'Patient/tran')).toMatch(/^200 Patient/);
  await window.close();
});

test('a person sees what was granted, and ends it: the next call of the app fails', async () => {
  await stage.register(STANDALONE_SCOPE);
  const window = await stage.openWindow();
  const [page, other] = [await window.newPage(), await window.newPage()];
  await open(page, standalone);
  await signIn(page);
  await choosePatient(page, 'tran', 'Trần Thị Mai');
  await consent(page);
  expect(await readApp(page)).toMatchObject({ patient: 'Trần Thị Mai' });

  await open(other, `${stage.smart.house.url}/auth/manage`);
  const cards = other.locator('.card');
  const before = await cards.count();
  await stage.shoot(other, 'manage');
  expect(await cards.first().innerText()).toContain('Trần Thị Mai');
  await press(other, 'end');
  await other.getByRole('status').waitFor();
  expect(await cards.count()).toBe(before - 1);
  await stage.shoot(other, 'manage-ended');

  expect(await askApp(page, 'ask', 'Patient/tran')).toMatch(/^401 /);
  await window.close();
});
