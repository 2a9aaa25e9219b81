import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { publishKeys, proveClient } from '../../../src/auth/client-proof.ts';
import { createGuardedDispatcher, systemClock } from '../../../src/base/index.ts';
import type { PushDone, PushOutcome } from '../../../src/delivery/ehr/outcome.ts';
import { createCapabilities, pushReport } from '../../../src/delivery/ehr/push-report.ts';
import type { PushTools } from '../../../src/delivery/ehr/push-report.ts';
import { createTokens } from '../../../src/delivery/ehr/token.ts';
import { generateKey, toPublicJwk } from '../../../src/keys/index.ts';
import type { PrivateJwk } from '../../../src/keys/index.ts';
import type { EhrConnection } from '../../../src/store/index.ts';
import type { Json } from '../../support/house.ts';
import { EHR_CLIENT, startMockEhr } from '../../support/mock-ehr.ts';
import type { EhrCall, EhrOffers, MockEhr, Trouble } from '../../support/mock-ehr.ts';
import { parcel, PATIENT_IDENTIFIER, pdfOf, PLACER_IDENTIFIER } from './parcels.ts';

/** A report on its way into EHRs that offer less than all, or do not always answer. */

let keys: { readonly access: PrivateJwk; readonly id: PrivateJwk };
let ehr: MockEhr;
let tools: PushTools;
let connection: EhrConnection;

const HOSTS = ['127.0.0.1'];
const dispatchers: PushTools['dispatcher'][] = [];

function openDispatcher(allowedHosts: readonly string[]): PushTools['dispatcher'] {
  const dispatcher = createGuardedDispatcher({ allowedHosts });
  dispatchers.push(dispatcher);
  return dispatcher;
}

beforeAll(async () => {
  const [es, rs] = [await generateKey('ES384'), await generateKey('RS256')];
  keys = { access: es.privateJwk, id: rs.privateJwk };
});

beforeEach(async () => {
  ehr = await startMockEhr(async () => publishKeys({ keys: [toPublicJwk(keys.access), toPublicJwk(keys.id)] }));
  await ehr.add({ resourceType: 'Patient', id: 'theirs', identifier: [PATIENT_IDENTIFIER] });
  await ehr.add({ resourceType: 'ServiceRequest', id: 'order', identifier: [PLACER_IDENTIFIER] });
  connection = {
    organization: 'home',
    baseUrl: ehr.url,
    tokenUrl: null,
    clientId: EHR_CLIENT,
    scope: null,
    kinds: [],
    enabled: true,
  };
  renewTools();
});
afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((one) => one.destroy()));
  await ehr.stop();
});

/** Nothing of what was learnt before is known. */
function renewTools({ timeoutMs = 60_000, wholeMs = 60_000 } = {}): void {
  const signer = (asked: Parameters<typeof proveClient>[2]) => proveClient({ current: () => keys }, systemClock, asked);
  tools = {
    dispatcher: openDispatcher(HOSTS),
    tokens: createTokens({ signer, allowedHosts: HOSTS, clock: systemClock, timeoutMs }),
    capabilities: createCapabilities(systemClock),
    clock: systemClock,
    timeoutMs,
    wholeMs,
  };
}

const push = (change = {}, version = 1): Promise<PushOutcome> => pushReport(connection, parcel(change, version), tools);

async function pushed(version = 1): Promise<PushDone> {
  const outcome = await push({}, version);
  if (outcome.kind !== 'done') throw new Error(`${outcome.kind}: ${outcome.reason}`);
  return outcome;
}

async function counts(): Promise<Readonly<Record<string, number>>> {
  const types = ['Binary', 'Bundle', 'DocumentReference', 'DiagnosticReport'];
  const all = await Promise.all(types.map((type) => ehr.all(type)));
  return Object.fromEntries(types.map((type, at) => [type, all[at]!.length]));
}

const WHOLE = { Binary: 2, Bundle: 2, DocumentReference: 2, DiagnosticReport: 1 };
const INSIDE = { ...WHOLE, Binary: 0 };

/** The bytes of a letter, wherever they are. */
async function letterThere({ data, url }: Json): Promise<string> {
  const binary =
    url === undefined ? undefined : (await ehr.all('Binary')).find(({ id }) => url.endsWith(`Binary/${id}`));
  return Buffer.from(data ?? binary?.data ?? '', 'base64').toString();
}

/** Both letters say in the EHR what they say here. */
async function expectLetters(version = 1): Promise<void> {
  const documents = await ehr.all('DocumentReference');
  expect(documents.map(({ content }) => content[0].attachment.language).sort()).toEqual(['en', 'vi']);
  for (const { content, subject, masterIdentifier } of documents) {
    const [{ attachment }, { attachment: document }] = content;
    expect(await letterThere(attachment)).toBe(pdfOf(attachment.language, version).toString());
    expect(subject).toEqual({ reference: 'Patient/theirs' });
    const bundle = (await ehr.all('Bundle')).find(({ id }) => document.url.endsWith(`Bundle/${id}`));
    expect(bundle.identifier).toEqual(masterIdentifier);
  }
}

describe('an EHR that offers all', () => {
  test('gets it in one transaction, of its own patient and order', async () => {
    const { written, left } = await pushed();
    expect(left).toEqual(['DiagnosticReport.specimen: refers to records here']);
    expect(written.map(({ ours }) => ours).sort()).toEqual([
      ...['Binary/en-1', 'Binary/vi-1', 'Bundle/en-1', 'Bundle/vi-1', 'DiagnosticReport/report-1'],
      ...['DocumentReference/en-1', 'DocumentReference/vi-1'],
    ]);
    expect(await counts()).toEqual(WHOLE);
    await expectLetters();
    const [report] = await ehr.all('DiagnosticReport');
    expect(written).toContainEqual({ ours: 'DiagnosticReport/report-1', theirs: `DiagnosticReport/${report.id}` });
    expect(report).toMatchObject({
      subject: { reference: 'Patient/theirs' },
      basedOn: [{ reference: 'ServiceRequest/order' }],
      performer: [{ type: 'Organization', display: 'The Invented Cancer Centre' }],
      resultsInterpreter: [
        {
          type: 'PractitionerRole',
          display: 'Dr Reviewer',
          identifier: { value: 'https://gateway.example/fhir/PractitionerRole/reviewer' },
        },
      ],
      contained: [{ resourceType: 'Observation', id: 'travel', subject: { reference: 'Patient/theirs' } }],
      result: [
        { reference: '#travel' },
        { type: 'Observation', identifier: { value: 'https://gateway.example/fhir/Observation/elsewhere' } },
      ],
      conclusion: 'Conclusion 1',
    });
    expect(report.contained[0]).not.toHaveProperty('basedOn');
    const bundles = (await ehr.all('Bundle')).map(({ id }) => `Bundle/${id}`).sort();
    expect(report.extension.map(({ valueReference }: Json) => valueReference.reference).sort()).toEqual(bundles);
    expect(ehr.calls.filter(({ method, path }) => method !== 'GET' && path !== 'token')).toHaveLength(1);
    expect(ehr.tokens).toHaveLength(1);
    expect(ehr.excesses).toEqual([]);
  });

  test('has what is signed to the letter, under its own id and date alone', async () => {
    await pushed();
    const { body } = ehr.calls.find(({ path, method }) => path === '' && method === 'POST')!;
    const sent = body.entry.find(({ resource }: Json) => resource.language === 'vi' && resource.type === 'document');
    const { id: _id, meta: _meta, ...signed } = parcel().documents[1]!.bundle;
    expect(sent.resource).toMatchObject(JSON.parse(JSON.stringify(signed)));
    expect(sent.resource).not.toHaveProperty('id');
    expect(sent.resource.meta).toEqual({
      profile: ['https://consilium.example/fhir/StructureDefinition/report-bundle'],
    });
    expect(sent.request.ifNoneExist).toContain(encodeURIComponent('urn:ietf:rfc:3986|urn:uuid:'));
  });

  test('has it once, however often it comes, and an amended one in its place', async () => {
    const first = await pushed();
    await pushed();
    expect(await counts()).toEqual(WHOLE);
    const amended = await pushed(2);
    expect(await counts()).toEqual({ Binary: 4, Bundle: 4, DocumentReference: 2, DiagnosticReport: 1 });
    await expectLetters(2);
    const theirs = (done: PushDone): string[] =>
      done.written.flatMap(({ theirs: ref }) => (/^Doc|^Diag/.test(ref) ? ref : [])).sort();
    expect(theirs(amended)).toEqual(theirs(first));
    expect((await ehr.all('DiagnosticReport'))[0]).toMatchObject({ status: 'amended', conclusion: 'Conclusion 2' });
  });

  test('is told of one that was issued in error, if it has it', async () => {
    const withdrawn = { report: { ...parcel().report, status: 'entered-in-error' }, documents: [] };
    expect(await push(withdrawn)).toEqual({ kind: 'done', written: [], left: [] });
    expect(await counts()).toMatchObject({ DocumentReference: 0, DiagnosticReport: 0 });
    await pushed();
    expect((await push(withdrawn)).kind).toBe('done');
    const changed = [...(await ehr.all('DocumentReference')), ...(await ehr.all('DiagnosticReport'))];
    expect(changed.map(({ status }) => status)).toEqual(Array(3).fill('entered-in-error'));
    expect(await counts()).toEqual(WHOLE);
  });

  test('gets what was asked for, and no more', async () => {
    connection = { ...connection, kinds: ['letter'] };
    await pushed();
    expect(await counts()).toEqual({ Binary: 2, Bundle: 0, DocumentReference: 2, DiagnosticReport: 0 });
  });

  test('may tell what it offers to those alone who have a token', async () => {
    ehr.trouble = ({ path }) => (path === 'metadata' && ehr.tokens.length === 0 ? { status: 401 } : undefined);
    await pushed();
    expect(await counts()).toEqual(WHOLE);
    expect(ehr.calls.filter(({ path }) => path === 'metadata')).toHaveLength(2);
  });

  test('may know this server by its RSA key', async () => {
    ehr.offers = { algorithms: ['RS384'] };
    await pushed();
    ehr.offers = { algorithms: ['PS256'] };
    renewTools();
    expect(await push()).toMatchObject({ kind: 'later', reason: expect.stringMatching(/^ehr-token-algorithm/) });
  });
});

describe('an EHR that offers less', () => {
  const TYPES = ['Patient', 'ServiceRequest', 'Binary', 'Bundle', 'DocumentReference', 'DiagnosticReport'];
  const without = (...types: string[]): EhrOffers => ({ types: TYPES.filter((type) => !types.includes(type)) });
  const plain = { transaction: false, conditional: false } as const;
  const table: readonly (readonly [what: string, offers: EhrOffers, there: Json, left: readonly string[]])[] = [
    ['no transaction', { transaction: false }, INSIDE, ['Binary']],
    ['no transaction, but ids of ours', { transaction: false, updateCreate: true }, WHOLE, []],
    ['no conditions', { conditional: false }, WHOLE, []],
    ['neither', plain, INSIDE, ['Binary']],
    ['neither, but ids of ours', { ...plain, updateCreate: true }, WHOLE, []],
    ['no Binary', without('Binary'), INSIDE, ['Binary']],
    ['no Bundle', without('Bundle'), { ...WHOLE, Bundle: 0 }, ['Bundle']],
    ['no DocumentReference', without('DocumentReference'), { ...INSIDE, DocumentReference: 0 }, ['DocumentReference']],
    ['no DiagnosticReport', without('DiagnosticReport'), { ...WHOLE, DiagnosticReport: 0 }, ['DiagnosticReport']],
    ['no orders', without('ServiceRequest'), WHOLE, []],
    [
      'only reports',
      { ...without('Binary', 'Bundle', 'DocumentReference'), ...plain },
      { Binary: 0, Bundle: 0, DocumentReference: 0, DiagnosticReport: 1 },
      ['Bundle', 'DocumentReference'],
    ],
  ];

  test.each(table)('%s: it gets what it takes, once', async (_what, offers, there, left) => {
    ehr.offers = offers;
    const first = await pushed();
    expect(first.left.flatMap((one) => (one.startsWith('DiagnosticReport.') ? [] : one.split(':')[0]))).toEqual(left);
    const second = await pushed();
    expect(await counts()).toEqual(there);
    expect(ehr.excesses).toEqual([]);
    const known = first.written.filter(({ ours }) => !ours.startsWith('Binary/'));
    expect(second.written).toEqual(expect.arrayContaining(known));
    await pushed(2);
    const [report] = await ehr.all('DiagnosticReport');
    if (report !== undefined) expect(report).toMatchObject({ conclusion: 'Conclusion 2', status: 'amended' });
    expect(await ehr.all('DocumentReference')).toHaveLength(there.DocumentReference);
  });

  test('what it has no place for goes inside of what it takes', async () => {
    ehr.offers = { ...without('Binary', 'Bundle', 'DocumentReference'), ...plain };
    await pushed();
    const [{ presentedForm: forms }] = await ehr.all('DiagnosticReport');
    expect(forms.map(({ contentType, language }: Json) => `${contentType} ${language}`)).toEqual([
      ...['application/pdf en', 'application/fhir+json en', 'application/pdf vi', 'application/fhir+json vi'],
    ]);
    expect(await letterThere(forms[2])).toBe(pdfOf('vi').toString());
    expect(JSON.parse(await letterThere(forms[3]))).toEqual(JSON.parse(JSON.stringify(parcel().documents[1]!.bundle)));
  });

  test('one that takes nothing, or another FHIR, is never tried again', async () => {
    ehr.offers = { types: ['Patient'] };
    expect(await push()).toMatchObject({ kind: 'never', reason: expect.stringMatching(/^ehr-offers-nothing/) });
    ehr.offers = { fhirVersion: '3.0.2' };
    renewTools();
    expect(await push()).toEqual({ kind: 'never', reason: 'ehr-fhir-version: not R4' });
  });
});

/** What the EHR has of a report, by the status of each. */
async function statuses(): Promise<Readonly<Record<string, string[]>>> {
  const found: Record<string, string[]> = {};
  for (const type of ['DocumentReference', 'DiagnosticReport'])
    found[type] = (await ehr.all(type)).map(({ status }) => status);
  return found;
}

const letters = (language: string): Json => ({
  type: 'DocumentReference',
  key: { value: `SO-26-7K3M-9QTX.report-1.${language}` },
});
const theReport = { type: 'DiagnosticReport', key: { value: 'SO-26-7K3M-9QTX.report-1' } };

describe('an EHR that cannot change what it has', () => {
  const table: readonly (readonly [what: string, offers: EhrOffers])[] = [
    ['all at once', { lacks: ['update'] }],
    ['one after the other', { lacks: ['update'], transaction: false }],
    ['without conditions', { lacks: ['update'], transaction: false, conditional: false }],
  ];
  test.each(table)('%s: an amended report is given up, and nothing is put beside the first', async (_what, offers) => {
    ehr.offers = offers;
    await pushed();
    const there = await counts();
    // The same once more is there already.
    expect(await push()).toMatchObject({ kind: 'done' });
    expect(await counts()).toEqual(there);
    const [report] = await ehr.all('DiagnosticReport');
    const outdated = {
      kind: 'never',
      reason: 'ehr-outdated: DocumentReference, DiagnosticReport cannot be changed',
      trouble: {
        kind: 'outdated',
        standing: [letters('en'), letters('vi'), { ...theReport, theirs: `DiagnosticReport/${report.id}` }],
      },
    };
    expect(await push({}, 2)).toMatchObject(outdated);
    expect(await push({}, 2)).toMatchObject(outdated);
    expect(await counts()).toEqual(there);
    expect((await ehr.all('DiagnosticReport'))[0]).toEqual(report);
    expect(ehr.excesses).toEqual([]);
    // Once it can, it is sent again: what was learnt of it before does not count.
    ehr.offers = { ...offers, lacks: [] };
    expect(await push({}, 2)).toMatchObject({ kind: 'done' });
    expect((await ehr.all('DiagnosticReport'))[0]).toMatchObject({ id: report.id, conclusion: 'Conclusion 2' });
    await expectLetters(2);
  });

  test('a report that can be amended is, though its letters cannot', async () => {
    ehr.offers = { lacks: ['update DocumentReference'] };
    await pushed();
    expect(await push({}, 2)).toMatchObject({
      kind: 'never',
      trouble: { kind: 'outdated', standing: [letters('en'), letters('vi')] },
    });
    expect((await ehr.all('DiagnosticReport'))[0]).toMatchObject({ status: 'amended', conclusion: 'Conclusion 2' });
    expect(await ehr.all('DocumentReference')).toHaveLength(2);
  });

  test('letters that can be amended are, though the report cannot', async () => {
    ehr.offers = { lacks: ['update DiagnosticReport'] };
    await pushed();
    expect(await push({}, 2)).toMatchObject({ kind: 'never', trouble: { kind: 'outdated', standing: [theReport] } });
    await expectLetters(2);
    expect(await statuses()).toMatchObject({ DiagnosticReport: ['final'] });
  });

  test('a translation that follows is new, and the report says what it said', async () => {
    ehr.offers = { lacks: ['update'] };
    expect(await push({ documents: parcel().documents.slice(0, 1) })).toMatchObject({ kind: 'done' });
    expect(await push()).toMatchObject({ kind: 'done' });
    await expectLetters();
  });

  test('a translation that could only go inside of the report is missing there', async () => {
    ehr.offers = { lacks: ['update'], types: ['Patient', 'DiagnosticReport'] };
    expect(await push({ documents: parcel().documents.slice(0, 1) })).toMatchObject({ kind: 'done' });
    expect(await push()).toMatchObject({ kind: 'never', trouble: { kind: 'outdated', standing: [theReport] } });
  });

  test('what stands there as withdrawn is no report that holds', async () => {
    ehr.offers = { lacks: ['update'], types: ['Patient', 'DiagnosticReport'] };
    await pushed();
    const { body } = ehr.calls.find(({ path, method }) => path === '' && method === 'POST')!;
    const withdrawn = { ...body.entry[0].resource, id: 'x', status: 'entered-in-error' };
    const answer = { resourceType: 'Bundle', type: 'searchset', entry: [{ resource: withdrawn }] };
    ehr.trouble = ({ path }) =>
      path.startsWith('DiagnosticReport') ? { status: 200, body: JSON.stringify(answer) } : undefined;
    expect(await push()).toMatchObject({ kind: 'never', trouble: { kind: 'outdated' } });
  });
});

describe('a report that is withdrawn', () => {
  const withdrawn = { report: { ...parcel().report, status: 'entered-in-error' }, documents: [] };
  const isPut = ({ method }: EhrCall): boolean => method === 'PUT';

  test('where nothing can be changed, stands there as if it held: that is told', async () => {
    ehr.offers = { lacks: ['update'] };
    await pushed();
    const refs = [...(await ehr.all('DocumentReference')), ...(await ehr.all('DiagnosticReport'))].map(
      ({ resourceType, id }) => `${resourceType}/${id}`,
    );
    const outcome = await push(withdrawn);
    expect(outcome).toMatchObject({
      kind: 'never',
      reason:
        'ehr-not-withdrawn: DocumentReference cannot be changed; ehr-not-withdrawn: DiagnosticReport cannot be changed',
      trouble: { kind: 'withdrawn', standing: [letters('en'), letters('vi'), theReport] },
    });
    const { standing } = (outcome as Json).trouble;
    expect(standing.map(({ theirs }: Json) => theirs).sort()).toEqual(refs.sort());
    expect(ehr.excesses).toEqual([]);
  });

  test('where nothing can be looked for, is marked by its identifiers', async () => {
    ehr.offers = { lacks: ['search-type'] };
    await pushed();
    const there = await counts();
    expect(await push(withdrawn)).toMatchObject({ kind: 'done' });
    expect(await statuses()).toEqual({
      DocumentReference: Array(2).fill('entered-in-error'),
      DiagnosticReport: ['entered-in-error'],
    });
    for (const one of [...(await ehr.all('DocumentReference')), ...(await ehr.all('DiagnosticReport'))])
      expect(one.subject).toEqual({ reference: 'Patient/theirs' });
    expect(await counts()).toEqual(there);
    expect(ehr.excesses).toEqual([]);
  });

  test('where nothing can be looked for, and not changed by identifier either, may stand there: that is told', async () => {
    ehr.offers = { lacks: ['search-type'], conditional: false };
    const outcome = await push(withdrawn);
    expect(outcome).toMatchObject({
      kind: 'never',
      trouble: { kind: 'withdrawn', standing: [letters('en'), letters('vi'), theReport] },
    });
    expect((outcome as Json).trouble.standing[0]).not.toHaveProperty('theirs');
    // Of a type that was not asked for nothing was brought.
    connection = { ...connection, kinds: ['report'] };
    expect(await push(withdrawn)).toMatchObject({ kind: 'never', trouble: { standing: [theReport] } });
  });

  test('where only signed documents are taken, says so nowhere: that is told', async () => {
    ehr.offers = { types: ['Patient', 'Bundle'] };
    await pushed();
    expect(await push(withdrawn)).toMatchObject({
      kind: 'never',
      trouble: { kind: 'withdrawn', standing: [{ type: 'Bundle' }] },
    });
  });

  test('is marked as far as it goes, where a part of it is refused', async () => {
    await pushed();
    ehr.trouble = (call) => (isPut(call) && call.path.startsWith('DocumentReference') ? { status: 405 } : undefined);
    expect(await push(withdrawn)).toMatchObject({
      kind: 'never',
      reason: 'ehr-refused: DocumentReference 405',
      trouble: { kind: 'withdrawn', standing: [letters('en'), letters('vi')] },
    });
    expect(await statuses()).toMatchObject({ DiagnosticReport: ['entered-in-error'] });
  });

  test('is not marked by a yes that is none', async () => {
    await pushed();
    const body = JSON.stringify({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'exception' }],
    });
    ehr.trouble = (call) => (isPut(call) ? { status: 200, body } : undefined);
    expect(await push(withdrawn)).toEqual({ kind: 'later', reason: 'ehr-unconfirmed: DocumentReference' });
  });

  test('is not over where the EHR cannot even be asked', async () => {
    ehr.offers = { fhirVersion: '3.0.2' };
    expect(await push(withdrawn)).toMatchObject({
      kind: 'never',
      trouble: { kind: 'withdrawn', standing: [letters('en'), letters('vi'), theReport] },
    });
  });
});

describe('whose record it is', () => {
  test('nobody is guessed', async () => {
    const other = { ...parcel().patient, identifier: [{ system: 'https://home.example/mrn', value: '4712' }] };
    expect(await push({ patient: other })).toEqual({
      kind: 'never',
      reason: 'ehr-patient: not found by the identifiers that were sent',
    });
    const nameless = { resourceType: 'Patient', name: [{ family: 'Family-1' }], identifier: [{ value: '4711' }] };
    expect(await push({ patient: nameless })).toMatchObject({ kind: 'never' });
    await ehr.add({ resourceType: 'Patient', identifier: [PATIENT_IDENTIFIER] });
    expect(await push()).toEqual({ kind: 'never', reason: 'ehr-patient: several have the identifiers that were sent' });
    expect(await counts()).toEqual({ Binary: 0, Bundle: 0, DocumentReference: 0, DiagnosticReport: 0 });
  });

  test('a record that was merged into another, or is switched off, is not the one', async () => {
    const link = [{ type: 'replaced-by', other: { reference: 'Patient/theirs' } }];
    await ehr.add({ resourceType: 'Patient', identifier: [PATIENT_IDENTIFIER], link });
    await ehr.add({ resourceType: 'Patient', identifier: [PATIENT_IDENTIFIER], active: false });
    await pushed();
    expect((await ehr.all('DiagnosticReport'))[0].subject).toEqual({ reference: 'Patient/theirs' });
  });

  test('where only such a record is left, that is said', async () => {
    const identifier = [{ system: 'https://home.example/mrn', value: '4713' }];
    const patient = { resourceType: 'Patient', identifier } as const;
    await ehr.add({ ...patient, active: false });
    const reason = 'ehr-patient: is inactive there, or was merged into another';
    expect(await push({ patient })).toEqual({ kind: 'never', reason });
  });

  test('a date of birth that speaks against it is believed, as far as both are known', async () => {
    const identifier = [{ system: 'https://home.example/mrn', value: '4714' }];
    const patient = { resourceType: 'Patient', identifier } as const;
    await ehr.add({ ...patient, birthDate: '1961-05-05' });
    for (const birthDate of ['1999-01-01', '1961-05-06', '1961-06', '1960']) {
      const reason = 'ehr-patient: has another date of birth than the one that was sent';
      expect(await push({ patient: { ...patient, birthDate } })).toEqual({ kind: 'never', reason });
    }
    expect(await counts()).toEqual({ Binary: 0, Bundle: 0, DocumentReference: 0, DiagnosticReport: 0 });
    expect(await push({ patient: { ...patient, birthDate: '1961-05' } })).toMatchObject({ kind: 'done' });
  });

  test('a search that answers whatever it has changes nothing', async () => {
    const body = JSON.stringify({
      resourceType: 'Bundle',
      entry: [{ resource: { resourceType: 'Patient', id: 'first' } }],
    });
    ehr.trouble = ({ path }) => (path.startsWith('Patient') ? { status: 200, body } : undefined);
    expect(await push()).toMatchObject({ kind: 'never', reason: expect.stringContaining('not found') });
  });
});

describe('an EHR in trouble', () => {
  const isWrite = ({ method, path }: EhrCall): boolean => method !== 'GET' && path !== 'token';
  const at = (path: string, trouble: Trouble) => (call: EhrCall) => (call.path.startsWith(path) ? trouble : undefined);
  const once = (isMeant: (call: EhrCall) => boolean, trouble: Trouble): void => {
    let isOver = false;
    ehr.trouble = (call) => {
      if (isOver || !isMeant(call)) return undefined;
      isOver = true;
      return trouble;
    };
  };

  const later: readonly (readonly [what: string, trouble: (call: EhrCall) => Trouble | undefined, outcome: object])[] =
    [
      ['down', () => 'reset', { reason: 'ehr-unreachable: CapabilityStatement' }],
      ['in maintenance', at('metadata', { status: 503, headers: { 'retry-after': '120' } }), { retryAfterMs: 120_000 }],
      [
        'a page of somebody between',
        at('metadata', { status: 200, body: '<html>' }),
        { reason: 'ehr-unreadable: CapabilityStatement' },
      ],
      [
        'no token now',
        at('token', { status: 503, headers: { 'retry-after': '7' } }),
        { reason: 'ehr-token: 503', retryAfterMs: 7000 },
      ],
      [
        'no token for this server',
        at('token', { status: 401, body: '{"error":"invalid_client","error_description":"Family-1"}' }),
        { reason: 'ehr-token: 401 invalid_client' },
      ],
      ['no discovery', at('.well-known', { status: 404 }), { reason: 'ehr-discovery: 404' }],
      [
        'too much',
        (call) => (isWrite(call) ? { status: 429, headers: { 'retry-after': '30' } } : undefined),
        { retryAfterMs: 30_000 },
      ],
      ['an error', (call) => (isWrite(call) ? { status: 500 } : undefined), { reason: 'ehr-refused: transaction 500' }],
      ['elsewhere', at('metadata', { status: 302, headers: { location: 'http://127.0.0.1/' } }), {}],
    ];
  test.each(later)('%s: later', async (_what, trouble, outcome) => {
    ehr.trouble = trouble;
    expect(await push()).toMatchObject({ kind: 'later', ...outcome });
    ehr.trouble = () => undefined;
    await pushed();
    expect(await counts()).toEqual(WHOLE);
  });

  test('one that does not answer in time is asked later', async () => {
    renewTools({ timeoutMs: 300 });
    ehr.trouble = at('metadata', 'hang');
    expect(await push()).toEqual({ kind: 'later', reason: 'ehr-too-slow: CapabilityStatement' });
    renewTools({ wholeMs: 300 });
    ehr.trouble = at('Patient', 'hang');
    expect(await push()).toEqual({ kind: 'later', reason: 'ehr-too-slow: Patient' });
  });

  test('what it refuses is told by codes alone', async () => {
    const issue = [{ severity: 'error', code: 'invariant', diagnostics: 'Family-1' }, { code: 'Family-1' }];
    const body = JSON.stringify({ resourceType: 'OperationOutcome', issue });
    ehr.trouble = (call) => (isWrite(call) ? { status: 422, body } : undefined);
    expect(await push()).toEqual({ kind: 'never', reason: 'ehr-refused: transaction 422 invariant' });
  });

  test('what it cannot do at all is not asked for again and again; where it only failed, it is', async () => {
    for (const [status, kind] of [
      [500, 'later'],
      [501, 'never'],
      [502, 'later'],
    ] as const) {
      ehr.trouble = (call) => (isWrite(call) ? { status } : undefined);
      expect(await push()).toEqual({ kind, reason: `ehr-refused: transaction ${status}` });
    }
    // Its CapabilityStatement is what its operator may mend meanwhile.
    renewTools();
    ehr.trouble = at('metadata', { status: 501 });
    expect(await push()).toEqual({ kind: 'later', reason: 'ehr-refused: CapabilityStatement 501' });
  });

  test('a token that is over is renewed, once', async () => {
    await pushed();
    ehr.endTokens();
    await pushed();
    expect(ehr.tokens).toHaveLength(2);
    ehr.trouble = ({ path }) => (path.startsWith('Patient') ? { status: 401 } : undefined);
    expect(await push()).toEqual({ kind: 'later', reason: 'ehr-refused: Patient 401' });
    expect(ehr.tokens).toHaveLength(3);
  });

  test('an answer that was lost after the work was done makes nothing twice', async () => {
    once(isWrite, 'lost');
    expect(await push()).toMatchObject({ kind: 'later', reason: 'ehr-unreachable: transaction' });
    expect(await counts()).toEqual(WHOLE);
    await pushed();
    expect(await counts()).toEqual(WHOLE);
    await expectLetters();
  });

  test.each([
    ['with conditions', { transaction: false, updateCreate: true }],
    ['without', { transaction: false, conditional: false, updateCreate: true }],
  ])('cut off at each of its writes, before and after the work, all is there once: %s', async (_what, offers) => {
    ehr.offers = offers;
    for (const trouble of ['reset', 'lost'] as const)
      for (let n = 0; n < 7; n += 1) {
        let writes = 0;
        ehr.trouble = (call) => (isWrite(call) && writes++ === n ? trouble : undefined);
        const { kind } = await push();
        // What stands there already is not written again.
        expect(kind).toBe(writes > n ? 'later' : 'done');
      }
    ehr.trouble = () => undefined;
    await pushed();
    expect(await counts()).toEqual(WHOLE);
    await expectLetters();
    expect(ehr.excesses).toEqual([]);
  });
});

test('nothing but the guard leads out', async () => {
  tools = { ...tools, dispatcher: openDispatcher([]) };
  // Why, `fetch` does not say within Jest: it takes errors of its own realm alone along.
  expect(await push()).toMatchObject({ kind: 'later', reason: expect.stringContaining('CapabilityStatement') });
  expect(ehr.calls).toEqual([]);
});
