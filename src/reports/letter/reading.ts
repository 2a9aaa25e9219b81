import { CANONICAL, SERVICE_SYSTEM } from '../../cases/index.ts';
import { humanName, localReference } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { conceptText, node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import { refOf } from '../document/links.ts';
import type { Words } from './words/words.ts';

/** A document while its letter is composed: its records by `Type/id`, and the words of its language. */
export interface Reading {
  readonly words: Words;
  readonly records: ReadonlyMap<string, Resource>;
  readonly composition: Resource;
  readonly report?: Resource;
  readonly request?: Resource;
  readonly task?: Resource;
  /** See `LetterContext`. */
  readonly specialties?: ReadonlyMap<string, string>;
}

export function openReading(records: readonly Resource[], words: Words): Reading {
  const [composition] = records;
  if (composition?.resourceType !== 'Composition') throw new TypeError('A document begins with its Composition');
  const find = (type: string): Resource | undefined => records.find(({ resourceType }) => resourceType === type);
  const [report, task] = [find('DiagnosticReport'), find('Task')];
  const byRef = new Map(records.map((record) => [refOf(record), record]));
  const asked = nodes(node(composition.event).detail).concat(nodes(report?.basedOn));
  const request = asked.map((one) => byRef.get(localReference(one.reference) ?? '')).find((one) => one !== undefined);
  return {
    words,
    records: byRef,
    composition,
    ...(report === undefined ? {} : { report }),
    ...(request === undefined ? {} : { request }),
    ...(task === undefined ? {} : { task }),
  };
}

/** The record of the document that a Reference names. */
export function follow({ records }: Reading, reference: unknown): Resource | undefined {
  return records.get(localReference(node(reference).reference) ?? '');
}

const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';

/** What a CodeableConcept says in the letter's language: words for the guide's own codes, else its translation, else as it stands. */
export function tellConcept(words: Words, concept: unknown): string | undefined {
  const { coding, _text: companion } = node(concept);
  const codings = nodes(coding);
  return (
    codings.map((one) => ownWord(words, one)).find((word) => word !== undefined) ??
    [node(companion), ...codings.map(({ _display: display }) => node(display))]
      .map((one) => translationIn(words.language, one))
      .find((said) => said !== undefined) ??
    conceptText(concept)
  );
}

/** What an element says in the letter's language: its translation, else as it stands. */
export function tellText(words: Words, holder: unknown, name: string): string | undefined {
  return translationIn(words.language, node(node(holder)[`_${name}`])) ?? text(node(holder)[name]);
}

function ownWord(words: Words, { system, code }: Node): string | undefined {
  const table = OWN.get(text(system) ?? '')?.(words);
  const key = text(code);
  return table !== undefined && key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Services are named as the order words them. */
const OWN: ReadonlyMap<string, (words: Words) => Readonly<Record<string, string>>> = new Map([
  [`${CANONICAL}/CodeSystem/concordance`, (words) => words.concordances],
  [`${CANONICAL}/CodeSystem/difference-aspect`, (words) => words.aspects],
  [`${CANONICAL}/CodeSystem/travel-advice`, (words) => words.travel],
  [`${CANONICAL}/CodeSystem/report-section`, (words) => words.sections],
  [`${CANONICAL}/CodeSystem/packet-document-kind`, (words) => words.documents],
  [`${CANONICAL}/CodeSystem/consent-purpose`, (words) => words.consents],
]);

function translationIn(language: string, companion: Node): string | undefined {
  for (const { url, extension } of nodes(companion.extension)) {
    if (url !== TRANSLATION) continue;
    const parts = nodes(extension);
    const lang = text(parts.find((part) => part.url === 'lang')?.valueCode);
    if (lang?.toLowerCase().split('-', 1)[0] !== language) continue;
    const content = parts.find((part) => part.url === 'content');
    return text(content?.valueString) ?? text(content?.valueMarkdown);
  }
  return undefined;
}

/** As the order words it; the catalogue has a name for every code, where the order gives the code, or our own words for it. */
export function tellService(words: Words, request: Resource | undefined, listed: ReadonlyMap<string, string>): string {
  const { coding, text: own } = node(request?.code);
  if (text(own) !== undefined) return conceptText(request?.code) ?? '';
  const asked = nodes(coding).find(({ system }) => system === SERVICE_SYSTEM);
  const code = text(asked?.code) ?? '';
  const isOurs = nodes(coding).every(
    (one) => text(one.display) === undefined || (one === asked && one.display === listed.get(code)),
  );
  return (isOurs ? words.services[code] : undefined) ?? conceptText(request?.code) ?? '';
}

/** What somebody or an organisation is called, through a role to its holder. */
export function nameOf(reading: Reading, record: Resource | undefined): string | undefined {
  switch (record?.resourceType) {
    case 'Organization':
      return text(record.name);
    case 'PractitionerRole': {
      const holder = follow(reading, record.practitioner);
      return nameOf(reading, holder) ?? text(node(record.practitioner).display);
    }
    default:
      return humanName(record?.name);
  }
}

/** Whether an Identifier is of this type. */
export function hasTypeCode(identifier: Node, code: string): boolean {
  return nodes(node(identifier.type).coding).some((coding) => coding.code === code);
}
