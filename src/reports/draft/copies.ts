import { CANONICAL, readDifferences, REPORT_SECTION_SYSTEM } from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import { chooseWords } from '../letter/words/choose.ts';
import type { FormerPair } from './former.ts';
import { findFormer, findKept, questionOf } from './former.ts';
import { draftEntry, to, transactionOf } from './input.ts';
import { narrative, paragraph } from './narrative.ts';
import { recordsText } from './records.ts';
import { differencesTable, disclaimerText, questionTitle, section, unwritten } from './sections.ts';
import { draftWords } from './words.ts';

export interface CopyInput {
  /** The Composition that is copied; its id is the stored one's. */
  readonly composition: Resource;
  /** Instant. */
  readonly now: string;
  /** A `urn:uuid:` */
  readonly newUrn: () => string;
}

export interface TranslationInput extends CopyInput {
  readonly caseNumber: string;
  /** BCP 47: into which it is to be translated. */
  readonly language: string;
  /** The programme's own disclaimer in that language; else the one of every report. */
  readonly disclaimer?: string;
  /** Records of the case as far as they may be read; among them the version before, with its translation. */
  readonly members: readonly Resource[];
}

/** What the server, or somebody's hand, has put to the stored record and the new one does not have. */
const OWN: ReadonlySet<string> = new Set(['id', 'meta', 'identifier', 'text', 'relatesTo', 'implicitRules']);

/**
 * The next version of an issued report: what was said stands there, and what has changed is still to be written. The report
 * itself names it once it is done.
 */
export function draftNextVersion({ composition, now, newUrn }: CopyInput): Resource {
  const language = text(composition.language) ?? 'en';
  const changes = section(chooseWords(language), 'changes', unwritten(draftWords(language)));
  const kept = nodes(composition.section).filter((one) => codeOf(one) !== 'changes');
  const end = kept.findIndex((one) => codeOf(one) === 'disclaimer');
  const at = end < 0 ? kept.length : end;
  return transactionOf([
    draftEntry(newUrn(), {
      ...copyOf(composition),
      meta: { profile: [`${CANONICAL}/StructureDefinition/report-composition`] },
      status: 'preliminary',
      date: now,
      relatesTo: [{ code: 'replaces', targetReference: to(`Composition/${composition.id ?? ''}`) }],
      section: [...kept.slice(0, at), changes, ...kept.slice(at)],
    }),
  ]);
}

/**
 * The translation of a report: the same sections with the same entries and questions, headings and disclaimer in the other
 * language, and all texts still to be translated, but those that stand in the translation of the version before.
 */
export function draftTranslation(input: TranslationInput): Resource {
  const { composition, caseNumber, language, members, now, newUrn } = input;
  const former = findFormer(composition, language, members);
  return transactionOf([
    draftEntry(newUrn(), {
      ...copyOf(composition),
      meta: { profile: [`${CANONICAL}/StructureDefinition/report-translated-composition`] },
      language,
      status: 'preliminary',
      date: now,
      title: chooseWords(language).title(caseNumber),
      relatesTo: [{ code: 'transforms', targetReference: to(`Composition/${composition.id ?? ''}`) }],
      section: nodes(composition.section).map((one, n) => translateSection(input, former, one, n)),
    }),
  ]);
}

/** Who attested what is copied has not seen the copy: who it was stays, when it was does not. */
function copyOf(composition: Resource): Resource {
  const kept = Object.entries(composition).filter(([name]) => !OWN.has(name.replace(/^_/, '')));
  const attester = nodes(composition.attester).map(({ time: _time, _time: _more, ...one }) => one);
  return {
    ...Object.fromEntries(kept),
    resourceType: 'Composition',
    ...(attester.length === 0 ? {} : { attester }),
  };
}

function codeOf(one: Node): string | undefined {
  const coding = nodes(node(one.code).coding).find(({ system }) => system === REPORT_SECTION_SYSTEM);
  return text(coding?.code);
}

function translateSection(
  input: TranslationInput,
  former: FormerPair | undefined,
  original: Node,
  index: number,
): Node {
  const kept = findKept(former, original);
  const title = translateTitle(input, kept, original, index);
  return {
    ...original,
    ...(title === undefined ? {} : { title }),
    ...(original.text === undefined ? {} : { text: kept?.translated.text ?? translateText(input, original) }),
    ...(original.section === undefined
      ? {}
      : { section: nodes(original.section).map((part, n) => translateSection(input, kept, part, n)) }),
  };
}

/** Questions come mostly in the language of the home side, which is that of the translation. */
function translateTitle(
  { language }: TranslationInput,
  kept: FormerPair | undefined,
  original: Node,
  index: number,
): string | undefined {
  if (kept !== undefined && kept.original.title === original.title) return text(kept.translated.title);
  const code = codeOf(original);
  if (code !== undefined) return chooseWords(language).sections[code];
  const asked = questionOf(original);
  return asked === undefined ? undefined : questionTitle(index, asked);
}

/** What the server wrote itself it writes in the other language, too. */
function translateText({ language, disclaimer, members }: TranslationInput, original: Node): object {
  const words = chooseWords(language);
  const code = codeOf(original);
  const { status, div } = node(original.text);
  if (status === 'generated' && code === 'disclaimer') return disclaimerText(words, disclaimer);
  if (status === 'generated' && code === 'records') {
    const told = recordsText(words, namedRecords(original, members), members);
    if (told !== undefined) return told;
  }
  const differences = code === 'differences' ? readDifferences(namedRecords(original, members)) : [];
  const isTable = differences.length > 0 && text(div)?.includes('<table') === true;
  const toTranslate = paragraph(draftWords(language).toTranslate);
  return narrative('empty', ...(isTable ? [differencesTable(words, differences)] : []), toTranslate);
}

/** The records that a section names, in its order, as far as they may be read: all of them, or none. */
function namedRecords(section: Node, members: readonly Resource[]): Resource[] {
  const byRef = new Map(members.map((record) => [`${record.resourceType}/${record.id ?? ''}`, record]));
  const named = nodes(section.entry);
  const found = named.flatMap(({ reference }) => byRef.get(text(reference) ?? '') ?? []);
  return found.length === named.length ? found : [];
}
