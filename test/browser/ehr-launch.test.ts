import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { App } from '../smart/stage.ts';
import { askApp, consent, EHR_SCOPE, open, openBrowserStage, press, put, readApp, signIn } from './stage.ts';
import type { BrowserStage } from './stage.ts';

let stage: BrowserStage;
let app: App;
beforeAll(async () => {
  stage = await openBrowserStage();
  app = await stage.register(EHR_SCOPE);
  await put(stage.smart, 'Practitioner', 'dr-hoa', { name: [{ family: 'Vo', given: ['Hoa'] }] });
  await put(stage.smart, 'ServiceRequest', 'opinion', {
    status: 'draft',
    intent: 'order',
    subject: { reference: 'Patient/tran' },
  });
});
afterAll(() => stage.close());

test('an EHR opens the app with its patient; the next launch asks for no password, and has the next patient', async () => {
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, await stage.announce(app, { patient: 'Patient/tran', encounter: 'Encounter/visit' }));
  expect(await page.locator('#login').inputValue()).toBe('binh');
  await signIn(page);
  await page.locator('button[value=consent]').waitFor();
  await stage.shoot(page, 'ehr-consent');
  await consent(page);
  expect(await readApp(page)).toMatchObject({
    problem: '',
    patient: 'Trần Thị Mai',
    user: 'Binh Le',
    encounter: 'visit',
    documents: 'Biopsy, Mammogram',
  });

  await open(page, await stage.announce(app, { patient: 'Patient/pham' }));
  expect(await page.locator('#password').count()).toBe(0);
  await consent(page);
  expect(await readApp(page)).toMatchObject({
    problem: '',
    patient: 'Phạm Văn An',
    encounter: '',
    documents: 'Echocardiogram',
  });
  expect(await askApp(page, 'ask', 'Patient/tran')).toMatch(/^404 /);
  expect(await askApp(page, 'refresh')).toBe('a new access token, a new refresh token');
  await window.close();
});

test('the app is told of the case that it is opened for', async () => {
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, await stage.announce(app, { patient: 'Patient/tran', case: 'ServiceRequest/opinion' }));
  await signIn(page);
  await consent(page);
  expect(await readApp(page)).toMatchObject({
    problem: '',
    patient: 'Trần Thị Mai',
    context: 'ServiceRequest/opinion',
  });
  expect(await askApp(page, 'ask', 'ServiceRequest/opinion')).toMatch(/^200 ServiceRequest/);
  await window.close();
});

test('two tabs that open two patients at once keep their own', async () => {
  const window = await stage.openWindow();
  const [one, other] = [await window.newPage(), await window.newPage()];
  // Nobody is signed in when both begin.
  await open(one, await stage.announce(app, { patient: 'Patient/tran' }));
  await open(other, await stage.announce(app, { patient: 'Patient/pham' }));
  await signIn(one);
  await signIn(other);
  await other.locator('button[value=consent]').waitFor();
  expect(await one.locator('main').innerText()).toContain('Trần Thị Mai');
  expect(await other.locator('main').innerText()).toContain('Phạm Văn An');
  await consent(other);
  await consent(one);
  expect(await readApp(one)).toMatchObject({ problem: '', patient: 'Trần Thị Mai', documents: 'Biopsy, Mammogram' });
  expect(await readApp(other)).toMatchObject({ problem: '', patient: 'Phạm Văn An', documents: 'Echocardiogram' });
  await one.reload();
  await other.reload();
  expect(await readApp(one)).toMatchObject({ problem: '', patient: 'Trần Thị Mai' });
  expect(await readApp(other)).toMatchObject({ problem: '', patient: 'Phạm Văn An' });
  expect(await askApp(one, 'ask', 'Patient/pham')).toMatch(/^404 /);
  expect(await askApp(other, 'ask', 'Patient/tran')).toMatch(/^404 /);
  await window.close();
});

test('a launch is followed once', async () => {
  const window = await stage.openWindow();
  const page = await window.newPage();
  const address = await stage.announce(app, { patient: 'Patient/tran' });
  await open(page, address);
  await signIn(page);
  await consent(page);
  expect(await readApp(page)).toMatchObject({ patient: 'Trần Thị Mai' });
  await page.goto(address);
  expect(await readApp(page)).toMatchObject({ problem: expect.stringMatching(/invalid_request/), patient: '' });
  await window.close();
});

test('a launch for somebody else asks who is there', async () => {
  await stage.smart.addUser('hoa', 'Practitioner/dr-hoa');
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, await stage.announce(app, { patient: 'Patient/tran' }));
  await signIn(page);
  await consent(page);
  expect(await readApp(page)).toMatchObject({ user: 'Binh Le' });

  await open(page, await stage.announce(app, { patient: 'Patient/pham', user: 'Practitioner/dr-hoa' }));
  expect(await page.locator('#login').inputValue()).toBe('hoa');
  await signIn(page, 'binh');
  await page.getByRole('alert').waitFor();
  await signIn(page, 'hoa');
  await consent(page);
  expect(await readApp(page)).toMatchObject({ problem: '', user: 'Hoa Vo', patient: 'Phạm Văn An' });
  await window.close();
});

test('who signs out ends what was to last as long as the session', async () => {
  const window = await stage.openWindow();
  const [page, other] = [await window.newPage(), await window.newPage()];
  await open(page, await stage.announce(app, { patient: 'Patient/tran' }));
  await signIn(page);
  await consent(page);
  expect(await readApp(page)).toMatchObject({ problem: '', patient: 'Trần Thị Mai' });

  await open(other, `${stage.smart.house.url}/auth/manage`);
  await press(other, 'sign-out');
  await other.locator('button[value=sign-out]').waitFor({ state: 'detached' });
  await stage.shoot(other, 'signed-out');
  expect(await askApp(page, 'ask', 'Patient/tran')).toMatch(/^401 /);
  await open(page, await stage.announce(app, { patient: 'Patient/tran' }));
  expect(await page.locator('#password').count()).toBe(1);
  await window.close();
});
