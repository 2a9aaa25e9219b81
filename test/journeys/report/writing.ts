import { ANSWERED_QUESTION, sumDifferences } from '../../../src/cases/index.ts';
import type { Json } from '../../support/house.ts';
import { guide, output, to } from '../programme/words.ts';
import { conceptOf } from './packet.ts';
import type { Compared, Story } from './story.ts';

/** What a reviewer and a translator make of the drafts that the server gives them. */

/** Which of a pair is written. */
type Side = 0 | 1;

function narrative(xhtml: string): Json {
  return { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${xhtml}</div>` };
}

const codeOf = (section: Json): string => section.code.coding[0].code;

/** The draft of a report as its reviewer fills it in: all but what is attested, and but for the last question. */
export function fillIn({ entry, ...bundle }: Json, story: Story): Json {
  const added = story.compared.filter(({ first }) => first === undefined);
  const drafted = entry.find(({ resource }: Json) => kindOf(resource) === 'difference');
  const more = added.map((one, n) => ({
    ...drafted,
    fullUrl: `urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e3a${String(n).padStart(2, '0')}`,
    resource: fillDifference({ ...drafted.resource, focus: undefined }, one, story),
  }));
  const refs = more.map(({ fullUrl }) => to(fullUrl));
  const fill = (resource: Json): Json => {
    switch (resource.resourceType) {
      case 'Composition':
        return { ...resource, section: resource.section.map((one: Json) => fillSection(one, story, refs)) };
      case 'Observation':
        return fillObservation(resource, story);
      case 'CarePlan':
        return { ...resource, status: 'active', activity: activitiesOf(story) };
      case 'Claim':
        return { ...resource, status: 'active', ...pricesOf(story) };
      default:
        return { ...resource, conclusion: story.compared[0]!.first!.said[0], result: [...resource.result, ...refs] };
    }
  };
  const filled = entry.map((one: Json) => ({ ...one, resource: fill(one.resource) }));
  return { ...bundle, entry: [...more, ...filled] };
}

function kindOf({ code, resourceType }: Json): string | undefined {
  return resourceType === 'Observation' ? code.coding[0].code : undefined;
}

function fillSection(section: Json, story: Story, differences: readonly Json[]): Json {
  const code = codeOf(section);
  if (code === 'answers') return { ...section, section: section.section.map((one: Json) => answer(one, story, 0)) };
  if (code === 'differences') {
    const { text: _drafted, ...rest } = section;
    return { ...rest, entry: [...section.entry, ...differences] };
  }
  return write(section, story, 0);
}

function write(section: Json, { texts }: Story, side: Side): Json {
  const xhtml = texts[codeOf(section)]?.[side];
  return section.text?.status === 'empty' && xhtml !== undefined ? { ...section, text: narrative(xhtml) } : section;
}

/** The reviewer shows each question in his own language, and leaves the last one for later. */
function answer(part: Json, { questions }: Story, side: Side): Json {
  const asked = part.extension.find(({ url }: Json) => url === ANSWERED_QUESTION).valueString;
  const n = questions.findIndex((one) => one.asked === asked);
  const title = side === 0 ? `${n + 1}. ${questions[n]!.english}` : part.title;
  const isLeft = side === 0 && n === questions.length - 1;
  return { ...part, title, ...(isLeft ? {} : { text: narrative(questions[n]!.answer[side]) }) };
}

function fillObservation(observation: Json, story: Story): Json {
  switch (kindOf(observation)) {
    case 'difference': {
      const told = sideOf(observation, 'first-opinion').valueCodeableConcept.text;
      const meant = story.compared.find(({ first }) => first?.said[1] === told);
      return fillDifference(observation, meant!, story);
    }
    case 'concordance': {
      const sums = Object.entries(sumDifferences(story.compared));
      const component = sums.map(([aspect, code]) => ({
        code: guide('opinion-observation', `concordance-${aspect}`),
        valueCodeableConcept: guide('concordance', code),
      }));
      return { ...observation, status: 'final', component };
    }
    default:
      return { ...observation, status: 'final', valueCodeableConcept: guide('travel-advice', story.travel) };
  }
}

function sideOf({ component }: Json, side: string): Json {
  return component.find(({ code }: Json) => code.coding[0].code === side);
}

function fillDifference(observation: Json, { aspect, code, first, second }: Compared, story: Story): Json {
  const kept = observation.component.filter(
    ({ code: kind }: Json) => kind.coding[0].code === 'first-opinion' && first !== undefined,
  );
  const aspectOf = {
    code: guide('opinion-observation', 'difference-aspect'),
    valueCodeableConcept: guide('difference-aspect', aspect),
  };
  const other =
    second === undefined
      ? []
      : [
          {
            code: guide('opinion-observation', 'second-opinion'),
            valueCodeableConcept: conceptOf(second, story, 'programme'),
          },
        ];
  const component = [aspectOf, ...kept, ...other];
  return { ...observation, status: 'final', valueCodeableConcept: guide('concordance', code), component };
}

function activitiesOf(story: Story): Json[] {
  return story.plan.map((one) => ({ detail: { status: 'not-started', code: conceptOf(one, story, 'programme') } }));
}

/** Amounts keep their digits: 145.00. */
function pricesOf(story: Story): Json {
  const { currency, items, total } = story.estimate;
  const money = (value: string): Json => ({ value: JSON.rawJSON(value), currency });
  return {
    item: items.map(({ said, quantity, unit, net }, n) => ({
      sequence: n + 1,
      productOrService: conceptOf({ said }, story, 'programme'),
      quantity: { value: quantity },
      unitPrice: money(unit),
      net: money(net),
    })),
    total: money(total),
  };
}

/** The Composition with its last question answered, attested at an instant. */
export function finish(composition: Json, story: Story, time: string): Json {
  const { asked, answer: said } = story.questions.at(-1)!;
  const section = composition.section.map((one: Json) =>
    codeOf(one) === 'answers'
      ? {
          ...one,
          section: one.section.map((part: Json) =>
            part.extension[0].valueString === asked ? { ...part, text: narrative(said[0]) } : part,
          ),
        }
      : one,
  );
  return { ...composition, section, attester: attestedAt(composition, time) };
}

/** Those who attest a Composition, at an instant: of a translation it is that of its original. */
export function attestedAt({ attester }: Json, time: string): Json[] {
  return attester.map((one: Json) => ({ ...one, time }));
}

/** The draft of a translation as it is filled in. `edit`: what goes wrong in it. */
export function translateDraft(composition: Json, story: Story, edit = (words: string): string => words): Json {
  const section = composition.section.map((one: Json) =>
    codeOf(one) === 'answers'
      ? { ...one, section: one.section.map((part: Json) => answer(part, story, 1)) }
      : write(one, story, 1),
  );
  return JSON.parse(edit(JSON.stringify({ ...composition, section })));
}

/** The Task of a translation as it is handed over with it. */
export function handedOver(task: Json, composition: string): Json {
  const handed = output('translated-document', { valueReference: to(composition) });
  return { ...task, status: 'completed', output: [handed] };
}

/** A Composition of an issued report as it is changed: a sentence, and what is said of it, before the disclaimer. */
export function changeSections(composition: Json, { change }: Story, side: Side): Json[] {
  const changed = composition.section.map((one: Json) =>
    codeOf(one) === change.section
      ? { ...one, text: { ...one.text, div: one.text.div.replace(change.from[side], change.to[side]) } }
      : one,
  );
  const said = {
    title: side === 0 ? 'What has changed' : CHANGES[composition.language],
    code: guide('report-section', 'changes'),
    text: narrative(change.said[side]),
  };
  return [...changed.slice(0, -1), said, changed.at(-1)];
}

const CHANGES: Readonly<Record<string, string>> = {
  vi: 'Nội dung thay đổi',
  zh: '更改内容',
  ar: 'ما الذي تغير',
};
