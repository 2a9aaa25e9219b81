import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Json } from '../support/house.ts';
import { get, launch, openSmartStage, refresh } from './stage.ts';
import type { App, Proof, SmartStage } from './stage.ts';

const SCOPE = 'launch/patient patient/*.rs offline_access';

let stage: SmartStage;
beforeAll(async () => {
  stage = await openSmartStage();
});
afterAll(() => stage.end());

async function open(proof: Proof): Promise<{ app: App; refreshToken: string; accessToken: string }> {
  const app = await stage.addApp({ proof });
  const { token } = await launch(stage, app, SCOPE);
  return { app, refreshToken: token.refresh_token, accessToken: token.access_token };
}

/** As fhirclient refreshes: nothing says who asks. */
async function refreshUnnamed(form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(`${stage.house.url}/auth/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ grant_type: 'refresh_token', ...form }),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
}

describe('who refreshes without a client_id', () => {
  test('is known by the token where the app keeps no secret', async () => {
    const { refreshToken } = await open('none');
    const { status, headers, body } = await refreshUnnamed(
      { refresh_token: refreshToken },
      { origin: 'https://app.test' },
    );
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.test');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ patient: 'tran', refresh_token: expect.any(String) });
    expect((await get(stage, body.access_token, '/Patient/tran')).status).toBe(200);
  });

  test('has all that came from the consent ended by using a token twice', async () => {
    const { refreshToken, accessToken } = await open('none');
    const first = await refreshUnnamed({ refresh_token: refreshToken });
    expect(first.status).toBe(200);
    expect(await refreshUnnamed({ refresh_token: refreshToken })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await get(stage, accessToken, '/Patient/tran')).status).toBe(401);
    expect((await get(stage, first.body.access_token, '/Patient/tran')).status).toBe(401);
    expect((await refreshUnnamed({ refresh_token: first.body.refresh_token })).status).not.toBe(200);
  });

  test.each(['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const)(
    'is refused where the app has %s, whose token is still good',
    async (proof) => {
      const { app, refreshToken } = await open(proof);
      const { status, body } = await refreshUnnamed({ refresh_token: refreshToken });
      expect([status, body]).toEqual([
        401,
        { error: 'invalid_client', error_description: 'client authentication failed' },
      ]);
      expect((await refresh(stage, app, refreshToken)).status).toBe(200);
    },
  );

  test('is refused with a page of another origin, an unknown token, none, or another grant', async () => {
    const { app, refreshToken, accessToken } = await open('none');
    const elsewhere = await refreshUnnamed({ refresh_token: refreshToken }, { origin: 'https://elsewhere.test' });
    expect(elsewhere.status).toBe(401);
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
    for (const form of [{ refresh_token: 'x'.repeat(43) }, { refresh_token: '' }, { refresh_token: accessToken }, {}]) {
      expect((await refreshUnnamed(form)).status).toBe(401);
    }
    const asCode = await refreshUnnamed({ grant_type: 'authorization_code', refresh_token: refreshToken });
    expect(asCode.status).toBe(401);
    expect((await refreshUnnamed({ refresh_token: refreshToken, client_id: 'somebody' })).status).toBe(401);
    expect((await refresh(stage, app, refreshToken)).status).toBe(200);
  });
});
