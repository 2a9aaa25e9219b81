import { localReference } from '../../../fhir/index.ts';
import type { Resource } from '../../../fhir/index.ts';
import { CANONICAL } from '../../catalogue.ts';
import type { Node } from '../../tree.ts';
import { nodes, text } from '../../tree.ts';
import type { Side } from './compare-texts.ts';
import { compareSides } from './compare-texts.ts';
import { decimalMark } from './decimals.ts';
import type { Drift, DriftKind } from './drift.ts';
import { foldText } from './fold.ts';
import type { TextBlock } from './narrative.ts';
import { readBlocks } from './narrative.ts';

const ANSWERED_QUESTION = `${CANONICAL}/StructureDefinition/answered-question`;
/** Elements of a Composition and of its sections that are codes. */
const CODED = ['type', 'category'];
const CODED_IN_SECTION = ['orderedBy', 'emptyReason'];
const MOST_DETAILS = 20;

interface SectionTree {
  /** All codes, to compare; empty where there are none. */
  readonly code: string;
  /** The first code, to show. */
  readonly label: string | undefined;
  readonly section: Node;
  readonly isEmpty: boolean;
  readonly blocks: readonly TextBlock[];
  readonly sections: readonly SectionTree[];
}

/**
 * What a translated Composition has changed that no translation may change: sections and their order, entries, questions,
 * codes, and in the title and the text of each section numbers, doses, units, dates, sides, stages and names with digits.
 * Wording is the translator's. Negations are not compared: languages negate too differently for it.
 */
export function compareCompositions(original: Resource, translated: Resource): Drift[] {
  const first = nodes(original.section).map(readSection);
  const second = nodes(translated.section).map(readSection);
  const languages = [text(original.language), text(translated.language)] as const;
  const marks = [decimalMark(textsOf(first), languages[0]), decimalMark(textsOf(second), languages[1])] as const;
  const side = (index: 0 | 1, blocks: readonly string[]): Side => ({
    blocks,
    language: languages[index],
    mark: marks[index],
  });
  return [
    ...compareLists('codes', 'Composition', 'type, category or event', headCodes(original), headCodes(translated)),
    ...compareLists('entries', 'Composition', 'subject or event', headReferences(original), headReferences(translated)),
    ...compareLists('sections', 'Composition', 'sections by code', first.map(codeOf), second.map(codeOf)),
    ...pairUp(first, second).flatMap(([mine, other, place]) => compareSections(mine, other, place, side)),
  ];
}

type MakeSide = (index: 0 | 1, blocks: readonly string[]) => Side;

function compareSections(mine: SectionTree, other: SectionTree, place: string, side: MakeSide): Drift[] {
  const presence = (one: SectionTree): string[] => (one.isEmpty ? ['no text'] : ['a text']);
  const isShapeAlike =
    mine.blocks.length === other.blocks.length &&
    mine.blocks.every(({ kind }, index) => kind === other.blocks[index]!.kind);
  const blocksOf = ({ blocks }: SectionTree): string[] =>
    isShapeAlike ? blocks.map((block) => block.text) : [blocks.map((block) => block.text).join(' \n ')];
  return [
    ...compareLists('sections', place, 'a text on one side alone', presence(mine), presence(other)),
    ...compareLists(
      'sections',
      place,
      'sections within by code',
      mine.sections.map(codeOf),
      other.sections.map(codeOf),
    ),
    ...compareSides(side(0, [titleOf(mine)]), side(1, [titleOf(other)]), `${place}.title`),
    ...compareLists('questions', place, 'the question as it was asked', questionsOf(mine), questionsOf(other)),
    ...compareLists('entries', place, 'entries', referencesIn(mine.section.entry), referencesIn(other.section.entry)),
    ...compareLists('codes', place, 'codes of the section', sectionCodes(mine.section), sectionCodes(other.section)),
    ...compareSides(side(0, blocksOf(mine)), side(1, blocksOf(other)), place),
    ...pairUp(mine.sections, other.sections).flatMap(([inner, counterpart, within]) =>
      compareSections(inner, counterpart, `${place}.${within}`, side),
    ),
  ];
}

/** Sections that stand for each other: by place where the codes agree, else by code, each time the next of the same code. */
function pairUp(
  first: readonly SectionTree[],
  second: readonly SectionTree[],
): (readonly [SectionTree, SectionTree, place: string])[] {
  const waiting = Map.groupBy(second, codeOf);
  const numbers = new Map<string, number>();
  const repeated = Map.groupBy(first, codeOf);
  return first.flatMap((one, index) => {
    const number = (numbers.get(one.code) ?? 0) + 1;
    numbers.set(one.code, number);
    const other = waiting.get(one.code)?.[number - 1];
    const isOnly = one.label !== undefined && repeated.get(one.code)!.length === 1;
    const name = one.label === undefined ? String(index + 1) : isOnly ? one.label : `${one.label} ${number}`;
    return other === undefined ? [] : [[one, other, `section(${name})`] as const];
  });
}

/** Lists that have to be the same in the same order. */
function compareLists(
  kind: DriftKind,
  place: string,
  what: string,
  mine: readonly string[],
  other: readonly string[],
): Drift[] {
  if (mine.length === other.length && mine.every((one, index) => one === other[index])) return [];
  const missing = without(mine, other);
  const added = without(other, mine);
  const isMoved = missing.length === 0 && added.length === 0;
  return [
    {
      kind,
      place,
      missing: missing.length,
      added: added.length,
      hint: isMoved ? `${what}: the same in another order` : what,
      details: { missing: missing.slice(0, MOST_DETAILS), added: added.slice(0, MOST_DETAILS) },
    },
  ];
}

function without(mine: readonly string[], other: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const one of other) counts.set(one, (counts.get(one) ?? 0) + 1);
  return mine.filter((one) => {
    const count = counts.get(one) ?? 0;
    counts.set(one, count - 1);
    return count <= 0;
  });
}

function readSection(section: Node): SectionTree {
  const [narrative = {}] = nodes(section.text);
  const blocks = readBlocks(text(narrative.div) ?? '').map(({ kind, text: said }) => ({ kind, text: foldText(said) }));
  return {
    code: codingsOf(section.code).join(' '),
    label: nodes(section.code).flatMap(({ coding }) => nodes(coding).flatMap(({ code }) => text(code) ?? []))[0],
    section,
    isEmpty: narrative.status === 'empty' || blocks.every((block) => block.text === ''),
    blocks,
    sections: nodes(section.section).map(readSection),
  };
}

function codeOf({ code }: SectionTree): string {
  return code;
}

function textsOf(sections: readonly SectionTree[]): string[] {
  return sections.flatMap(({ blocks, sections: within }) => [...blocks.map((block) => block.text), ...textsOf(within)]);
}

function titleOf({ section }: SectionTree): string {
  return foldText(text(section.title) ?? '');
}

function questionsOf({ section }: SectionTree): string[] {
  return nodes(section.extension)
    .filter(({ url }) => url === ANSWERED_QUESTION)
    .map(({ valueString }) => text(valueString) ?? '');
}

function headCodes(composition: Resource): string[] {
  const events = nodes(composition.event);
  return [
    ...CODED.flatMap((name) => codingsOf(composition[name])),
    ...events.flatMap(({ code }) => codingsOf(code)),
    ...[text(composition.confidentiality) ?? []].flat(),
  ];
}

function headReferences(composition: Resource): string[] {
  return [
    ...referencesIn(composition.subject),
    ...referencesIn(composition.encounter),
    ...nodes(composition.event).flatMap(({ detail }) => referencesIn(detail)),
  ];
}

function sectionCodes(section: Node): string[] {
  return [...CODED_IN_SECTION.flatMap((name) => codingsOf(section[name])), ...[text(section.mode) ?? []].flat()];
}

function codingsOf(concept: unknown): string[] {
  return nodes(concept).flatMap(({ coding }) =>
    nodes(coding).map(({ system, code }) => `${text(system) ?? ''}|${text(code) ?? ''}`),
  );
}

/** What a Reference points to; the version does not count, and nor does the name that is shown. */
function referencesIn(element: unknown): string[] {
  return nodes(element).map(({ reference, identifier }) => {
    const [named = {}] = nodes(identifier);
    return localReference(reference) ?? text(reference) ?? `${text(named.system) ?? ''}|${text(named.value) ?? ''}`;
  });
}
