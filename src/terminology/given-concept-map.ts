import type { Issue } from '../base/index.ts';
import { refuse } from './answer.ts';
import { compileTerminology } from './compile.ts';
import type { HeldConceptMap } from './held.ts';
import type { KnownConceptMap } from './holdings.ts';
import type { TerminologyResource } from './resources.ts';
import { hasTexts, isListOf, isObject, mayHaveTexts } from './sent.ts';

/** The concept map that a request brings. */
export function takeConceptMap(resource: TerminologyResource): KnownConceptMap | readonly Issue[] {
  const { group = [] }: TerminologyResource & { readonly group?: unknown } = resource;
  if (resource.resourceType !== 'ConceptMap' || !isListOf(group, isGroup)) {
    const text =
      'conceptMap has to be a ConceptMap whose group.element.target says what each code is translated to, and how near that is.';
    return refuse('invalid', 'concept-map-unusable', text);
  }
  const url = typeof resource.url === 'string' ? resource.url : '';
  const [line] = compileTerminology([{ ...resource, url }]);
  return { url, held: line![2] as HeldConceptMap };
}

function isGroup(group: unknown): boolean {
  return (
    mayHaveTexts(group, 'source', 'target') &&
    isListOf(group['element'], isElement) &&
    (group['unmapped'] === undefined ||
      (hasTexts(group['unmapped'], 'mode') && mayHaveTexts(group['unmapped'], 'code', 'display', 'url')))
  );
}

function isElement(element: unknown): boolean {
  if (!mayHaveTexts(element, 'code')) return false;
  const { target = [] } = element;
  return isListOf(target, isTarget);
}

function isTarget(target: unknown): boolean {
  if (!isObject(target)) return false;
  const { dependsOn = [], product = [] } = target;
  return (
    hasTexts(target, 'equivalence') &&
    mayHaveTexts(target, 'code', 'display') &&
    [dependsOn, product].every((list) =>
      isListOf(list, (each) => hasTexts(each, 'property', 'value') && mayHaveTexts(each, 'system', 'display')),
    )
  );
}
