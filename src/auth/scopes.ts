import type { Issue } from '../base/index.ts';

/** The interactions of a SMART v2 scope, in the only order in which they may stand. */
const LETTERS = 'cruds';
/** SMART v1 suffixes and what they stand for. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html */
const V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };
const SCOPE = /^system\/(\*|[A-Z][A-Za-z]{1,63})\.(?:(c?r?u?d?s?)|(read|write|\*))$/;

interface SystemScope {
  /** A resource type, or `*`. */
  readonly type: string;
  /** Some of `cruds`, in order. */
  readonly letters: string;
  readonly text: string;
}

function parseScope(text: string): SystemScope | undefined {
  const match = SCOPE.exec(text);
  if (match === null) return undefined;
  const [, type = '', v2, v1] = match;
  const letters = v1 === undefined ? (v2 ?? '') : V1[v1]!;
  return letters === '' ? undefined : { type, letters, text };
}

function parseScopes(list: string): SystemScope[] {
  return list.split(' ').flatMap((text) => parseScope(text) ?? []);
}

/** What is wrong with the scope that a client is to be registered with. */
export function checkScope(list: string): Issue[] {
  const wrong = list.split(' ').filter((text) => parseScope(text) === undefined);
  return wrong.map((text) => ({
    severity: 'error',
    code: 'value',
    key: 'scope-syntax',
    text: `"${text}" is no scope of this server. Write system/Type.cruds or system/*.cruds, with those of c, r, u, d, s that are wanted, in this order, and one blank between scopes.`,
    expression: 'scope',
  }));
}

/**
 * What of the requested scopes a client may have: the intersection with its registered ones. A scope that is granted
 * whole comes back as it was asked for (v1 as v1), a part of one as SMART v2; what is unknown is left out.
 * @returns scopes separated by blanks; empty when nothing is left.
 */
export function negotiateScope(requested: string, registered: string): string {
  const mayHave = parseScopes(registered);
  const granted = parseScopes(requested).flatMap((wish) => grantScope(wish, mayHave));
  return [...new Set(granted)].join(' ');
}

function grantScope(wish: SystemScope, mayHave: readonly SystemScope[]): string[] {
  const whole = intersect(wish.letters, lettersFor(wish.type, mayHave));
  if (whole === wish.letters) return [wish.text];
  const granted = whole === '' ? [] : [`system/${wish.type}.${whole}`];
  if (wish.type !== '*') return granted;
  // All types were asked for, some are had: those are named.
  const types = new Set(mayHave.map(({ type }) => type).filter((type) => type !== '*'));
  for (const type of types) {
    const letters = intersect(wish.letters, lettersFor(type, mayHave));
    if (letters !== whole) granted.push(`system/${type}.${letters}`);
  }
  return granted;
}

/** All that is registered for a type, by its own name or by `*`. */
function lettersFor(type: string, mayHave: readonly SystemScope[]): string {
  const covering = mayHave.filter((scope) => scope.type === '*' || scope.type === type);
  return intersect(LETTERS, covering.map((scope) => scope.letters).join(''));
}

function intersect(letters: string, others: string): string {
  return Array.from(letters)
    .filter((letter) => others.includes(letter))
    .join('');
}
