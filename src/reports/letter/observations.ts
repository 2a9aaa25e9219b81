import { OPINION_SYSTEM } from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import { tellQuantity } from './amounts.ts';
import { fields } from './blocks.ts';
import type { Block } from './model.ts';
import { tellConcept, tellText } from './reading.ts';
import type { Words } from './words/words.ts';

/** The code by which a reviewer's Observation says what it is; undefined for those of the packet. */
export function opinionCode(record: Resource): string | undefined {
  return record.resourceType === 'Observation' ? codeOf(record.code) : undefined;
}

/** The first opinion beside the second, one row for each diagnosis, stage or treatment compared. */
export function differenceTable(words: Words, observations: readonly Resource[]): Block {
  const { caption, head, none } = words.differences;
  const rows = observations.map((one) => {
    const side = (code: string): string => tellValue(words, componentOf(one, code)) ?? none;
    return [
      side('difference-aspect'),
      side('first-opinion'),
      side('second-opinion'),
      tellConcept(words, one.valueCodeableConcept) ?? none,
    ];
  });
  return { kind: 'table', caption, head, rows };
}

/** How the opinion as a whole stands to the first, by aspect. */
export function concordanceFields(words: Words, observation: Resource): Block {
  return fields(
    nodes(observation.component).flatMap((component) => {
      const aspect = codeOf(component.code)?.replace(/^concordance-/, '') ?? '';
      const label = words.aspects[aspect] ?? tellConcept(words, component.code);
      return label === undefined ? [] : [[label, tellValue(words, component)] as const];
    }),
  );
}

export function travelFields(words: Words, observation: Resource): Block {
  const notes = nodes(observation.note).flatMap((one) => text(one.text) ?? []);
  const advice = tellConcept(words, observation.valueCodeableConcept);
  return fields([[words.labels.travel, [...(advice === undefined ? [] : [advice]), ...notes].join('\n')]]);
}

/** Code and value of any other Observation: "Haemoglobin: 13.1 g/dL". */
export function tellObservation(words: Words, observation: Resource): string | undefined {
  const code = tellConcept(words, observation.code);
  const value = tellValue(words, observation);
  return value === undefined || code === undefined ? (code ?? value) : `${code}${words.colon}${value}`;
}

function codeOf(concept: unknown): string | undefined {
  return text(nodes(node(concept).coding).find(({ system }) => system === OPINION_SYSTEM)?.code);
}

function componentOf(observation: Resource, code: string): Node {
  return nodes(observation.component).find((one) => codeOf(one.code) === code) ?? {};
}

function tellValue(words: Words, holder: Node): string | undefined {
  return (
    tellConcept(words, holder.valueCodeableConcept) ??
    tellText(words, holder, 'valueString') ??
    tellQuantity(holder.valueQuantity)
  );
}
