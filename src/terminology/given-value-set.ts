import type { Issue } from '../base/index.ts';
import { refuse } from './answer.ts';
import { compileTerminology } from './compile.ts';
import type { HeldValueSet } from './held.ts';
import type { Holdings, KnownValueSet } from './holdings.ts';
import type { Compose, TerminologyResource, ValueSet } from './resources.ts';
import { hasTexts, isListOf, isObject } from './sent.ts';

/** Working out what a stranger composes must not take for ever; no published set has half as many parts. */
const MOST_PARTS = 100;

/** The value set that a request names or brings. */
export function findGivenValueSet(
  holdings: Holdings,
  { url, valueSet }: { readonly url?: string; readonly valueSet?: TerminologyResource },
): KnownValueSet | readonly Issue[] {
  if (valueSet !== undefined) return takeValueSet(holdings, valueSet);
  if (url === undefined) {
    return refuse('required', 'value-set-needed', 'Name the value set in url, or send it in valueSet.');
  }
  const known = holdings.findValueSet(url);
  return (
    known ??
    refuse('not-found', 'value-set-unknown', 'The value set of this url is not known here: send it in valueSet.')
  );
}

function takeValueSet(holdings: Holdings, resource: TerminologyResource): KnownValueSet | readonly Issue[] {
  const compose = (resource as ValueSet).compose as unknown;
  if (resource.resourceType !== 'ValueSet' || !isCompose(compose)) {
    return refuse(
      'invalid',
      'value-set-unusable',
      'valueSet has to be a ValueSet whose compose.include says what is in it, by system, concept, filter or valueSet.',
    );
  }
  if (countParts(compose) > MOST_PARTS) {
    const text = `valueSet has more than ${MOST_PARTS} parts (include, exclude, filter, valueSet): ask about fewer at once.`;
    return refuse('too-costly', 'value-set-too-large', text);
  }
  const url = typeof resource.url === 'string' ? resource.url : '';
  const [line] = compileTerminology([{ ...resource, url }]);
  const held = line![2] as HeldValueSet;
  return { url, held, set: holdings.workOut(held) };
}

function isCompose(compose: unknown): compose is Compose {
  if (!isObject(compose)) return false;
  const { include, exclude = [] } = compose;
  return [include, exclude].every((list) => Array.isArray(list) && list.every(isInclude));
}

function countParts({ include, exclude = [] }: Compose): number {
  return [...include, ...exclude].reduce(
    (sum, { filter = [], valueSet = [] }) => sum + 1 + filter.length + valueSet.length,
    0,
  );
}

function isInclude(include: unknown): boolean {
  if (!isObject(include)) return false;
  const { system, concept = [], filter = [], valueSet = [] } = include;
  return (
    ['string', 'undefined'].includes(typeof system) &&
    isListOf(concept, (each) => hasTexts(each, 'code')) &&
    isListOf(filter, (each) => hasTexts(each, 'property', 'op', 'value')) &&
    isListOf(valueSet, (each) => typeof each === 'string')
  );
}
