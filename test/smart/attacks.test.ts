import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { disableClient } from '../../src/auth/index.ts';
import { systemClock } from '../../src/base/index.ts';
import { generateKey } from '../../src/keys/index.ts';
import type { Json } from '../support/house.ts';
import {
  askToken,
  authorizeParams,
  CALLBACK,
  get,
  launch,
  openSmartStage,
  PASSWORD,
  redeem,
  refresh,
  walk,
} from './stage.ts';
import type { App, SmartStage } from './stage.ts';
import { choicesOf, fieldsOf } from './user-agent.ts';

/* The list of attacks on flows, by its numbers. */
let stage: SmartStage;
let app: App;
let other: App;
beforeAll(async () => {
  stage = await openSmartStage();
  app = await stage.addApp();
  other = await stage.addApp({ proof: 'client_secret_basic' });
});
afterAll(() => stage.end());

const SCOPE = 'openid launch/patient patient/*.rs offline_access';

function authorize(more: Readonly<Record<string, string | undefined>>, scope = SCOPE, by: App = app) {
  return stage.browser().get(`/auth/authorize?${String(authorizeParams(stage, by, scope, more).params)}`);
}

async function makeLaunch(body: object, token = stage.ehr.token) {
  const made = await fetch(`${stage.house.url}/auth/launches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: made.status, body: (await made.json()) as Json };
}

async function audited(interaction: string): Promise<Json[]> {
  const client = new Client({ connectionString: stage.house.database });
  await client.connect();
  const { rows } = await client.query('select * from audit where interaction = $1 order by at', [interaction]);
  await client.end();
  return rows;
}

describe('18, 19: addresses to return to', () => {
  test.each([
    `${CALLBACK}.evil.test`,
    `${CALLBACK}/../evil`,
    `${CALLBACK}/`,
    `${CALLBACK}?x=1`,
    `${CALLBACK}#fragment`,
    'https://sub.app.test/callback',
    'https://app.test:8443/callback',
    'https://app.test@evil.test/callback',
    'https://evil.test/callback',
    'https://app.test/%63allback',
    'https://APP.test/callback',
    'http://app.test/callback',
    '//app.test/callback',
    'javascript:alert(1)',
  ])('%s is not led to, with a code or with an error', async (uri) => {
    const page = await authorize({ redirect_uri: uri });
    expect([page.status, page.left]).toEqual([400, undefined]);
    expect(page.text).not.toContain('evil');
    const wrong = await authorize({ redirect_uri: uri, scope: 'nonsense', aud: 'nonsense', response_type: 'token' });
    expect([wrong.status, wrong.left]).toEqual([400, undefined]);
    expect(wrong.headers.get('content-type')).toMatch(/^text\/html/);
    expect(wrong.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  });
});

describe('20: PKCE', () => {
  test.each([
    ['none at all', { code_challenge: undefined, code_challenge_method: undefined }],
    ['plain', { code_challenge_method: 'plain' }],
    ['no method, which would mean plain', { code_challenge_method: undefined }],
    ['a challenge of another shape', { code_challenge: 'short' }],
  ])('%s', async (_what, more) => {
    const page = await authorize(more);
    expect([page.left?.searchParams.get('error'), page.left?.searchParams.get('code')]).toEqual([
      'invalid_request',
      null,
    ]);
  });

  test('confidential apps need it, too', async () => {
    const page = await authorize({ code_challenge: undefined, code_challenge_method: undefined }, SCOPE, other);
    expect(page.left?.searchParams.get('error')).toBe('invalid_request');
  });

  test('a verifier of one code is none of another', async () => {
    const [one, two] = [await walk(stage, app, SCOPE), await walk(stage, app, SCOPE)];
    expect((await redeem(stage, app, two.back.get('code')!, one.verifier)).status).toBe(400);
  });
});

describe('21: codes', () => {
  test('are good once, and a second use takes the first one’s tokens back', async () => {
    const { code, verifier, token } = await launch(stage, app, SCOPE);
    const again = await redeem(stage, app, code, verifier);
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
    expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(401);
    expect((await refresh(stage, app, token.refresh_token)).status).toBe(400);
  });

  test('twenty at once: one is taken at most, and then all is taken back', async () => {
    const { back, verifier } = await walk(stage, app, SCOPE);
    const code = back.get('code')!;
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(stage, app, code, verifier)));
    const taken = answers.filter(({ status }) => status === 200);
    expect(taken.length).toBeLessThanOrEqual(1);
    for (const { body } of taken) expect((await get(stage, body.access_token, '/Patient/tran')).status).toBe(401);
  });

  test('are their client’s alone, for its own address alone', async () => {
    const { back, verifier } = await walk(stage, app, SCOPE);
    const code = back.get('code')!;
    expect((await redeem(stage, other, code, verifier)).body.error).toBe('invalid_grant');
    expect((await redeem(stage, { ...app, redirectUri: 'https://app.test/other' }, code, verifier)).status).toBe(400);
    expect((await redeem(stage, app, code, verifier)).status).toBe(200);
  });
});

describe('22: refresh tokens', () => {
  test('are good once; a second use ends the whole family', async () => {
    const { token } = await launch(stage, app, SCOPE);
    const second = await refresh(stage, app, token.refresh_token);
    expect((await refresh(stage, app, token.refresh_token)).body.error).toBe('invalid_grant');
    expect((await get(stage, second.body.access_token, '/Patient/tran')).status).toBe(401);
    expect((await refresh(stage, app, second.body.refresh_token)).status).toBe(400);
  });

  test('twenty at once: one is taken at most, and then all is taken back', async () => {
    const { token } = await launch(stage, app, SCOPE);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(stage, app, token.refresh_token)));
    const taken = answers.filter(({ status }) => status === 200);
    expect(taken.length).toBeLessThanOrEqual(1);
    for (const { body } of taken) {
      expect((await get(stage, body.access_token, '/Patient/tran')).status).toBe(401);
      expect((await refresh(stage, app, body.refresh_token)).status).toBe(400);
    }
  });

  test('give no more than was granted', async () => {
    const { token } = await launch(stage, app, `${SCOPE} user/Patient.r`, { untick: ['user/Patient.r'] });
    for (const scope of ['user/Patient.r', 'patient/*.cruds', 'system/*.cruds', 'admin']) {
      const more = await refresh(stage, app, token.refresh_token, scope);
      expect([more.status, more.body.error]).toEqual([400, 'invalid_scope']);
    }
    const again = await refresh(stage, app, token.refresh_token);
    expect(again.body.scope.split(' ').sort()).toEqual(SCOPE.split(' ').sort());
  });
});

describe('23, 24: launches', () => {
  const wanted = () => ({ client: app.id, user: stage.doctor.fhirUser, patient: 'Patient/tran' });

  test('are good once, also when two come at once', async () => {
    const { body } = await makeLaunch(wanted());
    const params = { launch: body.launch };
    const [one, two] = [stage.browser(), stage.browser()];
    const pages = await Promise.all(
      [one, two].map(async (browser) => {
        const { params: asked } = authorizeParams(stage, app, 'launch patient/*.rs', params);
        const signIn = await browser.get(`/auth/authorize?${String(asked)}`);
        return browser.submit(signIn, 'sign-in', { login: 'binh', password: PASSWORD });
      }),
    );
    const ends = await Promise.all(pages.map((page, n) => [one, two][n]!.submit(page, 'consent')));
    expect(ends.filter(({ left }) => left?.searchParams.has('code'))).toHaveLength(1);
    const third = await authorize(params, 'launch patient/*.rs');
    expect(third.left?.searchParams.get('error')).toBe('invalid_request');
  });

  test.each([
    ['guessed', async () => ({ launch: 'A'.repeat(43) })],
    ['of another app', async () => ({ launch: (await makeLaunch({ ...wanted(), client: other.id })).body.launch })],
    ['missing, though asked for', async () => ({})],
  ])('%s: no code, and nobody is asked anything', async (_what, params) => {
    const page = await authorize(await params(), 'launch patient/*.rs');
    expect(page.left?.searchParams.get('error')).toBe('invalid_request');
  });

  test('over after five minutes', async () => {
    const { body } = await makeLaunch(wanted());
    await stage.database.query({ text: `update launch_context set used_at = null where used_at is null` }, []);
    const client = new Client({ connectionString: stage.house.database });
    await client.connect();
    await client.query(`update launch_context set expires_at = now() - interval '1 second'`);
    await client.end();
    const page = await authorize({ launch: body.launch }, 'launch patient/*.rs');
    expect(page.left?.searchParams.get('error')).toBe('invalid_request');
  });

  test('are for the user whom the EHR names', async () => {
    await stage.addUser('colleague', 'Practitioner/dr-binh');
    const { body } = await makeLaunch({ ...wanted(), user: stage.doctor.id });
    const browser = stage.browser();
    const { params } = authorizeParams(stage, app, 'launch patient/*.rs', { launch: body.launch });
    const page = await browser.get(`/auth/authorize?${String(params)}`);
    const refused = await browser.submit(page, 'sign-in', { login: 'colleague', password: PASSWORD });
    expect([refused.status, refused.left]).toEqual([400, undefined]);
    // Who is signed in as somebody else is asked again, and nothing of the other session goes on.
    const second = await makeLaunch({ ...wanted(), user: stage.doctor.id });
    const signedIn = await launch(stage, app, 'user/Patient.r', { login: 'colleague' });
    const again = await walk(stage, app, 'launch patient/*.rs', {
      browser: signedIn.browser,
      params: { launch: second.body.launch },
    });
    const token = await redeem(stage, app, again.back.get('code')!, again.verifier);
    expect(token.body.patient).toBe('tran');
  });

  test('a second launch in the same session has its own patient, and the first keeps its own', async () => {
    const browser = stage.browser();
    const first = await makeLaunch(wanted());
    const one = await launch(stage, app, 'launch patient/*.rs', { browser, params: { launch: first.body.launch } });
    const second = await makeLaunch({ ...wanted(), patient: 'Patient/pham' });
    const two = await launch(stage, app, 'launch patient/*.rs', { browser, params: { launch: second.body.launch } });
    expect([one.token.patient, two.token.patient]).toEqual(['tran', 'pham']);
    expect((await get(stage, one.token.access_token, '/Patient/tran')).status).toBe(200);
    expect((await get(stage, one.token.access_token, '/Patient/pham')).status).toBe(404);
    expect((await get(stage, two.token.access_token, '/Patient/pham')).status).toBe(200);
    expect((await get(stage, two.token.access_token, '/Patient/tran')).status).toBe(404);
  });

  test.each([
    ['a client of another organisation', { client: 'clinic-client' }],
    ['a client that is no app', { client: 'hospital-client' }],
    ['a user of another organisation', { user: 'Practitioner/dr-wu' }],
    ['nobody', { user: 'Practitioner/none' }],
    ['another organisation’s patient', { patient: 'Patient/foreign' }],
    ['no patient at all', { patient: 'Patient/none' }],
    ['what is no reference', { patient: "Patient/x' or 1=1" }],
    ['an encounter of another patient', { patient: 'Patient/pham', encounter: 'Encounter/visit' }],
    ['an encounter without its patient', { patient: undefined, encounter: 'Encounter/visit' }],
  ])('an EHR may not launch for %s', async (_what, more) => {
    const { status, body } = await makeLaunch({ ...wanted(), ...more });
    expect([status, body.error]).toEqual([422, 'launch-request']);
  });

  test('launches are made by services with the scope alone', async () => {
    expect((await makeLaunch(wanted(), stage.other.token)).status).toBe(403);
    const { token } = await launch(stage, app, 'user/*.cruds');
    expect((await makeLaunch(wanted(), token.access_token)).status).toBe(403);
    expect((await makeLaunch(wanted(), 'junk')).status).toBe(401);
  });
});

describe('25: forms', () => {
  test('a form without its token, with another’s, or of another browser changes nothing', async () => {
    const browser = stage.browser();
    const page = await browser.get(`/auth/authorize?${String(authorizeParams(stage, app, SCOPE).params)}`);
    const stranger = stage.browser();
    const theirs = await stranger.get(`/auth/authorize?${String(authorizeParams(stage, app, SCOPE).params)}`);
    const csrf = Object.fromEntries(fieldsOf(theirs))['csrf']!;
    const login = { step: 'sign-in', login: 'binh', password: PASSWORD };
    for (const form of [login, { ...login, csrf: '' }, { ...login, csrf }]) {
      const answer = await browser.post(page.url, form);
      expect([answer.status, answer.left]).toEqual([400, undefined]);
    }
    const lured = await stage.browser().post(page.url, { ...login, csrf: Object.fromEntries(fieldsOf(page))['csrf']! });
    expect([lured.status, lured.left]).toEqual([400, undefined]);
  });

  test('a patient that one may not see cannot be chosen, whatever the form says', async () => {
    const browser = stage.browser();
    let page = await browser.get(`/auth/authorize?${String(authorizeParams(stage, app, SCOPE).params)}`);
    page = await browser.submit(page, 'sign-in', { login: 'binh', password: PASSWORD });
    expect(choicesOf(page, 'patient').sort()).toEqual(['pham', 'tran']);
    for (const patient of ['foreign', 'none', '../Patient/foreign', "x' or 1=1", 'tran/../foreign']) {
      const refused = await browser.submit(page, 'choose', { patient });
      expect([refused.status, refused.left, refused.text.includes('value="consent"')]).toEqual([400, undefined, false]);
    }
  });

  test('a patient chooses among the own ones alone', async () => {
    await stage.addUser('mai', 'Patient/tran', { patients: ['Patient/tran'] });
    const { token } = await launch(stage, app, `${SCOPE} user/*.rs`, { login: 'mai' });
    expect(token.patient).toBe('tran');
    expect((await get(stage, token.access_token, '/Patient/pham')).status).toBe(404);
    expect((await get(stage, token.access_token, '/Patient')).body.entry).toHaveLength(1);
  });

  test('scopes that were not asked for cannot be consented to', async () => {
    const browser = stage.browser();
    let page = await browser.get(
      `/auth/authorize?${String(authorizeParams(stage, app, 'openid user/Patient.r').params)}`,
    );
    page = await browser.submit(page, 'sign-in', { login: 'binh', password: PASSWORD });
    const form = new URLSearchParams(fieldsOf(page));
    for (const scope of ['user/*.cruds', 'offline_access', 'system/*.cruds', 'admin']) form.append('scope', scope);
    form.set('step', 'consent');
    const done = await browser.post(page.url, form);
    expect(done.left?.searchParams.get('code')).not.toBeNull();
    const [act] = (await audited('grant')).slice(-1);
    expect(act.detail).toBe('openid user/Patient.r');
  });

  test('pages are framed nowhere, kept nowhere, and run nothing', async () => {
    const page = await authorize({});
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self' https://app.test; frame-ancestors 'none'; base-uri 'none'",
    );
    expect([page.headers.get('x-frame-options'), page.headers.get('cache-control')]).toEqual(['DENY', 'no-store']);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.text).not.toMatch(/<script|javascript:|\son[a-z]+=/i);
  });
});

describe('28–30: mix-ups and hostile text', () => {
  test('28: the redirect names its issuer, also with an error', async () => {
    const { back } = await walk(stage, app, SCOPE);
    expect(back.get('iss')).toBe(`${stage.house.url}/auth`);
    const wrong = await authorize({ aud: undefined });
    expect(wrong.left?.searchParams.get('iss')).toBe(`${stage.house.url}/auth`);
  });

  test.each([
    ['quotes', 'patient/Patient.r "'],
    ['a line break', 'patient/Patient.r\r\nSet-Cookie: x=1'],
    ['what is not written in ASCII', 'patient/Patient.r é'],
  ])('29: a scope with %s is refused', async (_what, scope) => {
    const page = await authorize({ scope });
    expect(page.left?.searchParams.get('error')).toBe('invalid_scope');
    expect(page.headers.getSetCookie().join()).not.toContain('x=1');
  });

  test('29: a scope of 32 KB is refused, and so is one of which nothing may be granted', async () => {
    const long = await authorize({ scope: 'patient/Patient.r '.repeat(1900).trim() });
    expect([400, 414, 431]).toContain(long.status);
    const none = await authorize({ scope: 'system/*.cruds admin launches user/Bogus.r' });
    expect(none.left?.searchParams.get('error')).toBe('invalid_scope');
  });

  test.each(['token', 'id_token', 'code token', 'code id_token', 'none'])(
    'response_type %s is not there',
    async (type) => {
      const page = await authorize({ response_type: type, nonce: 'n' });
      expect(page.left?.searchParams.get('code') ?? null).toBeNull();
      expect(page.left?.hash ?? '').not.toContain('token=');
    },
  );

  test.each(['fragment', 'form_post'])('response_mode %s is not there', async (mode) => {
    const page = await authorize({ response_mode: mode });
    expect(page.left?.searchParams.get('error')).toBe('unsupported_response_mode');
  });

  test('32: what a disabled app was granted dies with it', async () => {
    const doomed = await stage.addApp();
    const { token } = await launch(stage, doomed, SCOPE);
    await disableClient({ database: stage.database, clock: systemClock }, doomed.id);
    expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(401);
    expect((await refresh(stage, doomed, token.refresh_token)).body.error).toBe('invalid_client');
    const page = await authorize({}, SCOPE, doomed);
    expect([page.status, page.left]).toEqual([400, undefined]);
  });

  test('an assertion of an app that has no keys is answered like any other', async () => {
    const { privateJwk } = await generateKey('ES384');
    for (const { id } of [await stage.addApp(), await stage.addApp({ proof: 'client_secret_basic' })]) {
      const answer = await redeem(stage, { id, proof: 'private_key_jwt', redirectUri: CALLBACK, privateJwk }, 'x', 'y');
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    }
  });

  test('a secret that is wrong, another’s, or missing', async () => {
    const { back, verifier } = await walk(stage, other, SCOPE);
    const code = back.get('code')!;
    const third = await stage.addApp({ proof: 'client_secret_basic' });
    for (const proof of [
      { ...other, secret: 'wrong' },
      { ...other, secret: third.secret! },
      { ...other, proof: 'none' as const },
    ]) {
      const answer = await redeem(stage, proof, code, verifier);
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    }
    expect((await redeem(stage, other, code, verifier)).status).toBe(200);
    const acts = (await audited('token')).filter(({ client, status }) => client === other.id && status === 401);
    expect(acts.length).toBeGreaterThanOrEqual(3);
  });

  test('59: every refusal is noted, with the app, the person where one is known, and the reason', async () => {
    const mine = await stage.addApp();
    await authorize({ aud: 'https://other.test/fhir' }, SCOPE, mine);
    const { params } = authorizeParams(stage, mine, SCOPE);
    const page = await stage.browserOf('binh').get(`/auth/authorize?${String(params)}`);
    await stage.browserOf('binh').submit(page, 'cancel');
    await redeem(stage, mine, 'x'.repeat(43), 'y'.repeat(43));
    await refresh(stage, mine, 'junk');
    const acts = [...(await audited('authorize')), ...(await audited('token'))].filter(
      ({ client }) => client === mine.id,
    );
    expect(acts.map(({ person, status, detail }) => [person, status, detail])).toEqual([
      [null, 400, 'invalid_request'],
      ['Practitioner/dr-binh', 400, 'access_denied'],
      [null, 400, 'invalid_grant'],
      [null, 400, 'invalid_grant'],
    ]);
  });

  test('33, 50: a token in the query is none, and a method is what the request says', async () => {
    const { token } = await launch(stage, app, 'user/Patient.cruds');
    const bearer = { authorization: `Bearer ${token.access_token}` };
    expect((await fetch(`${stage.fhir}/Patient/tran?access_token=${token.access_token}`)).status).toBe(401);
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const answer = await fetch(`${stage.fhir}/Patient/pham?_method=DELETE`, {
        headers: { ...bearer, [name]: 'DELETE' },
      });
      expect([name, answer.status]).toEqual([name, 200]);
    }
    expect((await get(stage, token.access_token, '/Patient/pham')).status).toBe(200);
  });

  test('smart 14: a code is kept for a minute', async () => {
    const { back } = await walk(stage, app, SCOPE);
    expect(back.get('code')).not.toBeNull();
    const [row] = await stage.database.query<{ seconds: number }>(
      {
        text: `select date_part('epoch', max(expires_at) - now())::int as seconds from oidc_payload
          where kind = 'AuthorizationCode'`,
      },
      [],
    );
    expect(row!.seconds).toBeGreaterThan(50);
    expect(row!.seconds).toBeLessThanOrEqual(60);
  });

  test('an app may not use the grant of services', async () => {
    const form = { grant_type: 'client_credentials', scope: 'system/*.rs' };
    for (const by of [app, other]) expect([400, 401]).toContain((await askToken(stage, by, form)).status);
  });
});
