import { isDeepStrictEqual } from 'node:util';
import { ANSWERED_QUESTION } from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { localReference } from '../../fhir/index.ts';
import { refOf } from '../document/links.ts';
import { node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';

/** Something of the version before, and the same in its translation: the Compositions, or two of their sections. */
export interface FormerPair {
  readonly original: Node;
  readonly translated: Node;
}

/**
 * The version that a Composition replaces, with its translation.
 * @param language BCP 47: of the translation
 * @param members records of the case: what is not among them is as if it did not exist
 */
export function findFormer(
  composition: Resource,
  language: string,
  members: readonly Resource[],
): FormerPair | undefined {
  const compositions = members.filter(
    ({ resourceType, status }) => resourceType === 'Composition' && status !== 'entered-in-error',
  );
  const replaced = related(composition, 'replaces');
  const original = compositions.find((one) => replaced.includes(refOf(one)));
  if (original === undefined) return undefined;
  const translated = compositions.find(
    (one) =>
      related(one, 'transforms').includes(refOf(original)) &&
      text(one.language)?.toLowerCase() === language.toLowerCase(),
  );
  return translated === undefined ? undefined : { original, translated };
}

function related(composition: Resource, how: string): string[] {
  return nodes(composition.relatesTo)
    .filter(({ code }) => code === how)
    .flatMap(({ targetReference }) => localReference(node(targetReference).reference) ?? []);
}

/** The section of the version before that says the same in the same place, with its translation. */
export function findKept(former: FormerPair | undefined, section: Node): FormerPair | undefined {
  const sections = nodes(former?.original.section);
  const at = sections.findIndex((one) => isSamePlace(one, section) && isDeepStrictEqual(one.text, section.text));
  const original = sections[at];
  const translated = nodes(former?.translated.section)[at];
  if (original === undefined || translated === undefined || !isSamePlace(original, translated)) return undefined;
  return { original, translated };
}

/** Sections are known by their code, the parts of the answers by their question. */
function isSamePlace(one: Node, other: Node): boolean {
  return isDeepStrictEqual([one.code, questionOf(one)], [other.code, questionOf(other)]);
}

/** The question to which a section is the answer, as it was asked. */
export function questionOf({ extension }: Node): string | undefined {
  return text(nodes(extension).find(({ url }) => url === ANSWERED_QUESTION)?.valueString);
}
