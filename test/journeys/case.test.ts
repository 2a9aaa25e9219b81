import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BUSINESS_STATUS_SYSTEM, CASE_NUMBER_SYSTEM } from '../../src/cases/index.ts';
import { startHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import {
  issues,
  matches,
  move,
  opinion,
  packet,
  reason,
  sendCase,
  SERVICE,
  SYSTEM,
  until,
  workUntilReview,
} from './packet.ts';

let house: TestHouse;
let home: Partner;
let programme: Partner;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
});

afterAll(() => house.stop());

test('a case is sent, worked by FHIR calls alone, answered, and its letter comes by itself', async () => {
  const sent = await sendCase(home, { number: 'story', programme: 'programme' });

  // Opened: the request has its case number, the Task says where it stands.
  const request = await home.fetch('GET', `/${sent.request}`);
  const fill = request.body.identifier.at(-1);
  expect(fill).toMatchObject({
    type: { coding: [{ code: 'FILL' }] },
    assigner: { reference: 'Organization/programme' },
  });
  const task = await programme.fetch('GET', `/${sent.task}`);
  expect(task.body).toMatchObject({
    status: 'requested',
    businessStatus: { coding: [{ code: 'submitted' }] },
    groupIdentifier: { value: fill.value },
    basedOn: [{ reference: sent.request }],
    focus: { reference: sent.request },
    for: { reference: sent.patient },
    requester: { reference: 'Organization/home' },
    owner: { reference: 'Organization/programme' },
  });
  // The programme sees the whole packet, by read and by search.
  for (const ref of sent.refs)
    expect({ ref, status: (await programme.fetch('GET', `/${ref}`)).status }).toEqual({ ref, status: 200 });
  expect(matches(await programme.fetch('GET', `/Observation?subject=${sent.patient}`))).toHaveLength(3);

  // Every move of the way, one after the other.
  for (const [status, businessStatus] of [
    ['received', 'service-confirmation'],
    ['received', 'completeness-check'],
    ['received', 'awaiting-information'],
    ['received', 'awaiting-coverage'],
    ['received', 'awaiting-payment'],
    ['accepted', 'accepted'],
    ['in-progress', 'translating'],
    ['in-progress', 'assigned'],
    ['on-hold', 'awaiting-materials'],
    ['on-hold', 'awaiting-information'],
    ['in-progress', 'under-review'],
    ['in-progress', 'mdt-scheduled'],
    ['in-progress', 'mdt-complete'],
    ['in-progress', 'preliminary-outcome'],
    ['in-progress', 'report-translation'],
  ] as const) {
    const moved = await move(programme, sent.task, status, businessStatus);
    expect({ status, businessStatus, answer: moved.status, text: moved.status === 200 ? '' : moved.text }).toEqual({
      status,
      businessStatus,
      answer: 200,
      text: '',
    });
    const seen = await home.fetch('GET', `/${sent.task}`);
    expect(seen.body).toMatchObject({ status, businessStatus: { coding: [{ code: businessStatus }] } });
  }

  // A preliminary report tells nothing yet; the final one completes the Task with its output.
  const preliminary = await programme.fetch('POST', '/DiagnosticReport', opinion(sent, { status: 'preliminary' }));
  expect(preliminary.status).toBe(201);
  expect((await home.fetch('GET', `/${sent.task}`)).body.status).toBe('in-progress');
  const report = `DiagnosticReport/${preliminary.body.id}`;
  const began = Date.now();
  const final = await programme.fetch('PUT', `/${report}`, { ...preliminary.body, status: 'final' });
  expect(final.status).toBe(200);
  const done = await home.fetch('GET', `/${sent.task}`);
  expect(done.body).toMatchObject({
    status: 'completed',
    businessStatus: { coding: [{ code: 'report-issued' }] },
    output: [{ valueReference: { reference: report } }],
  });

  // Off the request path: the answer to the final report had no form yet.
  expect(final.body.presentedForm).toBeUndefined();
  const letter = await until(
    () => home.fetch('GET', `/${report}`),
    (answer) => answer.body.presentedForm !== undefined,
  );
  expect(Date.parse(letter.body.meta.lastUpdated)).toBeGreaterThanOrEqual(began);
  const [form] = letter.body.presentedForm;
  const bytes = await home.fetch('GET', `/${form.url}`);
  expect(bytes.headers.get('content-type')).toBe('application/pdf');
  expect(bytes.text.startsWith('%PDF-')).toBe(true);
  const documents = await home.fetch('GET', `/DocumentReference?related=${report}`);
  expect(matches(documents)).toHaveLength(1);
  expect(documents.body.entry[0].resource.content[0].attachment.url).toBe(form.url);

  // Amended: the Task says so and a new letter takes the place of the first, which stays to be read.
  const amended = await programme.fetch('PUT', `/${report}`, {
    ...letter.body,
    status: 'amended',
    conclusion: 'The plan is changed.',
  });
  expect(amended.status).toBe(200);
  expect((await home.fetch('GET', `/${sent.task}`)).body.businessStatus.coding[0].code).toBe('report-amended');
  const second = await until(
    () => home.fetch('GET', `/${report}`),
    (answer) => answer.body.presentedForm?.[0]?.url !== form.url,
  );
  expect(second.body.presentedForm).toHaveLength(1);
  expect(second.body.presentedForm[0].url).not.toBe(form.url);
  expect((await home.fetch('GET', `/${second.body.presentedForm[0].url}`)).text.startsWith('%PDF-')).toBe(true);
  expect((await home.fetch('GET', `/${form.url}`)).status).toBe(200);
  expect(matches(await home.fetch('GET', `/DocumentReference?related=${report}`))).toHaveLength(2);

  // The placer closes its request; the case number stays.
  const kept = await home.fetch('GET', `/${sent.request}`);
  const closed = await home.fetch('PUT', `/${sent.request}`, {
    ...kept.body,
    identifier: [{ system: SYSTEM, value: 'story' }],
    status: 'completed',
  });
  expect(closed.status).toBe(200);
  expect(closed.body.identifier.at(-1).value).toBe(fill.value);
});

test('an illegal move is refused with the legal ones, and changes nothing', async () => {
  const sent = await sendCase(home, { number: 'illegal', programme: 'programme' });
  const before = await home.fetch('GET', `/${sent.task}`);
  const answer = await move(programme, sent.task, 'in-progress', 'under-review');
  expect(answer.status).toBe(422);
  const [issue] = issues(answer);
  expect(issue).toMatchObject({ key: 'illegal-move', at: 'Task.status' });
  expect(issue!.text).toContain('Legal moves: received (service-confirmation,');
  expect(issue!.text).toContain('accepted (accepted)');
  expect(issue!.text).toContain('rejected (declined)');
  const unfit = await move(programme, sent.task, 'received', 'under-review');
  expect(unfit.status).toBe(422);
  expect(issues(unfit)[0]).toMatchObject({ key: 'business-status', at: 'Task.businessStatus' });
  const early = await programme.fetch('POST', '/DiagnosticReport', opinion(sent));
  expect(early.status).toBe(422);
  expect(issues(early)[0]!.key).toBe('illegal-move');
  expect((await home.fetch('GET', `/${sent.task}`)).body).toEqual(before.body);
});

test('a Task cannot be completed without a final report, nor given up or declined without a reason', async () => {
  const sent = await sendCase(home, { number: 'reasons', programme: 'programme' });
  const declined = await move(programme, sent.task, 'rejected', 'declined');
  expect(declined.status).toBe(422);
  expect(issues(declined)[0]).toMatchObject({ key: 'status-reason', at: 'Task.statusReason' });
  await workUntilReview(programme, sent.task);
  const completed = await move(programme, sent.task, 'completed', 'report-issued');
  expect(completed.status).toBe(422);
  expect(issues(completed)[0]!.key).toBe('report-missing');
  expect((await move(programme, sent.task, 'failed', 'cancelled')).status).toBe(422);
  expect((await move(programme, sent.task, 'failed', 'cancelled', reason('insufficient-records'))).status).toBe(200);
  expect((await move(programme, sent.task, 'in-progress', 'under-review')).status).toBe(422);
});

test('each party has its own moves: the other one is refused with 403', async () => {
  const sent = await sendCase(home, { number: 'parties', programme: 'programme' });
  expect((await move(home, sent.task, 'accepted', 'accepted')).status).toBe(403);
  const request = await programme.fetch('GET', `/${sent.request}`);
  expect((await programme.fetch('PUT', `/${sent.request}`, { ...request.body, status: 'revoked' })).status).toBe(403);
  const report = await home.fetch('POST', '/DiagnosticReport', opinion(sent));
  expect(report.status).toBe(403);
  expect(issues(report)[0]!.key).toBe('not-your-move');
  // A record of the packet is the placer's.
  const observation = sent.refs[2]!;
  const seen = await programme.fetch('GET', `/${observation}`);
  expect((await programme.fetch('PUT', `/${observation}`, seen.body)).status).toBe(403);
  expect((await programme.fetch('DELETE', `/${observation}`)).status).toBe(403);
  expect((await home.fetch('GET', `/${observation}`)).body.meta.versionId).toBe('1');
});

test('there is one Task of a request', async () => {
  const sent = await sendCase(home, { number: 'rival', programme: 'programme' });
  const rival = await home.fetch('POST', '/Task', {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] },
    focus: { reference: sent.request },
  });
  expect(rival.status).toBe(422);
  expect(issues(rival)[0]).toMatchObject({ key: 'one-task', at: 'Task.focus' });
  expect(matches(await home.fetch('GET', `/Task?focus=${sent.request}`))).toEqual([sent.task]);
});

test('a report is about the patient of its case, and of one case alone', async () => {
  const sent = await sendCase(home, { number: 'about', programme: 'programme' });
  const other = await sendCase(home, { number: 'about-other', programme: 'programme' });
  for (const { task } of [sent, other]) await workUntilReview(programme, task);
  const refused = async (key: string, report: Record<string, unknown>): Promise<void> => {
    const answer = await programme.fetch('POST', '/DiagnosticReport', report);
    expect({ key: issues(answer)[0]?.key, status: answer.status }).toEqual({ key, status: 422 });
  };
  await refused('report-subject', opinion(sent, { subject: { reference: other.patient } }));
  await refused('report-subject', opinion(sent, { subject: undefined, status: 'preliminary' }));
  await refused('one-case', opinion(sent, { basedOn: [{ reference: sent.request }, { reference: other.request }] }));
  for (const { task } of [sent, other]) expect((await home.fetch('GET', `/${task}`)).body.status).toBe('in-progress');
  const issued = await programme.fetch('POST', '/DiagnosticReport', opinion(sent));
  expect(issued.status).toBe(201);
  const letter = await until(
    () => programme.fetch('GET', `/DiagnosticReport/${issued.body.id}`),
    (answer) => answer.body.presentedForm !== undefined,
  );
  const amended = { ...letter.body, status: 'amended' };
  const url = `/DiagnosticReport/${issued.body.id}`;
  const turned = await programme.fetch('PUT', url, { ...amended, subject: { reference: other.patient } });
  expect(turned.status).toBe(422);
  expect(issues(turned)[0]).toMatchObject({ key: 'report-subject', at: 'DiagnosticReport.subject' });
  expect((await programme.fetch('PUT', url, amended)).status).toBe(200);
});

test('no other Task, order or document passes for those of a case', async () => {
  const sent = await sendCase(home, {
    number: 'alike',
    programme: 'programme',
    request: { requester: { reference: 'Organization/programme' } },
  });
  const genuine = await home.fetch('GET', `/${sent.task}`);
  expect(genuine.body.requester).toEqual({ reference: 'Organization/home' });
  const number = genuine.body.groupIdentifier;
  const part = {
    resourceType: 'Task',
    status: 'completed',
    intent: 'order',
    partOf: [{ reference: sent.task }],
    owner: { reference: 'Organization/programme' },
  };
  const issued = { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: 'report-issued' }] };
  const north = await house.register('north', 'placer');
  const free = { ...part, partOf: undefined };
  for (const [partner, key, body] of [
    [home, 'business-status-reserved', { ...part, businessStatus: issued }],
    [north, 'business-status-reserved', { ...free, businessStatus: issued }],
    [north, 'case-number-taken', { ...free, groupIdentifier: number }],
    [north, 'case-number-taken', { ...free, identifier: [number] }],
    [home, 'case-number-taken', { ...part, groupIdentifier: { system: CASE_NUMBER_SYSTEM, value: 'SO-26-0000-0000' } }],
  ] as const) {
    for (const [method, url, more] of [['POST', '/Task', {}], ['PUT', '/Task/alike', { id: 'alike' }]] as const) {
      const answer = await partner.fetch(method, url, { ...body, ...more });
      expect({ key: issues(answer)[0]?.key, status: answer.status }).toEqual({ key, status: 422 });
    }
  } // prettier-ignore
  const theirs = await sendCase(north, { number: 'alike-north', programme: 'programme' });
  const onTheirs = { ...part, partOf: [{ reference: theirs.task }], groupIdentifier: number };
  expect(issues(await north.fetch('POST', '/Task', onTheirs))[0]!.key).toBe('case-number-taken');
  expect((await home.fetch('POST', '/Task', { ...part, groupIdentifier: number })).status).toBe(201);
});

test('only a placer sends a request, and not to itself', async () => {
  const insurer = await house.register('insurer', 'insurer');
  for (const partner of [insurer, programme]) {
    const answer = await partner.fetch('POST', '', packet({ number: 'not-a-placer', programme: 'programme' }));
    expect(answer.status).toBe(403);
    expect(issues(answer)[0]).toMatchObject({ key: 'not-your-move', at: 'Bundle.entry[10].resource.status' });
    expect(matches(await partner.fetch('GET', '/ServiceRequest?identifier=not-a-placer'))).toEqual([]);
  }
});

test('bytes that were sent and the letters of reports do not change', async () => {
  const sent = await sendCase(home, { number: 'bytes', programme: 'programme' });
  const binary = sent.refs.find((ref) => ref.startsWith('Binary/'))!;
  const kept = { resourceType: 'Binary', id: binary.slice('Binary/'.length), contentType: 'application/pdf' };
  const data = (text: string): { data: string } => ({ data: Buffer.from(text).toString('base64') });
  for (const body of [{ ...kept, ...data('other') }, kept]) {
    const answer = await home.fetch('PUT', `/${binary}`, body);
    expect({ key: issues(answer)[0]?.key, status: answer.status }).toEqual({ key: 'content-fixed', status: 409 });
  }
  // Sent again as it was, it is welcome: so a packet can be repeated.
  expect((await home.fetch('PUT', `/${binary}`, { ...kept, ...data('%PDF-1.4 invented letter') })).status).toBe(200);

  await workUntilReview(programme, sent.task);
  const report = await programme.fetch('POST', '/DiagnosticReport', opinion(sent));
  const documents = await until(
    () => programme.fetch('GET', `/DocumentReference?related=DiagnosticReport/${report.body.id}`),
    (answer) => matches(answer).length > 0,
  );
  const letter = documents.body.entry[0].resource;
  const form = letter.content[0].attachment.url;
  for (const [ref, body] of [
    [form, { ...kept, id: form.slice('Binary/'.length), ...data('forged') }],
    [`DocumentReference/${letter.id}`, { ...letter, description: 'forged' }],
    [`DocumentReference/${letter.id}`, { ...letter, identifier: undefined }],
  ]) {
    const answer = await programme.fetch('PUT', `/${ref}`, body);
    expect({ ref, key: issues(answer)[0]?.key, status: answer.status }).toEqual({
      ref,
      key: 'content-fixed',
      status: 409,
    });
  }
  const others = [{ op: 'add', path: '/securityContext', value: { reference: 'Patient/somebody-else' } }];
  const patched = await programme.fetch('PATCH', `/${form}`, others, { 'content-type': 'application/json-patch+json' });
  expect({ key: issues(patched)[0]?.key, status: patched.status }).toEqual({ key: 'content-fixed', status: 409 });
  expect((await home.fetch('GET', `/${form}`)).text.startsWith('%PDF-')).toBe(true);
  const copy = { ...letter, id: undefined };
  expect(issues(await programme.fetch('POST', '/DocumentReference', copy))[0]!.key).toBe('case-number-taken');
});

test('a bundle that asks for two moves at once is refused as a whole', async () => {
  const sent = await sendCase(home, { number: 'two-moves', programme: 'programme' });
  await workUntilReview(programme, sent.task);
  const { body: task } = await programme.fetch('GET', `/${sent.task}`);
  const send = (asked: object) =>
    programme.fetch('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { resource: opinion(sent), request: { method: 'POST', url: 'DiagnosticReport' } },
        { resource: { ...task, ...asked }, request: { method: 'PUT', url: sent.task } },
      ],
    });
  const standing = (code: string) => ({ coding: [{ system: BUSINESS_STATUS_SYSTEM, code }] });
  const failed = await send({ status: 'failed', businessStatus: standing('cancelled'), ...reason('no-capacity') });
  expect(failed.status).toBe(422);
  expect(issues(failed)[0]).toMatchObject({ key: 'illegal-move', at: 'Bundle.entry[1].resource.status' });
  expect((await home.fetch('GET', `/${sent.task}`)).body.meta).toEqual(task.meta);
  expect((await send({ status: 'completed', businessStatus: standing('report-issued') })).status).toBe(200);
  expect((await home.fetch('GET', `/${sent.task}`)).body.status).toBe('completed');
});

test('withdrawn before work: the case is cancelled at once', async () => {
  const sent = await sendCase(home, { number: 'withdrawn-early', programme: 'programme' });
  const request = await home.fetch('GET', `/${sent.request}`);
  const revoked = await home.fetch('PUT', `/${sent.request}`, { ...request.body, status: 'revoked' });
  expect(revoked.status).toBe(200);
  expect((await programme.fetch('GET', `/${sent.task}`)).body).toMatchObject({
    status: 'cancelled',
    businessStatus: { coding: [{ code: 'cancelled' }] },
    statusReason: { coding: [{ code: 'withdrawn' }] },
  });
  expect((await move(programme, sent.task, 'accepted', 'accepted')).status).toBe(422);
  const again = await home.fetch('PUT', `/${sent.request}`, { ...revoked.body, status: 'active' });
  expect(again.status).toBe(422);
});

test('withdrawn during work: asked for first, then given up by the programme', async () => {
  const sent = await sendCase(home, { number: 'withdrawn-late', programme: 'programme' });
  await workUntilReview(programme, sent.task);
  const request = await home.fetch('GET', `/${sent.request}`);
  expect((await home.fetch('PUT', `/${sent.request}`, { ...request.body, status: 'revoked' })).status).toBe(200);
  expect((await programme.fetch('GET', `/${sent.task}`)).body).toMatchObject({
    status: 'in-progress',
    businessStatus: { coding: [{ code: 'cancellation-requested' }] },
  });
  const report = await programme.fetch('POST', '/DiagnosticReport', opinion(sent));
  expect(report.status).toBe(422);
  expect((await move(programme, sent.task, 'failed', 'cancelled', reason('withdrawn'))).status).toBe(200);
  expect((await home.fetch('GET', `/${sent.task}`)).body.status).toBe('failed');
});

test('a draft opens no case; made active by PUT it does, once', async () => {
  const answer = await home.fetch('POST', '', packet({ number: 'drafted', programme: 'programme', status: 'draft' }));
  expect(answer.status).toBe(200);
  const [request] = matches(await home.fetch('GET', `/ServiceRequest?identifier=${SYSTEM}|drafted`));
  expect(matches(await home.fetch('GET', `/Task?based-on=${request!}`))).toEqual([]);
  expect((await programme.fetch('GET', `/${request!}`)).status).toBe(404);
  const draft = await home.fetch('GET', `/${request!}`);
  const sent = await home.fetch('PUT', `/${request!}`, { ...draft.body, status: 'active' });
  expect(sent.status).toBe(200);
  expect(matches(await programme.fetch('GET', `/Task?based-on=${request!}`))).toHaveLength(1);
  // The packet was the placer's alone until now; the programme finds it by search.
  expect(matches(await programme.fetch('GET', `/Observation?subject=${draft.body.subject.reference}`))).toHaveLength(3);
  expect((await programme.fetch('GET', `/${draft.body.subject.reference}`)).status).toBe(200);
  const again = await home.fetch('PUT', `/${request!}`, { ...sent.body, note: [{ text: 'One more question.' }] });
  expect(again.status).toBe(200);
  expect(matches(await home.fetch('GET', `/Task?based-on=${request!}`))).toHaveLength(1);
});

test('sent in error: the case says so, whatever its state, and stays to be read', async () => {
  const sent = await sendCase(home, { number: 'in-error', programme: 'programme' });
  await workUntilReview(programme, sent.task);
  const request = await home.fetch('GET', `/${sent.request}`);
  expect((await home.fetch('PUT', `/${sent.request}`, { ...request.body, status: 'entered-in-error' })).status).toBe(
    200,
  );
  expect((await programme.fetch('GET', `/${sent.task}`)).body.status).toBe('entered-in-error');
  expect((await programme.fetch('POST', '/DiagnosticReport', opinion(sent))).status).toBe(422);
});

test('a request that hangs on an entry that its bundle does not have is refused', async () => {
  const patient = 'urn:uuid:0c2f9a52-7f0e-4d9a-9d58-0a1d6a3b7c01';
  const typo = 'urn:uuid:0c2f9a52-7f0e-4d9a-9d58-0a1d6a3b7c99';
  const request = {
    resourceType: 'ServiceRequest',
    identifier: [{ system: SYSTEM, value: 'hangs-on-a-typo' }],
    status: 'active',
    intent: 'order',
    code: SERVICE,
    subject: { reference: patient },
    performer: [{ reference: 'Organization/programme' }],
    supportingInfo: [{ reference: typo }],
  };
  const answer = await home.fetch('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl: patient, request: { method: 'POST', url: 'Patient' }, resource: { resourceType: 'Patient' } },
      { request: { method: 'POST', url: 'ServiceRequest' }, resource: request },
    ],
  });
  expectOutcome(answer, 422, 'case-reference-unknown');
  expect(answer.body.issue[0]).toMatchObject({
    expression: ['Bundle.entry[1].resource.supportingInfo[0]'],
    details: { text: expect.stringContaining(`No entry has the fullUrl ${typo}`) },
  });
  const { body } = await home.fetch('GET', `/ServiceRequest?identifier=${SYSTEM}|hangs-on-a-typo`);
  expect(body.total).toBe(0);
});

test.each([
  ['subject', { subject: { reference: 'Patient/UNKNOWN' } }, 'subject'],
  ['supportingInfo', { supportingInfo: [{ reference: 'DocumentReference/UNKNOWN' }] }, 'supportingInfo'],
  ['basedOn', { basedOn: [{ reference: 'ServiceRequest/UNKNOWN' }] }, 'basedOn'],
] as const)(
  'a request that hangs on an unknown or a foreign %s is refused in the same words, with the place',
  async (_name, elements, place) => {
    const stranger = await house.register(`stranger-${place.toLowerCase()}`, 'placer');
    const own = await home.fetch('POST', '/Patient', { resourceType: 'Patient' });
    const type = /"([A-Z][A-Za-z]+)\/UNKNOWN/.exec(JSON.stringify(elements))![1]!;
    const minimal: Record<string, object> = {
      Patient: {},
      DocumentReference: { status: 'current', content: [{ attachment: { title: 'a' } }] },
      ServiceRequest: { status: 'draft', intent: 'order', subject: { display: 'somebody' } },
    };
    const foreign = await stranger.fetch('POST', `/${type}`, { resourceType: type, ...minimal[type] });
    expect(foreign.status).toBe(201);
    const answers = [];
    for (const id of ['00000000-0000-7000-8000-000000000000', String(foreign.body.id)]) {
      const answer = await home.fetch('POST', '/ServiceRequest', {
        resourceType: 'ServiceRequest',
        identifier: [{ system: SYSTEM, value: `hangs-${place}-${id}` }],
        status: 'active',
        intent: 'order',
        code: SERVICE,
        subject: { reference: `Patient/${own.body.id}` },
        performer: [{ reference: 'Organization/programme' }],
        ...JSON.parse(JSON.stringify(elements).replace('UNKNOWN', id)),
      });
      expect(answer.status).toBe(422);
      answers.push(issues(answer).map((issue) => ({ ...issue, text: issue.text.replace(id, 'ID') })));
      expect(matches(await home.fetch('GET', `/ServiceRequest?identifier=${SYSTEM}|hangs-${place}-${id}`))).toEqual([]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]![0]!.at).toMatch(new RegExp(`^ServiceRequest\\.${place}`));
  },
);

test('a record made on an unknown or a foreign case is refused in the same words', async () => {
  const other = await house.register('other-home', 'placer');
  const foreign = await sendCase(other, { number: 'foreign', programme: 'programme' });
  for (const build of [
    (ref: string) => ({ resourceType: 'Task', status: 'requested', intent: 'order', focus: { reference: ref } }),
    (ref: string) => ({ resourceType: 'Task', status: 'requested', intent: 'order', basedOn: [{ reference: ref }] }),
    (ref: string) => ({
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { text: 'x' },
      basedOn: [{ reference: ref }],
    }),
    (ref: string) => ({ resourceType: 'Communication', status: 'completed', basedOn: [{ reference: ref }] }),
  ]) {
    const texts = [];
    for (const ref of ['ServiceRequest/00000000-0000-7000-8000-000000000000', foreign.request]) {
      const body = build(ref);
      const answer = await home.fetch('POST', `/${body.resourceType}`, body);
      expect(answer.status).toBe(422);
      texts.push(issues(answer).map((issue) => ({ ...issue, text: issue.text.replace(ref, 'REF') })));
    }
    expect(texts[0]).toEqual(texts[1]);
    expect(texts[0]![0]!.at).toMatch(/^[A-Z][A-Za-z]+\.(focus|basedOn)/);
  }
});

test('a record of a sent case is not deleted', async () => {
  const sent = await sendCase(home, { number: 'kept', programme: 'programme' });
  for (const ref of sent.refs) {
    const answer = await home.fetch('DELETE', `/${ref}`);
    expect({ ref, status: answer.status }).toEqual({ ref, status: 409 });
    expect(issues(answer)[0]!.text).toContain('entered-in-error');
  }
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ request: { method: 'DELETE', url: sent.refs[1] } }],
  };
  expect((await home.fetch('POST', '', bundle)).status).toBe(409);
  // Also what the directory holds, once a case names it.
  const reviewer = await programme.fetch('POST', '/PractitionerRole', {
    resourceType: 'PractitionerRole',
    active: true,
  });
  const spare = await programme.fetch('POST', '/PractitionerRole', { resourceType: 'PractitionerRole', active: true });
  await workUntilReview(programme, sent.task);
  const named = opinion(sent, { resultsInterpreter: [{ reference: `PractitionerRole/${reviewer.body.id}` }] });
  expect((await programme.fetch('POST', '/DiagnosticReport', named)).status).toBe(201);
  expect((await programme.fetch('DELETE', `/PractitionerRole/${reviewer.body.id}`)).status).toBe(409);
  expect((await programme.fetch('DELETE', `/PractitionerRole/${spare.body.id}`)).status).toBe(204);
});

test('the programme is filled in while there is one, and has to be named when there are two', async () => {
  const alone = await sendCase(home, { number: 'default', programme: undefined });
  expect((await home.fetch('GET', `/${alone.request}`)).body.performer).toEqual([
    { reference: 'Organization/programme' },
  ]);
  await house.register('second-programme', 'programme');
  const refused = await home.fetch('POST', '', packet({ number: 'no-default', programme: undefined }));
  expect(refused.status).toBe(422);
  expect(issues(refused)[0]).toMatchObject({ key: 'programme-unknown', at: 'Bundle.entry[10].resource.performer' });
  expect(matches(await home.fetch('GET', `/Patient?identifier=${SYSTEM}|no-default-patient`))).toEqual([]);
  const placer = await home.fetch('POST', '', packet({ number: 'no-programme', programme: 'home' }));
  expect(placer.status).toBe(422);
  const chosen = await sendCase(home, { number: 'chosen', programme: 'second-programme' });
  expect((await programme.fetch('GET', `/${chosen.request}`)).status).toBe(404);
});
