import { fault } from '../base/index.ts';
import type { Caller, Fault } from '../base/index.ts';

/** create, read, update, delete, search: https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export type Letter = 'c' | 'r' | 'u' | 'd' | 's';

const SCOPE = /^system\/(\*|[A-Z][A-Za-z]+)\.(c?r?u?d?s?|read|write|\*)$/;
const ALIASES: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

type Grants = ReadonlyMap<string, string>;

// Callers live as long as their token: what a token grants is worked out once.
const grantsOf = new WeakMap<readonly string[], Grants>();

function grants(caller: Caller): Grants {
  let known = grantsOf.get(caller.scopes);
  if (known === undefined) {
    const map = new Map<string, string>();
    for (const scope of caller.scopes) {
      const match = SCOPE.exec(scope);
      // What is not understood, a granular filter say, grants nothing.
      if (match === null) continue;
      const type = match[1]!;
      map.set(type, (map.get(type) ?? '') + (ALIASES[match[2]!] ?? match[2]!));
    }
    known = map;
    grantsOf.set(caller.scopes, known);
  }
  return known;
}

/** Whether the token's scopes let this caller do `letter` on resources of `type`. */
export function hasScope(caller: Caller, type: string, letter: Letter): boolean {
  const granted = grants(caller);
  return (granted.get(type)?.includes(letter) ?? false) || (granted.get('*')?.includes(letter) ?? false);
}

const WORDS: Readonly<Record<Letter, string>> = { c: 'create', r: 'read', u: 'update', d: 'delete', s: 'search' };

/** The refusal when it does not: 403, saying which scope would be needed. */
export function scopeFault(type: string, letter: Letter): Fault {
  return fault(
    403,
    'forbidden',
    'scope-missing',
    `The access token does not allow to ${WORDS[letter]} ${type}. Ask for the scope system/${type}.${letter}.`,
  );
}
