import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json, Partner } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { matches, move } from './packet.ts';
import { answerFollowUps, publishReviewers, review, translate, visit } from './programme/acts.ts';
import { everythingOf, expectGoodEnd, keysOf, ledgerOf, timelineOf } from './programme/checks.ts';
import { recordCover } from './programme/money.ts';
import { create, done, read, standing, step, stepsOf } from './programme/moves.ts';
import { coverage, form, fullPacket, sendPacket } from './programme/packet.ts';
import type { FullPacket, ProgrammeCase } from './programme/packet.ts';
import { issueReport, translateReport, writeReport } from './programme/reports.ts';
import { say, sendAsked } from './programme/sending.ts';
import { openStage } from './programme/stage.ts';
import type { Stage } from './programme/stage.ts';
import { attachment, concept, guide, ICD_10, input, output, override, to } from './programme/words.ts';

/**
 * Specialists abroad of forty specialties, a local doctor who fronts the consultation, and employers who pay: worked by
 * plain PUTs. The patient is in hospital, for which the hospital gives its reason; the report comes a day late.
 */

const CLINIC = 'Organization/clinic-network';

let stage: Stage;
let employer: Partner;
let sent: ProgrammeCase;
/** `DiagnosticReport/x` */
let report: string;
beforeAll(async () => {
  // A Thursday, ten o'clock in Hồ Chí Minh City.
  stage = await openStage('clinic-network', '2027-04-01T03:00:00Z');
  employer = await stage.house.register('employer', 'employer');
  await publishReviewers(stage.programme, [{ id: 'oncologist', specialty: '394593009', speaks: ['en'] }]);
});
afterAll(() => stage.stop());

const wanted: FullPacket = {
  programme: 'clinic-network',
  number: 'CN-1',
  service: 'single-specialist-opinion',
  at: '2027-04-01T03:00:00Z',
  language: 'vi',
  leave: ['allergies'],
  add: (_named, subject) => ({
    coverage: coverage(subject, 'employer-benefit'),
    french: {
      resourceType: 'DocumentReference',
      status: 'current',
      category: [guide('packet-document-kind', 'laboratory')],
      subject,
      date: '2027-03-20T10:00:00Z',
      content: [{ attachment: attachment('Analyses', 'fr') }],
    },
  }),
};

const REASON = 'The ward has agreed, and he goes home tomorrow';

/** The same from a ward of a hospital; `request`: put into the ServiceRequest. */
function fromWard(ward: string, request: Json = {}): FullPacket {
  return {
    ...wanted,
    add: (named, subject) => ({ ...wanted.add!(named, subject), form: form(subject, { [ward]: true }) }),
    request: () => request,
  };
}

test('who is in hospital is refused, unless the hospital says why; of a stroke it is only warned', async () => {
  const { home } = stage;
  const inpatient = fullPacket(fromWard('in-hospital'));
  expectOutcome(await home.fetch('POST', '', inpatient.bundle), 422, 'inpatient');
  const intensive = fullPacket(fromWard('intensive-care', override('intensive-care', REASON)));
  expectOutcome(await home.fetch('POST', '', intensive.bundle), 422, 'intensive-care');
  const treated = fullPacket({
    ...wanted,
    add: (named, subject) => ({
      ...wanted.add!(named, subject),
      operation: {
        resourceType: 'Procedure',
        status: 'completed',
        code: concept('http://snomed.info/sct', '90470006'),
        subject,
        performedDateTime: '2027-03-10',
      },
    }),
  });
  expectOutcome(await home.fetch('POST', '', treated.bundle), 422, 'recent-treatment');
  const stroke = fullPacket({ ...wanted, request: () => ({ reasonCode: [concept(ICD_10, 'I63.9')] }) });
  const said = await home.fetch('POST', '/ServiceRequest/$check-completeness', stroke.bundle);
  expect(keysOf(said, 'warning')).toContain('low-yield-specialty');
  expect(keysOf(said, 'error')).toEqual(['packet-allergies']);

  sent = await sendPacket(home, fullPacket(fromWard('in-hospital', override('inpatient', REASON))));
  const [why] = matches(await home.fetch('GET', `/Provenance?target=${sent.request}`));
  expect(await read(stage.programme, why!)).toMatchObject({ reason: [{ coding: [{ code: 'inpatient' }] }] });
});

test('what is missing is asked for and talked about; the answer comes after two reminders', async () => {
  const { home, programme } = stage;
  await stage.passTo('2027-04-01T04:00:00Z');
  await done(move(programme, sent.task, 'received', 'completeness-check'));
  expectOutcome(await move(programme, sent.task, 'accepted', 'accepted'), 422, 'packet-allergies');
  const asked = await create(
    programme,
    step(sent, 'information-request', 'Organization/home', {
      input: [input('wanted-record', { valueString: 'The allergies' })],
    }),
  );
  await say(home, sent, programme, 'Next week.');
  await stage.passTo('2027-04-05T03:00:00Z');
  await stage.passTo('2027-04-09T03:00:00Z');
  expect((await timelineOf(home, sent)).types.filter((type) => type === 'information-reminded')).toHaveLength(2);
  await done(sendAsked(home, await read(home, asked), 'allergies', 'en'));
  expect(await standing(home, sent)).toBe('received completeness-check');
});

test('the benefit plan covers it, of which the employer learns nothing', async () => {
  const { home, programme, insurer } = stage;
  await done(move(programme, sent.task, 'received', 'awaiting-coverage'));
  await stage.passTo('2027-04-12T03:00:00Z');
  await done(recordCover(programme, sent, 900));
  await done(move(programme, sent.task, 'accepted', 'accepted'));
  // Ten business days; on 16 April, the day of the Hùng kings, nobody works.
  expect((await timelineOf(home, sent)).due).toBe('2027-04-27T03:00:00.000Z');
  expect((await insurer.fetch('GET', `/${sent.of['condition']!}`)).status).toBe(404);
  expect((await insurer.fetch('GET', `/${sent.request}`)).status).toBe(200);
  for (const ref of [sent.request, sent.task, sent.of['coverage']!, sent.patient])
    expect({ ref, status: (await employer.fetch('GET', `/${ref}`)).status }).toEqual({ ref, status: 404 });
});

test('one question more stops the clock for a working day, and what is late is said to be', async () => {
  const { home, programme } = stage;
  const asked = await stepsOf(programme, sent, 'translation');
  expect(asked.map(({ focus }) => focus)).toEqual([to(sent.of['french']!)]);
  await done(move(programme, sent.task, 'in-progress', 'translating'));
  await done(translate(programme, asked[0], 'en', 'machine-then-human'));
  await done(move(programme, sent.task, 'in-progress', 'assigned'));
  await done(move(programme, sent.task, 'in-progress', 'under-review'));
  await stage.passTo('2027-04-14T03:00:00Z');
  const question = await create(
    programme,
    step(sent, 'information-request', 'Organization/home', {
      input: [input('wanted-record', { valueString: 'Does he smoke?' })],
    }),
  );
  expect(await standing(home, sent)).toBe('on-hold awaiting-information');
  await stage.passTo('2027-04-15T03:00:00Z');
  const task = await read(home, question);
  const answer = { status: 'completed', output: [output('answer', { valueString: 'No.' })] };
  await done(home.fetch('PUT', `/${question}`, { ...task, ...answer }));
  expect(await standing(home, sent)).toBe('in-progress under-review');
  expect((await timelineOf(home, sent)).due).toBe('2027-04-28T03:00:00.000Z');

  report = await writeReport(programme, sent, 'oncologist', 'preliminary', { agrees: { diagnosis: 'undetermined' } });
  await review(programme, sent, 'oncologist', report);
  await stage.passTo('2027-04-26T04:00:00Z');
  expect((await timelineOf(home, sent)).types.at(-1)).toBe('due-soon');
  await stage.passTo('2027-04-28T04:00:00Z');
  expect((await timelineOf(home, sent)).types.at(-1)).toBe('overdue');
  await stage.passTo('2027-04-29T03:00:00Z');
  expectOutcome(await issueReport(programme, report), 422, 'translation-open');
  // It is late already: it goes home first, and in Vietnamese as soon as it is translated.
  const late = override('translation-open', 'It is late already.');
  await done(issueReport(programme, report, late));
  const inVietnamese = (await stepsOf(programme, sent, 'translation')).at(-1);
  expect(inVietnamese).toMatchObject({ status: 'requested', focus: to(report), input: [{ valueCode: 'vi' }] });
  await done(translateReport(programme, inVietnamese, 'vi'));
  expect(await ledgerOf(stage, sent)).toEqual([
    'programme 2027-04-01T03:00:00.000Z',
    'home 2027-04-01T04:00:00.000Z',
    'programme 2027-04-09T03:00:00.000Z',
    'payer 2027-04-09T03:00:00.000Z',
    'programme 2027-04-12T03:00:00.000Z',
    'home 2027-04-14T03:00:00.000Z',
    'programme 2027-04-15T03:00:00.000Z',
    'closed 2027-04-29T03:00:00.000Z',
  ]);
});

test('the local doctor sits in on the consultation, at a time that was free', async () => {
  const { home, programme } = stage;
  const start = '2027-05-04T03:00:00Z';
  const end = '2027-05-04T03:45:00Z';
  const schedule = await create(programme, { resourceType: 'Schedule', actor: [to('PractitionerRole/oncologist')] });
  const slot = await create(programme, { resourceType: 'Slot', schedule: to(schedule), status: 'free', start, end });
  const task = await create(home, step(sent, 'video-consultation', CLINIC));
  const alone = visit(sent, { step: task, start, end, reviewer: 'oncologist', slot, interpreter: true });
  expectOutcome(await programme.fetch('POST', '/Appointment', alone), 422, 'visit-participant');
  const localDoctor = sent.of['doctor']!;
  const mute = visit(sent, { step: task, start, end, reviewer: 'oncologist', slot, localDoctor });
  expectOutcome(await programme.fetch('POST', '/Appointment', mute), 422, 'visit-participant');
  const booked = visit(sent, { step: task, start, end, reviewer: 'oncologist', slot, localDoctor, interpreter: true });
  const appointment = await create(programme, booked);
  expect((await read(programme, slot)).status).toBe('busy');
  await stage.passTo('2027-05-04T04:00:00Z');
  const held = await read(programme, appointment);
  await done(programme.fetch('PUT', `/${appointment}`, { ...held, status: 'fulfilled' }));
  expect((await read(home, task)).businessStatus.coding[0].code).toBe('visit-complete');
});

test('follow-ups: one that is not answered is asked for once more, and the next comes all the same', async () => {
  const { home, insurer } = stage;
  await stage.passTo('2027-05-29T03:00:00Z');
  await stage.passTo('2027-06-12T03:00:00Z');
  await answerFollowUps(stage, sent, [
    ['2027-07-28T03:00:00Z', 'no', 'no'],
    ['2027-10-26T03:00:00Z', 'not-yet', 'no'],
  ]);
  expect((await stepsOf(home, sent, 'follow-up')).map(({ status }) => status)).toEqual([
    'requested',
    'completed',
    'completed',
  ]);
  expect((await timelineOf(home, sent)).types.filter((type) => type === 'follow-up-asked')).toHaveLength(4);
  await expectGoodEnd(stage, sent);
  const told = await timelineOf(home, sent);
  expect(told.held).toEqual({ programme: 16, home: 9, payer: 3 });
  for (const line of [
    '1 April 2027, 10:00 GMT+7: A rule of the programme was set aside, and the reason was written down.',
    '12 April 2027, 10:00 GMT+7: A record was added to the case: answer of a payer.',
    '26 April 2027, 11:00 GMT+7: The report is due soon: 28 April 2027, 10:00 GMT+7.',
    '28 April 2027, 11:00 GMT+7: The report was not there when it was due.',
    '12 June 2027, 10:00 GMT+7: The hospital was asked how things went after the report: a reminder.',
  ])
    expect(told.lines).toContain(line);
  expect((await timelineOf(home, sent, 'vi')).lines).toContain(
    '29 tháng 4, 2027, 10:00 GMT+7: Báo cáo đã được phát hành.',
  );
  // The benefit platform sees what it pays for, and nothing of what the patient has.
  expect(new Set((await everythingOf(insurer, sent)).map(({ resourceType }) => resourceType))).toEqual(
    new Set(['ServiceRequest', 'Task', 'Coverage', 'Claim', 'ClaimResponse', 'Organization']),
  );
});

test('a case whose records never come is closed', async () => {
  const { home, programme } = stage;
  const silent = await sendPacket(home, fullPacket({ ...wanted, number: 'CN-2', at: stage.now() }));
  await done(move(programme, silent.task, 'received', 'completeness-check'));
  await create(
    programme,
    step(silent, 'information-request', 'Organization/home', {
      input: [input('wanted-record', { valueString: 'The allergies' })],
    }),
  );
  await stage.passTo('2027-11-26T03:00:00Z');
  expect(await standing(home, silent)).toBe('rejected declined');
  expect((await read(home, silent.task)).statusReason.coding[0].code).toBe('insufficient-records');
  expect((await timelineOf(home, silent)).types.slice(-2)).toEqual(['information-expired', 'case-declined']);
});
