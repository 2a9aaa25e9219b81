import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectOutcome } from '../support/outcome.ts';
import { issues } from './packet.ts';
import { answerFollowUps, proposedReviewers, publishReviewers, review, translate, visit } from './programme/acts.ts';
import { everythingOf, expectGoodEnd, keysOf, ledgerOf, timelineOf } from './programme/checks.ts';
import { invoiceOf, price, recordCover } from './programme/money.ts';
import { create, done, patch, patchCase, read, standing, step, stepsOf } from './programme/moves.ts';
import { coverage, form, fullPacket, readChart, sendPacket } from './programme/packet.ts';
import type { FullPacket, ProgrammeCase } from './programme/packet.ts';
import { issueReport, translateReport, writeReport } from './programme/reports.ts';
import { sendSlides } from './programme/sending.ts';
import { openStage } from './programme/stage.ts';
import type { Stage } from './programme/stage.ts';
import { formTeam, heldMeeting, statementOf, teamMeeting } from './programme/team.ts';
import { concept, SNOMED, to } from './programme/words.ts';

/**
 * Seven days from submission, with translation included and a tumour board: worked by PATCH and Bundles. The record is a
 * synthetic one where there is one beside the project.
 */

const CHECK = '/ServiceRequest/$check-completeness';

let stage: Stage;
let sent: ProgrammeCase;
/** `DiagnosticReport/x` */
let draft: string;
beforeAll(async () => {
  // A Monday, ten o'clock in Shanghai.
  stage = await openStage('seven-days', '2027-03-01T02:00:00Z');
  await publishReviewers(stage.programme, [
    { id: 'oncologist', specialty: '394593009', speaks: ['zh', 'en'] },
    { id: 'surgeon', specialty: '408463005', speaks: ['zh'] },
    { id: 'english-only', specialty: '394593009', speaks: ['en'] },
  ]);
});
afterAll(() => stage.stop());

const wanted: FullPacket = {
  programme: 'seven-days',
  number: 'SD-1',
  service: 'multidisciplinary-opinion',
  at: '2027-03-01T02:00:00Z',
  language: 'vi',
  chart: readChart('synthea-colon-cancer-small.json'),
  add: (_named, subject) => ({ coverage: coverage(subject, 'insurer') }),
};

test('what is missing and what must not go through is said before anything is sent', async () => {
  const { home } = stage;
  const lacking = fullPacket({ ...wanted, number: 'SD-0', leave: ['pathology', 'consent'] });
  const said = await home.fetch('POST', CHECK, lacking.bundle);
  expect(keysOf(said, 'error').sort()).toEqual(['packet-consent', 'packet-pathology-report']);
  const whole = await home.fetch('POST', CHECK, fullPacket(wanted).bundle);
  expect(keysOf(whole, 'error')).toEqual([]);
  const told = issues(whole)
    .map(({ text }) => text)
    .join('\n');
  expect(told).toContain('800 to 1800 USD');
  expect(told).toContain('expected on 2027-03-08');
  expect(told).toContain('the programme has it translated');

  const urgent = fullPacket({ ...wanted, request: () => ({ priority: 'stat' }) });
  const emergency = await home.fetch('POST', '', urgent.bundle);
  expectOutcome(emergency, 422, 'emergency');
  expect(emergency.text).toContain('local emergency');
  const video = fullPacket({ ...wanted, service: 'video-consultation' });
  expectOutcome(await home.fetch('POST', '', video.bundle), 422, 'service-not-alone');
  const inCare = fullPacket({
    ...wanted,
    add: (_named, subject) => ({ form: form(subject, { 'intensive-care': true }) }),
  });
  expectOutcome(await home.fetch('POST', '', inCare.bundle), 422, 'intensive-care');
});

test('days 1 and 2: sent in one Bundle, checked, covered by the insurer, accepted', async () => {
  const { home, programme, insurer } = stage;
  sent = await sendPacket(home, fullPacket(wanted));
  expect(await standing(home, sent)).toBe('requested submitted');
  expect((await timelineOf(home, sent)).due).toBe('2027-03-08T02:00:00.000Z');

  await stage.passTo('2027-03-01T04:00:00Z');
  await done(patchCase(programme, sent, 'received', 'completeness-check'));
  expectOutcome(await patchCase(programme, sent, 'accepted', 'accepted'), 422, 'payment-missing');
  const outside = { input: [price(2500)] };
  expectOutcome(await patchCase(programme, sent, 'received', 'awaiting-coverage', outside), 422, 'price-outside');
  await done(patchCase(programme, sent, 'received', 'awaiting-coverage', { input: [price(1500)] }));
  const invoice = await invoiceOf(home, sent);
  expect(await read(insurer, invoice)).toMatchObject({ totalGross: { value: 1500, currency: 'USD' } });
  for (const hidden of [sent.patient, sent.of['condition']!, sent.of['pathology']!])
    expect((await insurer.fetch('GET', `/${hidden}`)).status).toBe(404);

  // The insurer takes a day, which is not the programme's.
  await stage.passTo('2027-03-02T04:00:00Z');
  await done(recordCover(programme, sent, 1500));
  expect(await standing(home, sent)).toBe('received completeness-check');
  await done(patchCase(programme, sent, 'accepted', 'accepted'));
  expect((await timelineOf(home, sent)).due).toBe('2027-03-09T02:00:00.000Z');
});

test('day 3: every Vietnamese record is translated, and two reviewers are found', async () => {
  const { home, programme } = stage;
  await stage.passTo('2027-03-03T01:00:00Z');
  const asked = await stepsOf(programme, sent, 'translation');
  expect(asked.map(({ focus }) => focus.reference).sort()).toEqual(
    ['opinion', 'pathology', 'form'].map((name) => sent.of[name]).sort(),
  );
  await done(patchCase(programme, sent, 'in-progress', 'translating'));
  expectOutcome(await patchCase(programme, sent, 'in-progress', 'assigned'), 422, 'translation-open');
  for (const task of asked) await done(translate(programme, task, 'zh'));
  expect((await stepsOf(home, sent, 'translation')).map(({ status }) => status)).toEqual([
    'completed',
    'completed',
    'completed',
  ]);
  await done(patchCase(programme, sent, 'in-progress', 'assigned'));
  expect(await proposedReviewers(programme, sent)).toEqual([
    'oncologist fit',
    'english-only language',
    'surgeon specialty',
  ]);
  const unfit = await programme.fetch('POST', '/Task', step(sent, 'review', 'PractitionerRole/english-only'));
  expectOutcome(unfit, 422, 'reviewer-unfit');
});

test('days 3 and 4: slides travel by courier, and the clock stands still meanwhile', async () => {
  const { home, programme } = stage;
  const slides = await sendSlides(home, sent, programme);
  expect(await standing(home, sent)).toBe('on-hold awaiting-materials');
  await stage.passTo('2027-03-04T07:00:00Z');
  await done(patch(home, slides, { status: 'completed' }));
  expect(await standing(home, sent)).toBe('in-progress assigned');
  // Thirty hours with the courier.
  expect((await timelineOf(home, sent)).due).toBe('2027-03-10T08:00:00.000Z');
});

test('days 5 and 6: the tumour board meets, and both its members review', async () => {
  const { home, programme } = stage;
  await stage.passTo('2027-03-05T02:00:00Z');
  await done(patchCase(programme, sent, 'in-progress', 'under-review'));
  const members = ['oncologist', 'surgeon'];
  const owner = 'Organization/seven-days';
  const focus = to(await formTeam(programme, sent, members));
  const task = await create(programme, step(sent, 'mdt', owner, { focus }));
  const times = ['2027-03-06T06:00:00Z', '2027-03-06T07:00:00Z'] as const;
  const meeting = await create(programme, teamMeeting(sent, task, members, ...times));
  expect(await standing(home, sent)).toBe('in-progress mdt-scheduled');
  await stage.passTo('2027-03-06T07:30:00Z');
  await create(programme, heldMeeting(sent, meeting, ...times));
  const said = [];
  for (const member of members) said.push(await statementOf(programme, sent, member, 'Surgery first.'));
  await done(patch(programme, task, { status: 'completed', output: said }));
  expect(await standing(home, sent)).toBe('in-progress mdt-complete');
  draft = await writeReport(programme, sent, ['oncologist', 'surgeon'], 'preliminary', {
    agrees: { diagnosis: 'confirmed', treatment: 'revised' },
    language: 'zh',
  });
  await review(programme, sent, 'oncologist', draft);
  expectOutcome(await issueReport(programme, draft), 422, 'reviews-missing');
  await review(programme, sent, 'surgeon', draft, { performerType: [concept(SNOMED, '408463005')] });
});

test('day 7: the report goes home in two languages, in time', async () => {
  const { home, programme } = stage;
  // Two days before it is due the programme is warned.
  await stage.passTo('2027-03-08T10:00:00Z');
  await done(patchCase(programme, sent, 'in-progress', 'report-translation'));
  const asked = (await stepsOf(programme, sent, 'translation')).at(-1);
  expect(asked).toMatchObject({ status: 'requested', focus: to(draft), input: [{ valueCode: 'vi' }] });
  expectOutcome(await issueReport(programme, draft), 422, 'translation-open');
  await done(translateReport(programme, asked, 'vi'));
  await stage.passTo('2027-03-09T06:00:00Z');
  await done(issueReport(programme, draft));
  expect(await standing(home, sent)).toBe('completed report-issued');
  expect(await ledgerOf(stage, sent)).toEqual([
    'programme 2027-03-01T02:00:00.000Z',
    'payer 2027-03-01T04:00:00.000Z',
    'programme 2027-03-02T04:00:00.000Z',
    'courier 2027-03-03T01:00:00.000Z',
    'programme 2027-03-04T07:00:00.000Z',
    'closed 2027-03-09T06:00:00.000Z',
  ]);
  expect((await timelineOf(home, sent)).types).toContain('due-soon');
});

test('afterwards: a video consultation, and what became of the advice after 30, 90 and 180 days', async () => {
  const { home, programme } = stage;
  const task = await create(home, step(sent, 'video-consultation', 'Organization/seven-days'));
  const sheet = {
    step: task,
    start: '2027-03-12T06:00:00Z',
    end: '2027-03-12T06:40:00Z',
    reviewer: 'oncologist',
    interpreter: true,
  };
  const long = await programme.fetch('POST', '/Appointment', visit(sent, { ...sheet, end: '2027-03-12T08:00:00Z' }));
  expectOutcome(long, 422, 'visit-time');
  const appointment = await create(programme, visit(sent, sheet));
  await stage.passTo('2027-03-12T06:45:00Z');
  await done(patch(programme, appointment, { status: 'fulfilled' }));
  expect((await read(home, task)).status).toBe('completed');

  await answerFollowUps(stage, sent, [
    ['2027-04-08T06:00:00Z', 'not-yet', 'no'],
    ['2027-06-07T06:00:00Z', 'partly', 'yes'],
    ['2027-09-05T06:00:00Z', 'yes', 'yes'],
  ]);
  expect((await stepsOf(programme, sent, 'follow-up')).map(({ status }) => status)).toEqual([
    'completed',
    'completed',
    'completed',
  ]);
});

test('in the end there is one story, which all of its parties can read', async () => {
  const { home, insurer } = stage;
  await expectGoodEnd(stage, sent);
  const told = await timelineOf(home, sent);
  expect(told.held).toEqual({ programme: 5.9, payer: 1, courier: 1.3 });
  for (const line of [
    '1 March 2027, 10:00 GMT+8: The hospital sent its request to the programme.',
    '2 March 2027, 12:00 GMT+8: Payment or cover was confirmed.',
    '4 March 2027, 15:00 GMT+8: The case went on again: a reviewer has the case.',
    '6 March 2027, 15:30 GMT+8: The specialists met about the case.',
    '9 March 2027, 14:00 GMT+8: The report was issued.',
    '12 March 2027, 14:45 GMT+8: The video consultation took place.',
    '5 September 2027, 14:00 GMT+8: The hospital answered how things went after the report.',
  ])
    expect(told.lines).toContain(line);
  expect((await timelineOf(home, sent, 'vi')).lines).toContain(
    '9 tháng 3, 2027, 14:00 GMT+8: Báo cáo đã được phát hành.',
  );
  // Who pays sees what it costs and where it stands, and nothing of what the patient has.
  const shown = await everythingOf(insurer, sent);
  expect(new Set(shown.map(({ resourceType }) => resourceType))).toEqual(
    new Set(['ServiceRequest', 'Task', 'Coverage', 'Claim', 'ClaimResponse', 'Invoice', 'Organization']),
  );
});
