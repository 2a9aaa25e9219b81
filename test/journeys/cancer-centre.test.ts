import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import type { SentCase } from './packet.ts';
import { answerFollowUps, proposedReviewers, publishReviewers, review, visit } from './programme/acts.ts';
import { expectGoodEnd, keysOf, ledgerOf, timelineOf } from './programme/checks.ts';
import { costEstimate, invoiceOf, paymentNotice } from './programme/money.ts';
import { command, create, done, patch, read, standing, stepsOf } from './programme/moves.ts';
import { fullPacket, openedCase, storePacket } from './programme/packet.ts';
import type { FullPacket, ProgrammeCase } from './programme/packet.ts';
import { caseOf, furtherRequest, opinionsOn } from './programme/opinions.ts';
import { issueReport, proposePlan, writeReport } from './programme/reports.ts';
import { laterLetter } from './programme/sending.ts';
import { openStage } from './programme/stage.ts';
import type { Stage } from './programme/stage.ts';
import { concept, output, SNOMED, to } from './programme/words.ts';

/**
 * Two to four weeks from complete materials, English only, payment first: a draft to which records are added, worked by
 * commands that are given by name.
 */

const PATHOLOGY = '394597005';
const RADIOLOGY = '394914008';

let stage: Stage;
let sent: ProgrammeCase;
/** `DiagnosticReport/x` */
let report: string;
/** `CarePlan/x` */
let plan: string;
beforeAll(async () => {
  // A Wednesday, ten o'clock in New York.
  stage = await openStage('cancer-centre', '2027-03-03T15:00:00Z');
  await publishReviewers(stage.programme, [
    { id: 'oncologist', specialty: '394593009', speaks: ['en'] },
    { id: 'another-oncologist', specialty: '394593009', speaks: ['en'] },
    { id: 'pathologist', specialty: PATHOLOGY, speaks: ['en'] },
    { id: 'radiologist', specialty: RADIOLOGY, speaks: ['en'] },
  ]);
});
afterAll(() => stage.stop());

const wanted: FullPacket = {
  programme: 'cancer-centre',
  number: 'CC-1',
  service: 'pathology-review',
  at: '2027-03-03T15:00:00Z',
  add: (_named, subject) => ({
    // A plan for which an appointment in person is advised.
    plan: { resourceType: 'Procedure', status: 'preparation', code: concept(SNOMED, '90470006'), subject },
  }),
};

const value = (reference: string): Json => ({ valueReference: to(reference) });

test('a draft is checked as often as one likes, and opens the case when it is sent', async () => {
  const { home, programme, stranger } = stage;
  const draft = fullPacket({ ...wanted, leave: ['treatment'], request: () => ({ status: 'draft' }) });
  const of = await storePacket(home, draft);
  const check = `/${of['request']}/$check-completeness`;
  const said = await home.fetch('GET', check);
  expect(keysOf(said, 'error')).toEqual(['packet-pathology-slides']);
  expect(keysOf(said, 'information')).toContain('surgery-candidate');
  expect((await programme.fetch('GET', check)).status).toBe(404);
  expect((await stranger.fetch('GET', check)).status).toBe(404);
  const alone = fullPacket({ ...wanted, number: 'CC-0', service: 'integrative-medicine-consultation' });
  expectOutcome(await home.fetch('POST', '', alone.bundle), 422, 'service-not-alone');

  await done(patch(home, of['request']!, { status: 'active' }));
  sent = await openedCase(home, 'CC-1', of);
  expect(await standing(home, sent)).toBe('requested submitted');
  // It has no date before all is there.
  expect((await timelineOf(home, sent)).due).toBeUndefined();
});

test('an advisor confirms a wider service, a day late, and the price is agreed on', async () => {
  const { home, programme } = stage;
  await stage.passTo('2027-03-05T16:00:00Z');
  expect((await timelineOf(home, sent)).types.at(-1)).toBe('first-contact-overdue');
  await done(command(programme, sent, 'receive'));
  expectOutcome(await command(programme, sent, 'request-payment'), 422, 'service-unconfirmed');
  await done(command(programme, sent, 'confirm-service', { service: { valueCode: 'comprehensive-opinion' } }));
  // Pathologists do not give it: it goes to those who treat the condition.
  expect((await timelineOf(home, sent)).types.slice(-2)).toEqual(['service-changed', 'specialty-routed']);
  expect((await read(home, sent.task)).performerType[0].coding[0].code).toBe('394593009');
  // A price on request has to be told first.
  expectOutcome(await command(programme, sent, 'request-payment'), 422, 'price-missing');
  await done(command(programme, sent, 'offer', { price: { valueMoney: { value: 2400, currency: 'USD' } } }));
  expect(await standing(home, sent)).toBe('received awaiting-information');
  await stage.passTo('2027-03-06T15:00:00Z');
  expectOutcome(await command(programme, sent, 'accept-offer'), 403, 'not-your-move');
  await done(command(home, sent, 'accept-offer'));
  expect(await standing(home, sent)).toBe('received service-confirmation');
});

test('it is paid in two parts', async () => {
  const { home, programme } = stage;
  await done(command(programme, sent, 'request-payment'));
  const invoice = await invoiceOf(home, sent);
  expect(await read(home, invoice)).toMatchObject({ status: 'issued', totalGross: { value: 2400 } });
  expectOutcome(await command(programme, sent, 'accept'), 422, 'still-awaited');
  await create(programme, paymentNotice(programme, invoice, 1000));
  expect(await standing(home, sent)).toBe('received awaiting-payment');
  await stage.passTo('2027-03-08T15:00:00Z');
  await create(programme, paymentNotice(programme, invoice, 1400));
  expect(await standing(home, sent)).toBe('received completeness-check');
  expect((await read(home, invoice)).status).toBe('balanced');
});

test('what the wider service needs is asked for, reminded of and sent, in English', async () => {
  const { home, programme } = stage;
  const early = await command(programme, sent, 'accept');
  expect(keysOf(early).sort()).toEqual(['packet-pathology-slides', 'packet-prior-treatment']);
  const asked = { text: { valueString: 'Slides, and what was done so far' } };
  await done(command(programme, sent, 'request-information', asked));
  expect(await standing(home, sent)).toBe('received awaiting-information');
  // Three business days later.
  await stage.passTo('2027-03-11T15:00:00Z');
  expect((await timelineOf(home, sent)).types.at(-1)).toBe('information-reminded');
  const type = { text: 'Slides of the biopsy' };
  const subject = to(sent.patient);
  const slides = await create(home, { resourceType: 'Specimen', status: 'available', subject, type });
  const spanish = await create(home, laterLetter(subject, 'prior-treatment', 'es'));
  await done(command(home, sent, 'add-record', { focus: [value(slides), value(spanish)] }));
  await done(command(home, sent, 'send-information', { focus: value(spanish) }));
  expect(keysOf(await command(programme, sent, 'accept'))).toEqual(['document-language']);
  const relatesTo = [{ code: 'transforms', target: to(spanish) }];
  const english = await create(home, { ...laterLetter(subject, 'prior-treatment', 'en'), relatesTo });
  await done(command(home, sent, 'add-record', { focus: value(english) }));
  const courier = { focus: value(slides), number: { valueString: 'DHL 1234567890' } };
  await done(command(home, sent, 'expect-materials', courier));
  await done(command(programme, sent, 'accept'));
  expect(await standing(home, sent)).toBe('on-hold awaiting-materials');

  // The clock begins with the slides: four weeks by the clock of New York, where summer time begins meanwhile.
  await stage.passTo('2027-03-12T15:00:00Z');
  await done(command(programme, sent, 'receive-materials', { focus: value(slides) }));
  expect((await timelineOf(home, sent)).due).toBe('2027-04-09T14:00:00.000Z');
});

test('three reviewers look at it, one of them in the place of another', async () => {
  const { home, programme } = stage;
  const fit = (await proposedReviewers(programme, sent)).join(', ');
  expect(fit).toBe('another-oncologist fit, oncologist fit, pathologist specialty, radiologist specialty');
  await done(command(programme, sent, 'assign', { owner: value('PractitionerRole/oncologist') }));
  await done(command(programme, sent, 'reassign', { owner: value('PractitionerRole/another-oncologist') }));
  await done(command(programme, sent, 'start-review'));
  await stage.passTo('2027-03-24T15:00:00Z');
  const agrees = { diagnosis: 'confirmed', treatment: 'revised' };
  const reviewers = ['another-oncologist', 'pathologist', 'radiologist'];
  plan = await proposePlan(programme, sent);
  report = await writeReport(programme, sent, reviewers, 'preliminary', { agrees, plan });
  await done(command(programme, sent, 'report-preliminary'));
  await done(command(programme, sent, 'complete-review', { focus: value(report) }));
  for (const [id, specialty] of Object.entries({ pathologist: PATHOLOGY, radiologist: RADIOLOGY })) {
    expectOutcome(await issueReport(programme, report), 422, 'reviews-missing');
    await review(programme, sent, id, report, { performerType: [concept(SNOMED, specialty)] });
  }
  expect(await standing(home, sent)).toBe('in-progress preliminary-outcome');
});

test('the report comes with a plan, within four weeks', async () => {
  const { home, programme } = stage;
  // What treatment there would cost is told to those who ask.
  await done(command(home, sent, 'ask-quote'));
  const [quote] = await stepsOf(programme, sent, 'quote');
  const estimate = await create(programme, costEstimate(programme, sent, 42000));
  await done(command(programme, sent, 'give-quote', { focus: value(estimate) }));
  expect(await read(home, `Task/${quote.id}`)).toMatchObject({ status: 'completed' });
  const t0 = await read(programme, sent.task);
  await done(patch(programme, sent.task, { output: [...t0.output, output('recommended-plan', value(plan))] }));
  await stage.passTo('2027-03-31T14:00:00Z');
  await done(issueReport(programme, report));
  expect((await home.fetch('GET', `/${plan}`)).status).toBe(200);
  expect((await ledgerOf(stage, sent)).map((line) => line.replace(/:00:00.000Z$/, ''))).toEqual([
    ...['programme 2027-03-03T15', 'home 2027-03-05T16', 'programme 2027-03-06T15', 'payer 2027-03-06T15'],
    ...['programme 2027-03-08T15', 'home 2027-03-08T15', 'programme 2027-03-11T15', 'courier 2027-03-11T15'],
    ...['programme 2027-03-12T15', 'closed 2027-03-31T14'],
  ]);
});

test('after the video consultation comes a second report, and no third one', async () => {
  const { home, programme } = stage;
  await done(command(home, sent, 'order-video'));
  const [asked] = await stepsOf(programme, sent, 'video-consultation');
  const on = (day: string): Json => {
    const [start, end] = [`${day}T14:00:00Z`, `${day}T14:45:00Z`];
    return visit(sent, { step: `Task/${asked.id}`, start, end, reviewer: 'another-oncologist' });
  };
  const appointment = await create(programme, on('2027-04-02'));
  expectOutcome(await patch(programme, appointment, { status: 'fulfilled' }), 422, 'visit-not-begun');
  await stage.passTo('2027-04-02T15:00:00Z');
  // Somebody did not come: another date is found.
  await done(patch(programme, appointment, { status: 'noshow' }));
  const again = await create(programme, on('2027-04-05'));
  await stage.passTo('2027-04-05T15:00:00Z');
  await done(patch(programme, again, { status: 'fulfilled' }));
  const summary = await writeReport(programme, sent, 'another-oncologist', 'final', { isSummary: true });
  const named = (await read(home, sent.task)).output.map(({ valueReference }: Json) => valueReference?.reference);
  expect(named).toEqual(expect.arrayContaining([report, summary]));
  await expect(writeReport(programme, sent, 'another-oncologist', 'final', { isSummary: true })).rejects.toThrow(
    'illegal-move',
  );
});

test('a third opinion and an integrative consultation are cases of their own, based on this one', async () => {
  const { home, stranger } = stage;
  const other = fullPacket({ ...wanted, number: 'CC-2', request: () => ({ basedOn: [to(sent.request)] }) });
  expectOutcome(await home.fetch('POST', '', other.bundle), 422, 'based-on-patient');
  const ask = async (number: string, service: string): Promise<SentCase> =>
    caseOf(home, sent, number, await create(home, await furtherRequest(home, sent, { number, service })));
  const addition = await ask('CC-3', 'integrative-medicine-consultation');
  expect(await standing(home, addition)).toBe('requested submitted');
  const third = await ask('CC-4', 'comprehensive-opinion');
  const second = 'second final: diagnosis=confirmed treatment=revised';
  const differ = ['diagnosis differs: no', 'treatment differs: yes'];
  expect(await opinionsOn(home, third)).toEqual([expect.stringMatching(/^first /), second, ...differ]);
  expect((await stranger.fetch('GET', `/${third.request}/$compare-opinions`)).status).toBe(404);
});

test('after 30, 90 and 180 days it is asked what became of the advice, and the story is told', async () => {
  const { home, programme, insurer } = stage;
  await answerFollowUps(stage, sent, [
    ['2027-04-30T14:00:00Z', 'yes', 'yes'],
    ['2027-06-29T14:00:00Z', 'yes', 'yes'],
    ['2027-09-27T14:00:00Z', 'partly', 'yes'],
  ]);
  expect(await stepsOf(programme, sent, 'follow-up')).toHaveLength(3);
  await done(command(home, sent, 'close'));
  await expectGoodEnd(stage, sent);
  const told = await timelineOf(programme, sent);
  expect(told.held).toEqual({ programme: 21, home: 4, payer: 2, courier: 1 });
  for (const line of [
    '5 March 2027, 11:00 GMT-5: The service was changed: comprehensive review with a care plan.',
    '8 March 2027, 10:00 GMT-5: A record was added to the case: notice of a payment.',
    '31 March 2027, 10:00 GMT-4: The report was issued.',
    '5 April 2027, 11:00 GMT-4: The report was issued: summary after the video consultation.',
  ])
    expect(told.lines).toContain(line);
  expect((await timelineOf(home, sent, 'zh')).lines).toContain('2027年3月31日 10:00 GMT-4: 报告已出具。');
  // Nobody but the patient pays here.
  expect((await insurer.fetch('GET', `/${sent.request}`)).status).toBe(404);
});
