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
    blocks: sectionBlocks(reading, section, heading, 3),
  };
}

function sectionBlocks(reading: Reading, section: Node, heading: string, level: 3 | 4): Block[] {
  const div = text(node(section.text).div);
  const written = div === undefined ? [] : readNarrative(div, heading).filter(hasContent);
  const entries = nodes(section.entry).flatMap((one) => follow(reading, one) ?? []);
  const more = entryBlocks(reading, entries, written).filter(hasContent);
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
  const inTables = written.filter(({ kind }) => kind === 'table');
  return [
    ...tables.filter((table) => !isSaid(table, inTables)),
    ...blocks.filter((block) => !isSaid(block, written)),
    ...shared,
  ];
}

const DRAWN: ReadonlySet<string> = new Set(['Observation', 'CarePlan', 'Claim']);

function ofType(records: readonly Resource[], type: string): Resource[] {
  return records.filter(({ resourceType }) => resourceType === type);
}

/** Parts of a block that are looked for in the text at most: one with more is drawn. */
const MOST_COMPARED = 200;

/** Whether the text says all that a block would, word for word. */
function isSaid(block: Block, written: readonly Block[]): boolean {
  const text = fold(written.flatMap(textsOf).join(' '));
  const said = block.kind === 'table' ? [...block.rows.flat(), ...(block.foot ?? [])] : textsOf(block);
  return said.length <= MOST_COMPARED && said.every((one) => text.includes(fold(one)));
}

function fold(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim();
}

const LANGUAGE = /^\s*<div(?:\s[^<>]*)?\s(?:xml:)?lang\s*=\s*["']([A-Za-z0-9-]{2,35})["']/;

/** Where the text of a section is in another language than the letter's words. */
function languageOf({ words, composition }: Reading, section: Node): string | undefined {
  const own = LANGUAGE.exec(text(node(section.text).div) ?? '')?.[1] ?? text(composition.language);
  return own === undefined || own.toLowerCase().split('-', 1)[0] === words.language ? undefined : own;
}
