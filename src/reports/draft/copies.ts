import { ANSWERED_QUESTION, CANONICAL, REPORT_SECTION_SYSTEM } from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import { chooseWords } from '../letter/words/choose.ts';
import type { Words } from '../letter/words/words.ts';
import { draftEntry, to, transactionOf } from './input.ts';
import { narrative, paragraph } from './narrative.ts';
import { recordsText } from './records.ts';
import { disclaimerText, questionTitle, section, unwritten } from './sections.ts';
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
  /** Records of the case as far as they may be read. */
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
      // Who attested the version before has not seen this one.
      ...(composition.attester === undefined
        ? {}
        : { attester: nodes(composition.attester).map(({ time: _time, ...attester }) => attester) }),
      relatesTo: [{ code: 'replaces', targetReference: to(`Composition/${composition.id ?? ''}`) }],
      section: [...kept.slice(0, at), changes, ...kept.slice(at)],
    }),
  ]);
}

/**
 * The translation of a report: the same sections with the same entries and questions, headings and disclaimer in the other
 * language, and all texts still to be translated.
 */
export function draftTranslation(input: TranslationInput): Resource {
  const { composition, caseNumber, language, now, newUrn } = input;
  return transactionOf([
    draftEntry(newUrn(), {
      ...copyOf(composition),
      meta: { profile: [`${CANONICAL}/StructureDefinition/report-translated-composition`] },
      language,
      status: 'preliminary',
      date: now,
      title: chooseWords(language).title(caseNumber),
      relatesTo: [{ code: 'transforms', targetReference: to(`Composition/${composition.id ?? ''}`) }],
      section: nodes(composition.section).map((one, n) => translateSection(input, one, n)),
    }),
  ]);
}

function copyOf(composition: Resource): Resource {
  const kept = Object.entries(composition).filter(([name]) => !OWN.has(name.replace(/^_/, '')));
  return { ...Object.fromEntries(kept), resourceType: 'Composition' };
}

function codeOf(one: Node): string | undefined {
  const coding = nodes(node(one.code).coding).find(({ system }) => system === REPORT_SECTION_SYSTEM);
  return text(coding?.code);
}

function translateSection(input: TranslationInput, original: Node, index: number): Node {
  const words = chooseWords(input.language);
  const code = codeOf(original);
  const title = code === undefined ? askedTitle(original, index) : words.sections[code];
  return {
    ...original,
    ...(title === undefined ? {} : { title }),
    ...(original.text === undefined ? {} : { text: translateText(input, words, code, node(original.text)) }),
    ...(original.section === undefined
      ? {}
      : { section: nodes(original.section).map((part, n) => translateSection(input, part, n)) }),
  };
}

/** Questions come mostly in the language of the home side, which is that of the translation. */
function askedTitle({ extension }: Node, index: number): string | undefined {
  const asked = text(nodes(extension).find(({ url }) => url === ANSWERED_QUESTION)?.valueString);
  return asked === undefined ? undefined : questionTitle(index, asked);
}

/** What the server wrote itself it writes in the other language, too. */
function translateText(
  { language, disclaimer, members, composition }: TranslationInput,
  words: Words,
  code: string | undefined,
  { status }: Node,
): object {
  if (status === 'generated' && code === 'disclaimer') return disclaimerText(words, disclaimer);
  if (status === 'generated' && code === 'records') {
    const [records] = nodes(composition.section).filter((one) => codeOf(one) === 'records');
    const told = recordsText(words, namedRecords(records, members), members);
    if (told !== undefined) return told;
  }
  return narrative('empty', paragraph(draftWords(language).toTranslate));
}

/** The records that a section names, in its order, as far as they may be read: all of them, or none. */
function namedRecords(section: Node | undefined, members: readonly Resource[]): Resource[] {
  const byRef = new Map(members.map((record) => [`${record.resourceType}/${record.id ?? ''}`, record]));
  const named = nodes(section?.entry);
  const found = named.flatMap(({ reference }) => byRef.get(text(reference) ?? '') ?? []);
  return found.length === named.length ? found : [];
}
