import { randomBytes } from 'node:crypto';
import { addClient, addPerson, makeSecret } from '../../src/auth/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { generateKey, signJwt } from '../../src/keys/index.ts';
import type { PrivateJwk } from '../../src/keys/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import type { Replacements } from '../../src/app.ts';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { execute } from '../support/server.ts';
import { choicesOf, makePkce, UserAgent } from './user-agent.ts';
import type { Page } from './user-agent.ts';

export const PASSWORD = 'correct horse battery';
/** What is stored of it, at a hundredth of a millisecond: to hash and to compare it as ever takes a third of a second each. */
const CHEAP = 'scrypt$4$8$1$AAAAAAAAAAAAAAAAAAAAAA$Yu7W8ZwuJxZHOxQ0AhpdNbWwKro1dUD8WP7QUWQJa9g';
export const CALLBACK = 'https://app.test/callback';
export const SCOPE =
  'openid fhirUser launch launch/patient launch/encounter offline_access online_access profile patient/*.cruds user/*.cruds';

export type Proof = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';

/** An app that is registered, and what it proves itself with. */
export interface App {
  readonly id: string;
  readonly proof: Proof;
  readonly secret?: string;
  readonly privateJwk?: PrivateJwk;
  readonly redirectUri: string;
}

export interface Doctor {
  readonly id: string;
  readonly login: string;
  readonly fhirUser: string;
}

/** A hospital with a doctor, two patients, a patient's own account, and its EHR; another hospital beside it. */
export interface SmartStage {
  readonly house: TestHouse;
  readonly fhir: string;
  readonly database: Database;
  /** The EHR's own client, which may make launches. */
  readonly ehr: Partner;
  readonly other: Partner;
  readonly doctor: Doctor;
  readonly foreigner: Doctor;
  /** Patients of the hospital, `Patient/x`. */
  readonly patients: readonly [string, string];
  addApp(app?: Partial<App> & { organization?: string; scope?: string; launchUri?: string }): Promise<App>;
  /** `hashed`: the password is stored as ever, which is slow to check. */
  addUser(
    login: string,
    fhirUser: string,
    more?: { organization?: string; patients?: string[]; hashed?: boolean },
  ): Promise<Doctor>;
  browser(): UserAgent;
  /** The browser of somebody, signed in since the first walk. */
  browserOf(login: string): UserAgent;
  end(): Promise<void>;
}

export async function openSmartStage(
  replacements: Replacements = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<SmartStage> {
  const house = await startHouse(replacements, settings);
  const database = openDatabase({ url: house.database, role: 'consilium_app', size: 2, logger: silentLogger });
  const registry = { database, clock: systemClock };
  const ehr = await house.register('hospital', 'placer', 'system/*.cruds launches');
  const other = await house.register('clinic', 'placer');
  const put = async (by: Partner, type: string, id: string, resource: object): Promise<string> => {
    const answer = await by.fetch('PUT', `/${type}/${id}`, { resourceType: type, id, ...resource });
    if (answer.status !== 201) throw new Error(`${type}/${id}: ${answer.text}`);
    return `${type}/${id}`;
  };
  const drBinh = await put(ehr, 'Practitioner', 'dr-binh', { name: [{ family: 'Le', given: ['Binh'] }] });
  const drWu = await put(other, 'Practitioner', 'dr-wu', { name: [{ family: 'Wu', given: ['Ling'] }] });
  const tran = await put(ehr, 'Patient', 'tran', {
    name: [{ text: 'Trần Thị Mai', family: 'Trần' }],
    birthDate: '1961-04-02',
    gender: 'female',
  });
  const pham = await put(ehr, 'Patient', 'pham', { name: [{ text: 'Phạm Văn An', family: 'Phạm' }] });
  await put(other, 'Patient', 'foreign', { name: [{ text: 'Chen Wei', family: 'Chen' }] });
  await put(ehr, 'Encounter', 'visit', {
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: tran },
  });

  const browsers = new Map<string, UserAgent>();

  async function addUser(
    login: string,
    fhirUser: string,
    { organization = 'hospital', patients, hashed = false }: Parameters<SmartStage['addUser']>[2] = {},
  ): Promise<Doctor> {
    const { id } = await addPerson(registry, {
      organization,
      login,
      name: `User ${login}`,
      fhirUser,
      // A subject until the password is there: everybody has something to sign in with.
      ...(hashed ? { password: PASSWORD } : { subject: login }),
      ...(patients === undefined ? {} : { patients }),
    });
    const text = 'update person set password = $2, subject = null, subject_issuer = null where id = $1';
    if (!hashed) await execute(house.database, text, [id, CHEAP]);
    return { id, login, fhirUser };
  }

  async function addApp({
    id = `app-${randomBytes(4).toString('hex')}`,
    proof = 'none',
    redirectUri = CALLBACK,
    organization = 'hospital',
    scope = SCOPE,
    launchUri,
  }: Partial<App> & { organization?: string; scope?: string; launchUri?: string } = {}): Promise<App> {
    const pair = proof === 'private_key_jwt' ? await generateKey('ES384') : undefined;
    const secret = proof.startsWith('client_secret') ? makeSecret() : undefined;
    await addClient(registry, {
      id,
      organization,
      name: `App ${id}`,
      kind: 'app',
      authMethod: proof,
      scope,
      redirectUris: [redirectUri],
      ...(launchUri === undefined ? {} : { launchUri }),
      ...(pair === undefined ? {} : { jwks: { keys: [pair.publicJwk] } }),
      ...(secret === undefined ? {} : { secret }),
    });
    return {
      id,
      proof,
      redirectUri,
      ...(secret === undefined ? {} : { secret }),
      ...(pair === undefined ? {} : { privateJwk: pair.privateJwk }),
    };
  }

  return {
    house,
    fhir: `${house.url}/fhir`,
    database,
    ehr,
    other,
    doctor: await addUser('binh', drBinh),
    foreigner: await addUser('wu', drWu, { organization: 'clinic' }),
    patients: [tran, pham],
    addApp,
    addUser,
    browser: () => new UserAgent(house.url),
    browserOf(login) {
      const browser = browsers.get(login) ?? new UserAgent(house.url);
      browsers.set(login, browser);
      return browser;
    },
    async end() {
      await database.close();
      await house.stop();
    },
  };
}

/** What an app asks for, as SMART has it; `undefined` leaves a parameter out. */
export function authorizeParams(
  { fhir }: SmartStage,
  app: App,
  scope: string,
  more: Readonly<Record<string, string | undefined>> = {},
): { readonly params: URLSearchParams; readonly verifier: string; readonly state: string } {
  const { verifier, challenge } = makePkce();
  const state = randomBytes(8).toString('hex');
  const all: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: app.id,
    redirect_uri: app.redirectUri,
    scope,
    state,
    aud: fhir,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  };
  const entries = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { params: new URLSearchParams(entries), verifier, state };
}

export interface Walk {
  readonly browser?: UserAgent;
  readonly login?: string;
  /** Id of the patient to choose, where one is asked for. */
  readonly patient?: string;
  readonly untick?: string[];
  readonly params?: Readonly<Record<string, string | undefined>>;
}

/** Walks through the pages as a person does, up to the redirect to the app. */
export async function walk(stage: SmartStage, app: App, scope: string, how: Walk = {}) {
  const { login = 'binh', patient = 'tran', untick = [], browser = stage.browserOf(login) } = how;
  const asked = authorizeParams(stage, app, scope, how.params);
  let page = await browser.get(`/auth/authorize?${String(asked.params)}`);
  for (let step = 0; step < 5 && page.left === undefined; step++) page = await answer(browser, page);
  if (page.left === undefined) throw new Error(`the walk ends at a page: ${page.status} ${page.text}`);
  return { ...asked, back: page.left.searchParams, left: page.left, browser };

  function answer(by: UserAgent, at: Page): Promise<Page> {
    if (at.text.includes('name="password"')) return by.submit(at, 'sign-in', { login, password: PASSWORD });
    if (choicesOf(at, 'patient').length > 0) return by.submit(at, 'choose', { patient });
    if (at.text.includes('value="consent"')) return by.submit(at, 'consent', {}, untick);
    throw new Error(`an unknown page: ${at.status} ${at.url} ${at.text}`);
  }
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** Asks the token endpoint, with the app's proof. */
export async function askToken(
  { house }: SmartStage,
  app: App,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
  endpoint = 'token',
): Promise<TokenAnswer> {
  const { id, proof, secret = '', privateJwk } = app;
  const sent = new URLSearchParams(form);
  const more: Record<string, string> = {};
  if (proof === 'none') sent.set('client_id', id);
  if (proof === 'client_secret_post') {
    sent.set('client_id', id);
    sent.set('client_secret', secret);
  }
  if (proof === 'client_secret_basic') more['authorization'] = `Basic ${btoa(`${id}:${secret}`)}`;
  if (privateJwk !== undefined) {
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      iss: id,
      sub: id,
      aud: `${house.url}/auth/token`,
      jti: randomBytes(9).toString('hex'),
      iat,
      exp: iat + 240,
    };
    sent.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    sent.set('client_assertion', await signJwt(privateJwk, claims, { typ: 'JWT', alg: 'ES384' }));
  }
  const response = await fetch(`${house.url}/auth/${endpoint}`, {
    method: 'POST',
    headers: { ...more, ...headers },
    body: sent,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** The whole way to a token. */
export async function launch(stage: SmartStage, app: App, scope: string, how: Walk = {}) {
  const walked = await walk(stage, app, scope, how);
  const code = walked.back.get('code');
  if (code === null) throw new Error(`no code: ${walked.left.href}`);
  const token = await redeem(stage, app, code, walked.verifier);
  if (token.status !== 200) throw new Error(`no token: ${JSON.stringify(token.body)}`);
  return { ...walked, code, token: token.body };
}

export function redeem(stage: SmartStage, app: App, code: string, verifier: string): Promise<TokenAnswer> {
  const { redirectUri } = app;
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  return askToken(stage, app, form);
}

export function refresh(stage: SmartStage, app: App, token: string, scope?: string): Promise<TokenAnswer> {
  const form = { grant_type: 'refresh_token', refresh_token: token };
  return askToken(stage, app, scope === undefined ? form : { ...form, scope });
}

/** What a token may read. */
export async function get({ fhir }: SmartStage, token: string, path: string) {
  const answer = await fetch(`${fhir}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
}
