import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../src/base/index.ts';
import { ADDRESSES, openTokenStage } from './token-stage.ts';
import type { TokenNode, TokenStage } from './token-stage.ts';

const INACTIVE = { active: false };
const FHIR_CONTEXT = [{ reference: 'ServiceRequest/case-1' }];

let stage: TokenStage;
let node: TokenNode;
let service: string;
let app: string;
let person: string;
let grant: string;
/** Tokens of the service, of the app, and of a service of the other organisation. */
let ofService: string;
let ofApp: string;
let ofStranger: string;
beforeAll(async () => {
  stage = await openTokenStage();
  node = await stage.startNode();
  service = await stage.addClient();
  app = await stage.addClient({ kind: 'app' });
  person = await stage.addPerson();
  const context = JSON.stringify({ fhirContext: FHIR_CONTEXT, need_patient_banner: true, active: 'forged' });
  grant = await stage.grant(person, app, { encounter: 'Encounter/e1', context });
  const stranger = await stage.addClient({ organization: 'programme-b' });
  ofService = await mintFor(service);
  ofApp = await mintApp();
  ofStranger = await mintFor(stranger);
});
afterAll(() => stage.end());

const mintFor = (client: string): Promise<string> =>
  stage.mint(node, { sub: client, client_id: client, scope: 'system/Patient.rs' });

const mintApp = (claims: object = {}): Promise<string> =>
  stage.mint(node, { sub: person, client_id: app, gid: grant, scope: 'launch patient/*.rs', ...claims });

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
}

describe('48, 49 a token that is good', () => {
  test('of an app is described with what the app was told at its launch', async () => {
    const { exp, iat, jti } = claimsOf(ofApp);
    expect(await node.introspect(ofService, ofApp)).toEqual({
      active: true,
      token_type: 'Bearer',
      scope: 'launch patient/*.rs',
      client_id: app,
      sub: person,
      iss: ADDRESSES.issuer,
      aud: ADDRESSES.fhir,
      exp,
      iat,
      jti,
      patient: 'p1',
      encounter: 'e1',
      fhirUser: `${ADDRESSES.fhir}/Practitioner/vo`,
      fhirContext: FHIR_CONTEXT,
      need_patient_banner: true,
    });
  });
  test('of a service has no person and no patient', async () => {
    const { exp, iat, jti } = claimsOf(ofService);
    const told = { scope: 'system/Patient.rs', client_id: service, sub: service, exp, iat, jti };
    const standard = { active: true, token_type: 'Bearer', iss: ADDRESSES.issuer, aud: ADDRESSES.fhir };
    expect(await node.introspect(ofService, ofService)).toEqual({ ...standard, ...told });
  });
  test('is described to the app that has it', async () => {
    expect(await node.introspect(ofApp, ofApp)).toMatchObject({ active: true, sub: person });
    expect(await node.introspect(ofApp, await mintApp())).toMatchObject({ active: true, sub: person });
  });
});

describe('inactive is', () => {
  test.each(['', 'x', 'a.b.c', '\0', 'kX9_opaque-refresh-token', undefined])('50 %j', async (token) => {
    expect(await node.introspect(ofService, token)).toEqual(INACTIVE);
  });
  test.each<[string, () => Promise<string>]>([
    ['an id_token', () => mintTyped('JWT')],
    ['a token for another server', () => mintApp({ aud: 'https://other.test/fhir' })],
    ['a token of a grant that is not there', () => mintApp({ gid: 'unknown' })],
    ['an expired token', () => mintApp({ exp: Math.floor(stage.now / 1000) - 60 })],
  ])('%s', async (_what, mint) => {
    expect(await node.introspect(ofService, await mint())).toEqual(INACTIVE);
  });
  test('a token that was revoked', async () => {
    const gid = await stage.grant(person, app);
    const token = await mintApp({ gid });
    expect(await node.introspect(ofService, token)).toMatchObject({ active: true });
    await stage.owner.query({ text: 'update app_grant set revoked_at = now() where hash = $1' }, [gid]);
    expect(await node.introspect(ofService, token)).toEqual(INACTIVE);
  });
  test('for a service, a token of another organisation', async () => {
    expect(await node.introspect(ofStranger, ofApp)).toEqual(INACTIVE);
    expect(await node.introspect(ofStranger, ofService)).toEqual(INACTIVE);
  });
  test('for an app, a token of another grant of its own, and one of a service', async () => {
    const gid = await stage.grant(person, app);
    expect(await node.introspect(ofApp, await mintApp({ gid }))).toEqual(INACTIVE);
    expect(await node.introspect(ofApp, ofService)).toEqual(INACTIVE);
  });

  function mintTyped(typ: string): Promise<string> {
    const key = node.serverKeys.current().id;
    return stage.mint(node, { sub: person, aud: app, client_id: app, gid: grant }, { typ, key });
  }
});

describe('51 who asks', () => {
  test.each<[string, string | undefined, string]>([
    ['without a token', undefined, 'Bearer'],
    ['with junk', 'junk', 'Bearer error="invalid_token"'],
  ])('%s is refused', async (_what, bearer, header) => {
    const refused = (await node.introspect(bearer, ofApp).catch((error: unknown) => error)) as Fault;
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': header } });
  });
  test('with a token that was revoked is refused', async () => {
    const client = await stage.addClient();
    const token = await mintFor(client);
    await stage.owner.query({ text: 'update client set disabled_at = now() where id = $1' }, [client]);
    await expect(node.introspect(token, ofService)).rejects.toMatchObject({ status: 401 });
  });
});

test('59 refusals are noted, without any token', async () => {
  const client = await stage.addClient({ organization: 'programme-b' });
  await node.introspect(await mintFor(client), ofApp);
  const acts = await stage.owner.transact(async (on) => {
    await on.query({ text: `select set_config('app.org', 'programme-b', true)` }, []);
    return await on.query({ text: 'select interaction, client, person, status, detail from audit where client = $1' }, [
      client,
    ]);
  });
  expect(acts).toEqual([{ interaction: 'introspect', client, person: null, status: 200, detail: 'token-of-another' }]);
});
