/** An object of a resource tree. */
export type Node = Readonly<Record<string, unknown>>;

/** The objects of a repeating element; a single one counts as a list of one, anything else as none. */
export function nodes(value: unknown): Node[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (one): one is Node => typeof one === 'object' && one !== null && !Array.isArray(one),
  );
}

export function node(value: unknown): Node {
  return nodes(value)[0] ?? {};
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((one) => text(one) ?? []);
}

const SNOMED = 'http://snomed.info/sct';
const SEMANTIC_TAG =
  / \((?:disorder|finding|procedure|regime\/therapy|situation|event|observable entity|body structure|morphologic abnormality|substance|product|medicinal product|clinical drug|specimen|record artifact)\)$/;

/**
 * What a Coding says to a reader: its display, else its code. A fully specified name of SNOMED CT loses the tag at its
 * end ("(disorder)"), which says to which hierarchy a concept belongs and nothing to a reader.
 */
export function codingText({ system, display, code }: Node): string | undefined {
  const said = text(display);
  return (system === SNOMED ? said?.replace(SEMANTIC_TAG, '') : said) ?? text(code);
}

/** What a CodeableConcept says to a reader: its text, else a display, else a code. */
export function conceptText(concept: unknown): string | undefined {
  const { text: own, coding } = node(concept);
  const codings = nodes(coding);
  const named = codings.find(({ display }) => text(display) !== undefined) ?? codings[0] ?? {};
  // A text that only repeats a display is no wording of somebody's own.
  const copied = codings.find(({ display }) => display === own && text(own) !== undefined);
  return copied === undefined ? (text(own) ?? codingText(named)) : codingText(copied);
}

/** As {@link conceptText}, with the code behind it so that the reader can look it up. */
export function conceptWithCode(concept: unknown): string | undefined {
  const said = conceptText(concept);
  const code = nodes(node(concept).coding).flatMap((one) => text(one.code) ?? [])[0];
  return said === undefined || code === undefined || code === said ? said : `${said} [${code}]`;
}

/** Postal address and telecom of an Organization, each a line. */
export function contactLines(organization: unknown): string[] {
  const { address, telecom } = node(organization);
  const place = node(address);
  const town = [text(place.postalCode), text(place.city), text(place.state), text(place.country)];
  const postal = text(place.text)?.split('\n') ?? [...texts(place.line), town.filter((part) => part).join(' ')];
  const reach = nodes(telecom).flatMap((one) => text(one.value) ?? []);
  return [postal.filter((line) => line !== '').join(', '), reach.join(' · ')].filter((line) => line !== '');
}

/** The day of a date, dateTime or instant, as it is written there. */
export function day(value: unknown): string | undefined {
  return text(value)?.slice(0, 10);
}
