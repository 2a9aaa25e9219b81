import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SPONSOR_VIEW_TYPES } from '../../src/cases/index.ts';
import { matches, reason } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Partner, TestHouse } from '../support/house.ts';
import { create, sponsorCase } from '../support/sponsored.ts';
import { probeAll } from '../prove/probes.ts';
import type { SponsoredCase } from '../support/sponsored.ts';

// What a payer sees of the cases it sponsors: status, service, dates, cost and Coverage, and nothing clinical.

let house: TestHouse;
let home: Partner;
let programme: Partner;
let insurer: Partner;
let other: Partner;
let sent: SponsoredCase;
/** What is in view of the case. */
let views: readonly string[];

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  insurer = await house.register('insurer', 'insurer');
  other = await house.register('other-insurer', 'insurer');
  await house.register('employer', 'employer');
  sent = await sponsorCase(home, programme, 'one', ['Organization/insurer', 'Organization/employer']);
  await sponsorCase(home, programme, 'two', ['Organization/other-insurer']);
  views = [sent.request, sent.task, sent.quote, sent.claim, sent.invoice, ...sent.coverages];
}, 60_000);

afterAll(() => house.stop());

function said(answer: Answer): string {
  return answer.text + JSON.stringify([...answer.headers]);
}

async function get(path: string, partner = insurer): Promise<Answer> {
  return partner.fetch('GET', path);
}

describe('what is shown', () => {
  test('status, service and dates of the request', async () => {
    const { status, body } = await get(`/${sent.request}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      resourceType: 'ServiceRequest',
      id: sent.request.split('/')[1],
      meta: {
        versionId: '1',
        lastUpdated: expect.any(String),
        tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }],
      },
      identifier: [
        { system: 'https://home.example/ids', value: 'one' },
        {
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'FILL' }] },
          system: 'https://consilium.example/fhir/case-number',
          value: expect.stringMatching(/^SO-/),
        },
      ],
      status: 'active',
      intent: 'order',
      priority: 'urgent',
      code: {
        coding: [
          {
            system: 'https://consilium.example/fhir/CodeSystem/second-opinion-service',
            code: 'multidisciplinary-opinion',
          },
        ],
      },
      subject: { reference: sent.patient },
      occurrenceDateTime: '2026-12-01',
      authoredOn: '2026-11-01',
      requester: { reference: 'Organization/home' },
      performer: [{ reference: 'Organization/programme' }],
      insurance: sent.coverages.map((reference) => ({ reference })),
    });
  });

  test('Coverage, and what it costs', async () => {
    const coverage = await get(`/${sent.coverages[0]!}`);
    expect(coverage.body).toMatchObject({ subscriberId: 'member-17', payor: [{ reference: 'Organization/insurer' }] });
    const invoice = await get(`/${sent.invoice}`);
    expect(invoice.body.totalGross).toEqual({ value: 950, currency: 'USD' });
    const claim = await get(`/${sent.claim}`);
    expect(claim.body.item).toEqual([
      {
        sequence: 1,
        productOrService: {
          coding: [
            {
              system: 'https://consilium.example/fhir/CodeSystem/second-opinion-service',
              code: 'multidisciplinary-opinion',
            },
          ],
        },
        unitPrice: { value: 950, currency: 'USD' },
        net: { value: 950, currency: 'USD' },
      },
    ]);
  });

  test('the state of the case as it moves', async () => {
    const before = await get(`/${sent.task}`);
    const waiting = { status: 'received', businessStatus: { coding: [{ code: 'awaiting-information' }] } };
    expect(before.body).toMatchObject(waiting);
    // The programme does not need any more what it has asked the home side for.
    const missing = await programme.fetch('GET', `/${sent.missing}`);
    const calledOff = await programme.fetch('PUT', `/${sent.missing}`, { ...missing.body, status: 'cancelled' });
    expect(calledOff.status).toBe(200);
    const told = await programme.fetch('GET', `/${sent.task}`);
    const moved = await programme.fetch('PUT', `/${sent.task}`, {
      ...told.body,
      status: 'received',
      businessStatus: {
        coding: [{ system: told.body.businessStatus.coding[0].system, code: 'awaiting-coverage' }],
        text: 'zq-status',
      },
      ...reason('inpatient'),
    });
    expect(moved.status).toBe(200);
    const after = await get(`/${sent.task}`);
    expect(after.body.meta.versionId).toBe(moved.body.meta.versionId);
    expect(after.headers.get('etag')).toBe(moved.headers.get('etag'));
    expect(after.body).toMatchObject({ status: 'received' });
    expect(after.body.businessStatus.coding).toEqual([expect.objectContaining({ code: 'awaiting-coverage' })]);
    expect(after.text).not.toContain('zq-status');
    // Why it stands still would say how the patient is.
    expect(after.body.statusReason).toBeUndefined();
    expect(matches(await get('/Task?status=received&_total=accurate'))).toEqual([sent.task]);
    expect(matches(await get('/Task?status=requested'))).toEqual([sent.quote]);
  });

  test('searches find by what is shown, in all of their forms', async () => {
    const id = sent.request.split('/')[1]!;
    for (const [path, found] of [
      ['/ServiceRequest?status=active&_total=accurate', [sent.request]],
      ['/ServiceRequest?identifier=https://home.example/ids|one&_total=accurate', [sent.request]],
      ['/ServiceRequest?code=multidisciplinary-opinion&_total=accurate', [sent.request]],
      [`/ServiceRequest?subject=${sent.patient}&_total=accurate`, [sent.request]],
      [`/ServiceRequest?_id=${id}&_sort=-authored&_total=accurate`, [sent.request]],
      ['/ServiceRequest?occurrence=2026-12-01&_total=accurate', [sent.request]],
      [`/Task?based-on=${sent.request}&_total=accurate`, [sent.task]],
      ['/Task?focus:ServiceRequest.status=active&_total=accurate', [sent.task]],
      ['/ServiceRequest?_has:Task:focus:status=received&_total=accurate', [sent.request]],
      ['/Coverage?payor=Organization/insurer&_total=accurate', [sent.coverages[0]!]],
      ['/Invoice?totalgross=950&_total=accurate', [sent.invoice]],
      ['/Claim?_lastUpdated=ge2020-01-01&_total=accurate', [sent.claim]],
    ] as const) {
      const answer = await get(path);
      expect({ path, found: matches(answer), total: answer.body.total }).toEqual({ path, found, total: found.length });
    }
    expect((await get('/ServiceRequest?_summary=count')).body.total).toBe(1);
    const included = await get(`/Task?_id=${sent.task.split('/')[1]!}&_include=Task:focus&_revinclude=Task:part-of`);
    expect(included.body.entry.map((entry: { resource: { id: string } }) => entry.resource.id).sort()).toEqual(
      [sent.task, sent.request, sent.quote].map((ref) => ref.split('/')[1]).sort(),
    );
  });

  test('the whole of the case is what is shown of it', async () => {
    const answer = await get(`/${sent.request}/$everything`);
    expect(answer.status).toBe(200);
    const refs = matches(answer);
    expect(refs[0]).toBe(sent.request);
    expect([...refs].sort()).toEqual([...views].sort());
    expect(answer.body.total).toBe(views.length);
  });

  test('of its history, the version that is shown', async () => {
    const current = await get(`/${sent.task}`);
    const version = Number(current.body.meta.versionId);
    expect(version).toBeGreaterThan(1);
    const history = await get(`/${sent.task}/_history`);
    expect(history.body.total).toBe(1);
    expect(history.body.entry.map((entry: { resource: object }) => entry.resource)).toEqual([current.body]);
    expect((await get(`/${sent.task}/_history?_count=0`)).body.total).toBe(1);
    expect((await get(`/${sent.task}/_history/${version}`)).body).toEqual(current.body);
    for (let past = 1; past < version; past++) {
      expect((await get(`/${sent.task}/_history/${past}`)).status).toBe(404);
    }
    const types = await get('/Task/_history');
    expect(types.body.entry.map((entry: { resource: { id: string } }) => `Task/${entry.resource.id}`).sort()).toEqual(
      [sent.quote, sent.task].sort(),
    );
    expect((await get('/Task/_history?_count=0')).body.total).toBe(2);
  });
});

/** Everything that can be asked about a record, as a client of the programme could. */
function asksAbout(ref: string): readonly (readonly [method: string, path: string, body?: unknown, type?: string])[] {
  const [type, id] = ref.split('/') as [string, string];
  const patch = 'application/json-patch+json';
  const entries = (kind: string, ...urls: string[]) => ({
    resourceType: 'Bundle',
    type: kind,
    entry: urls.map((url) => ({ request: { method: 'GET', url } })),
  });
  return [
    ['GET', `/${ref}`],
    ['GET', `/${ref}?_format=xml`],
    ['GET', `/${ref}?_summary=text`],
    ['GET', `/${ref}?_summary=data`],
    ['GET', `/${ref}?_elements=text,note,reasonCode,contained,extension`],
    ['GET', `/${ref}/_history/1`],
    ['GET', `/${ref}/_history/2`],
    ['GET', `/${ref}/_history`],
    ['GET', `/${ref}/$meta`],
    ['GET', `/${type}?_id=${id}&_include=*&_revinclude=*&_include:iterate=*&_revinclude:iterate=*`],
    ['POST', `/${type}/_search?_id=${id}&_include=*`],
    ['GET', `/${type}?_text=zq*&_id=${id}`],
    ['GET', `/Patient/${id}/*`],
    ['GET', `/Patient/${id}/$everything`],
    ['GET', `/ServiceRequest/${id}/$everything`],
    ['POST', `/${type}/${id}/$validate?mode=delete`],
    ['POST', '', entries('batch', ref, `${ref}/_history`, `${type}?_id=${id}&_include=*`)],
    ['POST', '', entries('transaction', `${type}?_id=${id}`)],
    ['PATCH', `/${ref}`, '[{"op":"test","path":"/note/0/text","value":"x"}]', patch],
    ['PATCH', `/${ref}`, '[{"op":"copy","from":"/note","path":"/extension"}]', patch],
    ['DELETE', `/${ref}`],
    ['DELETE', `/${type}?_id=${id}`],
  ];
}

test('no word that says what the patient has, or who it is, comes out in any interaction', async () => {
  const clinical = sent.refs
    .filter((ref) => !views.includes(ref) && ref !== sent.patient)
    .map((ref) => ref.split('/')[1]!);
  expect(sent.canaries.length).toBeGreaterThan(40);
  expect(clinical.length).toBeGreaterThan(9);
  // They are there, for those who take part.
  const whole = await get(`/${sent.request}/$everything`, programme);
  const missed = sent.canaries.filter((word) => !whole.text.includes(word));
  // Of the bytes of a letter, and of what a version before said.
  expect(missed.length).toBeLessThan(4);

  const leaks: string[] = [];
  let calls = 0;
  const ask = async (method: string, path: string, body?: unknown, type?: string): Promise<void> => {
    calls += 1;
    const answer = await insurer.fetch(method, path, body, type === undefined ? {} : { 'content-type': type });
    const asked = path + JSON.stringify(body ?? '');
    const found = [...sent.canaries, ...clinical].filter(
      (word) => said(answer).includes(word) && !asked.includes(word),
    );
    leaks.push(...found.map((word) => `${method} ${path} shows ${word}`));
    if (answer.status >= 500) leaks.push(`${method} ${path}: ${answer.status}`);
  };
  for (const ref of sent.refs) for (const what of asksAbout(ref)) await ask(...what);
  const types = [...new Set([...SPONSOR_VIEW_TYPES, ...sent.refs.map((ref) => ref.split('/')[0]!)])];
  for (const type of types) {
    await ask('GET', `/${type}?_count=500&_include=*&_revinclude=*&_total=accurate`);
    await ask('GET', `/${type}?_sort=-_lastUpdated&_count=2`);
    await ask('GET', `/${type}/_history?_count=500`);
    await ask('GET', `/${sent.patient}/${type}?_count=500`);
  }
  await ask('GET', '/?_lastUpdated=ge2020-01-01&_count=500');
  await ask('GET', '/_history?_count=500');
  expect(leaks).toEqual([]);
  expect(calls).toBeGreaterThan(400);
}, 60_000);

test('a question about what is not shown finds nothing, however it is asked', async () => {
  const [subject, first] = [sent.patient, sent.canaries[0]!];
  const words = sent.canaries.slice(0, 12);
  for (const path of [
    ...words.map((word) => `/ServiceRequest?_content=${word}`),
    ...words.map((word) => `/Coverage?_text=${word}`),
    `/ServiceRequest?code:text=${first}`,
    '/ServiceRequest?code=http://snomed.info/sct|103696004',
    '/ServiceRequest?category:missing=false',
    '/ServiceRequest?body-site:missing=false',
    '/ServiceRequest?performer-type:missing=false',
    '/ServiceRequest?subject:Patient.name:missing=false',
    '/ServiceRequest?subject:Patient.gender=female',
    `/ServiceRequest?patient.birthdate=1970-01-02`,
    '/Task?patient.gender=female',
    '/Claim?item-udi:missing=false',
    '/Claim?care-team:missing=false',
    '/Claim?encounter:missing=false',
    `/Patient?_has:ServiceRequest:subject:status=active`,
    `/Patient?_has:Task:patient:status=received`,
    `/Patient?_id=${subject.split('/')[1]!}`,
    `/Condition?subject=${subject}`,
    `/Observation?patient=${subject}`,
    `/DocumentReference?patient=${subject}`,
    `/Coverage?beneficiary:Patient.gender=female`,
    `/DiagnosticReport?based-on=${sent.request}`,
    `/Communication?based-on=${sent.request}`,
    `/Task?code=information-request`,
    `/Task?_id=${sent.missing.split('/')[1]!}`,
    `/Patient/${subject.split('/')[1]!}/Condition`,
  ]) {
    const answer = await get(`${path}${path.includes('?') ? '&' : '?'}_total=accurate`);
    expect({ path, status: answer.status, total: answer.body?.total }).toEqual({ path, status: 200, total: 0 });
  }
  // What a view does not have, none of them has: to ask for its lack is no oracle either.
  expect((await get('/ServiceRequest?body-site:missing=true&_total=accurate')).body.total).toBe(1);
});

test('what is shown is not the insurer’s to change', async () => {
  for (const ref of views) {
    const shown = await get(`/${ref}`);
    const put = await insurer.fetch('PUT', `/${ref}`, shown.body);
    expect({ ref, status: put.status, text: put.text }).toMatchObject({ ref, status: 403 });
    const patch = '[{"op":"replace","path":"/status","value":"entered-in-error"}]';
    const patched = await insurer.fetch('PATCH', `/${ref}`, patch, { 'content-type': 'application/json-patch+json' });
    expect({ ref, status: patched.status }).toEqual({ ref, status: 403 });
    expect((await insurer.fetch('DELETE', `/${ref}`)).status).toBe(403);
    expect((await get(`/${ref}`)).text).toBe(shown.text);
  }
});

test('an insurer that sponsors another case sees that one alone', async () => {
  for (const ref of sent.refs)
    expect({ ref, status: (await get(`/${ref}`, other)).status }).toEqual({ ref, status: 404 });
  for (const [type, count] of Object.entries({ ServiceRequest: 1, Task: 2, Claim: 1, Invoice: 1, Coverage: 1 })) {
    const { body } = await get(`/${type}?_total=accurate&_include=*`, other);
    expect({ type, total: body.total }).toEqual({ type, total: count });
  }
});

test.each(['employer', 'insurer'] as const)(
  'an organisation in the role %s that sponsors nothing sees nothing, by any interaction',
  async (role) => {
    const outsider = await house.register(`outside-${role}`, role);
    // An employer that a Coverage of the case names as its payor is no sponsor.
    const payors = role === 'insurer' ? [] : [`Organization/outside-${role}`];
    const theirs = await sponsorCase(home, programme, `outside-${role}`, ['Organization/insurer', ...payors]);
    const loose = await create(home, { resourceType: 'Basic', code: { text: 'loose' } });
    const page = await get('/Observation?_count=1', home);
    const next = (page.body.link as { relation: string; url: string }[]).find(({ relation }) => relation === 'next');
    const twin = { ...theirs, organization: 'home', refs: [...oneOfEach(theirs.refs), loose], loose, next: next!.url };
    const findings = await probeAll(outsider, { ...twin, secret: theirs.canaries.at(-1)! });
    expect(findings).toMatchObject({ leaks: [], wrong: [] });
    expect(findings.calls).toBeGreaterThan(400);
  },
  60_000,
);

/** Of each type the first; of Tasks and requests there are few. */
function oneOfEach(refs: readonly string[]): string[] {
  return [...Map.groupBy(refs, (ref) => ref.split('/')[0]).values()].map(([first]) => first!);
}
