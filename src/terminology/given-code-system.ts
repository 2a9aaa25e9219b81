import type { Issue } from '../base/index.ts';
import { refuse } from './answer.ts';
import { buildCodeSystem } from './code-system.ts';
import type { CodeSystemTable } from './code-system.ts';
import { compileTerminology } from './compile.ts';
import type { HeldCodeSystem } from './held.ts';
import { withoutVersion } from './holdings.ts';
import type { Holdings } from './holdings.ts';
import type { TerminologyResource } from './resources.ts';
import { hasTexts, isListOf, isObject, mayHaveTexts } from './sent.ts';

/** Concepts and their properties; a longer list is a terminology server's work, and would hold up everybody here. */
const MOST_PARTS = 10_000;

/** As it comes: nothing says that it has the right shape. */
type Sent = TerminologyResource & {
  readonly content?: unknown;
  readonly concept?: unknown;
  readonly property?: unknown;
};

/** The code system that a request names or brings. */
export function findGivenCodeSystem(
  { codeSystems }: Holdings,
  { url, codeSystem }: { readonly url?: string; readonly codeSystem?: TerminologyResource },
): CodeSystemTable | readonly Issue[] {
  if (codeSystem !== undefined) return takeCodeSystem(codeSystem);
  if (url === undefined) {
    return refuse('required', 'code-system-needed', 'Name the code system in url, or send it in codeSystem.');
  }
  return (
    codeSystems.find(withoutVersion(url)) ??
    refuse('not-found', 'code-system-unknown', 'The code system of this url is not known here: send it in codeSystem.')
  );
}

function takeCodeSystem(resource: TerminologyResource): CodeSystemTable | readonly Issue[] {
  const { content, concept = [], property = [] }: Sent = resource;
  if (content === 'supplement') {
    const text = 'A supplement has no codes of its own: ask about the code system that it adds to.';
    return refuse('not-supported', 'code-system-supplement', text);
  }
  const isUsable = isListOf(concept, isConcept) && isListOf(property, (each) => hasTexts(each, 'code', 'type'));
  if (resource.resourceType !== 'CodeSystem' || !isUsable) {
    const text = 'codeSystem has to be a CodeSystem whose concept lists its codes, each with what FHIR R4 asks of it.';
    return refuse('invalid', 'code-system-unusable', text);
  }
  if (countParts(concept) > MOST_PARTS) {
    const text = `codeSystem has more than ${MOST_PARTS} concepts and properties of concepts: ask a server that holds it.`;
    return refuse('too-costly', 'code-system-too-large', text);
  }
  const url = typeof resource.url === 'string' ? resource.url : '';
  // A value set of all its codes, if it names one, comes second.
  const [line] = compileTerminology([{ ...resource, url }]);
  return buildCodeSystem(url, line![2] as HeldCodeSystem);
}

function isConcept(concept: unknown): boolean {
  if (!hasTexts(concept, 'code') || !mayHaveTexts(concept, 'display', 'definition')) return false;
  const { designation = [], property = [], concept: below = [] } = concept;
  return (
    isListOf(designation, (each) => hasTexts(each, 'value') && mayHaveTexts(each, 'language')) &&
    isListOf(property, (each) => hasTexts(each, 'code')) &&
    isListOf(below, isConcept)
  );
}

function countParts(concepts: readonly unknown[]): number {
  return concepts.reduce<number>((sum, concept) => {
    const { property = [], concept: below = [] } = isObject(concept) ? concept : {};
    return sum + 1 + (property as readonly unknown[]).length + countParts(below as readonly unknown[]);
  }, 0);
}
