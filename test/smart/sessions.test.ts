import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { disablePerson, setPerson } from '../../src/auth/index.ts';
import { systemClock } from '../../src/base/index.ts';
import { authorizeParams, get, launch, openSmartStage, PASSWORD, refresh } from './stage.ts';
import type { App, Doctor, SmartStage } from './stage.ts';
import { choicesOf } from './user-agent.ts';
import type { Page } from './user-agent.ts';

let stage: SmartStage;
let app: App;
let next: Doctor;
beforeAll(async () => {
  stage = await openSmartStage();
  app = await stage.addApp();
  next = await stage.addUser('next', 'Practitioner/dr-binh');
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
  const person = await stage.addUser('manager', 'Practitioner/dr-binh', { hashed: true });
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

test('an app is for the people of its organisation, and says so to who has the right password', async () => {
  const browser = stage.browser();
  const page = await browser.get(`/auth/authorize?${String(authorizeParams(stage, app, 'user/Patient.r').params)}`);
  const guessed = await browser.submit(page, 'sign-in', { login: 'wu', password: 'not the password' });
  expect([guessed.status, guessed.text.includes('not right')]).toEqual([400, true]);
  const refused = await browser.submit(page, 'sign-in', { login: 'wu', password: PASSWORD });
  expect([refused.status, refused.left]).toEqual([400, undefined]);
  expect(refused.text.replace(/<[^>]+>/g, '')).toMatch(
    /This application belongs to \S.*\. Sign in as somebody of that/,
  );
});

test('who signs in where a colleague was expected is told so, after the right password', async () => {
  const colleague = await stage.addUser('colleague', 'Practitioner/dr-binh');
  const browser = stage.browser();
  const page = await browser.get(await launchFor(colleague.id));
  const guessed = await browser.submit(page, 'sign-in', { login: 'binh', password: 'not the password' });
  expect([guessed.status, guessed.text.includes('not right')]).toEqual([400, true]);
  const refused = await browser.submit(page, 'sign-in', { login: 'binh', password: PASSWORD });
  expect([refused.status, refused.text.includes('was opened for another person')]).toEqual([400, true]);
  const right = await browser.submit(refused, 'sign-in', { login: 'colleague', password: PASSWORD });
  expect([right.status, right.text.includes('value="consent"')]).toEqual([200, true]);
});

/** Where the EHR's launch for somebody leads. */
async function launchFor(user: string): Promise<string> {
  const made = await fetch(`${stage.house.url}/auth/launches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.ehr.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ client: app.id, user, patient: 'Patient/tran' }),
  });
  const { launch: id } = (await made.json()) as { launch: string };
  return `/auth/authorize?${String(authorizeParams(stage, app, 'launch patient/*.rs', { launch: id }).params)}`;
}

describe('not you? On a computer that many use', () => {
  test.each([
    ['the choice of a patient', 'launch/patient patient/*.rs', 'value="choose"'],
    ['consent', 'user/Patient.rs', 'value="consent"'],
  ])('at %s somebody else signs in and goes on from there', async (_page, scope, shown) => {
    const browser = stage.browser();
    const online = await launch(stage, app, 'user/Patient.rs online_access', { browser });
    const offline = await launch(stage, app, 'user/Patient.rs offline_access', { browser });
    const left = browser.clone();
    const { params, state } = authorizeParams(stage, app, scope, { login_hint: 'binh' });
    let page = await browser.get(`/auth/authorize?${String(params)}`);
    expect([page.text.includes(shown), page.text.includes('User binh')]).toEqual([true, true]);

    page = await browser.submit(page, 'switch-user');
    expect([page.status, page.text.includes('name="password"'), page.text.includes('binh')]).toEqual([
      200,
      true,
      false,
    ]);
    expect(browser.cookies()).not.toContain('consilium_session');
    // It was a sign-out: of the session, whoever has its cookie, and of what was to end with it.
    expect((await left.get('/auth/manage')).text).toContain('name="password"');
    expect((await get(stage, online.token.access_token, '/Patient/tran')).status).toBe(401);
    expect((await refresh(stage, app, online.token.refresh_token)).status).toBe(400);
    expect((await refresh(stage, app, offline.token.refresh_token)).status).toBe(200);

    page = await browser.submit(page, 'sign-in', { login: next.login, password: PASSWORD });
    expect([page.text.includes(shown), page.text.includes(`User ${next.login}`)]).toEqual([true, true]);
    if (scope.includes('launch/patient')) page = await browser.submit(page, 'choose', { patient: 'tran' });
    page = await browser.submit(page, 'consent');
    expect([page.left?.searchParams.get('state'), page.left?.searchParams.get('code')]).toEqual([
      state,
      expect.stringMatching(/.{20}/),
    ]);
    expect((await browser.get('/auth/manage')).text).toContain(`User ${next.login}`);
  });

  test('a launch stays the one of whom it was made for', async () => {
    const browser = stage.browser();
    let page = await browser.get(await launchFor(stage.doctor.id));
    page = await browser.submit(page, 'sign-in', { login: 'binh', password: PASSWORD });
    page = await browser.submit(page, 'switch-user');
    const refused = await browser.submit(page, 'sign-in', { login: next.login, password: PASSWORD });
    expect([refused.status, refused.left]).toEqual([400, undefined]);
    page = await browser.submit(refused, 'sign-in', { login: 'binh', password: PASSWORD });
    expect((await browser.submit(page, 'consent')).left?.searchParams.get('code')).toMatch(/.{20}/);
  });

  test('no form of another, or of nobody, signs out', async () => {
    const { browser } = await launch(stage, app, 'user/Patient.r', { browser: stage.browser() });
    const page = await browser.get(`/auth/authorize?${String(authorizeParams(stage, app, 'user/Patient.r').params)}`);
    expect((await browser.post(page.url, { step: 'switch-user' })).status).toBe(400);
    expect((await browser.post(page.url, { step: 'switch-user', csrf: 'x' })).status).toBe(400);
    expect((await browser.get('/auth/manage')).text).not.toContain('name="password"');
    await browser.submit(page, 'switch-user');
    // The page before is of who signed in before.
    expect((await browser.submit(page, 'consent')).left).toBeUndefined();
  });
});

test('all that one app was granted is ended at once, and nothing of another app or person', async () => {
  const person = await stage.addUser('tidy', 'Practitioner/dr-binh');
  const how = { browser: stage.browser(), login: person.login };
  const second = await stage.addApp();
  const mine = [
    await launch(stage, app, 'user/Patient.r', how),
    await launch(stage, app, 'patient/Patient.r offline_access', how),
  ];
  const kept = [await launch(stage, second, 'user/Patient.r', how), await launch(stage, app, 'user/Patient.r')];
  const page = await how.browser.get('/auth/manage');
  expect(choicesOf(page, 'app').sort()).toEqual([app.id, second.id].sort());
  expect(page.text.replace(/<[^>]+>/g, '')).toContain('Trần Thị Mai born 2 April 1961');
  expect((await how.browser.post('/auth/manage', { step: 'end-all', app: app.id })).status).toBe(400);
  const ended = await how.browser.submit(page, 'end-all', { app: app.id });
  expect([ended.status, choicesOf(ended, 'app')]).toEqual([200, [second.id]]);
  const statuses = async (of: readonly { token: { access_token: string } }[]) =>
    await Promise.all(of.map(async ({ token }) => (await get(stage, token.access_token, '/Patient/tran')).status));
  expect([await statuses(mine), await statuses(kept)]).toEqual([
    [401, 401],
    [200, 200],
  ]);
  expect((await refresh(stage, app, mine[1]!.token.refresh_token)).status).toBe(400);
});

test('the pages are in the language that was chosen on them, to the end of the way', async () => {
  const browser = stage.browser();
  const { params } = authorizeParams(stage, app, 'user/Patient.r', { ui_locales: 'fr zh-TW' });
  const languageOf = ({ text, headers }: Page) => {
    const lang = /<html lang="([^"]*)"/.exec(text)?.[1];
    expect(headers.get('content-language')).toBe(lang);
    return lang;
  };
  let page = await browser.get(`/auth/authorize?${String(params)}`);
  expect(languageOf(page)).toBe('zh-Hans');
  const address = page.url;
  page = await browser.get(`${address}?lang=vi`);
  expect(languageOf(page)).toBe('vi');
  // To look at it in a language sets nothing.
  expect(languageOf(await browser.get(address))).toBe('zh-Hans');
  expect(languageOf(await browser.get(`${address}?lang=xx`))).toBe('zh-Hans');
  page = await browser.submit(page, 'sign-in', { login: 'binh', password: 'not the password' });
  expect([page.status, languageOf(page)]).toEqual([400, 'vi']);
  page = await browser.submit(page, 'sign-in', { login: 'binh', password: PASSWORD });
  expect([page.text.includes('value="consent"'), languageOf(page)]).toEqual([true, 'vi']);
  page = await browser.submit(page, 'switch-user');
  expect([page.text.includes('name="password"'), languageOf(page)]).toEqual([true, 'vi']);

  page = await browser.get('/auth/manage?lang=vi', { 'accept-language': 'zh' });
  expect(languageOf(page)).toBe('vi');
  expect(languageOf(await browser.submit(page, 'sign-in', { login: 'binh', password: PASSWORD }))).toBe('vi');
});
