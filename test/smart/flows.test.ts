import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { verifyJwt } from '../../src/keys/index.ts';
import type { Jwks } from '../../src/keys/index.ts';
import type { Json } from '../support/house.ts';
import { askToken, authorizeParams, CALLBACK, get, launch, openSmartStage, redeem, refresh, walk } from './stage.ts';
import type { App, SmartStage } from './stage.ts';

/* The checklist of conformance testers, by its numbers. */
let stage: SmartStage;
let app: App;
let basic: App;
let asymmetric: App;
beforeAll(async () => {
  stage = await openSmartStage();
  app = await stage.addApp();
  basic = await stage.addApp({ proof: 'client_secret_basic' });
  asymmetric = await stage.addApp({ proof: 'private_key_jwt' });
});
afterAll(() => stage.end());

const ALL = 'openid fhirUser launch/patient offline_access patient/*.rs user/Practitioner.rs';

async function makeLaunch(app_: App, more: object = {}): Promise<string> {
  const made = await fetch(`${stage.house.url}/auth/launches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.ehr.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ client: app_.id, user: stage.doctor.fhirUser, patient: 'Patient/tran', ...more }),
  });
  const body = (await made.json()) as Json;
  if (made.status !== 201) throw new Error(JSON.stringify(body));
  return body.launch;
}

describe('launch and code', () => {
  test('10: the EHR is told where to open the app: its registered address, with iss and launch', async () => {
    const launched = await stage.addApp({ launchUri: 'https://app.test/launch?theme=dark' });
    const made = await fetch(`${stage.house.url}/auth/launches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.ehr.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ client: launched.id, user: stage.doctor.fhirUser }),
    });
    const body = (await made.json()) as Json;
    expect([made.status, body.expires_in, made.headers.get('cache-control')]).toEqual([201, 300, 'no-store']);
    const url = new URL(body.launch_url);
    expect(url.origin + url.pathname).toBe('https://app.test/launch');
    expect(Object.fromEntries(url.searchParams)).toEqual({ theme: 'dark', iss: stage.fhir, launch: body.launch });
  });

  test('11, 12: authorize by GET and by POST; the redirect has a code, no error, the exact state', async () => {
    const state = `a b&c="d"/é+${'x'.repeat(100)}`;
    const got = await walk(stage, app, ALL, { params: { state } });
    expect([got.back.get('state'), got.back.get('error'), got.left.origin + got.left.pathname]).toEqual([
      state,
      null,
      CALLBACK,
    ]);
    expect(got.back.get('code')).toMatch(/^.{20,}$/);
    expect(got.back.get('iss')).toBe(`${stage.house.url}/auth`);
    const { params } = authorizeParams(stage, app, ALL);
    const page = await got.browser.post('/auth/authorize', params);
    const done = await got.browser.submit(
      await got.browser.submit(page, 'choose', { patient: 'tran' }).then((next) => next),
      'consent',
    );
    expect(done.left?.searchParams.get('code')).toMatch(/^.{20,}$/);
  });

  test.each([
    ['wrong', 'https://other.test/fhir'],
    ['missing', undefined],
    ['a sibling', 'FHIR2'],
    ['with a slash', 'FHIR/'],
  ])('13: aud %s gives no code', async (_what, aud) => {
    const value = aud?.replace('FHIR', stage.fhir);
    const { params } = authorizeParams(stage, app, ALL, { aud: value });
    const page = await stage.browser().get(`/auth/authorize?${String(params)}`);
    expect([page.left?.searchParams.get('error'), page.left?.searchParams.get('code')]).toEqual([
      'invalid_request',
      null,
    ]);
  });

  test('15: a patient/ scope alone means that a patient is chosen', async () => {
    const { token } = await launch(stage, app, 'patient/Patient.r', { patient: 'pham' });
    expect(token).toMatchObject({ patient: 'pham', scope: 'patient/Patient.r' });
    expect(token).not.toHaveProperty('id_token');
    expect(token).not.toHaveProperty('refresh_token');
  });

  test('user/ scopes need no patient', async () => {
    const { token } = await launch(stage, app, 'openid fhirUser user/Patient.rs');
    expect(token).not.toHaveProperty('patient');
    expect((await get(stage, token.access_token, '/Patient/pham')).status).toBe(200);
  });
});

describe('token', () => {
  test('17, 18, 19: what is there, and how long it is kept', async () => {
    const walked = await walk(stage, app, ALL);
    const answer = await redeem(stage, app, walked.back.get('code')!, walked.verifier);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect([answer.headers.get('cache-control'), answer.headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number), patient: 'tran' });
    expect(answer.body.scope.split(' ').sort()).toEqual(ALL.split(' ').sort());
  });

  test('20: pages of the registered origin may read the answer, and no others', async () => {
    const walked = await walk(stage, app, ALL);
    const form = {
      grant_type: 'authorization_code',
      code: walked.back.get('code')!,
      redirect_uri: CALLBACK,
      code_verifier: walked.verifier,
    };
    const own = { origin: 'https://app.test' };
    const preflight = await fetch(`${stage.house.url}/auth/token`, {
      method: 'OPTIONS',
      headers: { ...own, 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.test');
    for (const origin of ['https://evil.test', 'null', 'https://app.test.evil.test', 'http://app.test']) {
      const answer = await askToken(stage, app, form, { origin });
      expect([origin, answer.status, answer.body.error]).toEqual([origin, 401, 'invalid_client']);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    const answer = await askToken(stage, app, form, own);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.test']);
    const record = await fetch(`${stage.fhir}/Patient/tran`, {
      headers: { ...own, authorization: `Bearer ${answer.body.access_token}` },
    });
    expect([record.status, record.headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.test']);
  });

  test('21: the case is in fhirContext, as a relative reference; patient and encounter stand beside it', async () => {
    const request = await stage.ehr.fetch('POST', '/ServiceRequest', {
      resourceType: 'ServiceRequest',
      status: 'draft',
      intent: 'order',
      subject: { reference: 'Patient/tran' },
    });
    const reference = `ServiceRequest/${request.body.id}`;
    const id = await makeLaunch(app, { case: reference, encounter: 'visit', intent: 'read-report' });
    const { token } = await launch(stage, app, 'launch patient/*.rs', { params: { launch: id } });
    expect(token).toMatchObject({
      patient: 'tran',
      encounter: 'visit',
      fhirContext: [{ reference }],
      intent: 'read-report',
      need_patient_banner: true,
      smart_style_url: `${stage.house.url}/auth/smart-style.json`,
    });
    // 24: what is in context can be read with the token, and not without.
    expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(200);
    expect((await get(stage, token.access_token, '/Encounter/visit')).status).toBe(200);
    expect((await get(stage, token.access_token, `/${reference}`)).status).toBe(200);
    expect((await fetch(`${stage.fhir}/Patient/tran`)).status).toBe(401);
  });

  test('22: without the right verifier there is no token, and with it there is', async () => {
    const walked = await walk(stage, app, ALL);
    const form = { grant_type: 'authorization_code', code: walked.back.get('code')!, redirect_uri: CALLBACK };
    for (const verifier of [undefined, '', 'x'.repeat(43), `${walked.verifier}x`]) {
      const sent = verifier === undefined ? form : { ...form, code_verifier: verifier };
      expect([400, 401]).toContain((await askToken(stage, app, sent)).status);
    }
    expect((await askToken(stage, app, { ...form, code_verifier: walked.verifier })).status).toBe(200);
  });

  test('23: a bad code and a bad client_id', async () => {
    const bad = await redeem(stage, app, 'x'.repeat(43), 'y'.repeat(43));
    expect([bad.status, bad.body.error]).toEqual([400, 'invalid_grant']);
    const nobody = await redeem(stage, { ...app, id: 'nobody' }, 'x'.repeat(43), 'y'.repeat(43));
    expect([nobody.status, nobody.body.error]).toEqual([401, 'invalid_client']);
  });

  test('25: the banner is wanted unless the EHR shows one; the style can be had', async () => {
    const id = await makeLaunch(app, { need_patient_banner: false });
    const { token } = await launch(stage, app, 'launch patient/Patient.r', { params: { launch: id } });
    expect(token.need_patient_banner).toBe(false);
    const style = await fetch(token.smart_style_url);
    expect([style.status, style.headers.get('content-type')]).toEqual([200, expect.stringContaining('json')]);
  });

  test('26: v1 is answered as v1, and means what it says', async () => {
    const { token } = await launch(
      stage,
      app,
      'launch/patient patient/Patient.read patient/Condition.* user/Patient.write',
    );
    expect(token.scope).toBe('launch/patient patient/Patient.read patient/Condition.* user/Patient.write');
    expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(200);
    const wrong = await launch(stage, app, 'patient/Patient.r patient/Condition.sr patient/Observation.rdu');
    expect(wrong.token.scope).toBe('patient/Patient.r');
  });

  test('27: what was asked for by category is granted by category', async () => {
    const category = 'http://terminology.hl7.org/CodeSystem/observation-category';
    for (const code of ['laboratory', 'survey']) {
      const made = await stage.ehr.fetch('PUT', `/Observation/${code}`, {
        resourceType: 'Observation',
        id: code,
        status: 'final',
        category: [{ coding: [{ system: category, code }] }],
        code: { text: 'something measured' },
        subject: { reference: 'Patient/tran' },
      });
      expect(made.status).toBe(201);
    }
    const scope = `patient/Observation.rs?category=${category}|laboratory`;
    const { token } = await launch(stage, app, scope);
    expect(token.scope).toBe(scope);
    expect((await get(stage, token.access_token, '/Observation/laboratory')).status).toBe(200);
    expect((await get(stage, token.access_token, '/Observation/survey')).status).toBe(404);
    const found = await get(stage, token.access_token, '/Observation?_total=accurate');
    expect([found.body.total, found.body.entry.length]).toEqual([1, 1]);
  });

  test('28: what is unticked is not granted, and what was not selected is refused', async () => {
    const { token } = await launch(stage, app, 'patient/Patient.r patient/Condition.rs fhirUser openid', {
      untick: ['patient/Condition.rs', 'fhirUser'],
    });
    expect(token.scope.split(' ').sort()).toEqual(['openid', 'patient/Patient.r']);
    expect((await get(stage, token.access_token, '/Condition')).status).toBe(403);
    expect((await get(stage, token.access_token, '/Observation')).status).toBe(403);
  });
});

describe('refresh and revocation', () => {
  test.each([
    ['public', () => app],
    ['symmetric', () => basic],
    ['asymmetric', () => asymmetric],
  ])('29–31: %s apps refresh, without a scope and with one', async (_kind, which) => {
    const { token } = await launch(stage, which(), ALL);
    const first = await refresh(stage, which(), token.refresh_token);
    expect([first.status, first.body.scope.split(' ').sort()]).toEqual([200, ALL.split(' ').sort()]);
    expect(first.body).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number), patient: 'tran' });
    expect(first.body.refresh_token).not.toBe(token.refresh_token);
    const less = await refresh(stage, which(), first.body.refresh_token, 'user/Practitioner.rs');
    expect([less.status, less.body.scope]).toEqual([200, 'user/Practitioner.rs']);
    expect((await get(stage, less.body.access_token, '/Practitioner/dr-binh')).status).toBe(200);
    expect((await get(stage, less.body.access_token, '/Patient/tran')).status).toBe(403);
  });

  test('32, 33: a refresh token is its client’s alone, and no other text is one', async () => {
    const { token } = await launch(stage, app, ALL);
    const foreign = await refresh(stage, basic, token.refresh_token);
    expect([foreign.status, foreign.body.error]).toEqual([400, 'invalid_grant']);
    const junk = await refresh(stage, app, 'junk');
    expect([junk.status, junk.body.error]).toEqual([400, 'invalid_grant']);
    expect((await refresh(stage, app, token.refresh_token)).status).toBe(200);
  });

  test.each(['access_token', 'refresh_token'])(
    '34: after revocation of the %s nothing works any more',
    async (which) => {
      const { token } = await launch(stage, app, ALL);
      const form = { token: token[which], token_type_hint: which };
      const revoked = await askToken(stage, app, form, {}, 'revoke');
      expect([revoked.status, revoked.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(401);
      const again = await refresh(stage, app, token.refresh_token);
      expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
    },
  );

  test('34: another client revokes nothing, and hears nothing', async () => {
    const { token } = await launch(stage, app, ALL);
    for (const text of [token.access_token, token.refresh_token, 'junk']) {
      expect((await askToken(stage, basic, { token: text }, {}, 'revoke')).status).toBe(200);
    }
    expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(200);
    expect((await refresh(stage, app, token.refresh_token)).status).toBe(200);
  });
});

describe('OpenID Connect', () => {
  test('35, 38, 39: the id_token is ours, and says who is there', async () => {
    const { token } = await launch(stage, app, ALL, { params: { nonce: 'n-1' } });
    const { keys } = (await (await fetch(`${stage.house.url}/auth/jwks`)).json()) as {
      keys: (JsonWebKey & { kid: string })[];
    };
    const [header, payload, signature] = token.id_token.split('.');
    const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
    const key = keys.find((each) => each.kid === kid)!;
    expect([alg, key.kty]).toEqual(['RS256', 'RSA']);
    const signed = Buffer.from(`${header}.${payload}`);
    expect(
      verify('RSA-SHA256', signed, createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url')),
    ).toBe(true);
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(claims).toMatchObject({
      iss: `${stage.house.url}/auth`,
      aud: app.id,
      nonce: 'n-1',
      sub: stage.doctor.id,
      fhirUser: `${stage.fhir}/${stage.doctor.fhirUser}`,
    });
    expect(claims.exp).toBeGreaterThan(claims.iat);
    const origin = 'https://app.test';
    const user = await fetch(claims.fhirUser, { headers: { authorization: `Bearer ${token.access_token}`, origin } });
    expect([user.status, user.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  });

  test('without fhirUser nobody is told who is there', async () => {
    const { token } = await launch(stage, app, 'openid user/Patient.r');
    const claims = JSON.parse(Buffer.from(token.id_token.split('.')[1], 'base64url').toString());
    expect(claims).not.toHaveProperty('fhirUser');
    expect(claims).not.toHaveProperty('name');
  });

  test('access tokens are ES384, for the FHIR base, and hold nothing of a patient', async () => {
    const { token } = await launch(stage, app, ALL);
    const jwks = (await (await fetch(`${stage.house.url}/auth/jwks`)).json()) as Jwks;
    const verdict = await verifyJwt(token.access_token, jwks, {
      algs: ['ES384'],
      typ: 'at+jwt',
      issuer: `${stage.house.url}/auth`,
      audience: stage.fhir,
      now: new Date(),
      clockToleranceSeconds: 1,
    });
    expect(verdict.ok).toBe(true);
    const claims = Buffer.from(token.access_token.split('.')[1], 'base64url').toString();
    expect(claims).not.toContain('tran');
  });
});

describe('introspection', () => {
  async function introspect(bearer: string | undefined, token: string) {
    const answer = await fetch(`${stage.house.url}/auth/introspect`, {
      method: 'POST',
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
      body: new URLSearchParams({ token }),
    });
    return { status: answer.status, body: (await answer.json()) as Json };
  }

  test('48, 49: a token that holds', async () => {
    const { token } = await launch(stage, app, ALL);
    const { status, body } = await introspect(stage.ehr.token, token.access_token);
    expect([status, body.scope.split(' ').sort()]).toEqual([200, token.scope.split(' ').sort()]);
    expect(body).toMatchObject({
      active: true,
      client_id: app.id,
      exp: expect.any(Number),
      patient: 'tran',
      iss: `${stage.house.url}/auth`,
      sub: stage.doctor.id,
      fhirUser: `${stage.fhir}/${stage.doctor.fhirUser}`,
    });
  });

  test('50: everything else is not active, and no more than that', async () => {
    const { token } = await launch(stage, app, ALL);
    await askToken(stage, app, { token: token.access_token }, {}, 'revoke');
    for (const text of ['junk', '', token.access_token, token.id_token]) {
      expect(await introspect(stage.ehr.token, text)).toEqual({ status: 200, body: { active: false } });
    }
    const others = await launch(stage, app, ALL);
    expect(await introspect(stage.other.token, others.token.access_token)).toEqual({
      status: 200,
      body: { active: false },
    });
  });

  test('51: who asks shows a token', async () => {
    const { token } = await launch(stage, app, ALL);
    expect((await introspect(undefined, token.access_token)).status).toBe(401);
    expect((await introspect('junk', token.access_token)).status).toBe(401);
  });
});
