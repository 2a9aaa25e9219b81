import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { Logger } from '../../src/base/index.ts';
import { askToken, authorizeParams, get, launch, openSmartStage, PASSWORD, redeem, refresh } from './stage.ts';
import type { SmartStage } from './stage.ts';

/**
 * Attack 56: two hundred canaries (secrets, codes, tokens, assertions, what a patient's record says, what strangers type)
 * go through everything that is for clients and people; none of them may turn up in the log, in the audit, in the address
 * of a page, or, of the secrets, anywhere in the database.
 */
const log: string[] = [];
const write = (fields: Record<string, unknown>, message: string): void =>
  void log.push(JSON.stringify([message, fields]));
const logger: Logger = { debug: write, info: write, warn: write, error: write };

const clinical = new Set<string>();
const typed = new Set<string>();
const secret = new Set<string>();

function canary(kind: Set<string>): string {
  const text = `canary${randomBytes(9).toString('hex')}`;
  kind.add(text);
  return text;
}

/** Notes what the server gave out and nobody else may learn. */
function keep(...texts: readonly (string | null | undefined)[]): void {
  for (const text of texts) if (typeof text === 'string' && text.length >= 20) secret.add(text);
}

let stage: SmartStage;
beforeAll(async () => {
  stage = await openSmartStage({ logger });
});
afterAll(() => stage.end());

test('nothing that is secret or a patient’s turns up where it does not belong', async () => {
  const { house } = stage;
  keep(stage.ehr.token, stage.other.token, PASSWORD);
  await fillRecords();
  for (const proof of ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const) {
    const app = await stage.addApp({ proof });
    keep(app.secret, app.privateJwk?.d);
    const scope = 'openid fhirUser launch/patient offline_access patient/*.cruds';
    const { token, code, verifier, browser } = await launch(stage, app, scope);
    keep(code, verifier, token.access_token, token.refresh_token, token.id_token);
    await get(stage, token.access_token, `/Patient?name=${canary(clinical)}`);
    await get(stage, token.access_token, `/Condition/${canary(clinical)}`);
    const next = await refresh(stage, app, token.refresh_token);
    keep(next.body.access_token, next.body.refresh_token);
    await redeem(stage, app, code, verifier);
    await redeem(stage, app, canary(secret), canary(secret));
    await refresh(stage, app, canary(secret));
    await askToken(stage, { ...app, secret: canary(secret) }, { grant_type: canary(typed), code: canary(secret) });
    await askToken(stage, app, { token: canary(secret) }, {}, 'revoke');
    await askToken(stage, app, { grant_type: 'authorization_code', scope: canary(typed), resource: canary(typed) });
    await askToken(
      stage,
      { ...app, id: canary(typed) },
      { grant_type: 'refresh_token', refresh_token: canary(secret) },
    );
    await refuseAtAuthorize(app.id, app.redirectUri);
    await browser.get('/auth/manage');
  }
  await signInWrongly();
  await misuseTokens();

  expect(clinical.size + typed.size + secret.size).toBeGreaterThanOrEqual(200);
  const all = [...clinical, ...typed, ...secret];
  expect(log.length).toBeGreaterThan(100);
  const logged = log.join('\n');
  expect(all.filter((text) => logged.includes(text))).toEqual([]);

  const dump = await dumpDatabase(house.database);
  expect(dump.get('audit')!.length).toBeGreaterThan(1000);
  expect(all.filter((text) => dump.get('audit')!.includes(text))).toEqual([]);
  // What stands in records is theirs; of what opens a door, nothing stands anywhere.
  const everything = [...dump.values()].join('\n');
  expect([...clinical].filter((text) => everything.includes(text)).length).toBeGreaterThan(20);
  expect([...secret, ...typed].filter((text) => everything.includes(text))).toEqual([]);
});

async function fillRecords(): Promise<void> {
  for (let n = 0; n < 10; n++) {
    const sent = await stage.ehr.fetch('POST', '/Patient', {
      resourceType: 'Patient',
      name: [{ family: canary(clinical), given: [canary(clinical)] }],
      telecom: [{ system: 'phone', value: canary(clinical) }],
      address: [{ text: canary(clinical) }],
    });
    expect(sent.status).toBe(201);
    await stage.ehr.fetch('POST', '/Condition', { resourceType: 'Condition', note: [{ text: canary(clinical) }] });
    await stage.ehr.fetch('GET', `/Patient?family=${canary(clinical)}&unknown=${canary(clinical)}`);
    await stage.other.fetch('PUT', `/Patient/${canary(clinical).slice(0, 60)}`, { resourceType: 'Patient' });
  }
}

/** Pages and redirects of what is refused, and no token in any address. */
async function refuseAtAuthorize(client: string, redirectUri: string): Promise<void> {
  const { params } = authorizeParams(stage, { id: client, redirectUri, proof: 'none' }, `patient/*.r ${canary(typed)}`);
  for (const [name, value] of [
    ['aud', canary(typed)],
    ['launch', canary(secret)],
    ['redirect_uri', `https://${canary(typed)}.test/`],
    ['response_type', canary(typed)],
    ['id_token_hint', canary(secret)],
    ['login_hint', canary(typed)],
    ['client_id', canary(typed)],
  ] as const) {
    const asked = new URLSearchParams(params);
    asked.set(name, value);
    const page = await stage.browser().get(`/auth/authorize?${String(asked)}`);
    expect([name, page.status]).toEqual([name, name === 'login_hint' ? 200 : expect.any(Number)]);
  }
}

async function signInWrongly(): Promise<void> {
  for (let n = 0; n < 6; n++) {
    const browser = stage.browser();
    const page = await browser.get('/auth/manage');
    await browser.submit(page, 'sign-in', { login: canary(typed), password: canary(secret) });
    await browser.post('/auth/manage', {
      step: 'sign-in',
      csrf: canary(secret),
      login: 'binh',
      password: canary(secret),
    });
  }
}

async function misuseTokens(): Promise<void> {
  for (let n = 0; n < 10; n++) {
    const token = canary(secret);
    await fetch(`${stage.fhir}/Patient/tran`, { headers: { authorization: `Bearer ${token}` } });
    await fetch(`${stage.fhir}/Patient/tran`, { headers: { authorization: `Basic ${canary(secret)}` } });
    await fetch(`${stage.fhir}/Patient?access_token=${canary(secret)}`);
    await fetch(`${stage.house.url}/auth/introspect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.ehr.token}` },
      body: new URLSearchParams({ token }),
    });
    await fetch(`${stage.house.url}/auth/launches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.ehr.token}` },
      body: JSON.stringify({ client: canary(typed), user: canary(typed), patient: canary(clinical) }),
    });
  }
}

/** All rows of all tables as text. */
async function dumpDatabase(url: string): Promise<Map<string, string>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`,
  );
  const dump = new Map<string, string>();
  for (const { name } of rows) {
    const { rows: lines } = await client.query<{ line: string }>(`select t::text as line from ${name} t`);
    dump.set(name, lines.map(({ line }) => line).join('\n'));
  }
  await client.end();
  return dump;
}
