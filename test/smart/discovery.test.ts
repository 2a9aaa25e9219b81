import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSmartStage } from './stage.ts';
import type { SmartStage } from './stage.ts';
import type { Json } from '../support/house.ts';

let stage: SmartStage;
let smart: Json;
beforeAll(async () => {
  stage = await openSmartStage();
  smart = await (await fetch(`${stage.fhir}/.well-known/smart-configuration`)).json();
});
afterAll(() => stage.end());

describe('smart-configuration (checklist: discovery)', () => {
  test.each(['application/json', 'application/fhir+json', 'text/html', 'application/xml', '*/*'])(
    '1: is JSON for Accept %s',
    async (accept) => {
      const answer = await fetch(`${stage.fhir}/.well-known/smart-configuration`, { headers: { accept } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        expect.stringMatching(/^application\/json/),
      ]);
    },
  );

  test('2, 6: endpoints are strings; what is supported, arrays of strings that are not empty', () => {
    expect([typeof smart.authorization_endpoint, typeof smart.token_endpoint]).toEqual(['string', 'string']);
    for (const name of ['capabilities', 'grant_types_supported', 'code_challenge_methods_supported']) {
      expect(smart[name].length).toBeGreaterThan(0);
      expect(smart[name].every((each: unknown) => typeof each === 'string')).toBe(true);
    }
  });

  test('3, 4: grants, and S256 alone', () => {
    expect(smart.grant_types_supported).toEqual(
      expect.arrayContaining(['authorization_code', 'client_credentials', 'refresh_token']),
    );
    expect(smart.code_challenge_methods_supported).toEqual(['S256']);
  });

  test('5: with sso-openid-connect there is an issuer with keys', () => {
    expect(smart.capabilities).toContain('sso-openid-connect');
    expect([smart.issuer, smart.jwks_uri]).toEqual([`${stage.house.url}/auth`, `${stage.house.url}/auth/jwks`]);
  });

  test('7: addresses are absolute, on the public base, and lead somewhere', async () => {
    const names = Object.keys(smart).filter((name) => /_endpoint$|_uri$|^issuer$/.test(name));
    expect(names.sort()).toEqual([
      'authorization_endpoint',
      'introspection_endpoint',
      'issuer',
      'jwks_uri',
      'management_endpoint',
      'revocation_endpoint',
      'token_endpoint',
    ]);
    for (const name of names) expect(smart[name].startsWith(`${stage.house.url}/auth`)).toBe(true);
    for (const name of names.filter((each) => each !== 'issuer')) {
      expect([name, (await fetch(smart[name])).status]).not.toEqual([name, 404]);
    }
    expect(smart.token_endpoint_auth_signing_alg_values_supported).toEqual(['RS384', 'ES384']);
    expect(smart.scopes_supported).toEqual(
      expect.arrayContaining(['openid', 'fhirUser', 'offline_access', 'patient/*.rs']),
    );
  });

  test('7: nothing that a caller says of hosts changes an address', async () => {
    const headers = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'gopher', forwarded: 'host=evil.test' };
    const again = await fetch(`${stage.fhir}/.well-known/smart-configuration`, { headers });
    const openId = await fetch(`${stage.house.url}/auth/.well-known/openid-configuration`, { headers });
    expect(await again.text()).not.toContain('evil.test');
    expect(await openId.text()).not.toContain('evil.test');
  });

  test.each(['/.well-known/smart-configuration', '/metadata'])(
    '8: %s may be read by pages of any origin',
    async (path) => {
      const answer = await fetch(`${stage.fhir}${path}`, { headers: { origin: 'https://anywhere.test' } });
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    },
  );

  test('9: the capabilities that testers ask for', () => {
    expect(smart.capabilities).toEqual(
      expect.arrayContaining([
        'launch-ehr',
        'launch-standalone',
        'client-public',
        'client-confidential-symmetric',
        'client-confidential-asymmetric',
        'context-banner',
        'context-style',
        'context-ehr-patient',
        'context-ehr-encounter',
        'context-standalone-patient',
        'permission-offline',
        'permission-patient',
        'permission-user',
        'permission-v1',
        'permission-v2',
        'authorize-post',
      ]),
    );
  });

  test('the CapabilityStatement names the same addresses', async () => {
    const statement = (await (await fetch(`${stage.fhir}/metadata`)).json()) as Json;
    const { extension, service, cors } = statement.rest[0].security;
    const uris = extension.find(({ url }: Json) => url.endsWith('/oauth-uris')).extension;
    expect(Object.fromEntries(uris.map(({ url, valueUri }: Json) => [url, valueUri]))).toMatchObject({
      authorize: smart.authorization_endpoint,
      token: smart.token_endpoint,
      manage: smart.management_endpoint,
    });
    expect(service[0].coding[0].code).toBe('SMART-on-FHIR');
    expect(cors).toBe(true);
  });
});

describe('OpenID Connect discovery', () => {
  test('36: the document is whole, and offers no more than there is', async () => {
    const document = (await (await fetch(`${smart.issuer}/.well-known/openid-configuration`)).json()) as Json;
    expect(document).toMatchObject({
      issuer: smart.issuer,
      authorization_endpoint: smart.authorization_endpoint,
      token_endpoint: smart.token_endpoint,
      jwks_uri: smart.jwks_uri,
      revocation_endpoint: smart.revocation_endpoint,
      introspection_endpoint: smart.introspection_endpoint,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    });
    expect(document.grant_types_supported).not.toContain('implicit');
    expect(document.response_modes_supported).toEqual(['query']);
  });

  test('37: the keys are public ones, one of them RSA', async () => {
    const { keys } = (await (await fetch(smart.jwks_uri)).json()) as Json;
    // RS384 is for asking home EHRs for tokens that know no other.
    const algorithms = ['EC ES384', 'RSA RS256', 'RSA RS384'];
    expect(keys.map(({ kty, alg }: Json) => `${kty} ${alg}`).sort()).toEqual(algorithms);
    for (const key of keys) expect(Object.keys(key)).not.toContain('d');
  });

  test('the style that apps may follow is JSON, for pages of any origin', async () => {
    const answer = await fetch(`${stage.house.url}/auth/smart-style.json`);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.json()).toMatchObject({ color_background: expect.stringMatching(/^#/) });
  });
});
