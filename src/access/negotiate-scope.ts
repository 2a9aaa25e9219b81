import { understandScope } from './filters.ts';
import type { ScopeKnowledge } from './filters.ts';
import { isAbout, isOfWildcard, isScopeWord, LETTERS, parseScope } from './scopes.ts';
import type { Scope } from './scopes.ts';

/**
 * What of the requested scopes a client may have: the intersection with its registered ones, each of `patient/`, `user/`
 * and `system/` for itself. A scope that is granted whole comes back as it was asked for (v1 as v1), a part of one as SMART
 * v2; of what is registered with a filter only that. What is unknown is left out; without `knowledge` that is all that has
 * a filter.
 * @returns scopes separated by blanks; empty when nothing is left.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */
export function negotiateScope(requested: string, registered: string, knowledge?: ScopeKnowledge): string {
  const words = new Set(registered.split(' ').filter(isScopeWord));
  const mayHave = registered.split(' ').flatMap((text) => readScope(text, knowledge) ?? []);
  const granted = requested.split(' ').flatMap((text) => {
    if (words.has(text)) return [text];
    const wish = readScope(text, knowledge);
    return wish === undefined ? [] : grantScope(wish, mayHave);
  });
  return [...new Set(granted)].join(' ');
}

function readScope(text: string, knowledge: ScopeKnowledge | undefined): Scope | undefined {
  const scope = parseScope(text);
  if (scope === undefined) return undefined;
  if (knowledge === undefined) return scope.query === undefined ? scope : undefined;
  return understandScope(knowledge, scope) === undefined ? undefined : scope;
}

function grantScope(wish: Scope, registered: readonly Scope[]): string[] {
  const mayHave = registered.filter(({ context }) => context === wish.context);
  const whole = intersect(wish.letters, plainLetters(wish.type, mayHave));
  if (wish.query !== undefined) return grantFiltered(wish, whole, mayHave);
  if (whole === wish.letters) return [wish.text];
  const granted = whole === '' ? [] : [`${wish.context}/${wish.type}.${whole}`];
  if (wish.type !== '*') return [...granted, ...grantFilters(wish, wish.type, whole, mayHave)];
  // All types were asked for, some are had: those are named.
  const types = new Set(mayHave.map(({ type }) => type).filter((type) => type !== '*' && isOfWildcard(type)));
  for (const type of types) {
    const letters = intersect(wish.letters, plainLetters(type, mayHave));
    if (letters !== whole) granted.push(`${wish.context}/${type}.${letters}`);
    granted.push(...grantFilters(wish, type, letters, mayHave));
  }
  return granted;
}

/** What was asked for with a filter, of what is had without one (`plain`) or with the same. */
function grantFiltered(wish: Scope, plain: string, mayHave: readonly Scope[]): string[] {
  const same = mayHave.filter(
    ({ type, query, params }) => query !== undefined && type === wish.type && isSame(params, wish.params),
  );
  const letters = intersect(wish.letters, plain + same.map((scope) => scope.letters).join(''));
  if (letters === wish.letters) return [wish.text];
  return letters === '' ? [] : [`${wish.context}/${wish.type}.${letters}?${wish.query}`];
}

/** What was asked for whole, and is had with filters: that much, besides the letters that are had without. */
function grantFilters(wish: Scope, type: string, plain: string, mayHave: readonly Scope[]): string[] {
  const filtered = mayHave.filter((scope) => scope.query !== undefined && scope.type === type);
  return filtered.flatMap(({ letters, query }) => {
    const more = Array.from(intersect(wish.letters, letters)).filter((letter) => !plain.includes(letter));
    return more.length === 0 ? [] : [`${wish.context}/${type}.${more.join('')}?${query}`];
  });
}

/** All that is registered for a type without a filter, by its own name or by `*`. */
function plainLetters(type: string, mayHave: readonly Scope[]): string {
  const covering = mayHave.filter((scope) => scope.query === undefined && isAbout(scope, type));
  return intersect(LETTERS.join(''), covering.map((scope) => scope.letters).join(''));
}

/** The order of parameters means nothing. */
function isSame(one: Scope['params'], other: Scope['params']): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function intersect(letters: string, others: string): string {
  return Array.from(letters)
    .filter((letter) => others.includes(letter))
    .join('');
}
