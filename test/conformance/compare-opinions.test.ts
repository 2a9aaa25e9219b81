import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CANONICAL, NO_RULES } from '../../src/cases/index.ts';
import { opinion, packet, refOf, sendCase, SYSTEM, workUntilReview } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { startHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { execute } from '../support/server.ts';

/** https://consilium.example/fhir/OperationDefinition/compare-opinions, and when a third opinion may be asked for */

let house: TestHouse;
let home: Partner;
let programme: Partner;
/** Gives a third opinion only where the second differs. */
let second: Partner;
let confirmed: SentCase;
let revised: SentCase;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  second = await house.register('second', 'programme');
  const rules = JSON.stringify({ ...NO_RULES, programme: 'second', thirdOpinion: 'only-where-differs' });
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('second', 1, $rules$${rules}$rules$)`,
  );
  confirmed = await answered('T-1', { diagnosis: 'confirmed', treatment: 'confirmed' });
  revised = await answered('T-2', { diagnosis: 'confirmed', treatment: 'revised' }, [
    ['diagnosis', 'confirmed', { valueCodeableConcept: ADENOCARCINOMA }, { valueCodeableConcept: ADENOCARCINOMA }],
    ['treatment', 'revised', { valueString: 'Operate at once.' }, { valueString: 'Chemotherapy first.' }],
  ]);
});
afterAll(() => house.stop());

const coded = (system: string, code: string) => ({ coding: [{ system: `${CANONICAL}/CodeSystem/${system}`, code }] });

/** A case with the home doctor's opinion, in which the programme has issued its report. */
async function answered(
  number: string,
  said: Record<string, string>,
  differences: readonly Told[] = [],
): Promise<SentCase> {
  const bundle = packet({ number, programme: 'programme' });
  const letter = bundle.entry.find(({ resource }) => resource['resourceType'] === 'DocumentReference')!;
  Object.assign(letter.resource, {
    category: [coded('packet-document-kind', 'first-opinion')],
    date: '2026-02-01T00:00:00Z',
    description: 'Operate at once.',
  });
  const answer = await home.fetch('POST', '', bundle);
  if (answer.status !== 200) throw new Error(answer.text);
  const refs = answer.body.entry.map(({ response }: Json) => refOf(response.location)) as string[];
  const request = refs.at(-1)!;
  const found = await home.fetch('GET', `/Task?based-on=${request}`);
  const sent = { number, request, task: `Task/${found.body.entry[0].resource.id}`, patient: refs[0]!, refs };
  await workUntilReview(programme, sent.task);
  await issue(programme, sent, said, differences);
  return sent;
}

/** Aspect, code of concordance, and what the two opinions say. */
type Told = readonly [aspect: string, code: string, first: object, second: object];

const ADENOCARCINOMA = { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'C34.1' }] };

async function issue(
  by: Partner,
  sent: SentCase,
  said: Record<string, string>,
  differences: readonly Told[] = [],
): Promise<void> {
  const observe = async (kind: string, more: object): Promise<{ reference: string }> => {
    const answer = await by.fetch('POST', '/Observation', {
      resourceType: 'Observation',
      status: 'final',
      basedOn: [{ reference: sent.request }],
      subject: { reference: sent.patient },
      code: coded('opinion-observation', kind),
      ...more,
    });
    if (answer.status !== 201) throw new Error(answer.text);
    return { reference: `Observation/${answer.body.id}` };
  };
  const concordance = await observe('concordance', {
    component: Object.entries(said).map(([aspect, code]) => ({
      code: coded('opinion-observation', `concordance-${aspect}`),
      valueCodeableConcept: coded('concordance', code),
    })),
  });
  const told: { reference: string }[] = [];
  for (const [aspect, code, first, second] of differences) {
    const component = [
      {
        code: coded('opinion-observation', 'difference-aspect'),
        valueCodeableConcept: coded('difference-aspect', aspect),
      },
      { code: coded('opinion-observation', 'first-opinion'), ...first },
      { code: coded('opinion-observation', 'second-opinion'), ...second },
    ];
    told.push(await observe('difference', { valueCodeableConcept: coded('concordance', code), component }));
  }
  const report = opinion(sent, { result: [concordance, ...told], issued: '2026-03-04T09:00:00Z' });
  const answer = await by.fetch('POST', '/DiagnosticReport', report);
  if (answer.status !== 201) throw new Error(answer.text);
}

/** Sends the same patient's request again, based on an earlier one. */
function sendThird(number: string, earlier: SentCase, to: string): Promise<Answer> {
  const bundle = packet({ number, programme: to, request: { basedOn: [{ reference: earlier.request }] } });
  const [patient, ...others] = bundle.entry;
  const ifNoneExist = `identifier=${SYSTEM}|${earlier.number}-patient`;
  const same = { ...patient!, request: { ...patient!.request, ifNoneExist } };
  return home.fetch('POST', '', { ...bundle, entry: [same, ...others] });
}

/** `second: diagnosis=confirmed` for each opinion, `treatment differs: yes` for each aspect. */
function lines({ status, body }: Answer): string[] {
  expect(status).toBe(200);
  return body.parameter.map(({ name, part }: Json) => {
    const value = (which: string): Json => part.find((one: Json) => one.name === which);
    if (name === 'differs') return `${value('aspect').valueCode} differs: ${value('differs').valueCode}`;
    const said = ['diagnosis', 'stage', 'treatment'].flatMap((aspect) =>
      value(aspect) === undefined ? [] : [`${aspect}=${value(aspect).valueCoding.code}`],
    );
    return `${value('position').valueCode} ${value('status').valueCode}: ${said.join(' ')} ${tellWords(value)}`;
  });
}

/** Of a document nobody knows what it says, but what it is called. */
function tellWords(value: (which: string) => Json): string {
  const isFirst = value('position')?.valueCode === 'first';
  expect(value(isFirst ? 'conclusion' : 'title')).toBeUndefined();
  return value(isFirst ? 'title' : 'conclusion')?.valueString;
}

describe('the opinions on a case', () => {
  test('stand side by side: the home doctor’s own, and the second', async () => {
    const answer = await home.fetch('GET', `/${revised.request}/$compare-opinions`);
    expect(lines(answer)).toEqual([
      'first current:  Operate at once.',
      'second final: diagnosis=confirmed treatment=revised The plan is confirmed.',
      'diagnosis differs: no',
      'treatment differs: yes',
    ]);
    expect((await programme.fetch('GET', `/${revised.request}/$compare-opinions`)).body).toEqual(answer.body);
  });

  test('with each difference, both sides of it, and the record that says so', async () => {
    const { body } = await home.fetch('GET', `/${revised.request}/$compare-opinions`);
    const second = body.parameter.find(({ part }: Json) => part[0].valueCode === 'second');
    const differences = second.part.filter(({ name }: Json) => name === 'difference').map(({ part }: Json) => part);
    const system = `${CANONICAL}/CodeSystem/concordance`;
    expect(differences).toEqual([
      [
        { name: 'aspect', valueCode: 'diagnosis' },
        { name: 'first', valueCodeableConcept: ADENOCARCINOMA },
        { name: 'second', valueCodeableConcept: ADENOCARCINOMA },
        { name: 'difference', valueCoding: { system, code: 'confirmed' } },
        { name: 'observation', valueReference: { reference: expect.stringMatching(/^Observation\//) } },
      ],
      [
        { name: 'aspect', valueCode: 'treatment' },
        { name: 'first', valueString: 'Operate at once.' },
        { name: 'second', valueString: 'Chemotherapy first.' },
        { name: 'difference', valueCoding: { system, code: 'revised' } },
        { name: 'observation', valueReference: { reference: expect.stringMatching(/^Observation\//) } },
      ],
    ]);
    // The same for outcome figures, over all cases.
    const kind = `code=${CANONICAL}/CodeSystem/opinion-observation|difference`;
    const found = await home.fetch('GET', `/Observation?${kind}&value-concept=${system}|revised`);
    expect(found.body.entry.map(({ resource }: Json) => `Observation/${resource.id}`)).toEqual([
      differences[1].at(-1).valueReference.reference,
    ]);
  });

  test('and the third of a case that is based on another, for who takes part in both', async () => {
    const sent = await sendThird('T-3', revised, 'second');
    expect(sent.status).toBe(200);
    const refs = sent.body.entry.map(({ response }: Json) => refOf(response.location)) as string[];
    const request = refs.at(-1)!;
    const task = `Task/${(await home.fetch('GET', `/Task?based-on=${request}`)).body.entry[0].resource.id}`;
    const third = { number: 'T-3', request, task, patient: refs[0]!, refs };
    expect(lines(await home.fetch('GET', `/${request}/$compare-opinions`))).toEqual([
      'first current:  Operate at once.',
      'second final: diagnosis=confirmed treatment=revised The plan is confirmed.',
      'diagnosis differs: no',
      'treatment differs: yes',
    ]);
    await workUntilReview(second, task);
    await issue(second, third, { diagnosis: 'undetermined', treatment: 'confirmed' });
    expect(lines(await home.fetch('POST', `/${request}/$compare-opinions`))).toEqual([
      'first current:  Operate at once.',
      'second final: diagnosis=confirmed treatment=revised The plan is confirmed.',
      'third final: diagnosis=undetermined treatment=confirmed The plan is confirmed.',
      'diagnosis differs: unknown',
      'treatment differs: yes',
    ]);
    // The third reviewer is shown nothing of a case that it takes no part in.
    const own = await second.fetch('GET', `/${request}/$compare-opinions`);
    expect(lines(own)).toEqual([
      'second final: diagnosis=undetermined treatment=confirmed The plan is confirmed.',
      'diagnosis differs: unknown',
      'treatment differs: no',
    ]);
  });

  test('are for the parties, with the scopes for what is shown', async () => {
    const address = `/${revised.request}/$compare-opinions`;
    expectOutcome(await second.fetch('GET', address), 404, 'not-found');
    const scope = 'system/ServiceRequest.rs system/DiagnosticReport.rs';
    const reader = await house.register('reader', 'placer', scope);
    expectOutcome(await reader.fetch('GET', address), 403, 'scope-missing');
    expectOutcome(await home.fetch('GET', `${address}?aspect=stage`), 400, 'unknown-parameter');
    const draft = await home.fetch('POST', '', packet({ number: 'T-9', programme: 'programme', status: 'draft' }));
    const unsent = refOf(draft.body.entry.at(-1).response.location);
    expectOutcome(await home.fetch('GET', `/${unsent}/$compare-opinions`), 422, 'no-case');
  });

  test('a new case has nothing to compare', async () => {
    const sent = await sendCase(home, { number: 'T-4', programme: 'programme' });
    const answer = await home.fetch('GET', `/${sent.request}/$compare-opinions`);
    expect(answer.body).toEqual({ resourceType: 'Parameters' });
  });

  test('the definition is among the guide’s', async () => {
    const { body } = await home.fetch('GET', '/OperationDefinition/compare-opinions');
    expect(body).toMatchObject({ code: 'compare-opinions', resource: ['ServiceRequest'], affectsState: false });
  });
});

describe('a third opinion', () => {
  test('is not given where the second has confirmed the first, by a programme that says so', async () => {
    expectOutcome(await sendThird('T-5', confirmed, 'second'), 422, 'third-opinion');
  });

  test('is given by one that has no such rule', async () => {
    expect((await sendThird('T-6', confirmed, 'programme')).status).toBe(200);
  });
});
