import type { Resource } from '../../fhir/index.ts';
import { recordsOf } from '../document/assemble.ts';
import { contactLines, node, nodes, text } from '../elements.ts';
import { hasContent, list } from './blocks.ts';
import type { Block, Letter, Section } from './model.ts';
import { caseNumberOf, openingSections, questionSection } from './opening.ts';
import { peopleSection } from './people.ts';
import type { Reading } from './reading.ts';
import { follow, openReading } from './reading.ts';
import type { ReadSection } from './sections.ts';
import { reportSections } from './sections.ts';
import { attachedTitles } from './shared.ts';
import { chooseWords } from './words/choose.ts';

/** What a letter says that its document does not. */
export interface LetterContext {
  /** What leads back to the document, at the end of its letter. */
  readonly verification?: {
    /** URL that names the document and no patient. */
    readonly address: string;
    /** See `documentDigest`. */
    readonly digest: string;
  };
  /** Names of specialties by their SNOMED CT codes, for those that come without one. */
  readonly specialties?: ReadonlyMap<string, string>;
}

/** Stands for a character that cannot be drawn. */
const UNSHOWN = '\uFFFD';

/**
 * What the letter of a document says, in the language of its Composition: all that the report says, and of whom, for whom
 * and by whom. Nothing is looked up but names of specialties: the same document gives the same letter.
 * @param document a document Bundle of a report, signed or not
 * @throws TypeError if it does not begin with a Composition
 */
export function composeLetter(document: Resource, context: LetterContext = {}): Letter {
  const records = recordsOf(document);
  const tag = text(records[0]?.language) ?? 'en';
  const words = chooseWords(tag);
  const reading = { ...openReading(records, words), specialties: context.specialties ?? new Map<string, string>() };
  const caseNumber = caseNumberOf(reading);
  const { verification } = context;
  return {
    language: tag.toLowerCase().split('-', 1)[0] === words.language ? tag : words.language,
    title: words.title(caseNumber),
    subject: words.subject,
    createdAt: text(document.timestamp) ?? text(reading.composition.date) ?? '',
    programme: letterheadOf(reading),
    foot: words.foot(caseNumber),
    pageOf: words.pageOf,
    sections: arrange(reading),
    ...(verification === undefined ? {} : { verification: { ...words.verification, ...verification } }),
    undrawable: words.undrawable(UNSHOWN),
    shortened: words.shortened,
  };
}

/** What has changed comes before all, what the report is not comes after all; the rest in the report's own order. */
function arrange(reading: Reading): Section[] {
  const sections = reportSections(reading);
  const coded = (code: string): ReadSection[] => sections.filter((one) => one.code === code);
  const [changes, disclaimers] = [coded('changes'), coded('disclaimer')];
  const rest = sections.filter((one) => !changes.includes(one) && !disclaimers.includes(one));
  const answers = coded('answers').filter(({ blocks }) => blocks.length > 0);
  return [
    ...changes,
    ...openingSections(reading),
    ...(answers.length > 0 ? [] : [questionSection(reading)]),
    ...rest,
    { heading: reading.words.headings.attachments, blocks: [list(attachedTitles(reading.words, reading.report))] },
    peopleSection(reading),
    ...(disclaimers.length > 0 ? disclaimers.map(setApart) : [disclaimerOf(reading)]),
  ]
    .map(({ heading, language, blocks }) => ({
      heading,
      ...(language === undefined ? {} : { language }),
      blocks: blocks.filter(hasContent),
    }))
    .filter(({ blocks }) => blocks.length > 0);
}

function disclaimerOf({ words }: Reading): Section {
  return {
    heading: words.sections.disclaimer ?? '',
    blocks: [{ kind: 'notice', text: words.disclaimer.join('\n\n') }],
  };
}

/** Paragraphs become one notice; what else there is stays as it is. */
function setApart(section: ReadSection): ReadSection {
  const isText = (block: Block): block is Extract<Block, { kind: 'paragraph' }> => block.kind === 'paragraph';
  if (!section.blocks.every(isText)) return section;
  const texts = section.blocks.filter(isText).map(({ runs }) => runs.map((run) => run.text).join(''));
  return texts.length === 0 ? section : { ...section, blocks: [{ kind: 'notice', text: texts.join('\n\n') }] };
}

/** The programme whose paper it is: who keeps the document, else who owns the case, else who made the report. */
function letterheadOf(reading: Reading): Letter['programme'] {
  const { composition, task, report } = reading;
  const named = [composition.custodian, task?.owner, ...nodes(report?.performer)];
  const found = named.map((one) => follow(reading, one)).find((one) => one?.resourceType === 'Organization');
  const display = named.map((one) => text(node(one).display)).find((one) => one !== undefined);
  return { name: text(found?.name) ?? display ?? reading.words.subject, lines: contactLines(found) };
}
