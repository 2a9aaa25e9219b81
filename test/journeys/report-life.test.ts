import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NO_RULES } from '../../src/cases/index.ts';
import { REPORT_COMPOSITION, REPORT_TRANSLATED } from '../../src/cases/report/composition.ts';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { execute } from '../support/server.ts';
import { move } from './packet.ts';
import { publishReviewers } from './programme/acts.ts';
import { keysOf, timelineOf } from './programme/checks.ts';
import { command, create, done, entryOf, patch, read, standing, stepsOf, transact } from './programme/moves.ts';
import { fullPacket, sendPacket } from './programme/packet.ts';
import type { ProgrammeCase } from './programme/packet.ts';
import {
  changeReport,
  changesIn,
  compositionsOf,
  issueReport,
  narrative,
  translateReport,
  writeReport,
} from './programme/reports.ts';
import { guide, override, to } from './programme/words.ts';

/** The life of one report: refused, issued, translated, read, changed, said to be in error and written anew. */

/** Bears the name of a shipped programme, whose disclaimers it has. */
const PROGRAMME = 'specialist-or-panel';

let house: TestHouse;
let home: Partner;
let programme: Partner;
let stranger: Partner;
let sent: ProgrammeCase;
/** `DiagnosticReport/x` */
let report: string;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  stranger = await house.register('stranger', 'placer');
  programme = await house.register(PROGRAMME, 'programme');
  const rules = {
    ...NO_RULES,
    programme: PROGRAMME,
    languages: { ...NO_RULES.languages, bilingual: true },
    report: { sections: 'required' },
  };
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('${PROGRAMME}', 1, $rules$${JSON.stringify(rules)}$rules$)`,
  );
  await publishReviewers(programme, [{ id: 'oncologist', specialty: '394593009', speaks: ['en'] }]);
  const wanted = {
    programme: PROGRAMME,
    number: 'RL-1',
    service: 'single-specialist-opinion',
    at: '2026-03-01T09:00:00Z',
    language: 'vi',
  };
  sent = await sendPacket(home, fullPacket(wanted));
  await done(move(programme, sent.task, 'accepted', 'accepted'));
  await done(move(programme, sent.task, 'in-progress', 'under-review'));
});
afterAll(() => house.stop());

const named = (report: Json, url: string): string[] =>
  report.extension.filter((one: Json) => one.url === url).map(({ valueReference }: Json) => valueReference.reference);

test('what is missing is listed at once, and nothing of the refused Bundle is kept', async () => {
  const bare = await create(programme, {
    resourceType: 'DiagnosticReport',
    status: 'preliminary',
    basedOn: [to(sent.request)],
    subject: to(sent.patient),
    code: { text: 'Second opinion' },
    resultsInterpreter: [to('PractitionerRole/oncologist')],
    conclusion: 'Confirmed.',
  });
  expect(keysOf(await patch(programme, bare, { status: 'final' }))).toEqual(['translation-open', 'report-sections']);
  await done(patch(programme, bare, { status: 'cancelled' }));

  report = await writeReport(programme, sent, 'oncologist', 'preliminary', { questions: ['Is it so?'] });
  const [draft] = await compositionsOf(programme, await read(programme, report));
  const unwritten = draft.section.filter(({ title }: Json) => title !== 'Summary' && title !== 'Please note');
  const worse = { ...draft, language: 'fr', section: unwritten, attester: undefined };
  const final = { ...(await read(programme, report)), status: 'final' };
  const refused = await transact(programme, entryOf(worse), entryOf(final));
  expect(keysOf(refused)).toEqual([
    ...['translation-open', 'report-composition', 'report-language', 'report-sections', 'report-disclaimer'],
    ...['report-question', 'report-attester'],
  ]);
  expect(refused.text).toContain('Question 2 of 2');
  expect(refused.text).not.toContain('What now?');
  expect((await read(programme, `Composition/${draft.id}`)).meta.versionId).toBe(draft.meta.versionId);
  const answers = draft.section.find(({ title }: Json) => title === 'Answers');
  const second = {
    ...answers.section[0],
    extension: [{ ...answers.section[0].extension[0], valueString: 'What now?' }],
  };
  answers.section.push(second);
  await done(programme.fetch('PUT', `/Composition/${draft.id}`, draft));
});

test('it is issued, and its translation follows: only where the two say the same', async () => {
  await done(issueReport(programme, report, override('translation-open', 'The patient waits for it.')));
  expect(await standing(home, sent)).toBe('completed report-issued');
  const issued = await read(home, report);
  expect(Date.parse(issued.issued)).toBeLessThanOrEqual(Date.now());
  const [asked] = await stepsOf(programme, sent, 'translation');
  expect(asked).toMatchObject({ focus: to(report), input: [{ valueCode: 'vi' }] });
  const wrong = await translateReport(programme, asked, 'vi', (words) => words.replace('1000 mg', '100 mg'));
  expectOutcome(wrong, 422, 'translation-drift', 'Bundle.entry[2].resource.output');
  expect(wrong.text).toContain('section(plan): doses');
  expect(wrong.text).not.toContain('1000');
  await done(translateReport(programme, asked, 'vi'));
  const [translated] = named(await read(home, report), REPORT_TRANSLATED);
  expect(await read(home, translated!)).toMatchObject({ language: 'vi', status: 'final' });
  expect((await timelineOf(home, sent)).types.slice(-2)).toEqual(['translation-completed', 'report-translated']);
});

test('what it says does not change behind its back', async () => {
  const [original] = named(await read(home, report), REPORT_COMPOSITION);
  const composition = await read(programme, original!);
  const [summary, ...others] = composition.section;
  const other = { ...composition, section: [{ ...summary, text: narrative('Something else.') }, ...others] };
  expectOutcome(await programme.fetch('PUT', `/${original}`, other), 422, 'report-fixed', 'Composition');
  const { result } = await read(programme, report);
  const observation = await read(programme, result[0].reference);
  const revised = await programme.fetch('PUT', `/${result[0].reference}`, { ...observation, note: [{ text: 'new' }] });
  expectOutcome(revised, 422, 'report-fixed', 'Observation');
  expect((await stranger.fetch('GET', `/${original}`)).status).toBe(404);
});

test('the home side acknowledges it once, by name or by a message', async () => {
  const legal = await done(home.fetch('GET', `/${sent.request}/$command`));
  expect(JSON.stringify(legal)).toContain('"acknowledge"');
  expectOutcome(await command(programme, sent, 'acknowledge'), 403, 'not-your-move');
  const told = await done(command(home, sent, 'acknowledge'));
  const { resource: message } = told.parameter.find(({ name }: Json) => name === 'message');
  expect(message).toMatchObject({ resourceType: 'Communication', about: [to(report)] });
  expectOutcome(await command(home, sent, 'acknowledge'), 422, 'illegal-move');
  const { id: _id, meta: _meta, ...again } = message;
  expectOutcome(await home.fetch('POST', '/Communication', again), 422, 'report-acknowledged', 'Communication.about');
  const forged = { ...again, sender: to(`Organization/${PROGRAMME}`) };
  expectOutcome(await programme.fetch('POST', '/Communication', forged), 403, 'not-your-move');
  expect((await timelineOf(programme, sent)).lines.at(-1)).toMatch(
    /The hospital or its EHR confirmed that it has the report\.$/,
  );
});

test('a change says what it changes, in both languages, and is acknowledged anew', async () => {
  const silent = await changeReport(programme, report, 'corrected', ({ section }) => section);
  expectOutcome(silent, 422, 'report-changes');
  const before = (await read(home, report)).issued;
  const corrected = await changeReport(programme, report, 'corrected', ({ language, section }) => [
    ...section,
    changesIn(language),
  ]);
  await done(Promise.resolve(corrected));
  expect(await standing(home, sent)).toBe('completed report-amended');
  expect(Date.parse((await read(home, report)).issued)).toBeGreaterThan(Date.parse(before));
  await done(command(home, sent, 'acknowledge'));
  expect((await timelineOf(home, sent)).types.slice(-2)).toEqual(['report-amended', 'report-acknowledged']);
});

test('one that was in error gives way to another', async () => {
  const early = await writeReport(programme, sent, 'oncologist', 'final').catch((error: Error) => error.message);
  expect(early).toContain('illegal-move');
  const issued = await read(home, report);
  const parts = [...named(issued, REPORT_COMPOSITION), ...named(issued, REPORT_TRANSLATED), issued.result[0].reference];
  await done(patch(programme, report, { status: 'entered-in-error' }));
  expect(await standing(home, sent)).toBe('completed report-withdrawn');
  for (const part of parts) expect((await read(home, part)).status).toBe('entered-in-error');
  const message = {
    resourceType: 'Communication',
    status: 'completed',
    about: [to(report)],
    basedOn: [to(sent.request)],
  };
  const acknowledged = { ...message, category: [guide('message-kind', 'report-acknowledged')] };
  expectOutcome(
    await home.fetch('POST', '/Communication', acknowledged),
    422,
    'report-acknowledged',
    'Communication.about',
  );
  const withdrawn = `/${sent.request}/$draft-report?report=${report.split('/')[1]!}`;
  expectOutcome(await programme.fetch('GET', withdrawn), 422, 'report-withdrawn');
  const another = await writeReport(programme, sent, 'oncologist', 'preliminary');
  await done(issueReport(programme, another, override('translation-open', 'The patient waits for it.')));
  expect(await standing(home, sent)).toBe('completed report-issued');
  const { output } = await read(home, sent.task);
  expect(output.map(({ valueReference }: Json) => valueReference?.reference)).toEqual([report, another]);
  const asked = (await stepsOf(programme, sent, 'translation')).filter(({ status }) => status === 'requested');
  expect(asked).toMatchObject([{ focus: to(another) }]);
  for (const language of ['en', 'vi', 'zh'])
    for (const line of (await timelineOf(home, sent, language)).lines) expect(line).toMatch(/^[^{}]+: [^{}]+[.。]$/);
});
