import { TRANSLATION_METHOD_SYSTEM } from '../../cases/index.ts';
import { localReference } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refOf } from '../document/links.ts';
import { day, node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import { paragraph } from './blocks.ts';
import type { Block } from './model.ts';
import type { Reading } from './reading.ts';
import { follow, nameOf } from './reading.ts';
import { languageName } from './words/choose.ts';
import type { TranslationMethod } from './words/words.ts';

const METHODS: readonly TranslationMethod[] = ['machine-then-human', 'human', 'machine'];

/** Whether a Provenance says who translated something, and how. */
export function isTranslationProvenance(record: Resource): boolean {
  return record.resourceType === 'Provenance' && nodes(record.agent).some((agent) => methodOf(agent) !== undefined);
}

/** Whether a report is the translation of another one, which its reviewers attested. */
export function isTranslated({ composition }: Pick<Reading, 'composition'>): boolean {
  return nodes(composition.relatesTo).some(({ code }) => code === 'transforms');
}

/** Where a letter comes from: of what it is the translation and by whom, and which document it takes the place of. */
export function originBlocks(reading: Reading): Block[] {
  return [...translatedFrom(reading), ...formerDocuments(reading)].map(paragraph);
}

function translatedFrom(reading: Reading): string[] {
  if (!isTranslated(reading)) return [];
  const { words, report } = reading;
  const original = text(report?.language);
  const translators = [...reading.records.values()]
    .filter((one) => isTranslationProvenance(one) && isOn(one, reading.composition))
    .flatMap(({ agent }) => nodes(agent).flatMap((one) => tellTranslator(reading, one) ?? []));
  return [
    words.translatedReport(original === undefined ? undefined : languageName(words, original)),
    ...new Set(translators),
  ];
}

function isOn({ target }: Resource, composition: Resource): boolean {
  return nodes(target).some(({ reference }) => localReference(reference) === refOf(composition));
}

function tellTranslator(reading: Reading, agent: Node): string | undefined {
  const method = methodOf(agent);
  const named = [agent.who, agent.onBehalfOf].flatMap(
    (one) => nameOf(reading, follow(reading, one)) ?? text(node(one).display) ?? [],
  );
  const who = named.length === 0 ? undefined : [...new Set(named)].join(reading.words.comma);
  return method === undefined ? undefined : reading.words.translatedBy(who, method);
}

function methodOf({ role }: Node): TranslationMethod | undefined {
  const codes = nodes(role)
    .flatMap(({ coding }) => nodes(coding))
    .flatMap(({ system, code }) => (system === TRANSLATION_METHOD_SYSTEM ? [code] : []));
  return METHODS.find((method) => codes.includes(method));
}

/** The server names in a document, by its identifier, the one that was issued before. */
function formerDocuments({ words, composition }: Reading): string[] {
  return nodes(composition.relatesTo).flatMap(({ code, targetIdentifier }) => {
    const { value, period } = node(targetIdentifier);
    const [document, issued] = [text(value), day(node(period).start)];
    if (document === undefined || (code !== 'replaces' && code !== 'appends')) return [];
    return [words[code](document, issued)];
  });
}
