import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { move } from './packet.ts';
import type { SentCase } from './packet.ts';
import { answerFollowUp, proposedReviewers, publishReviewers, review } from './programme/acts.ts';
import { everythingOf, expectGoodEnd, keysOf, ledgerOf, timelineOf } from './programme/checks.ts';
import { recordCover } from './programme/money.ts';
import { create, done, read, standing, step, stepsOf } from './programme/moves.ts';
import { caseOf, furtherRequest, opinionsOn } from './programme/opinions.ts';
import { coverage, fullPacket, readChart, sendPacket } from './programme/packet.ts';
import type { FullPacket, ProgrammeCase } from './programme/packet.ts';
import { issueReport, writeReport } from './programme/reports.ts';
import { sendSlides } from './programme/sending.ts';
import { openStage } from './programme/stage.ts';
import type { Stage } from './programme/stage.ts';
import { attachment, concept, to, V2_0074 } from './programme/words.ts';

/**
 * Images and slides are read again for payers, and a third time only where the second reading differs from the first:
 * worked by plain writes and Bundles. The images are of a synthetic record where there is one beside the project.
 */

const CHECK = '/ServiceRequest/$check-completeness';
const chart = readChart('synthea-prostate-imaging.json');
const studies = ((chart?.entry ?? []) as Json[]).filter(({ resource }) => resource.resourceType === 'ImagingStudy');

let stage: Stage;
let radiology: ProgrammeCase;
let pathology: ProgrammeCase;
let third: SentCase;

beforeAll(async () => {
  // A Wednesday, ten o'clock in New York.
  const opened = await openStage('imaging-records', '2027-02-10T15:00:00Z');
  // Its records are older than what is wanted of units today.
  const home = await opened.house.register('archive', 'placer', undefined, 'lenient');
  stage = { ...opened, home };
  await publishReviewers(stage.programme, [
    { id: 'radiologist', specialty: '394914008', speaks: ['en'] },
    { id: 'pathologist', specialty: '394597005', speaks: ['en'] },
    { id: 'other-pathologist', specialty: '394597005', speaks: ['en'] },
  ]);
});
afterAll(() => stage.stop());

/** Images with the report on each of them; a letter in another language comes with its translation. */
const images: FullPacket = {
  programme: 'imaging-records',
  number: 'IR-1',
  service: 'radiology-review',
  at: '2027-02-10T15:00:00Z',
  leave: ['allergies', 'treatment', 'pill'],
  chart,
  add: (named, subject) => {
    const letter = { resourceType: 'DocumentReference', status: 'current', subject };
    return {
      coverage: coverage(subject, 'insurer'),
      ct: {
        resourceType: 'DiagnosticReport',
        status: 'final',
        category: [concept(V2_0074, 'RAD')],
        code: { text: 'Report on all images' },
        subject,
        imagingStudy: [named('study'), ...studies.map(({ fullUrl }) => to(fullUrl))],
      },
      letter: { ...letter, content: [{ attachment: attachment('Invented letter', 'vi') }] },
      translation: {
        ...letter,
        content: [{ attachment: attachment('Invented translation', 'en') }],
        relatesTo: [{ code: 'transforms', target: named('letter') }],
      },
    };
  },
};

/** Slides that a foundation pays for, of another patient. */
const slides: FullPacket = {
  programme: 'imaging-records',
  number: 'IR-3',
  service: 'pathology-review',
  at: '2027-03-03T15:00:00Z',
  leave: ['study', 'ct'],
  add: (_named, subject) => ({
    coverage: coverage(subject, 'foundation'),
    blocks: { resourceType: 'Specimen', status: 'available', subject, type: { text: 'Slides' } },
  }),
};

test('what is missing, and what it does not do, is said before anything is sent', async () => {
  const { home } = stage;
  const check = (more: Partial<FullPacket>) => home.fetch('POST', CHECK, fullPacket({ ...images, ...more }).bundle);
  const whole = await check({});
  expect(keysOf(whole, 'error')).toEqual([]);
  expect(whole.text).toContain('3 business days after all records and the payment are there: on 2027-02-16');
  const lacking = await check({ leave: ['ct', 'translation', 'coverage'] });
  expect(keysOf(lacking, 'error')).toEqual(['packet-imaging-report', 'document-language']);
  expect(lacking.text).toContain('name a Coverage of insurer, employer-benefit, foundation');
  expect(keysOf(await check({ service: 'multidisciplinary-opinion' }), 'error')).toEqual(['service-not-offered']);
});

test('the payer covers it before it is taken on, and sees no more than it needs for that', async () => {
  const { home, insurer, programme } = stage;
  radiology = await sendPacket(home, fullPacket(images));
  expectOutcome(await move(programme, radiology.task, 'accepted', 'accepted'), 422, 'payment-missing');
  for (const kind of ['service-confirmation', 'translation', 'mdt', 'video-consultation']) {
    const refused = await programme.fetch('POST', '/Task', step(radiology, kind, 'Organization/imaging-records'));
    expectOutcome(refused, 422, 'step-not-offered', 'Task.code');
  }
  await done(move(programme, radiology.task, 'received', 'awaiting-coverage'));
  expect(await standing(insurer, radiology)).toBe('received awaiting-coverage');
  const { patient, condition, ct } = radiology.of;
  for (const ref of [patient, condition, ct])
    expect({ ref, status: (await insurer.fetch('GET', `/${ref}`)).status }).toEqual({ ref, status: 404 });
  for (const operation of ['$timeline', '$command', '$compare-opinions'])
    expectOutcome(await insurer.fetch('GET', `/${radiology.request}/${operation}`), 403, 'not-your-move');

  await stage.passTo('2027-02-11T15:00:00Z');
  await done(recordCover(programme, radiology, 300));
  expect(await standing(home, radiology)).toBe('received completeness-check');
  await done(move(programme, radiology.task, 'accepted', 'accepted'));
  // Friday, Tuesday, Wednesday: on Monday nobody works.
  expect((await timelineOf(home, radiology)).due).toBe('2027-02-17T15:00:00.000Z');
});

test('the second reading confirms the first: there is no third', async () => {
  const { home, programme } = stage;
  const proposed = await proposedReviewers(programme, radiology);
  expect(proposed).toEqual(['radiologist fit', 'other-pathologist specialty', 'pathologist specialty']);
  await done(move(programme, radiology.task, 'in-progress', 'under-review'));
  const report = await writeReport(programme, radiology, 'radiologist', 'preliminary');
  expect(keysOf(await issueReport(programme, report))).toEqual(['reviews-missing']);
  await review(programme, radiology, 'radiologist', report);
  await stage.passTo('2027-02-16T15:00:00Z');
  await done(issueReport(programme, report));
  expect(await standing(home, radiology)).toBe('completed report-issued');
  const again = await furtherRequest(home, radiology, { number: 'IR-2', service: 'radiology-review' });
  const refused = await home.fetch('POST', '/ServiceRequest', again);
  expectOutcome(refused, 422, 'third-opinion', 'ServiceRequest.basedOn');
  expect(refused.text).toContain('has confirmed it in every respect');
  expect(keysOf(await home.fetch('POST', CHECK, again), 'error')).toEqual(['third-opinion']);
});

test('slides travel, and the time counts from when they are there', async () => {
  const { home, programme } = stage;
  await stage.passTo('2027-03-03T15:00:00Z');
  pathology = await sendPacket(home, fullPacket(slides));
  await done(move(programme, pathology.task, 'received', 'awaiting-coverage'));
  const parcel = await sendSlides(home, pathology, programme);
  await stage.passTo('2027-03-04T15:00:00Z');
  await done(recordCover(programme, pathology, 450));
  await done(move(programme, pathology.task, 'accepted', 'accepted'));
  expect(await standing(home, pathology)).toBe('on-hold awaiting-materials');
  expect((await timelineOf(home, pathology)).due).toBeUndefined();
  await stage.passTo('2027-03-05T15:00:00Z');
  await done(home.fetch('PUT', `/${parcel}`, { ...(await read(home, parcel)), status: 'completed' }));
  expect(await standing(home, pathology)).toBe('accepted accepted');
  // Seven working days later at the same time of day, by when the clocks have been changed.
  expect((await timelineOf(home, pathology)).due).toBe('2027-03-16T14:00:00.000Z');
});

test('the second reading differs: a third is given, by somebody else', async () => {
  const { home, programme } = stage;
  await done(move(programme, pathology.task, 'in-progress', 'under-review'));
  const report = await writeReport(programme, pathology, 'pathologist', 'preliminary', {
    agrees: { diagnosis: 'revised' },
  });
  await review(programme, pathology, 'pathologist', report);
  const again = await furtherRequest(home, pathology, { number: 'IR-4', service: 'pathology-review' });
  const early = await home.fetch('POST', '/ServiceRequest', again);
  expectOutcome(early, 422, 'third-opinion', 'ServiceRequest.basedOn');
  expect(early.text).toContain('is not issued yet');
  await stage.passTo('2027-03-15T15:00:00Z');
  await done(issueReport(programme, report));
  third = await caseOf(home, pathology, 'IR-4', await create(home, again));
  await done(move(programme, third.task, 'received', 'awaiting-coverage'));
  await done(recordCover(programme, third, 450));
  await done(move(programme, third.task, 'accepted', 'accepted'));
  const proposed = await proposedReviewers(programme, third);
  expect(proposed).toEqual(['other-pathologist fit', 'pathologist conflict-person', 'radiologist specialty']);
  const same = step(third, 'review', 'PractitionerRole/pathologist');
  expectOutcome(await programme.fetch('POST', '/Task', same), 422, 'reviewer-unfit', 'Task.owner');
  await done(move(programme, third.task, 'in-progress', 'under-review'));
  const last = await writeReport(programme, third, 'other-pathologist', 'preliminary');
  await review(programme, third, 'other-pathologist', last);
  await done(issueReport(programme, last));
  const readings = ['first current:', 'second final: diagnosis=revised', 'third final: diagnosis=confirmed'];
  const sideBySide = [...readings, 'diagnosis differs: yes'];
  expect(await opinionsOn(home, third)).toEqual(sideBySide);
  expect(await opinionsOn(programme, third)).toEqual(sideBySide);
});

test('30, 90 and 180 days later the hospital tells how it went', async () => {
  const { home } = stage;
  for (const [due, followed] of [
    // Ten o'clock in New York, in summer as in winter.
    ['2027-03-18T14:00:00.000Z', 'not-yet'],
    ['2027-05-17T14:00:00.000Z', 'partly'],
    ['2027-08-15T14:00:00.000Z', 'yes'],
  ] as const) {
    await stage.passTo(due);
    const asked = (await stepsOf(home, radiology, 'follow-up')).at(-1)!;
    expect(asked).toMatchObject({ status: 'requested', authoredOn: due, owner: to('Organization/archive') });
    await done(answerFollowUp(home, radiology, asked, followed, 'no'));
  }
  expect(await stepsOf(home, radiology, 'follow-up')).toHaveLength(3);
});

test('at the end the stories are whole, their time is kept, and nobody else sees any of it', async () => {
  const { home, insurer } = stage;
  expect(await ledgerOf(stage, pathology)).toEqual([
    'programme 2027-03-03T15:00:00.000Z',
    'payer 2027-03-03T15:00:00.000Z',
    'programme 2027-03-04T15:00:00.000Z',
    'courier 2027-03-04T15:00:00.000Z',
    'programme 2027-03-05T15:00:00.000Z',
    'closed 2027-03-15T15:00:00.000Z',
  ]);
  const told = await timelineOf(home, pathology);
  expect(told.held).toEqual({ programme: 10, payer: 1, courier: 1 });
  expect(told.lines).toEqual(expect.arrayContaining(STORY));
  expect((await timelineOf(home, pathology, 'zh')).lines).toContain(
    '2027年3月5日 10:00 GMT-5: 切片或其他实物材料已送达。',
  );
  for (const sent of [radiology, pathology, third]) {
    await expectGoodEnd(stage, sent);
    const paid = await everythingOf(insurer, sent);
    const types = new Set(paid.map(({ resourceType }) => resourceType));
    // Organizations stand in the directory.
    expect([...types].sort()).toEqual(['Claim', 'ClaimResponse', 'Coverage', 'Organization', 'ServiceRequest', 'Task']);
  }
});

/** What the home side reads of its slides, in short. */
const STORY = [
  '3 March 2027, 10:00 GMT-5: The hospital sent its request to the programme.',
  '3 March 2027, 10:00 GMT-5: Payment or cover was asked for.',
  '3 March 2027, 10:00 GMT-5: Slides or other materials are under way.',
  '4 March 2027, 10:00 GMT-5: Payment or cover was confirmed.',
  '4 March 2027, 10:00 GMT-5: The programme took the case on.',
  '4 March 2027, 10:00 GMT-5: The case began to wait: slides or other materials are awaited.',
  '5 March 2027, 10:00 GMT-5: The slides or other materials arrived.',
  '15 March 2027, 11:00 GMT-4: The report is due soon: 16 March 2027, 10:00 GMT-4.',
  '15 March 2027, 11:00 GMT-4: The report was issued.',
];
