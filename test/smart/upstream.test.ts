import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Client } from 'pg';
import {
  addPerson,
  disablePerson,
  removeIdentityProvider,
  setIdentityProvider,
  setPerson,
} from '../../src/auth/index.ts';
import { systemClock } from '../../src/base/index.ts';
import { generateKey } from '../../src/keys/index.ts';
import { findFreePort } from '../support/house.ts';
import { leaveUnsigned, signAs, signSymmetric, startIdentityProvider } from './identity-provider.ts';
import type { Forge, IdentityProvider } from './identity-provider.ts';
import { authorizeParams, openSmartStage, PASSWORD, redeem } from './stage.ts';
import type { App, SmartStage } from './stage.ts';
import { choicesOf, UserAgent } from './user-agent.ts';
import type { Page } from './user-agent.ts';
import { TEST_MASTER_KEY } from '../support/server.ts';

const SECRET = 'a secret that the hospital gave this server';
const CLIENT = 'consilium-at-hospital';
const SCOPE = 'openid fhirUser launch/patient patient/*.rs';
const MASTER_KEY = Buffer.from(TEST_MASTER_KEY, 'base64url');

let stage: SmartStage;
let hospital: IdentityProvider;
let clinic: IdentityProvider;
let app: App;
let clinicApp: App;
/** Registered for the hospital by `sub`, without a password. */
let anna: string;
/** The database's owner, who sees the whole trail. */
let owner: Client;
const log: string[] = [];
/** Codes and states that went through a browser. */
const secrets: string[] = [];

function registry() {
  const allowedHosts = ['127.0.0.1', 'localhost'];
  return { database: stage.database, clock: systemClock, masterKey: MASTER_KEY, allowedHosts };
}

beforeAll(async () => {
  // The providers of the organisations keep everything in memory, and say so.
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
  const port = String(await findFreePort());
  const settings = { PORT: port };
  const write = (fields: Record<string, unknown>, message: string): void =>
    void log.push(message + JSON.stringify(fields));
  stage = await openSmartStage({ logger: { debug: write, info: write, warn: write, error: write } }, settings);
  const { url } = stage.house;
  const callback = `${url}/auth/upstream/callback`;
  hospital = await startIdentityProvider(
    {
      client_id: CLIENT,
      client_secret: SECRET,
      redirect_uris: [callback],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    // It says that it signs so, too, as some do.
    { enabledJWA: { idTokenSigningAlgValues: ['RS256', 'HS256'] } },
  );
  clinic = await startIdentityProvider(
    {
      client_id: 'consilium-at-clinic',
      redirect_uris: [callback],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `${url}/auth/jwks`,
    },
    { enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS256'] } },
  );
  await setIdentityProvider(registry(), 'hospital', { issuer: hospital.issuer, clientId: CLIENT, secret: SECRET });
  await setIdentityProvider(registry(), 'clinic', { issuer: clinic.issuer, clientId: 'consilium-at-clinic' });
  const person = { fhirUser: stage.doctor.fhirUser, organization: 'hospital' };
  anna = (await addPerson(registry(), { ...person, login: 'anna', name: 'Anna Vo', subject: 'sub-anna' })).id;
  const gone = await addPerson(registry(), { ...person, login: 'gone', name: 'Gone', subject: 'sub-gone' });
  await disablePerson(registry(), gone.id);
  const { fhirUser } = stage.foreigner;
  await addPerson(registry(), { fhirUser, organization: 'clinic', login: 'ling', name: 'Ling', subject: 'sub-ling' });
  app = await stage.addApp();
  clinicApp = await stage.addApp({ organization: 'clinic' });
  owner = new Client({ connectionString: stage.house.database });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await hospital.stop();
  await clinic.stop();
  await stage.end();
});
beforeEach(async () => {
  delete hospital.forge;
  delete hospital.keys;
  hospital.account = 'sub-anna';
  clinic.account = 'sub-ling';
  await owner.query('truncate audit');
});

/** A person in front of the sign-in page, with a browser for each of the servers. */
interface Visit {
  readonly browser: UserAgent;
  readonly elsewhere: UserAgent;
  readonly page: Page;
  readonly verifier: string;
  readonly link: string;
}

async function visit(by: App = app, at = hospital, params: Record<string, string> = {}): Promise<Visit> {
  const browser = stage.browser();
  const asked = authorizeParams(stage, by, SCOPE, params);
  const page = await browser.get(`/auth/authorize?${asked.params.toString()}`);
  const link = linkOf(page);
  if (link === undefined) throw new Error(`no other way to sign in is offered: ${page.text}`);
  return { browser, elsewhere: new UserAgent(at.issuer), page, verifier: asked.verifier, link };
}

function linkOf({ text }: Page): string | undefined {
  return /<a [^>]*href="([^"]*\/upstream[^"]*)"/.exec(text)?.[1];
}

/** To the provider, through it, and to the address that it sends the person back to; not yet back. */
async function goThere({ browser, elsewhere, link }: Visit): Promise<URL> {
  const { left, status, text } = await browser.get(link);
  if (left === undefined) throw new Error(`it does not lead to the provider: ${status} ${text}`);
  const back = (await elsewhere.get(left.href)).left;
  if (back === undefined) throw new Error('the provider does not send the person back');
  secrets.push(back.searchParams.get('state') ?? '', ...back.searchParams.getAll('code'));
  return back;
}

async function signInThere(visited: Visit): Promise<Page> {
  return await visited.browser.get((await goThere(visited)).href);
}

/** What is left to be asked once somebody is signed in. */
async function goOn({ browser }: Visit, from: Page): Promise<URL> {
  let page = from;
  if (choicesOf(page, 'patient').length > 0) page = await browser.submit(page, 'choose', { patient: 'tran' });
  if (page.text.includes('value="consent"')) page = await browser.submit(page, 'consent');
  if (page.left === undefined) throw new Error(`it ends at a page: ${page.status} ${page.text}`);
  return page.left;
}

async function idTokenOf(by: App, visited: Visit, left: URL): Promise<Record<string, unknown>> {
  const { body } = await redeem(stage, by, left.searchParams.get('code') ?? '', visited.verifier);
  return JSON.parse(Buffer.from(String(body.id_token).split('.')[1] ?? '', 'base64url').toString());
}

/** What the trail says of sign-ins: status and reason. */
async function trail(): Promise<unknown[]> {
  const { rows } = await owner.query<{ status: number; detail: string; organization: string }>(
    "select organization, status, detail from audit where interaction = 'sign-in' order by at",
  );
  return rows.map(({ organization, status, detail }) => [organization, status, detail]);
}

function refusal(why: string): unknown[] {
  return [['hospital', 401, `identity provider: ${why}`]];
}

function expectSignInPage({ status, text, headers }: Page, wanted = 400): void {
  expect(status).toBe(wanted);
  expect(text).toContain('Signing in with your organisation did not work');
  expect(text).toContain('name="password"');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
}

describe('somebody whom the organisation has registered', () => {
  test('comes in by its provider, and the app is told so', async () => {
    const visited = await visit();
    expect(visited.page.text).toContain('Organisation hospital');
    const left = await goOn(visited, await signInThere(visited));
    expect(left.origin + left.pathname).toBe(app.redirectUri);
    const claims = await idTokenOf(app, visited, left);
    expect(claims).toMatchObject({ sub: anna, amr: ['federated'], fhirUser: `${stage.fhir}/Practitioner/dr-binh` });
    expect(await trail()).toEqual([['hospital', 200, 'identity provider']]);
    expect(hospital.proofs).toEqual(['Basic']);
    expect(Object.fromEntries(hospital.asked.at(-1)!)).toMatchObject({
      scope: 'openid',
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${stage.house.url}/auth/upstream/callback`,
      ui_locales: 'en',
    });
    expect(hospital.asked.at(-1)!.has('prompt')).toBe(false);
  });

  test('by password, the app is told that', async () => {
    const visited = await visit();
    const page = await visited.browser.submit(visited.page, 'sign-in', { login: 'binh', password: PASSWORD });
    const claims = await idTokenOf(app, visited, await goOn(visited, page));
    expect(claims).toMatchObject({ sub: stage.doctor.id, amr: ['pwd'] });
  });

  test('has no password to come in by', async () => {
    const { browser, page } = await visit();
    expect((await browser.submit(page, 'sign-in', { login: 'anna', password: PASSWORD })).status).toBe(400);
  });

  test('stays signed in for the next app, still by the provider', async () => {
    const visited = await visit();
    await goOn(visited, await signInThere(visited));
    const asked = authorizeParams(stage, app, SCOPE);
    const page = await visited.browser.get(`/auth/authorize?${asked.params.toString()}`);
    expect(page.text).not.toContain('name="password"');
    const claims = await idTokenOf(app, { ...visited, verifier: asked.verifier }, await goOn(visited, page));
    expect(claims).toMatchObject({ sub: anna, amr: ['federated'] });
  });

  test('comes in where this server proves itself by its own key, one of those that are published', async () => {
    const visited = await visit(clinicApp, clinic);
    const page = await signInThere(visited);
    expect(choicesOf(page, 'patient')).toEqual(['foreign']);
    expect(clinic.proofs).toEqual(['assertion']);
    expect(await trail()).toEqual([['clinic', 200, 'identity provider']]);
  });

  test('what the app wishes is passed on', async () => {
    const visited = await visit(app, hospital, {
      prompt: 'login consent',
      max_age: '600',
      login_hint: 'anna@hospital.example',
      ui_locales: 'vi',
    });
    const left = await goOn(visited, await signInThere(visited));
    expect(Object.fromEntries(hospital.asked.at(-1)!)).toMatchObject({
      prompt: 'login',
      max_age: '600',
      login_hint: 'anna@hospital.example',
      ui_locales: 'vi',
    });
    const now = Date.now() / 1000;
    const { auth_time: at } = await idTokenOf(app, visited, left);
    expect(at).toBeGreaterThan(now - 60);
    expect(at).toBeLessThanOrEqual(now);
  });

  test.each<Record<string, string>>([{ max_age: '600' }, { prompt: 'login' }])(
    'who signed in there too long ago for an app that wants %j does not come in',
    async (wish) => {
      hospital.forge = (claims, key) => signAs(key, { ...claims, auth_time: Math.floor(Date.now() / 1000) - 3600 });
      expectSignInPage(await signInThere(await visit(app, hospital, wish)));
      expect(await trail()).toEqual(refusal('signed in there too long ago'));
    },
  );

  test('the time of the sign-in there is the time of the sign-in', async () => {
    const before = Math.floor(Date.now() / 1000) - 300;
    hospital.forge = (claims, key) => signAs(key, { ...claims, auth_time: before });
    const visited = await visit(app, hospital, { max_age: '600' });
    const claims = await idTokenOf(app, visited, await goOn(visited, await signInThere(visited)));
    expect(claims['auth_time']).toBe(before);
  });
});

test('who signed in there before being linked here comes in', async () => {
  const person = { fhirUser: stage.doctor.fhirUser, organization: 'hospital', login: 'early', name: 'Early' };
  const { id } = await addPerson(registry(), { ...person, password: PASSWORD });
  await setPerson(registry(), id, { subject: 'sub-early' });
  hospital.account = 'sub-early';
  hospital.forge = (claims, key) => signAs(key, { ...claims, auth_time: Math.floor(Date.now() / 1000) - 3600 });
  const visited = await visit();
  expect((await goOn(visited, await signInThere(visited))).searchParams.get('code')).not.toBeNull();
});

describe('somebody whom it has not', () => {
  test('is told who they are there, and may try with another account', async () => {
    hospital.account = 'sub-<nobody>';
    const visited = await visit();
    const page = await signInThere(visited);
    expect(page.status).toBe(400);
    expect(page.text).toContain('sub-&#x3C;nobody>');
    expect(await trail()).toEqual(refusal('subject unknown'));
    hospital.account = 'sub-anna';
    const elsewhere = new UserAgent(hospital.issuer);
    await goOn(visited, await signInThere({ ...visited, elsewhere, link: linkOf(page)! }));
    expect(hospital.asked.at(-1)!.get('prompt')).toBe('login');
  });

  test('does not come in by a name that somebody has here', async () => {
    hospital.account = stage.doctor.login;
    hospital.forge = (claims, key) =>
      signAs(key, { ...claims, preferred_username: 'binh', email: 'binh', email_verified: true });
    expect((await signInThere(await visit())).status).toBe(400);
    expect(await trail()).toEqual(refusal('subject unknown'));
  });

  test('does not come in when disabled', async () => {
    hospital.account = 'sub-gone';
    expect((await signInThere(await visit())).text).toContain('you are not registered here');
    expect(await trail()).toEqual(refusal('person disabled'));
  });

  test("does not come in by another organisation's provider", async () => {
    hospital.account = 'sub-ling';
    expect((await signInThere(await visit())).text).toContain('you are not registered here');
    expect(await trail()).toEqual(refusal('subject unknown'));
  });

  test('does not come in by a launch that is for another', async () => {
    const { body } = await stage.ehr.fetch(
      'POST',
      `${stage.house.url}/auth/launches`,
      {
        client: app.id,
        user: stage.doctor.id,
        patient: 'Patient/tran',
      },
      { 'content-type': 'application/json' },
    );
    const visited = await visit(app, hospital, { launch: body.launch, scope: 'openid launch patient/*.rs' });
    const page = await signInThere(visited);
    expect(page.status).toBe(400);
    expect(page.text).toContain('opened for another person');
    expect(await trail()).toEqual(refusal('launch for another'));
  });

  test('who turns back at the provider is at the sign-in page again', async () => {
    hospital.account = undefined;
    expectSignInPage(await signInThere(await visit()));
    expect(await trail()).toEqual(refusal('refused there: access_denied'));
  });
});

describe('28 what comes back', () => {
  test('in another browser counts for nothing', async () => {
    const visited = await visit();
    const back = await goThere(visited);
    const page = await stage.browser().get(back.href);
    expect(page.status).toBe(400);
    expect(page.text).not.toContain('name="password"');
    expect(await trail()).toEqual(refusal('another browser, or too late'));
    // And takes nothing from who began it.
    await goOn(visited, await visited.browser.get(back.href));
  });

  test('with the cookies of another sign-in, neither', async () => {
    const back = await goThere(await visit());
    const other = await visit();
    const uid = /interaction\/([\w-]+)/.exec(other.link)![1];
    const page = await other.browser.get(`/auth/interaction/${uid}/upstream/return${back.search}`);
    expectSignInPage(page);
    expect(await trail()).toEqual(refusal('state of another sign-in'));
  });

  test('counts once', async () => {
    hospital.account = 'sub-unknown';
    const visited = await visit();
    const back = await goThere(visited);
    const tokens = hospital.calls.get('/token');
    const pages = await Promise.all([visited.browser.get(back.href), visited.browser.get(back.href)]);
    expect(pages.map(({ text }) => text.includes('sub-unknown')).sort()).toEqual([false, true]);
    expect(hospital.calls.get('/token')).toBe(tokens! + 1);
    expect(await trail()).toContainEqual(refusal('state used before')[0]);
    expectSignInPage(await visited.browser.get(back.href));
  });

  test('counts for ten minutes', async () => {
    const visited = await visit();
    const back = await goThere(visited);
    const old = "update oidc_payload set expires_at = expires_at - interval '10 minutes' where kind = 'UpstreamTrip'";
    await owner.query(old);
    expectSignInPage(await visited.browser.get(back.href));
    expect(await trail()).toEqual(refusal('state unknown'));
  });

  test('counts for the provider that it was asked of', async () => {
    const visited = await visit();
    const back = await goThere(visited);
    await owner.query("update identity_provider set client_id = 'another' where organization_id = 'hospital'");
    const page = await visited.browser.get(back.href);
    await owner.query(`update identity_provider set client_id = '${CLIENT}' where organization_id = 'hospital'`);
    expectSignInPage(page);
    expect(await trail()).toEqual(refusal('provider changed'));
  });

  test.each([
    ['nothing', () => ''],
    ['a state of no shape', () => '?code=x&state=x'],
    ['the state of no sign-in', () => `?code=x&state=${'x'.repeat(21)}.${'x'.repeat(43)}`],
    ['an address for a state', () => `?code=x&state=${encodeURIComponent(`//evil.example/.${'x'.repeat(43)}`)}`],
    ['too much', (search: string) => `${search}&more=${'x'.repeat(9_000)}`],
  ])('without a sign-in to it (%s) leads nowhere', async (_what, change) => {
    const visited = await visit();
    const { search } = await goThere(visited);
    const page = await visited.browser.get(`/auth/upstream/callback${change(search)}`);
    expect(page.status).toBe(400);
    expect(page.left).toBeUndefined();
    expect(page.text).not.toContain('name="password"');
    expect(await trail()).toEqual([]);
  });

  const changed: [string, string, (back: URL) => void][] = [
    ["another issuer's name", 'invalid response', (back) => back.searchParams.set('iss', clinic.issuer)],
    ['no name of an issuer', 'invalid response', (back) => back.searchParams.delete('iss')],
    ['two states', 'invalid response', (back) => back.searchParams.append('state', 'x')],
    ['another code', 'code refused there: invalid_grant', (back) => back.searchParams.set('code', 'x')],
    ['two codes', 'invalid response', (back) => back.searchParams.append('code', 'x')],
    ['no code', 'invalid response', (back) => back.searchParams.delete('code')],
    ['an id_token in the address', 'unsupported operation', (back) => back.searchParams.set('id_token', 'x.y.z')],
    ['a signed answer', 'invalid response', (back) => back.searchParams.set('response', 'x.y.z')],
    ['an error of any text', 'refused there: other', (back) => back.searchParams.set('error', 'Mrs Tran <b>')],
  ];
  test.each(changed)('with %s is refused', async (_what, why, change) => {
    const visited = await visit();
    const back = await goThere(visited);
    change(back);
    expectSignInPage(await visited.browser.get(back.href));
    expect(await trail()).toEqual(refusal(why));
  });

  test("the code of another sign-in does not do: it is bound to that one's verifier", async () => {
    const stolen = (await goThere(await visit())).searchParams.get('code')!;
    const visited = await visit();
    const back = await goThere(visited);
    back.searchParams.set('code', stolen);
    expectSignInPage(await visited.browser.get(back.href));
    expect(await trail()).toEqual(refusal('code refused there: invalid_grant'));
  });
});

describe('an id_token', () => {
  const past = Math.floor(Date.now() / 1000) - 600;
  const forged: [string, string, Forge][] = [
    ['with another nonce', 'claim nonce', (claims, key) => signAs(key, { ...claims, nonce: 'another' })],
    ['without a nonce', 'invalid response', ({ nonce: _, ...claims }, key) => signAs(key, claims)],
    ['for another client', 'claim aud', (claims, key) => signAs(key, { ...claims, aud: 'another' })],
    ['of another issuer', 'claim iss', (claims, key) => signAs(key, { ...claims, iss: clinic.issuer })],
    ['that is over', 'claim exp', (claims, key) => signAs(key, { ...claims, iat: past - 60, exp: past })],
    ['that never ends', 'invalid response', ({ exp: _, ...claims }, key) => signAs(key, claims)],
    ['without a person', 'invalid response', ({ sub: _, ...claims }, key) => signAs(key, claims)],
    ['of an authorized party', 'claim azp', (claims, key) => signAs(key, { ...claims, aud: [CLIENT, 'b'], azp: 'b' })],
    ['that nobody signed', 'invalid response', (claims) => leaveUnsigned(claims)],
    ['signed with our secret', 'unsupported operation', (claims) => signSymmetric(claims, SECRET)],
    ['signed by a stranger', 'key selection failed', async (c) => signAs((await generateKey('RS256')).privateJwk, c)],
    [
      "signed by a stranger under the provider's name of its key",
      'invalid response',
      async (claims, { kid }) => signAs({ ...(await generateKey('RS256')).privateJwk, kid }, claims),
    ],
    [
      'changed after it was signed',
      'invalid response',
      async (claims, key) => {
        const [head, , signature] = (await signAs(key, claims)).split('.');
        const body = Buffer.from(JSON.stringify({ ...claims, sub: 'sub-gone' })).toString('base64url');
        return `${head}.${body}.${signature}`;
      },
    ],
    ['of no shape', 'invalid response', () => 'x'],
  ];
  test.each(forged)('%s is refused', async (_what, why, forge) => {
    hospital.forge = forge;
    const visited = await visit();
    const page = await signInThere(visited);
    expectSignInPage(page);
    expect(await trail()).toEqual(refusal(why));
    expect((await visited.browser.get('/auth/manage')).text).toContain('name="password"');
  });
});

describe('a provider', () => {
  const DISCOVERY = '/.well-known/openid-configuration';

  /** Has the hospital's people sign in elsewhere for a while. */
  async function instead(issuer: string, work: () => Promise<void>): Promise<void> {
    await setIdentityProvider(registry(), 'hospital', { issuer, clientId: CLIENT, secret: SECRET });
    try {
      await work();
    } finally {
      await setIdentityProvider(registry(), 'hospital', { issuer: hospital.issuer, clientId: CLIENT, secret: SECRET });
    }
  }

  test('is asked once for what it says of itself and for its keys', async () => {
    await signInThere(await visit());
    const before = new Map(hospital.calls);
    await Promise.all([visit().then(signInThere), visit().then(signInThere)]);
    expect(hospital.calls.get('/token')).toBe(before.get('/token')! + 2);
    for (const path of [DISCOVERY, '/jwks']) expect(hospital.calls.get(path)).toBe(before.get(path));
  });

  test('that has a new key is heard at the next attempt', async () => {
    const { privateJwk, publicJwk } = await generateKey('RS256');
    hospital.keys = [publicJwk];
    hospital.forge = (claims) => signAs(privateJwk, claims);
    expectSignInPage(await signInThere(await visit()));
    const visited = await visit();
    await goOn(visited, await signInThere(visited));
    // And its former key counts no more.
    delete hospital.forge;
    expectSignInPage(await signInThere(await visit()));
    expect(await trail()).toEqual([
      ...refusal('key selection failed'),
      ['hospital', 200, 'identity provider'],
      ...refusal('key selection failed'),
    ]);
  });

  test("that is down is in nobody's way who has a password", async () => {
    await instead(`http://127.0.0.1:${await findFreePort()}`, async () => {
      const visited = await visit();
      const page = await visited.browser.get(visited.link);
      expectSignInPage(page, 503);
      await goOn(visited, await visited.browser.submit(page, 'sign-in', { login: 'binh', password: PASSWORD }));
      expect(log.filter((line) => line.includes('identity provider'))).toContain(
        'an identity provider was not to be had{"organization":"hospital","reason":"outbound unreachable"}',
      );
    });
  });

  test('that goes down meanwhile lets nobody in', async () => {
    const visited = await visit();
    const back = await goThere(visited);
    const { issuer, stop } = await startIdentityProvider({
      client_id: CLIENT,
      redirect_uris: [back.origin],
      client_secret: 'x',
    });
    await instead(issuer, async () => {
      const other = await visit();
      const { left } = await other.browser.get(other.link);
      await stop();
      const answer = new URLSearchParams({ code: 'x', iss: issuer, state: left!.searchParams.get('state')! });
      expectSignInPage(await other.browser.get(`/auth/upstream/callback?${answer.toString()}`), 503);
      expect(await trail()).toEqual(refusal('outbound unreachable'));
    });
  });

  test.each([
    ['another host', 'json attribute comparison failed', ({ port }: URL) => `http://localhost:${port}`],
    ['a slash', 'other issuer', ({ href }: URL) => href],
  ])('that says that it is another than it was registered as, by %s, is none', async (_what, reason, issuerOf) => {
    await instead(issuerOf(new URL(hospital.issuer)), async () => {
      const { browser, link } = await visit();
      const before = hospital.calls.get(DISCOVERY)!;
      expectSignInPage(await browser.get(link), 503);
      // And is not asked again and again.
      expectSignInPage(await browser.get(link), 503);
      expect(hospital.calls.get(DISCOVERY)).toBe(before + 1);
      expect(log.join('\n')).toContain(`"reason":"${reason}"`);
    });
  });

  test('is not asked for somebody who is signed in already', async () => {
    const visited = await visit();
    const page = await signInThere(visited);
    const asked = hospital.asked.length;
    const again = await visited.browser.get(`${page.url}/upstream`);
    expect(again.url).toBe(page.url);
    expect(again.status).toBe(200);
    expect(hospital.asked.length).toBe(asked);
  });

  test('takes the place of who was signed in before', async () => {
    const first = await visit();
    await goOn(first, await first.browser.submit(first.page, 'sign-in', { login: 'binh', password: PASSWORD }));
    const asked = authorizeParams(stage, app, SCOPE, { prompt: 'login' });
    const page = await first.browser.get(`/auth/authorize?${asked.params.toString()}`);
    const second = { ...first, page, link: linkOf(page)!, verifier: asked.verifier };
    const claims = await idTokenOf(app, second, await goOn(second, await signInThere(second)));
    expect(claims).toMatchObject({ sub: anna, amr: ['federated'] });
  });

  test('is asked for somebody else where its person said not to be who is signed in', async () => {
    const first = await visit();
    const consent = await signInThere(first);
    const page = await first.browser.submit(consent, 'switch-user');
    const second = { ...first, page, link: linkOf(page)! };
    const left = await goOn(second, await signInThere(second));
    expect(hospital.asked.at(-1)!.get('prompt')).toBe('login');
    expect(await idTokenOf(app, second, left)).toMatchObject({ sub: anna, amr: ['federated'] });
  });

  test('that is registered no more is offered no more', async () => {
    const { browser, link } = await visit(clinicApp, clinic);
    await removeIdentityProvider(registry(), 'clinic');
    const page = await browser.get(link);
    expect(page.text).toContain('name="password"');
    expect(linkOf(page)).toBeUndefined();
  });

  test('leaves no trace of codes, states and persons in the log', () => {
    expect(secrets.length).toBeGreaterThan(50);
    const lines = log.join('\n');
    expect(lines).toContain('/auth/upstream/callback');
    for (const secret of ['sub-anna', 'sub-<nobody>', SECRET, ...secrets]) expect(lines).not.toContain(secret);
  });
});
