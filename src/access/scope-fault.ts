import { fault } from '../base/index.ts';
import type { Caller, Fault } from '../base/index.ts';
import { isAbout, parseScope } from './scopes.ts';
import type { Letter } from './scopes.ts';

const WORDS: Readonly<Record<Letter, string>> = { c: 'create', r: 'read', u: 'update', d: 'delete', s: 'search' };

/** The refusal of what no scope grants: 403, saying which one would be needed. */
export function scopeFault(caller: Caller, type: string, letter: Letter): Fault {
  const refusal = `The access token does not allow to ${WORDS[letter]} ${type}.`;
  return fault(403, 'forbidden', 'scope-missing', `${refusal} ${advise(caller, type, letter)}`);
}

/** The scope by which this caller could do it, as it has to be asked for. */
export function scopeNeeded({ user, patient }: Caller, type: string, letter: Letter): string {
  const context = user === undefined ? 'system' : patient === undefined ? 'user' : 'patient';
  return `${context}/${type}.${letter}`;
}

function advise(caller: Caller, type: string, letter: Letter): string {
  const scopes = caller.scopes.flatMap((text) => parseScope(text) ?? []);
  const isNamed = scopes.some((scope) => isAbout(scope, type) && scope.letters.includes(letter));
  if (!isNamed) return `Ask for the scope ${scopeNeeded(caller, type, letter)}.`;
  // A scope is there, and reaches nothing.
  if (caller.user === undefined)
    return 'A client on its own has scopes that begin with system/, and filters that this server knows.';
  return 'Its scopes reach what is of the patient alone, by filters that this server knows.';
}
