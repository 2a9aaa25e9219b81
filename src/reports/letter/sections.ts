import { ANSWERED_QUESTION, REPORT_SECTION_SYSTEM } from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import { hasContent, list, paragraph, textsOf } from './blocks.ts';
import { estimateTable } from './estimate.ts';
import type { Block, Section } from './model.ts';
import { readNarrative } from './narrative.ts';
import { concordanceFields, differenceTable, opinionCode, tellObservation, travelFields } from './observations.ts';
import { planBlocks } from './plan.ts';
import type { Reading } from './reading.ts';
import { follow, tellConcept } from './reading.ts';
import { sharedList } from './shared.ts';

/** A section of the report as the letter has it, and its code of `report-section`, if it has one. */
export interface ReadSection extends Section {
  readonly code?: string;
}

/** The sections of the report in their order, under their own titles. */
export function reportSections(reading: Reading): ReadSection[] {
  return nodes(reading.composition.section).map((section) => readSection(reading, section));
}

function readSection(reading: Reading, section: Node): ReadSection {
  const code = text(nodes(node(section.code).coding).find(({ system }) => system === REPORT_SECTION_SYSTEM)?.code);
  const heading = text(section.title) ?? tellConcept(reading.words, section.code) ?? '';
  const language = languageOf(reading, section);
  return {
    heading,
    ...(code === undefined ? {} : { code }),
    ...(language === undefined ? {} : { language }),
    blocks: sectionBlocks(reading, section, heading, 3, code === 'records'),
  };
}

function sectionBlocks(reading: Reading, section: Node, heading: string, level: 3 | 4, isOfRecords = false): Block[] {
  const div = text(node(section.text).div);
  const written = div === undefined ? [] : readNarrative(div, heading).filter(hasContent);
  const entries = nodes(section.entry).flatMap((one) => follow(reading, one) ?? []);
  const told = isOfRecords ? recordBlocks(reading, entries, written) : entryBlocks(reading, entries, written);
  const more = told.filter(hasContent);
  const below = nodes(section.section).flatMap((one) => partBlocks(reading, one, level));
  const blocks = [...written, ...more, ...below];
  const reason = blocks.length === 0 ? tellConcept(reading.words, section.emptyReason) : undefined;
  return reason === undefined ? blocks : [paragraph(reason)];
}

/** A part of a section under its own heading: of the answers, the question. */
function partBlocks(reading: Reading, part: Node, level: 3 | 4): Block[] {
  const asked = text(nodes(part.extension).find(({ url }) => url === ANSWERED_QUESTION)?.valueString);
  const title = text(part.title) ?? asked ?? tellConcept(reading.words, part.code);
  const blocks = sectionBlocks(reading, part, title ?? '', 4);
  return title === undefined ? blocks : [{ kind: 'heading', level, text: title }, ...blocks];
}

/** What was sent is named and not told: the first doctor's plan is none that this report recommends. */
function recordBlocks(reading: Reading, entries: readonly Resource[], written: readonly Block[]): Block[] {
  return written.length === 0 ? [sharedList(reading, entries)] : [];
}

/**
 * What a section's records say and its text does not. The text is what the reviewer attests, and comes first and whole;
 * differences and prices stand in a table in any case, unless the text has one with the same in it.
 */
function entryBlocks(reading: Reading, entries: readonly Resource[], written: readonly Block[]): Block[] {
  const { words } = reading;
  const coded = (code: string): Resource[] => entries.filter((one) => opinionCode(one) === code);
  const differences = coded('difference');
  const tables = [
    ...(differences.length === 0 ? [] : [differenceTable(words, differences)]),
    ...ofType(entries, 'Claim').map((claim) => estimateTable(words, claim)),
  ];
  const others = entries.filter((one) => !DRAWN.has(one.resourceType) && opinionCode(one) === undefined);
  const seen = ofType(entries, 'Observation').filter((one) => opinionCode(one) === undefined);
  const isOfRecords = others.length > 0;
  const blocks = [
    ...(differences.length > 0 ? [] : coded('concordance').map((one) => concordanceFields(words, one))),
    ...ofType(entries, 'CarePlan').flatMap((plan) => planBlocks(reading, plan)),
    ...coded('travel-advice').map((one) => travelFields(words, one)),
    // Among records that were shared, an Observation is one of them.
    ...(isOfRecords || seen.length === 0 ? [] : [list(seen.flatMap((one) => tellObservation(words, one) ?? []))]),
  ];
  const shared = isOfRecords && written.length === 0 ? [sharedList(reading, [...others, ...seen])] : [];
  const text = saidIn(written);
  const inTables = saidIn(written.filter(({ kind }) => kind === 'table'));
  return [
    ...tables.filter((table) => !isSaid(table, inTables)),
    ...blocks.filter((block) => !isSaid(block, text)),
    ...shared,
  ];
}

const DRAWN: ReadonlySet<string> = new Set(['Observation', 'CarePlan', 'Claim']);

function ofType(records: readonly Resource[], type: string): Resource[] {
  return records.filter(({ resourceType }) => resourceType === type);
}

/** Parts of a block that are looked for in the text at most: one with more is drawn. */
const MOST_COMPARED = 200;
/** Characters of the text in which they are looked for: of a longer one a letter shows no more. */
const MOST_SEARCHED = 50_000;

function saidIn(written: readonly Block[]): string {
  return fold(written.flatMap(textsOf).join(' ').slice(0, MOST_SEARCHED));
}

/** Whether the text says all that a block would, word for word. `text`: see {@link saidIn} */
function isSaid(block: Block, text: string): boolean {
  const said = block.kind === 'table' ? [...block.rows.flat(), ...(block.foot ?? [])] : textsOf(block).flatMap(partsOf);
  return said.length <= MOST_COMPARED && said.every((one) => text.includes(fold(one)));
}

/** A step says its parts one after the other, where the text may have other words between them. */
function partsOf(text: string): string[] {
  return text.split('; ');
}

/** Without what changes no meaning: case, and how the words are set. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

const LANGUAGE = /^\s*<div(?:\s[^<>]*)?\s(?:xml:)?lang\s*=\s*["']([A-Za-z0-9-]{2,35})["']/;

/** Where the text of a section is in another language than the letter's words. */
function languageOf({ words, composition }: Reading, section: Node): string | undefined {
  const own = LANGUAGE.exec(text(node(section.text).div) ?? '')?.[1] ?? text(composition.language);
  return own === undefined || own.toLowerCase().split('-', 1)[0] === words.language ? undefined : own;
}
