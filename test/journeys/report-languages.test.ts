import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { REPORT_DOCUMENT, sumDifferences } from '../../src/cases/index.ts';
import { parseStored } from '../../src/fhir/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { composeLetter, documentDigest, documentUuid, verifyDocument } from '../../src/reports/index.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { readProgramme } from '../support/programme.ts';
import { execute } from '../support/server.ts';
import { until } from './packet.ts';
import { translationProvenance } from './programme/acts.ts';
import { keysOf } from './programme/checks.ts';
import {
  command,
  create,
  step,
  done,
  entryOf,
  patch,
  patchCase,
  read,
  standing,
  stepsOf,
  transact,
  writtenBy,
} from './programme/moves.ts';
import { output, to } from './programme/words.ts';
import { opinionsOn } from './programme/opinions.ts';
import { sendPacket } from './programme/packet.ts';
import type { ProgrammeCase } from './programme/packet.ts';
import { compositionsOf } from './programme/reports.ts';
import { ARABIC } from './report/arabic.ts';
import { CHINESE } from './report/chinese.ts';
import { asRead, expectGolden, layOut, linesOf, readLetter } from './report/letter-text.ts';
import { packetOf, publishStory } from './report/packet.ts';
import type { Story } from './report/story.ts';
import { VIETNAMESE } from './report/vietnamese.ts';
import { attestedAt, changeSections, fillIn, finish, handedOver, translateDraft } from './report/writing.ts';

/**
 * A report in two languages, from the packet to what the home side has of it in the end: an oncologist writes for Vietnam, a
 * cardiologist for China, a surgeon for an Arabic-speaking country. What the letters say is kept word by word in report/golden.
 */

const STORIES = [VIETNAMESE, CHINESE, ARABIC];
const ASKED = '2027-03-01T09:00:00Z';
const ISSUED = '2027-03-12T10:00:00Z';
const AMENDED = '2027-03-19T08:00:00Z';

let house: TestHouse;
let now = ASKED;
/** Home side and programme of each story. */
const parties = new Map<string, readonly [home: Partner, programme: Partner]>();

beforeAll(async () => {
  house = await startHouse({ clock: () => new Date(now) });
  // All before the first case is opened: rules that are set later count only after a while.
  for (const story of STORIES) {
    const home = await house.register(`hospital-${story.language}`, 'placer');
    const programme = await house.register(story.programme, 'programme');
    await setRules(story);
    await publishStory(home, programme, story);
    parties.set(story.language, [home, programme]);
  }
});
afterAll(() => house.stop());

/** The rules of a shipped programme; this one reads what its home side writes, and has words for those who read Arabic. */
async function setRules({ programme, language }: Story): Promise<void> {
  const shipped = readProgramme('specialist-or-panel');
  const rules = {
    ...shipped,
    programme,
    confirmation: { required: false },
    languages: { ...shipped.languages, read: ['en', language] },
    report: { ...shipped.report, disclaimer: { ...shipped.report.disclaimer, ar: ARABIC_DISCLAIMER } },
  };
  const values = `('${programme}', 1, $rules$${JSON.stringify(rules)}$rules$)`;
  await execute(house.database, `insert into programme_rules (organization, revision, rules) values ${values}`);
}

const ARABIC_DISCLAIMER =
  'هذا الرأي مشورة للطبيب المعالج ويستند إلى السجلات المرسلة. وهو لا يضع المريض تحت رعاية مؤلفيه، ولا يضمن أي نتيجة، وليس خدمة طوارئ: في الحالات الطارئة توجه فورًا إلى أقرب قسم طوارئ.';

/** Of the entries of a hand-over. */
const TRANSLATED = 'urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e2b00';
const PROVENANCE = 'urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e2b01';

/** A signed document with its letter, as the home side has them. */
interface Filed {
  /** `Bundle/x` */
  readonly ref: string;
  /** JSON of the Bundle, to the letter. */
  readonly text: string;
  readonly bundle: Resource;
  readonly pdf: Uint8Array;
  /** `DocumentReference/x` of the letter. */
  readonly letter: string;
}

describe.each(STORIES.map((story) => [story.language, story] as const))('English and %s', (language, story) => {
  let home: Partner;
  let programme: Partner;
  let sent: ProgrammeCase;
  /** `Task/x` */
  let reviewTask: string;
  /** `DiagnosticReport/x` */
  let report: string;
  /** As it was issued, then as it was amended: original and translation. */
  let issued: readonly Filed[];
  let amended: readonly Filed[];

  beforeAll(() => {
    now = ASKED;
    [home, programme] = parties.get(language)!;
  });

  async function document(ref: string, url: string): Promise<Filed> {
    const { text } = await home.fetch('GET', `/${ref}`);
    const bundle = parseStored(text);
    const headers = { authorization: `Bearer ${home.token}`, accept: 'application/pdf' };
    const answer = await fetch(`${house.url}/fhir/${url}`, { headers });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    const { resource } = (bundle['entry'] as Json[]).at(-1);
    const pdf = new Uint8Array(await answer.arrayBuffer());
    return { ref, text, bundle, pdf, letter: `${resource.resourceType}/${resource.id}` };
  }

  /** The documents of the report in both languages, once they are others than these. */
  async function filed(former: readonly Filed[] = []): Promise<Filed[]> {
    const refsOf = ({ extension }: Json): string[] =>
      extension
        .filter(({ url }: Json) => url === REPORT_DOCUMENT)
        .map(({ valueReference }: Json) => valueReference.reference);
    const isThere = (answer: Answer): boolean => {
      const refs = refsOf(answer.body);
      return refs.length === 2 && former.every(({ ref }) => !refs.includes(ref));
    };
    const answer = await until(() => home.fetch('GET', `/${report}`), isThere);
    expect(isThere(answer)).toBe(true);
    const forms: Json[] = answer.body.presentedForm;
    expect(forms.map((form) => form.language)).toEqual(['en', language]);
    return Promise.all(refsOf(answer.body).map((ref, n) => document(ref, forms[n].url)));
  }

  /** Of a letter: en-vi, vi. */
  function nameOf(at: number): string {
    return at === 0 ? `en-${language}` : language;
  }

  /** What a letter says in print: all that its document says, and nothing else. */
  async function readBack({ bundle, pdf }: Filed): Promise<string[]> {
    const address = `${house.url}/verify/${documentUuid(bundle)}`;
    const letter = composeLetter(bundle, { verification: { address, digest: documentDigest(bundle) } });
    const lines = await readLetter(pdf, letter);
    expect(lines).toEqual(linesOf(letter));
    return lines;
  }

  /** What the server and, without it, the published root say of a document with its letter. */
  async function expectGenuine({ text, pdf, ref }: Filed, status: string): Promise<void> {
    const root = await (await fetch(`${house.url}/.well-known/consilium-report-root.pem`)).text();
    const offline = await verifyDocument(text, { roots: [root], now: new Date(now), pdf });
    expect(offline).toMatchObject({ outcome: 'valid', altered: [], letter: 'same' });
    const inHand = Buffer.from(pdf).toString('base64');
    const asked = `{"resourceType":"Parameters","parameter":[{"name":"document","resource":${text}},{"name":"pdf","valueBase64Binary":"${inHand}"}]}`;
    const { parameter } = await done(home.fetch('POST', '/Bundle/$verify', asked));
    const value = (name: string): unknown =>
      Object.entries(parameter.find((one: Json) => one.name === name) ?? {}).find(([key]) => key !== 'name')?.[1];
    expect([ref, value('outcome'), value('letter'), value('status')]).toEqual([ref, 'valid', 'same', status]);
  }

  test('the packet comes with questions and a first opinion, and a reviewer has it in hands', async () => {
    sent = await sendPacket(home, packetOf(story, ASKED));
    await done(patchCase(programme, sent, 'received', 'completeness-check'));
    await done(patchCase(programme, sent, 'accepted', 'accepted'));
    await done(patchCase(programme, sent, 'in-progress', 'under-review'));
    reviewTask = await create(programme, step(sent, 'review', `PractitionerRole/${story.reviewer.id}`));
    await done(patch(programme, reviewTask, { status: 'in-progress' }));
  });

  test('what the reviewer makes of the draft cannot go out before all of it is there', async () => {
    const draft = await done(programme.fetch('GET', `/${sent.request}/$draft-report?travel=true`));
    report = writtenBy(await done(programme.fetch('POST', '', fillIn(draft, story)))).at(-1)!;
    const refused = await patch(programme, report, { status: 'final' });
    expect(refused.status).toBe(422);
    expect(keysOf(refused)).toEqual([
      ...['reviews-missing', 'translation-open', 'report-composition', 'report-question', 'report-attester'],
    ]);
    expect(refused.text).toContain(`Question ${story.questions.length} of ${story.questions.length}`);
    expect(refused.text).not.toContain(story.questions.at(-1)!.asked);

    now = ISSUED;
    const [composition] = await compositionsOf(programme, await read(programme, report));
    await done(programme.fetch('PUT', `/Composition/${composition.id}`, finish(composition, story, now)));
    const said = [output('report', { valueReference: to(report) })];
    await done(patch(programme, reviewTask, { status: 'completed', output: said }));
  });

  test('its translation is handed over with one dose that has drifted, which stands against it until it is mended', async () => {
    await done(patchCase(programme, sent, 'in-progress', 'report-translation'));
    const [task] = (await stepsOf(programme, sent, 'translation')).filter(({ status }) => status === 'requested');
    expect(task).toMatchObject({ focus: to(report), input: [{ valueCode: language }] });
    const asked = `/${sent.request}/$draft-report?translate-to=${language}`;
    const [{ resource: draft }] = (await done(programme.fetch('GET', asked))).entry;
    const { right, wrong, told } = story.slip;
    const slipped = translateDraft(draft, story, (words) => words.replace(right, wrong));
    expect(JSON.stringify(slipped)).toContain(wrong);
    await done(
      transact(
        programme,
        entryOf(slipped, TRANSLATED),
        entryOf(translationProvenance(programme, TRANSLATED, 'human'), PROVENANCE),
        entryOf(handedOver(task, TRANSLATED)),
      ),
    );
    const refused = await goOut('final');
    expectOutcome(refused, 422, 'translation-drift');
    expect(keysOf(refused)).toEqual(['translation-drift']);
    expect(refused.text).toContain(told);
    expect(refused.text).not.toContain(wrong);

    const [, translated] = await compositionsOf(programme, await read(programme, report));
    const mended = JSON.parse(JSON.stringify(translated).replace(wrong, right));
    await done(programme.fetch('PUT', `/Composition/${translated.id}`, mended));
    await done(goOut('final'));
    expect(await standing(home, sent)).toBe('completed report-issued');
  });

  /** All goes out in one Bundle, attested now. `edit`: what becomes of the sections of each Composition. */
  async function goOut(
    status: 'final' | 'amended',
    edit = (composition: Json): Json[] => composition.section,
  ): Promise<Answer> {
    const written = await read(programme, report);
    const compositions = await compositionsOf(programme, written);
    const entries = compositions.map((one) =>
      entryOf({ ...one, status, attester: attestedAt(one, now), section: edit(one) }),
    );
    return transact(programme, ...entries, entryOf({ ...written, status }));
  }

  test('the letter in each language says all of it, and the home side can prove both', async () => {
    issued = await filed();
    for (const [n, one] of issued.entries()) {
      layOut(nameOf(n), one.pdf);
      const lines = await readBack(one);
      expectGolden(nameOf(n), lines);
      await expectGenuine(one, 'current');
      const asked = `/${report}/$document?language=${n === 0 ? 'en' : language}`;
      expect((await home.fetch('GET', asked)).text).toBe(one.text);
    }
  });

  test('what differs from the first opinion is found and counted at home', async () => {
    const kind = 'https://consilium.example/fhir/CodeSystem/opinion-observation|difference';
    const found = await done(home.fetch('GET', `/Observation?code=${kind}&subject=${sent.patient}&_count=50`));
    const codes: string[] = found.entry.map(({ resource }: Json) => resource.valueCodeableConcept.coding[0].code);
    expect(codes.sort()).toEqual(story.compared.map(({ code }) => code).sort());
    const [, second] = await opinionsOn(home, sent);
    const sums = Object.entries(sumDifferences(story.compared)).map(([aspect, code]) => `${aspect}=${code}`);
    expect(second).toBe(`second final: ${sums.join(' ')}`);
  });

  test('it is acknowledged, and amended: the new letters say what has changed, the former ones stay genuine', async () => {
    await done(command(home, sent, 'acknowledge'));
    now = AMENDED;
    const edit = (one: Json): Json[] => changeSections(one, story, one.language === 'en' ? 0 : 1);
    await done(goOut('amended', edit));
    expect(await standing(home, sent)).toBe('completed report-amended');
    amended = await filed(issued);
    for (const [n, one] of amended.entries()) {
      layOut(`${nameOf(n)}-amended`, one.pdf);
      // Before all else.
      const [, , first] = await readBack(one);
      expect(`<p>${first!.slice('P '.length)}</p>`).toBe(asRead(story.change.said[n]!));
      await expectGenuine(one, 'current');
      await expectGenuine(issued[n]!, 'superseded');
    }
    const letters = await Promise.all([...issued, ...amended].map(({ letter }) => read(home, letter)));
    expect(letters.map(({ status }) => status)).toEqual(['superseded', 'superseded', 'current', 'current']);
    await done(command(home, sent, 'acknowledge'));
  });

  test('one that turns out to be in error is withdrawn: it stays genuine, and nobody is to go by it', async () => {
    await done(patch(programme, report, { status: 'entered-in-error' }));
    for (const one of [...issued, ...amended]) {
      const { body } = await until(
        () => home.fetch('GET', `/${one.letter}`),
        (answer) => answer.body.status === 'entered-in-error',
      );
      expect(body.status).toBe('entered-in-error');
      await expectGenuine(one, 'withdrawn');
    }
    expect((await home.fetch('GET', `/${report}/$document`)).status).toBe(410);
  });
});
