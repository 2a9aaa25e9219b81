import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { disablePerson, setPerson } from '../../src/auth/index.ts';
import { systemClock } from '../../src/base/index.ts';
import { authorizeParams, get, launch, openSmartStage, PASSWORD, refresh } from './stage.ts';
import type { App, SmartStage } from './stage.ts';
import { choicesOf } from './user-agent.ts';

let stage: SmartStage;
let app: App;
beforeAll(async () => {
  stage = await openSmartStage();
  app = await stage.addApp();
});
afterAll(() => stage.end());

const registry = () => ({ database: stage.database, clock: systemClock });

test('who is signed in is not asked for the password again, and for consent every time', async () => {
  const { browser } = await launch(stage, app, 'user/Patient.r');
  const page = await browser.get(`/auth/authorize?${String(authorizeParams(stage, app, 'user/Patient.r').params)}`);
  expect([page.text.includes('name="password"'), page.text.includes('value="consent"')]).toEqual([false, true]);
  // 24, prompt and max_age: an app may ask for both.
  for (const more of [{ prompt: 'login' }, { max_age: '0' }]) {
    const scope = 'openid user/Patient.r';
    const asked = await browser.get(`/auth/authorize?${String(authorizeParams(stage, app, scope, more).params)}`);
    expect(asked.text.includes('name="password"')).toBe(true);
  }
  const silent = authorizeParams(stage, app, 'openid user/Patient.r', { prompt: 'none' });
  const refused = await browser.get(`/auth/authorize?${String(silent.params)}`);
  expect(refused.left?.searchParams.get('error')).toBe('consent_required');
  const nobody = await stage.browser().get(`/auth/authorize?${String(silent.params)}`);
  expect(nobody.left?.searchParams.get('error')).toBe('login_required');
});

test('to cancel brings the app an error, and nothing else', async () => {
  const browser = stage.browser();
  const { params, state } = authorizeParams(stage, app, 'user/Patient.r');
  const page = await browser.get(`/auth/authorize?${String(params)}`);
  const back = (await browser.submit(page, 'cancel')).left!.searchParams;
  expect([back.get('error'), back.get('state'), back.get('code')]).toEqual(['access_denied', state, null]);
});

test('the page of what was granted: sign in, see, end one, sign out', async () => {
  const person = await stage.addUser('manager', 'Practitioner/dr-binh');
  const browser = stage.browser();
  const signIn = await browser.get('/auth/manage');
  const wrong = await browser.submit(signIn, 'sign-in', { login: person.login, password: 'not the password' });
  expect(wrong.status).toBe(400);
  const empty = await browser.submit(wrong, 'sign-in', { login: person.login, password: PASSWORD });
  expect([empty.status, choicesOf(empty, 'grant')]).toEqual([200, []]);

  const how = { browser, login: person.login };
  const online = await launch(stage, app, 'launch/patient patient/*.rs online_access', how);
  const offline = await launch(stage, app, 'user/Patient.rs offline_access', how);
  const short = await launch(stage, app, 'user/Patient.rs', how);
  const page = await browser.get('/auth/manage');
  expect(page.text).toContain('Trần Thị Mai');
  const grants = choicesOf(page, 'grant');
  expect(grants).toHaveLength(3);

  // The latest comes first.
  const ended = await browser.submit(page, 'end', { grant: grants[0]! });
  expect(choicesOf(ended, 'grant')).toHaveLength(2);
  expect((await get(stage, short.token.access_token, '/Patient/tran')).status).toBe(401);

  // Nobody ends what is another's.
  const other = await launch(stage, app, 'user/Patient.r');
  const others = choicesOf(await other.browser.get('/auth/manage'), 'grant');
  await browser.submit(ended, 'end', { grant: others[0]! });
  expect((await get(stage, other.token.access_token, '/Patient/tran')).status).toBe(200);
  expect((await browser.post('/auth/manage', { step: 'end', grant: grants[1]! })).status).toBe(400);

  const out = await browser.submit(ended, 'sign-out');
  expect([out.status, browser.cookies().includes('consilium_session')]).toEqual([200, false]);
  expect((await get(stage, online.token.access_token, '/Patient/tran')).status).toBe(401);
  expect((await refresh(stage, app, online.token.refresh_token)).status).toBe(400);
  expect((await refresh(stage, app, offline.token.refresh_token)).status).toBe(200);
});

test('a stolen session is worth nothing after sign-out, or after another password', async () => {
  const person = await stage.addUser('robbed', 'Practitioner/dr-binh');
  const { browser, token } = await launch(stage, app, 'user/Patient.r', { login: 'robbed', browser: stage.browser() });
  const thief = browser.clone();
  expect((await thief.get('/auth/manage')).text).not.toContain('name="password"');
  // Sessions are known to the second.
  await new Promise((done) => setTimeout(done, 1100));
  await setPerson(registry(), person.id, { password: 'another long password' });
  expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(401);
  expect((await thief.get('/auth/manage')).text).toContain('name="password"');
  const { params } = authorizeParams(stage, app, 'user/Patient.r');
  expect((await thief.get(`/auth/authorize?${String(params)}`)).text).toContain('name="password"');

  const second = await launch(stage, app, 'user/Patient.r', { browser: stage.browser() });
  const copy = second.browser.clone();
  await second.browser.submit(await second.browser.get('/auth/manage'), 'sign-out');
  expect((await copy.get('/auth/manage')).text).toContain('name="password"');
});

test('consent that was begun under a former password is worth nothing', async () => {
  const person = await stage.addUser('hasty', 'Practitioner/dr-binh');
  const browser = stage.browser();
  const { params } = authorizeParams(stage, app, 'user/Patient.r');
  let page = await browser.get(`/auth/authorize?${String(params)}`);
  page = await browser.submit(page, 'sign-in', { login: 'hasty', password: PASSWORD });
  expect(page.text).toContain('value="consent"');
  await new Promise((done) => setTimeout(done, 1100));
  await setPerson(registry(), person.id, { password: 'another long password' });
  page = await browser.submit(page, 'consent');
  expect([page.left, page.text]).toEqual([undefined, expect.stringContaining('name="password"')]);
  expect((await browser.get('/auth/manage')).text).toContain('name="password"');
  // Nor does it become the consent of whoever signs in next.
  page = await browser.submit(page, 'sign-in', { login: 'binh', password: PASSWORD });
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('value="consent"')]);
});

test('who is disabled is out at once: token, session, sign-in', async () => {
  const person = await stage.addUser('leaver', 'Practitioner/dr-binh');
  const browser = stage.browser();
  const { token } = await launch(stage, app, 'user/Patient.r offline_access', { login: 'leaver', browser });
  await disablePerson(registry(), person.id);
  expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(401);
  expect((await refresh(stage, app, token.refresh_token)).status).toBe(400);
  const page = await browser.get(`/auth/authorize?${String(authorizeParams(stage, app, 'user/Patient.r').params)}`);
  expect(page.text).toContain('name="password"');
  const refused = await browser.submit(page, 'sign-in', { login: 'leaver', password: PASSWORD });
  expect([refused.status, refused.left]).toEqual([400, undefined]);
});

test('an app is for the people of its organisation', async () => {
  const browser = stage.browser();
  const page = await browser.get(`/auth/authorize?${String(authorizeParams(stage, app, 'user/Patient.r').params)}`);
  const refused = await browser.submit(page, 'sign-in', { login: 'wu', password: PASSWORD });
  expect([refused.status, refused.left]).toEqual([400, undefined]);
});
