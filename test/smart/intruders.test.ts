import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setPerson } from '../../src/auth/index.ts';
import { systemClock } from '../../src/base/index.ts';
import type { Logger } from '../../src/base/index.ts';
import { authorizeParams, get, launch, openSmartStage, PASSWORD, redeem, refresh } from './stage.ts';
import type { App, SmartStage } from './stage.ts';
import { choicesOf, fieldsOf } from './user-agent.ts';

/* What intruders tried at sessions, forms and logins. */
const log: string[] = [];
const write = (fields: Record<string, unknown>, message: string): void =>
  void log.push(JSON.stringify([message, fields]));
const logger: Logger = { debug: write, info: write, warn: write, error: write };
let stage: SmartStage;
let app: App;
beforeAll(async () => {
  stage = await openSmartStage({ logger });
  app = await stage.addApp();
});
afterAll(() => stage.end());

const SCOPE = 'user/Patient.rs online_access';

test('one consent gives one code, however often it is given and the way back is walked', async () => {
  const { browser } = await launch(stage, app, SCOPE);
  const { params, verifier } = authorizeParams(stage, app, SCOPE);
  const page = await browser.get(`/auth/authorize?${String(params)}`);
  const before = choicesOf(await browser.get('/auth/manage'), 'grant').length;
  const form = new URLSearchParams([...fieldsOf(page), ['step', 'consent']]);
  const windows = Array.from({ length: 20 }, () => browser.clone());
  const done = await Promise.all(windows.map((each) => each.post(page.url, form)));
  const codes = done.flatMap(({ left }) => left?.searchParams.get('code') ?? []);
  expect([codes.length, done.filter(({ status }) => status >= 500)]).toEqual([1, []]);
  const winner = windows[done.findIndex(({ left }) => left?.searchParams.has('code'))]!;
  expect(choicesOf(await winner.get('/auth/manage'), 'grant')).toHaveLength(before + 1);
  expect((await redeem(stage, app, codes[0]!, verifier)).status).toBe(200);
});

test('a form that another site sends signs nobody in', async () => {
  const browser = stage.browser();
  const csrf = Object.fromEntries(fieldsOf(await browser.get('/auth/manage')))['csrf']!;
  const form = { step: 'sign-in', csrf, login: 'binh', password: PASSWORD };
  for (const site of ['cross-site', 'same-site']) {
    const lured = await browser.post('/auth/manage', form, { 'sec-fetch-site': site });
    expect([lured.status, browser.cookies().includes('consilium_session')]).toEqual([400, false]);
  }
  await browser.post('/auth/manage', form, { 'sec-fetch-site': 'same-origin' });
  expect(browser.cookies()).toContain('consilium_session');
});

test('who signs in over somebody else ends that session, and what was not to outlive it', async () => {
  await stage.addUser('first', 'Practitioner/dr-binh');
  await stage.addUser('second', 'Practitioner/dr-binh');
  const browser = stage.browser();
  const { token } = await launch(stage, app, SCOPE, { browser, login: 'first' });
  const kept = browser.clone();
  const { params } = authorizeParams(stage, app, `openid ${SCOPE}`, { prompt: 'login' });
  const page = await browser.get(`/auth/authorize?${String(params)}`);
  await browser.submit(page, 'sign-in', { login: 'second', password: PASSWORD });
  expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(401);
  expect((await refresh(stage, app, token.refresh_token)).status).toBe(400);
  expect((await kept.get('/auth/manage')).text).toContain('name="password"');
});

test('who guesses at a login keeps its owner out of no browser that was used before; another password opens all', async () => {
  const { id } = await stage.addUser('guessed', 'Practitioner/dr-binh');
  const own = stage.browser();
  const signIn = async (browser = stage.browser(), password = PASSWORD) => {
    const page = await browser.get('/auth/manage');
    return browser.submit(page, 'sign-in', { login: 'guessed', password });
  };
  expect((await signIn(own)).text).not.toContain('name="password"');
  await own.submit(await own.get('/auth/manage'), 'sign-out');
  for (let n = 0; n < 6; n++) await signIn(stage.browser(), 'guess number such and such');
  const stranger = await signIn();
  expect([stranger.status, stranger.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  expect((await signIn(own)).status).toBe(200);
  // The browser of one login is none of another's.
  const other = own.clone();
  const page = await stage.browser().get('/auth/manage');
  expect((await other.submit(page, 'sign-in', { login: 'binh', password: 'wrong' })).status).toBe(400);

  await setPerson({ database: stage.database, clock: systemClock }, id, { password: 'another long password' });
  expect((await signIn(stage.browser(), 'another long password')).status).toBe(200);
});

test.each([
  ['a client', '/auth/authorize?client_id=a%00b&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2F'],
  ['an interaction', '/auth/interaction/a%00b'],
  ['a resume', '/auth/authorize/a%00b'],
])('%s with a NUL is not there, and nothing fails', async (_what, path) => {
  expect((await stage.browser().get(path)).status).toBeLessThan(500);
});

test('a mistyped member of a launch is refused: it would be a launch without its patient', async () => {
  const answer = await fetch(`${stage.house.url}/auth/launches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.ehr.token}` },
    body: JSON.stringify({ client: app.id, user: stage.doctor.fhirUser, patien: 'Patient/tran' }),
  });
  expect([answer.status, await answer.json()]).toEqual([
    422,
    { error: 'launch-request', error_description: expect.stringContaining('patient') },
  ]);
});

test('a request that is too large to be kept is refused, by either way', async () => {
  const { params } = authorizeParams(stage, app, SCOPE, { state: 'x'.repeat(20_000) });
  expect((await stage.browser().post('/auth/authorize', params)).status).toBe(413);
  expect((await stage.browser().get(`/auth/authorize?${String(params)}`)).status).toBe(414);
});

test('what a person is shown of an error can be found in the log, and tells nothing itself', async () => {
  const { params } = authorizeParams(stage, app, SCOPE, { redirect_uri: 'https://evil.test/' });
  const page = await stage.browser().get(`/auth/authorize?${String(params)}`);
  const reference = /<code[^>]*>([A-Z0-9]{12})<|>([A-Z0-9]{12})</i.exec(page.text)?.slice(1).find(Boolean);
  expect(reference).toBeDefined();
  const [line] = log.filter((each) => each.includes(reference!));
  expect(JSON.parse(line!)).toEqual([
    'an authorization was refused',
    { reference, reason: 'invalid_redirect_uri', client: app.id },
  ]);
});

test('what is not a page has the headers of safety, too', async () => {
  for (const path of ['/auth/jwks', '/auth/nothing', '/auth/token', '/auth/.well-known/openid-configuration']) {
    const { headers } = await fetch(`${stage.house.url}${path}`);
    expect([headers.get('x-content-type-options'), headers.get('strict-transport-security')]).toEqual([
      'nosniff',
      'max-age=31536000',
    ]);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  }
});

test('two Authorization headers are none', async () => {
  const { request } = await import('node:http');
  const url = new URL(`${stage.house.url}/auth/introspect`);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        headers: [
          'content-type',
          'application/x-www-form-urlencoded',
          'authorization',
          `Bearer ${stage.ehr.token}`,
          'authorization',
          'Bearer other',
        ],
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    sent.on('error', reject);
    sent.end('token=x');
  });
  expect([400, 401]).toContain(status);
});
