import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AFFILIATION } from '../../src/cases/routing/reviewers.ts';
import { expectOutcome } from '../support/outcome.ts';
import type { Json } from '../support/house.ts';
import { answerFollowUp, proposedReviewers } from './programme/acts.ts';
import { publishReviewers, translate } from './programme/acts.ts';
import { everythingOf, expectGoodEnd, keysOf, ledgerOf, timelineOf } from './programme/checks.ts';
import { command, create, done, patch, standing, step, stepsOf } from './programme/moves.ts';
import { caseOf, furtherRequest, opinionsOn } from './programme/opinions.ts';
import { fullPacket, sendPacket } from './programme/packet.ts';
import type { FullPacket, ProgrammeCase } from './programme/packet.ts';
import { issueReport, translateReport, writeReport } from './programme/reports.ts';
import { say, sendAsked } from './programme/sending.ts';
import { openStage } from './programme/stage.ts';
import type { Stage } from './programme/stage.ts';
import { formTeam, heldMeeting, silence, statementOf, teamMeeting } from './programme/team.ts';
import { concept, override, SNOMED, to } from './programme/words.ts';

/**
 * A written opinion of a specialist or a panel: a coordinator talks with the patient first, and collates the records.
 * Worked by commands that are given by name; nobody pays here, and a third opinion is always given.
 */

const CHECK = '/ServiceRequest/$check-completeness';
const ONCOLOGY = '394593009';
const SURGERY = '408463005';
const PATHOLOGY = '394597005';
const PANEL = ['oncologist', 'surgeon', 'pathologist'];

const wanted: FullPacket = {
  programme: 'specialist-or-panel',
  number: 'SP-1',
  service: 'single-specialist-opinion',
  at: '2027-03-01T09:00:00Z',
  language: 'vi',
};

/** A parameter that names a record. */
const named = (ref: string): Json => ({ valueReference: to(ref) });

let stage: Stage;
let sent: ProgrammeCase;
/** `Type/id`s of what was translated. */
let translations: string[];

beforeAll(async () => {
  stage = await openStage('specialist-or-panel', wanted.at);
  const alsoAtHome = { extension: [{ url: AFFILIATION, valueReference: to('Organization/home') }] };
  const speaks = ['en'];
  await publishReviewers(stage.programme, [
    { id: 'oncologist', specialty: ONCOLOGY, speaks },
    { id: 'surgeon', specialty: SURGERY, speaks },
    { id: 'pathologist', specialty: PATHOLOGY, speaks },
    { id: 'second-oncologist', specialty: ONCOLOGY, speaks },
    { id: 'colleague', specialty: ONCOLOGY, speaks, more: alsoAtHome },
  ]);
});
afterAll(() => stage.stop());

test('what is missing, and what must not go through, is said before anything is sent', async () => {
  const { home } = stage;
  const whole = await home.fetch('POST', CHECK, fullPacket(wanted).bundle);
  expect(keysOf(whole)).toEqual([
    ...['document-language', 'document-language', 'document-language'],
    ...['price-band', 'expected-date', 'packet-complete'],
  ]);
  const lacking = fullPacket({ ...wanted, number: 'SP-0', leave: ['opinion', 'treatment'] });
  const told = await home.fetch('POST', CHECK, lacking.bundle);
  expect(keysOf(told, 'error')).toEqual(['packet-first-opinion', 'packet-prior-treatment']);
  const pressing = fullPacket({ ...wanted, number: 'SP-9', request: () => ({ priority: 'stat' }) });
  expectOutcome(await home.fetch('POST', '', pressing.bundle), 422, 'emergency', 'Bundle.entry[13].resource.priority');
});

test('the coordinator talks with the patient, who is better served by a panel', async () => {
  const { home, programme } = stage;
  sent = await sendPacket(home, fullPacket(wanted));
  await stage.passTo('2027-03-03T10:00:00Z');
  expectOutcome(await command(programme, sent, 'accept'), 422, 'service-unconfirmed');
  await done(command(programme, sent, 'receive'));
  expect(await standing(home, sent)).toBe('received service-confirmation');
  const question = await say(programme, sent, home, 'Would a panel of three suit you better?');
  await stage.passTo('2027-03-04T09:00:00Z');
  await say(home, sent, programme, 'Yes, the surgeon and the oncologist disagree.', question);
  const confirm = (service: string) => command(programme, sent, 'confirm-service', { service: { valueCode: service } });
  expectOutcome(await confirm('radiology-review'), 422, 'service-not-offered', 'Task.output');
  await done(confirm('multidisciplinary-opinion'));
  await done(command(programme, sent, 'start-check'));
});

test('records are collated: what is asked for is reminded of, comes, and pauses the clock', async () => {
  const { home, programme } = stage;
  await done(command(programme, sent, 'request-information', { text: { valueString: 'The operative report.' } }));
  expect(await standing(home, sent)).toBe('received awaiting-information');
  expectOutcome(await command(programme, sent, 'accept'), 422, 'still-awaited');
  await stage.passTo('2027-03-08T09:00:00Z');
  const [asked] = await stepsOf(home, sent, 'information-request');
  await done(sendAsked(home, asked, 'operative-report', 'vi'));
  expect(await standing(home, sent)).toBe('received completeness-check');
  await stage.passTo('2027-03-09T09:00:00Z');
  await done(command(programme, sent, 'accept'));
  expect((await timelineOf(home, sent)).due).toBe('2027-03-30T09:00:00.000Z');
});

test('what the reviewers do not read is translated before they begin', async () => {
  const { home, programme } = stage;
  await done(command(programme, sent, 'start-translation'));
  const asked = await stepsOf(programme, sent, 'translation');
  // Three letters, and what the patient wrote.
  expect(asked.filter(({ focus }) => focus.reference.startsWith('DocumentReference/'))).toHaveLength(3);
  expect(asked).toHaveLength(4);
  expectOutcome(await command(programme, sent, 'start-review'), 422, 'translation-open');
  await stage.passTo('2027-03-11T09:00:00Z');
  for (const task of asked) await done(translate(programme, task, 'en', 'machine-then-human'));
  const english = (record: Json): boolean => record.content?.[0].attachment.language === 'en';
  translations = (await everythingOf(home, sent)).filter(english).map(({ id }) => `DocumentReference/${id}`);
  expect(translations).toHaveLength(4);
});

test('the panel reviews, meets, and says what it says', async () => {
  const { home, programme } = stage;
  expect(await proposedReviewers(programme, sent)).toEqual([
    'oncologist fit',
    'second-oncologist fit',
    'colleague conflict-institution',
    'pathologist specialty',
    'surgeon specialty',
  ]);
  const give = (code: string, id: string) => command(programme, sent, code, { owner: named(`PractitionerRole/${id}`) });
  expectOutcome(await give('assign', 'colleague'), 422, 'reviewer-unfit');
  await done(give('assign', 'second-oncologist'));
  await done(give('reassign', 'oncologist'));
  await done(command(programme, sent, 'start-review'));
  // In the middle of it the panel wants to know more: the clock waits two days.
  await stage.passTo('2027-03-15T09:00:00Z');
  await done(command(programme, sent, 'request-information', { text: { valueString: 'Does she want to travel?' } }));
  expect(await standing(home, sent)).toBe('on-hold awaiting-information');
  await stage.passTo('2027-03-17T09:00:00Z');
  await done(command(home, sent, 'send-information', { text: { valueString: 'No.' } }));
  expect(await standing(home, sent)).toBe('in-progress under-review');
  expect((await timelineOf(home, sent)).due).toBe('2027-04-01T09:00:00.000Z');

  const team = await formTeam(programme, sent, PANEL);
  await done(command(programme, sent, 'convene-team', { focus: named(team) }));
  const [mdt] = await stepsOf(programme, sent, 'mdt');
  const [start, end] = ['2027-03-22T14:00:00Z', '2027-03-22T14:40:00Z'] as const;
  const meeting = await create(programme, teamMeeting(sent, `Task/${mdt.id}`, PANEL, start, end));
  expect(await standing(home, sent)).toBe('in-progress mdt-scheduled');
  await stage.passTo('2027-03-22T15:00:00Z');
  await create(programme, heldMeeting(sent, meeting, start, end));
  expect(await standing(home, sent)).toBe('in-progress mdt-complete');
  const said = [await statementOf(programme, sent, 'oncologist', 'Chemotherapy first.')];
  said.push(await statementOf(programme, sent, 'surgeon', 'Agreed.'));
  const complete = (more: readonly Json[]) =>
    patch(programme, `Task/${mdt.id}`, { status: 'completed', output: [...said, ...more] });
  expectOutcome(await complete([]), 422, 'statement-missing', 'Task.output');
  await done(complete([silence('pathologist', 'Called away; the slides were read before.')]));
});

test('the report waits for the reviews of all three, and goes home in two languages', async () => {
  const { home, programme } = stage;
  await stage.passTo('2027-03-29T10:00:00Z');
  const agrees = { diagnosis: 'confirmed', treatment: 'revised' };
  const report = await writeReport(programme, sent, PANEL, 'preliminary', { agrees });
  await done(command(programme, sent, 'complete-review', { focus: named(report) }));
  expect(keysOf(await issueReport(programme, report))).toEqual(['reviews-missing', 'translation-open']);
  for (const [id, specialty] of Object.entries({ surgeon: SURGERY, pathologist: PATHOLOGY })) {
    const performerType = [concept(SNOMED, specialty)];
    await create(programme, step(sent, 'review', `PractitionerRole/${id}`, { performerType }));
    await done(command(programme, sent, 'complete-review', { focus: named(report) }));
  }
  await done(command(programme, sent, 'translate-report'));
  expect(keysOf(await issueReport(programme, report))).toEqual(['translation-open']);
  await done(translateReport(programme, (await stepsOf(programme, sent, 'translation')).at(-1), 'vi'));
  await stage.passTo('2027-03-30T09:00:00Z');
  await done(issueReport(programme, report));
  expect(await standing(home, sent)).toBe('completed report-issued');
});

test('a third opinion is given whatever the second says, with nothing translated twice', async () => {
  const { home, programme } = stage;
  const asked = { number: 'SP-2', service: 'single-specialist-opinion', more: translations };
  const request = await create(home, await furtherRequest(home, sent, asked));
  const third = await caseOf(home, sent, 'SP-2', request);
  await done(command(programme, third, 'confirm-service', { service: { valueCode: 'single-specialist-opinion' } }));
  await done(command(programme, third, 'accept'));
  expect(await stepsOf(programme, third, 'translation')).toEqual([]);
  const give = (id: string) => command(programme, third, 'assign', { owner: named(`PractitionerRole/${id}`) });
  expectOutcome(await give('oncologist'), 422, 'reviewer-unfit');
  await done(give('second-oncologist'));
  const report = await writeReport(programme, third, 'second-oncologist', 'preliminary');
  await done(command(programme, third, 'complete-review', { focus: named(report) }));
  const untranslated = override('translation-open', 'The family reads it with the coordinator.');
  await done(issueReport(programme, report, untranslated));
  // Issued at once, it follows in the language of the hospital.
  const [late] = await stepsOf(programme, third, 'translation');
  await done(translateReport(programme, late, 'vi'));
  expect(await opinionsOn(home, third)).toEqual([
    'first current:',
    'second final: diagnosis=confirmed treatment=revised',
    'third final: diagnosis=confirmed',
    'diagnosis differs: no',
    'treatment differs: yes',
  ]);
});

test('30, 90 and 180 days later the hospital tells how it went', async () => {
  const { home } = stage;
  for (const [due, followed] of [
    ['2027-04-29T09:00:00.000Z', 'not-yet'],
    ['2027-06-28T09:00:00.000Z', 'partly'],
    ['2027-09-26T09:00:00.000Z', 'yes'],
  ] as const) {
    await stage.passTo(due);
    const asked = (await stepsOf(home, sent, 'follow-up')).at(-1)!;
    expect(asked).toMatchObject({ status: 'requested', authoredOn: due });
    await done(answerFollowUp(home, sent, asked, followed, 'yes'));
  }
  await done(command(home, sent, 'close'));
});

test('at the end the story is whole, its time is kept, and nobody else sees any of it', async () => {
  const { home, insurer } = stage;
  expect(await ledgerOf(stage, sent)).toEqual([
    'programme 2027-03-01T09:00:00.000Z',
    'home 2027-03-04T09:00:00.000Z',
    'programme 2027-03-08T09:00:00.000Z',
    'home 2027-03-15T09:00:00.000Z',
    'programme 2027-03-17T09:00:00.000Z',
    'closed 2027-03-30T09:00:00.000Z',
  ]);
  const told = await timelineOf(home, sent);
  expect(told.held).toEqual({ programme: 23, home: 6 });
  expect(told.lines).toEqual(expect.arrayContaining(STORY));
  const issued = '30 tháng 3, 2027, 09:00 GMT+0: Báo cáo đã được phát hành.';
  expect((await timelineOf(home, sent, 'vi')).lines).toContain(issued);
  await expectGoodEnd(stage, sent);
  for (const ref of [sent.request, sent.task]) expectOutcome(await insurer.fetch('GET', `/${ref}`), 404, 'not-found');
});

/** What both sides read of it, in short. */
const STORY = [
  '1 March 2027, 09:00 GMT+0: The hospital sent its request to the programme.',
  '3 March 2027, 10:00 GMT+0: The programme had not been in touch in the time that it promises.',
  '4 March 2027, 09:00 GMT+0: The service was changed: written opinion of a team of specialists.',
  '8 March 2027, 09:00 GMT+0: The hospital was reminded of what the programme had asked for.',
  '17 March 2027, 09:00 GMT+0: A meeting of the specialists was arranged: 22 March 2027, 14:00 GMT+0.',
  '29 March 2027, 10:00 GMT+0: The report is due soon: 1 April 2027, 09:00 GMT+0.',
  '30 March 2027, 09:00 GMT+0: The report was issued.',
  '29 April 2027, 09:00 GMT+0: The hospital answered how things went after the report.',
  '26 September 2027, 09:00 GMT+0: The hospital closed its request.',
];
