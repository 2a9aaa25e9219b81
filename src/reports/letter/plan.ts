import type { Resource } from '../../fhir/index.ts';
import { day, node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import { tellQuantity } from './amounts.ts';
import { fields, list, paragraph } from './blocks.ts';
import type { Block } from './model.ts';
import type { Reading } from './reading.ts';
import { follow, tellConcept, tellText } from './reading.ts';
import { chooseWords } from './words/choose.ts';

/** A recommended plan: what it is about, its steps in their order, its goals. */
export function planBlocks(reading: Reading, plan: Resource): Block[] {
  const { words } = reading;
  const said = [titleOf(reading, plan), tellText(words, plan, 'description')].filter((one) => one !== undefined);
  const notes = nodes(plan.note).flatMap((one) => text(one.text) ?? []);
  const steps = nodes(plan.activity).flatMap((one) => tellStep(reading, one) ?? []);
  const goals = nodes(plan.goal).flatMap(
    (one) => tellConcept(words, follow(reading, one)?.description) ?? text(one.display) ?? [],
  );
  return [
    ...said.map(paragraph),
    list(steps, true),
    fields([[words.labels.goals, goals.join('\n')]]),
    ...notes.map(paragraph),
  ];
}

/** A plan that is called what its section is called says nothing by that, least of all in another language. */
function titleOf({ words }: Reading, plan: Resource): string | undefined {
  const isPlain = text(plan.title) === chooseWords(text(plan.language) ?? words.language).sections.plan;
  return isPlain ? undefined : tellText(words, plan, 'title');
}

/** An activity: said within the plan, or in a record of its own. */
function tellStep(reading: Reading, activity: Node): string | undefined {
  const { words } = reading;
  const order: Node = follow(reading, activity.reference) ?? {};
  const detail = node(activity.detail);
  const parts = [
    tellConcept(words, order.medicationCodeableConcept) ??
      tellConcept(words, follow(reading, order.medicationReference)?.code) ??
      tellConcept(words, order.code) ??
      tellConcept(words, detail.code) ??
      tellConcept(words, detail.productCodeableConcept) ??
      text(node(activity.reference).display),
    tellText(words, order, 'description') ?? tellText(words, detail, 'description'),
    ...nodes(order.dosageInstruction).map(
      (dosage) => tellText(words, dosage, 'text') ?? tellText(words, dosage, 'patientInstruction'),
    ),
    tellQuantity(detail.dailyAmount),
    tellText(words, detail, 'scheduledString') ?? period(detail.scheduledPeriod) ?? day(order.occurrenceDateTime),
    text(node(detail.location).display),
    ...nodes(order.note).map((note) => text(note.text)),
  ];
  const said = [...new Set(parts.filter((one) => one !== undefined))];
  return said.length === 0 ? undefined : said.join('; ');
}

function period(value: unknown): string | undefined {
  const { start, end } = node(value);
  const days = [day(start), day(end)].filter((one) => one !== undefined);
  return days.length === 0 ? undefined : days.join(' – ');
}
