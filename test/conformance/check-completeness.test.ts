import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packet, refOf, sendCase } from '../journeys/packet.ts';
import { expectOutcome } from '../support/outcome.ts';
import { giveRules, PROGRAMMES } from '../support/programme.ts';
import type { ProgrammeName } from '../support/programme.ts';
import { readSyntheticRecords } from '../support/synthetic-records.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';

/** https://consilium.example/fhir/OperationDefinition/check-completeness */

const ADDRESS = '/ServiceRequest/$check-completeness';
const BASE = 'https://consilium.example/fhir';
const CLINIC = [{ reference: 'Organization/clinic' }];
const SPECIALIST = {
  coding: [{ system: `${BASE}/CodeSystem/second-opinion-service`, code: 'single-specialist-opinion' }],
};

let house: TestHouse;
let home: Partner;
let clinic: Partner;
/** Whose codes are taken as they are. */
let rural: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  rural = await house.register('rural', 'placer', undefined, 'lenient');
  clinic = await house.register('clinic', 'programme');
  await house.register('plain', 'programme');
  await giveRules(house.database, 'clinic', 'clinic-network');
  for (const name of PROGRAMMES) {
    await house.register(name, 'programme');
    await giveRules(house.database, name, name);
  }
});
afterAll(() => house.stop());

interface Told {
  readonly severity: string;
  readonly text: string;
  readonly expression?: string;
}

/** The issues of an answer, by key: of several with one key the first. */
function told(answer: Answer): Readonly<Record<string, Told>> {
  expectOutcome(answer, 200, answer.body.issue?.[0]?.details.coding[0].code);
  const issues = answer.body.issue.map(({ severity, details, expression }: Json): [string, Told] => [
    details.coding[0].code,
    { severity, text: details.text, expression: expression?.[0] },
  ]);
  return Object.fromEntries(issues.reverse() as [string, Told][]);
}

function errors(issues: Readonly<Record<string, Told>>): string[] {
  return Object.entries(issues)
    .flatMap(([key, { severity }]) => (severity === 'error' ? [key] : []))
    .sort();
}

type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string };

const KIND = `${BASE}/CodeSystem/packet-document-kind`;

function letter(subject: object, kind: string): Resource {
  return {
    resourceType: 'DocumentReference',
    status: 'current',
    category: [{ coding: [{ system: KIND, code: kind }] }],
    subject,
    date: new Date().toISOString(),
    content: [{ attachment: { contentType: 'text/plain', language: 'en', data: 'SW52ZW50ZWQ=' } }],
  };
}

/** A packet that has all that the clinic's rules require. `leave`: entries that are left out. */
function whole(leave: readonly string[] = [], request: object = {}, unnamed: readonly string[] = []): Json {
  const urls = new Map<string, string>();
  const named = (name: string): { reference: string } => {
    const url = urls.get(name) ?? `urn:uuid:${randomUUID()}`;
    urls.set(name, url);
    return { reference: url };
  };
  const subject = named('patient');
  const concept = (system: string, code: string): object => ({ coding: [{ system, code }] });
  const records: Readonly<Record<string, Resource>> = {
    condition: { resourceType: 'Condition', code: { text: 'Invented' }, subject },
    consent: {
      resourceType: 'Consent',
      status: 'active',
      scope: concept('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
      category: [concept(`${BASE}/CodeSystem/consent-purpose`, 'cross-border-opinion')],
      patient: subject,
      policyRule: { text: 'Consent form' },
    },
    form: {
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: `${BASE}/Questionnaire/narrative-and-questions`,
      subject,
      item: [
        { linkId: 'narrative', answer: [{ valueString: 'What happened.' }] },
        { linkId: 'questions', answer: [{ valueString: 'What now?' }] },
        { linkId: 'in-hospital', answer: [{ valueBoolean: false }] },
      ],
    },
    ...Object.fromEntries(
      ['first-opinion', 'medication-list', 'allergies', 'imaging-report', 'pathology-report', 'laboratory'].map(
        (kind) => [kind, letter(subject, kind)],
      ),
    ),
    imaging: { resourceType: 'ImagingStudy', status: 'available', subject, started: new Date().toISOString() },
    treatment: {
      resourceType: 'List',
      status: 'current',
      mode: 'snapshot',
      subject,
      code: concept('http://loinc.org', '47519-4'),
      emptyReason: concept('http://terminology.hl7.org/CodeSystem/list-empty-reason', 'nilknown'),
    },
  };
  const sent = Object.entries(records).filter(([name]) => !leave.includes(name));
  const entry = (name: string, resource: Resource): object => ({
    fullUrl: named(name).reference,
    resource,
    request: { method: 'POST', url: resource.resourceType },
  });
  const supportingInfo = sent
    .filter(([name]) => name !== 'condition' && !unnamed.includes(name))
    .map(([name]) => named(name));
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      entry('patient', { resourceType: 'Patient', birthDate: '1970-01-02' }),
      ...sent.map(([name, resource]) => entry(name, resource)),
      entry('request', {
        resourceType: 'ServiceRequest',
        identifier: [{ system: 'https://home.example/ids', value: randomUUID() }],
        status: 'active',
        intent: 'order',
        code: SPECIALIST,
        subject,
        performer: CLINIC,
        ...(leave.includes('condition') ? {} : { reasonReference: [named('condition')] }),
        supportingInfo,
        ...request,
      }),
    ],
  };
}

const ask = async (body: unknown, partner = home): Promise<Answer> => partner.fetch('POST', ADDRESS, body);

describe('before anything is stored', () => {
  test('a whole packet: nothing is missing; price, payer and date are told', async () => {
    const issues = told(await ask(whole()));
    expect(errors(issues)).toEqual([]);
    expect(issues['packet-complete']).toMatchObject({ severity: 'information' });
    expect(issues['expected-date']!.text).toMatch(/10 business days after all records and the payment/);
    expect(issues['price-band']).toBeDefined();
    expect(issues['not-in-packet']).toBeUndefined();
  });

  test('nothing is stored', async () => {
    const before = await home.fetch('GET', '/ServiceRequest?_summary=count');
    await ask(whole());
    const after = await home.fetch('GET', '/ServiceRequest?_summary=count');
    expect(after.body.total).toBe(before.body.total);
    expect((await home.fetch('GET', '/Patient?_summary=count')).body.total).toBe(0);
  });

  test('what is missing is told, each with how to send it', async () => {
    const issues = told(await ask(whole(['consent', 'form', 'condition'])));
    expect(errors(issues)).toEqual(['packet-condition', 'packet-consent', 'packet-questions']);
    expect(issues['packet-complete']).toBeUndefined();
    expect(issues['packet-consent']!.text).toContain('cross-border-opinion');
    expect(issues['packet-questions']!.expression).toBe('Bundle.entry[9].resource.supportingInfo');
  });

  test('what is sent along and not named does not come with the case: it is told by its place', async () => {
    const issues = told(await ask(whole([], {}, ['form'])));
    expect(errors(issues)).toEqual(['packet-questions']);
    expect(issues['not-in-packet']!.text).toMatch(/does not name 1 records.*Bundle\.entry\[3\]\./);
  });

  test('rules of sending and exclusions are among it; what is at hand counts, named or not', async () => {
    const bundle = whole([], { priority: 'stat', intent: 'plan' });
    const subject = bundle.entry.at(-1).resource.subject;
    const stay = {
      resourceType: 'Encounter',
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject,
    };
    bundle.entry.unshift({ resource: stay, request: { method: 'POST', url: 'Encounter' } });
    const answer = await ask(bundle);
    const issues = told(answer);
    expect(errors(issues)).toEqual(['emergency', 'inpatient', 'intent']);
    expect(issues['inpatient']!.text).toContain('It is told by Bundle.entry[0].');
    expect(answer.body.issue.filter(({ details }: Json) => details.coding[0].code === 'emergency')).toHaveLength(1);
  });

  test('an override lets through what may be overridden', async () => {
    const extension = (rule: string): object => ({
      url: `${BASE}/StructureDefinition/override`,
      extension: [
        { url: 'rule', valueCode: rule },
        { url: 'reason', valueString: 'He is discharged tomorrow' },
      ],
    });
    const bundle = whole([], { extension: [extension('inpatient')] });
    const form = bundle.entry[3].resource;
    expect(form.resourceType).toBe('QuestionnaireResponse');
    form.item[2].answer[0].valueBoolean = true;
    expect(told(await ask(bundle))['inpatient']).toMatchObject({ severity: 'warning' });
    bundle.entry.at(-1).resource.extension = [extension('emergency')];
    expect(errors(told(await ask(bundle)))).toEqual(['inpatient', 'override-emergency']);
  });

  test('as Parameters, as a collection, and as the request alone', async () => {
    const bundle = whole();
    for (const name of ['resource', 'bundle']) {
      const issues = told(await ask({ resourceType: 'Parameters', parameter: [{ name, resource: bundle }] }));
      expect(issues['packet-complete']).toBeDefined();
    }
    expect(told(await ask({ ...bundle, type: 'collection' }))['packet-complete']).toBeDefined();
    const alone = told(await ask(bundle.entry.at(-1).resource));
    expect(errors(alone)).toContain('packet-questions');
  });

  test('what would be refused when it is sent is not complete: each fault is told where it stands', async () => {
    const bundle = whole();
    const document = bundle.entry.findIndex(({ resource }: Json) => resource.resourceType === 'DocumentReference');
    bundle.entry[document].resource.status = 'gone';
    const answer = await ask(bundle);
    const issues = told(answer);
    expect(issues['packet-complete']).toBeUndefined();
    const refused = Object.values(issues).find(({ expression }) => expression?.startsWith(`Bundle.entry[${document}]`));
    expect(refused).toMatchObject({ severity: 'error', expression: `Bundle.entry[${document}].resource.status` });
    expect(answer.text).not.toContain('gone');
  });

  test('a request without a programme of this server is told so', async () => {
    const issues = told(await ask(whole([], { performer: [{ reference: 'Organization/never' }] })));
    expect(errors(issues)).toEqual(expect.arrayContaining(['programme-unknown']));
    expect(errors(told(await ask(whole([], { performer: undefined }))))).toContain('programme-unknown');
  });

  test('a programme that has given no rules requires none', async () => {
    const performer = [{ reference: 'Organization/plain' }];
    const issues = told(await ask(whole(['consent', 'form'], { performer })));
    expect(Object.keys(issues)).toEqual(['packet-complete']);
  });

  test('references to what is stored are followed as the caller sees it', async () => {
    const { body } = await home.fetch('POST', '/Patient', { resourceType: 'Patient' });
    const subject = { reference: `Patient/${body.id}` };
    const stored = await home.fetch('POST', '/DocumentReference', letter(subject, 'questions'));
    const supportingInfo = [{ reference: `DocumentReference/${stored.body.id}` }, { reference: 'Observation/never' }];
    const request = { ...whole().entry.at(-1).resource, subject, supportingInfo, reasonReference: undefined };
    const own = told(await ask(request));
    expect(own['packet-questions']).toBeUndefined();
    expect(own['reference-not-found']!.text).toContain('Observation/never');
    const other = await house.register('other', 'placer');
    expect(told(await ask(request, other))['packet-questions']).toMatchObject({ severity: 'error' });
  });

  test('what holds no request, or several, is refused', async () => {
    expectOutcome(await ask({ resourceType: 'Bundle', type: 'transaction', entry: [] }), 422, 'request-needed');
    expectOutcome(await ask({ resourceType: 'Patient' }), 422, 'request-needed');
    const bundle = whole();
    bundle.entry.push({ resource: { ...bundle.entry.at(-1).resource } });
    expectOutcome(await ask(bundle), 422, 'several-requests');
    expectOutcome(await ask({ resourceType: 'Parameters' }), 400, 'resource-needed');
  });

  test('malformed content is answered, not tripped over', async () => {
    const bundle = whole([], { supportingInfo: 'x', reasonReference: [null], identifier: 7, subject: [] });
    bundle.entry.push(
      null,
      {},
      { resource: null },
      { resource: { resourceType: 'Encounter', class: 'IMP', period: 3 } },
    );
    bundle.entry.push({ resource: { resourceType: 'Bundle', type: 'document', entry: [null, { resource: {} }] } });
    expect((await ask(bundle)).status).toBe(200);
  });

  test('a service that the programme does not offer, told once', async () => {
    const code = { coding: [{ ...SPECIALIST.coding[0]!, code: 'integrative-medicine-consultation' }] };
    const answer = await ask(whole([], { code }));
    expect(errors(told(answer))).toEqual(['service-not-alone', 'service-not-offered']);
    expect(answer.body.issue.filter(({ severity }: Json) => severity === 'error')).toHaveLength(2);
  });

  test('is for who may write requests', async () => {
    const reader = await house.register('reader', 'placer', 'system/*.rs');
    expectOutcome(await ask(whole(), reader), 403, 'scope-missing');
    const writer = await house.register('writer', 'placer', 'system/ServiceRequest.c');
    expect(told(await ask(whole(), writer))['packet-complete']).toBeDefined();
  });
});

describe('of what is stored', () => {
  const at = (ref: string): string => `/${ref}/$check-completeness`;

  test('a draft, and then the case: for both of its parties, and nobody else', async () => {
    const stored = await home.fetch('POST', '', packet({ number: 'D-1', programme: 'clinic', status: 'draft' }));
    const draft = refOf(stored.body.entry.at(-1).response.location);
    const issues = told(await home.fetch('GET', at(draft)));
    expect(errors(issues)).toEqual(expect.arrayContaining(['packet-consent', 'packet-questions']));
    expect(told(await home.fetch('POST', at(draft), { resourceType: 'Parameters' }))).toEqual(issues);
    expectOutcome(await clinic.fetch('GET', at(draft)), 404, 'not-found');

    const sent = await sendCase(home, { number: 'S-1', programme: 'clinic' });
    const seen = told(await home.fetch('GET', at(sent.request)));
    expect(errors(seen)).toEqual(errors(issues));
    expect(errors(told(await clinic.fetch('GET', at(sent.request))))).toEqual(errors(seen));
    const other = await house.register('stranger', 'placer');
    expectOutcome(await other.fetch('GET', at(sent.request)), 404, 'not-found');
  });

  test('what was sent since counts, though the request does not name it', async () => {
    const sent = await sendCase(home, { number: 'S-2', programme: 'clinic' });
    const { request, patient } = sent;
    const before = told(await clinic.fetch('GET', at(request)));
    expect(before['packet-questions']).toBeDefined();
    const added = {
      ...letter({ reference: patient }, 'questions'),
      context: { related: [{ reference: request }] },
    };
    expect((await home.fetch('POST', '/DocumentReference', added)).status).toBe(201);
    expect(told(await clinic.fetch('GET', at(request)))['packet-questions']).toBeUndefined();
  });

  test('what the token does not let be read is told, and does not count', async () => {
    const scope = 'system/ServiceRequest.cruds system/Patient.cruds system/DocumentReference.c';
    const narrow = await house.register('narrow', 'placer', scope);
    const { body } = await narrow.fetch('POST', '/Patient', { resourceType: 'Patient' });
    const subject = { reference: `Patient/${body.id}` };
    const sent = await narrow.fetch('POST', '/DocumentReference', letter(subject, 'questions'));
    const request = {
      ...whole().entry.at(-1).resource,
      status: 'draft',
      subject,
      supportingInfo: [{ reference: refOf(sent.headers.get('location')) }],
      reasonReference: undefined,
    };
    const draft = await narrow.fetch('POST', '/ServiceRequest', request);
    const issues = told(await narrow.fetch('GET', at(refOf(draft.headers.get('location')))));
    expect(issues['types-left-out']).toMatchObject({
      severity: 'warning',
      text: expect.stringContaining('DocumentReference'),
    });
    expect(issues['packet-questions']).toMatchObject({ severity: 'error' });
  });

  test('who pays is told nothing of what a packet holds', async () => {
    const insurer = await house.register('insurer', 'insurer');
    const sent = await sendCase(home, { number: 'S-4', programme: 'clinic' });
    expectOutcome(await insurer.fetch('GET', at(sent.request)), 403, 'not-your-move');
    expectOutcome(await ask(whole(), insurer), 403, 'not-your-move');
  });

  test('is asked without parameters', async () => {
    const sent = await sendCase(home, { number: 'S-3', programme: 'clinic' });
    expectOutcome(await home.fetch('GET', `${at(sent.request)}?strict=true`), 400, 'unknown-parameter');
  });

  test('its definition is among the guide’s', async () => {
    const { body } = await home.fetch('GET', '/OperationDefinition/check-completeness');
    expect(body).toMatchObject({ code: 'check-completeness', type: true, instance: true, affectsState: false });
  });
});

/** A chart as an EHR exports it, of which it is known what it lacks: an operation years ago, and pictures without words. */
function inventedChart(): Json {
  const subject = { reference: 'urn:uuid:00000000-0000-4000-8000-00000000c001' };
  const snomed = (code: string): object => ({ coding: [{ system: 'http://snomed.info/sct', code }] });
  const records: readonly Resource[] = [
    { resourceType: 'Patient', birthDate: '1961-05-06' },
    { resourceType: 'Condition', code: { text: 'Invented' }, subject },
    {
      resourceType: 'AllergyIntolerance',
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
      },
      code: { text: 'Invented' },
      patient: subject,
    },
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: 'Invented' },
      subject,
    },
    {
      resourceType: 'Procedure',
      status: 'completed',
      category: snomed('387713003'),
      code: { text: 'Invented' },
      subject,
      performedDateTime: '2019-04-05',
    },
    { resourceType: 'ImagingStudy', status: 'available', subject, started: new Date().toISOString() },
    {
      resourceType: 'Encounter',
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      subject,
    },
  ];
  const fullUrl = (n: number): string => (n === 0 ? subject.reference : `urn:uuid:${randomUUID()}`);
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: records.map((resource, n) => ({ fullUrl: fullUrl(n), resource })),
  };
}

/** The invented chart, and those of whole patients where they lie beside the project. */
const CHARTS = new Map<string, () => Json>([
  ['invented', inventedChart],
  ...[...readSyntheticRecords()]
    .filter(([name]) => name.startsWith('synthea-'))
    .map(
      ([name, bytes]) => [name.slice('synthea-'.length, -'.json'.length), () => JSON.parse(bytes.toString())] as const,
    ),
]);
const ALWAYS = ['packet-consent', 'packet-questions'];
const CLINICAL = /^(Condition|Procedure|MedicationRequest|DiagnosticReport|ImagingStudy|AllergyIntolerance|CarePlan)$/;

/** Programme, chart, service, and what the programme's rules require and the chart lacks. */
const LACKS: readonly (readonly [ProgrammeName, string, string, string])[] = [
  [
    'cancer-centre',
    'invented',
    'comprehensive-opinion',
    'first-opinion imaging-report laboratory operative-report pathology-report pathology-slides',
  ],
  ['clinic-network', 'invented', 'multidisciplinary-opinion', 'first-opinion imaging-report operative-report'],
  ['imaging-records', 'invented', 'radiology-review', 'imaging-report'],
  [
    'seven-days',
    'invented',
    'multidisciplinary-opinion',
    'first-opinion imaging-report operative-report pathology-report',
  ],
  [
    'specialist-or-panel',
    'invented',
    'multidisciplinary-opinion',
    'first-opinion imaging-report laboratory narrative operative-report',
  ],
  // What the charts of patients have of old is too old, and of pathology they only know that there was a biopsy.
  [
    'cancer-centre',
    'colon-cancer-imaging',
    'comprehensive-opinion',
    'imaging-report laboratory operative-report pathology-report pathology-slides',
  ],
  [
    'cancer-centre',
    'prostate-metastasis',
    'comprehensive-opinion',
    'allergies imaging imaging-report laboratory pathology-report pathology-slides',
  ],
  ['clinic-network', 'colon-cancer-small', 'multidisciplinary-opinion', 'allergies medication-list'],
  ['clinic-network', 'prostate-imaging', 'multidisciplinary-opinion', 'allergies imaging-report operative-report'],
  ['imaging-records', 'prostate-imaging', 'radiology-review', 'imaging-report'],
  [
    'seven-days',
    'colon-cancer-imaging',
    'multidisciplinary-opinion',
    'imaging-report operative-report pathology-report',
  ],
  ['seven-days', 'prostate-metastasis', 'multidisciplinary-opinion', 'pathology-report'],
  ['specialist-or-panel', 'colon-cancer-small', 'multidisciplinary-opinion', 'medication-list narrative'],
];

describe('charts as they are exported', () => {
  const here = LACKS.filter(([, chart]) => CHARTS.has(chart));

  test.each(here)('%s asks of %s (%s)', async (programme, chart, service, expected) => {
    const bundle = CHARTS.get(chart)!();
    const named = bundle.entry.filter(({ resource }: Json) => CLINICAL.test(resource.resourceType));
    const { fullUrl } = bundle.entry.find(({ resource }: Json) => resource.resourceType === 'Patient');
    const condition = named.find(({ resource }: Json) => resource.resourceType === 'Condition');
    const request = {
      ...whole().entry.at(-1).resource,
      code: { coding: [{ ...SPECIALIST.coding[0]!, code: service }] },
      subject: { reference: fullUrl },
      performer: [{ reference: `Organization/${programme}` }],
      reasonReference: [{ reference: condition.fullUrl }],
      supportingInfo: named.map((entry: Json) => ({ reference: entry.fullUrl })),
    };
    const issues = told(await ask({ ...bundle, entry: [...bundle.entry, { resource: request }] }, rural));
    expect(errors(issues)).toEqual([...ALWAYS, ...expected.split(' ').map((item) => `packet-${item}`)].sort());
    // Claims and the like are in the chart, and not in the packet.
    expect(issues['not-in-packet']).toMatchObject({ severity: 'warning' });
  });
});
