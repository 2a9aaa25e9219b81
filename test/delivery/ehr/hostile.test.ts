import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { proveClient, publishKeys } from '../../../src/auth/client-proof.ts';
import { createGuardedDispatcher, systemClock } from '../../../src/base/index.ts';
import type { PushOutcome } from '../../../src/delivery/ehr/outcome.ts';
import { createCapabilities, pushReport } from '../../../src/delivery/ehr/push-report.ts';
import { createTokens } from '../../../src/delivery/ehr/token.ts';
import { generateKey, toPublicJwk } from '../../../src/keys/index.ts';
import type { PrivateJwk } from '../../../src/keys/index.ts';
import type { Json } from '../../support/house.ts';
import { EHR_CLIENT, startMockEhr } from '../../support/mock-ehr.ts';
import type { EhrCall, MockEhr } from '../../support/mock-ehr.ts';
import { startReceiver } from '../../support/receiver.ts';
import { parcel, PATIENT_IDENTIFIER } from './parcels.ts';

/** An EHR that says what is not so, or that knows the patient by a number that is another's by now. */

const HOSTS = ['127.0.0.1'];
const NATIONAL = 'https://national.example/id';

let keys: { readonly access: PrivateJwk; readonly id: PrivateJwk };
let ehr: MockEhr;
let dispatcher: ReturnType<typeof createGuardedDispatcher>;

beforeAll(async () => {
  const [es, rs] = [await generateKey('ES384'), await generateKey('RS256')];
  keys = { access: es.privateJwk, id: rs.privateJwk };
});
beforeEach(async () => {
  ehr = await startMockEhr(async () => publishKeys({ keys: [toPublicJwk(keys.access), toPublicJwk(keys.id)] }));
  dispatcher = createGuardedDispatcher({ allowedHosts: HOSTS });
});
afterEach(async () => {
  await dispatcher.destroy();
  await ehr.stop();
});

async function push(change = {}, baseUrl = ehr.url): Promise<PushOutcome> {
  const signer = (asked: Parameters<typeof proveClient>[2]) => proveClient({ current: () => keys }, systemClock, asked);
  const timeoutMs = 60_000;
  const tools = {
    dispatcher,
    tokens: createTokens({ signer, allowedHosts: HOSTS, clock: systemClock, timeoutMs }),
    capabilities: createCapabilities(systemClock),
    clock: systemClock,
    timeoutMs,
    wholeMs: timeoutMs,
  };
  const connection = {
    organization: 'home',
    baseUrl,
    tokenUrl: null,
    clientId: EHR_CLIENT,
    scope: null,
    kinds: [],
    enabled: true,
  };
  return pushReport(connection, parcel(change, 1), tools);
}

async function written(): Promise<number> {
  const types = ['Binary', 'Bundle', 'DocumentReference', 'DiagnosticReport'];
  const all = await Promise.all(types.map((type) => ehr.all(type)));
  return all.flat().length;
}

describe('an answer that says yes, and nothing was written', () => {
  beforeEach(() => ehr.add({ resourceType: 'Patient', id: 'theirs', identifier: [PATIENT_IDENTIFIER] }));

  const isWrite = ({ method, path }: EhrCall): boolean => method !== 'GET' && path !== 'token';
  const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] };
  const refused = { response: { status: '400', outcome } };
  const answers: [name: string, transaction: boolean, answer: Json][] = [
    ['an OperationOutcome', true, outcome],
    ['an OperationOutcome, of each', false, outcome],
    ['no entries', true, { resourceType: 'Bundle', type: 'transaction-response' }],
    ['entries that were refused', true, { resourceType: 'Bundle', type: 'transaction-response', entry: [refused] }],
    ['something else', false, { resourceType: 'Basic', id: 'x' }],
  ];
  test.each(answers)('%s: it is tried again', async (_name, transaction, answer) => {
    ehr.offers = { transaction };
    ehr.trouble = (call) => (isWrite(call) ? { status: 200, body: JSON.stringify(answer) } : undefined);
    expect(await push()).toMatchObject({ kind: 'later', reason: expect.stringMatching(/^ehr-unconfirmed: [A-Z]/) });
    expect(await written()).toBe(0);
  });
});

describe('a patient whose number is another’s by now', () => {
  const sent = (): Json => ({
    ...parcel().patient,
    identifier: [PATIENT_IDENTIFIER, { system: NATIONAL, value: '111' }],
  });

  test('by another number of the same system: nobody is gone by', async () => {
    const identifier = [PATIENT_IDENTIFIER, { system: NATIONAL, value: '222' }];
    await ehr.add({ resourceType: 'Patient', identifier });
    expect(await push({ patient: sent() })).toEqual({
      kind: 'never',
      reason: 'ehr-patient: has other identifiers than those that were sent',
    });
    expect(await written()).toBe(0);
  });

  test('where the EHR says that it was this patient’s once', async () => {
    await ehr.add({ resourceType: 'Patient', identifier: [{ ...PATIENT_IDENTIFIER, use: 'old' }] });
    expect(await push({ patient: sent() })).toMatchObject({
      kind: 'never',
      reason: expect.stringContaining('not found'),
    });
    expect(await written()).toBe(0);
  });

  test('beside a former one, which does not matter', async () => {
    const former = { system: NATIONAL, value: '222', use: 'old' };
    await ehr.add({ resourceType: 'Patient', identifier: [PATIENT_IDENTIFIER, former] });
    expect(await push({ patient: sent() })).toMatchObject({ kind: 'done' });
  });
});

test('a server that names the token endpoint of another is not given that one’s token', async () => {
  const thief = await startReceiver(({ path }, response) => {
    const says =
      path === '/fhir/.well-known/smart-configuration'
        ? { token_endpoint: `${new URL(ehr.url).origin}/token` }
        : { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', format: ['json'], rest: [] };
    response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(says));
  });
  expect(await push({}, `${thief.url}/fhir`)).toMatchObject({
    kind: 'later',
    reason: expect.stringContaining('at another host'),
  });
  expect(ehr.tokens).toEqual([]);
  expect(thief.received.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  await thief.stop();
});
