import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { get, launch, openSmartStage, refresh } from './stage.ts';
import type { SmartStage } from './stage.ts';

let stage: SmartStage;
beforeAll(async () => {
  stage = await openSmartStage();
});
afterAll(() => stage.end());

test('a public app is launched alone, is told its patient, and reads', async () => {
  const app = await stage.addApp();
  const { token } = await launch(stage, app, 'openid fhirUser launch/patient patient/*.rs offline_access');
  expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 3600, patient: 'tran', need_patient_banner: true });
  expect(token.scope.split(' ').sort()).toEqual(
    ['fhirUser', 'launch/patient', 'offline_access', 'openid', 'patient/*.rs'].sort(),
  );
  expect((await get(stage, token.access_token, '/Patient/tran')).status).toBe(200);
  expect((await get(stage, token.access_token, '/Patient/pham')).status).toBe(404);
  const again = await refresh(stage, app, token.refresh_token);
  expect(again.body).toMatchObject({ patient: 'tran', token_type: 'Bearer' });
  expect((await get(stage, again.body.access_token, '/Patient/tran')).status).toBe(200);
});
