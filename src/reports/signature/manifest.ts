import type { CodeableConcept, Resource } from '../../fhir/index.ts';
import { canonicalHash, signedMembers } from './canonical.ts';
import { compositionOf, documentName, entriesOf, isObject, nodesOf, placeOf, textOf } from './entries.ts';

/**
 * What a document consisted of when it was signed, so that of an altered one can be told what is altered: SHA-256 of each
 * part. Signed on its own, because the signature of the whole proves nothing any more then.
 */
export interface Manifest {
  /** Bundle.identifier.value, so that it cannot stand for another document's. */
  readonly document: string;
  /** Of the Bundle's own members. */
  readonly own: string;
  /** In their order. */
  readonly entries: readonly Part[];
  /** Of the Composition's own members beside its sections, and of each section by its codes: `answers[1]`. */
  readonly composition: Part;
  readonly sections: readonly Part[];
}

type Part = readonly [place: string, hash: string];

export function buildManifest(bundle: Resource): Manifest {
  const { entry: _entries, ...own } = signedMembers(bundle);
  const { fullUrl = '', resource } = compositionOf(bundle) ?? {};
  const { section, ...composition } = resource ?? { resourceType: 'Composition' };
  return {
    document: documentName(bundle),
    own: canonicalHash(own),
    entries: numbered(entriesOf(bundle).map((entry) => [placeOf(entry.fullUrl ?? 'entry'), canonicalHash(entry)])),
    composition: [placeOf(fullUrl), canonicalHash(composition)],
    sections: sectionsOf(section, ''),
  };
}

function sectionsOf(list: unknown, above: string): Part[] {
  const named = nodesOf(list).map(({ section, ...own }) => {
    const [coding] = (own['code'] as CodeableConcept | undefined)?.coding ?? [];
    return { name: above + (textOf(coding?.code) ?? 'section'), own, section };
  });
  return numbered(named.map(({ name, own }) => [name, canonicalHash(own)])).flatMap((part, at) => [
    part,
    ...sectionsOf(named[at]!.section, `${part[0]}.`),
  ]);
}

/** Of several of one name, the second and further ones say which they are. */
function numbered(parts: readonly Part[]): Part[] {
  const seen = new Map<string, number>();
  return parts.map(([name, hash]) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [count === 1 ? name : `${name}[${count - 1}]`, hash];
  });
}

/** The manifest that a signature carries; undefined where it is none. */
export function readManifest(value: unknown): Manifest | undefined {
  if (!isObject(value)) return undefined;
  const { document, own, entries, composition, sections } = value;
  const areTexts = [document, own].every((one) => typeof one === 'string');
  return areTexts && [entries, sections, [composition]].every(isPartList) ? (value as unknown as Manifest) : undefined;
}

function isPartList(list: unknown): list is readonly Part[] {
  return (
    Array.isArray(list) && list.every((part) => Array.isArray(part) && part.every((one) => typeof one === 'string'))
  );
}

/**
 * What was changed, added, removed or put in another order since the manifest was made: places, each with what happened to
 * it; no value.
 */
export function compareManifests(before: Manifest, after: Manifest): string[] {
  const told = [
    ...(before.composition[1] === after.composition[1] ? [] : ['Composition: changed beside its sections']),
    ...compareParts(before.sections, after.sections).map((text) => `Composition.section ${text}`),
  ];
  const entries = compareParts(before.entries, after.entries);
  // Where the parts of the Composition tell what happened, its entry adds nothing.
  const composition = told.length === 0 ? undefined : `${after.composition[0]}: changed`;
  return [
    ...(before.own === after.own ? [] : ['Bundle: its own members are changed']),
    ...told,
    ...entries.filter((text) => text !== composition),
  ];
}

function compareParts(before: readonly Part[], after: readonly Part[]): string[] {
  const old = new Map(before);
  const now = new Map(after);
  const kept = (parts: readonly Part[], others: ReadonlyMap<string, string>): string =>
    parts.flatMap(([place]) => (others.has(place) ? [place] : [])).join('\n');
  return [
    ...after.flatMap(([place, hash]) => {
      if (!old.has(place)) return [`${place}: added`];
      return old.get(place) === hash ? [] : [`${place}: changed`];
    }),
    ...before.flatMap(([place]) => (now.has(place) ? [] : [`${place}: removed`])),
    ...(kept(before, now) === kept(after, old) ? [] : ['the order is another']),
  ];
}
