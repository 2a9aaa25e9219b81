import { parseQuery } from '../fhir/index.ts';
import { Fault } from '../base/index.ts';

/** create, read, update, delete, search: https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export type Letter = 'c' | 'r' | 'u' | 'd' | 's';

/** All letters, in the only order in which they may stand. */
export const LETTERS: readonly Letter[] = ['c', 'r', 'u', 'd', 's'];

/** About whose records a scope is: those of the Patient in context, of the signed-in person, or of the client itself. */
export type ScopeContext = 'patient' | 'user' | 'system';

/** What a scope says. Whether this server knows the type and what is filtered by is another question: `understandScope`. */
export interface Scope {
  readonly context: ScopeContext;
  /** A resource type, or `*`. */
  readonly type: string;
  /** Some of `cruds`, in order. */
  readonly letters: string;
  /** Of a granular scope: what is filtered by, as it stands behind the question mark. */
  readonly query?: string;
  /** The same, read, in an order that does not matter. */
  readonly params: Params;
  /** As it was written. */
  readonly text: string;
}

type Params = readonly (readonly [name: string, value: string])[];

/** SMART v1 suffixes and what they stand for. */
const V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };
const SCOPE = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]{1,63})\.(?:(read|write|\*)|(c?r?u?d?s?)(?:\?(.+))?)$/;
/** What a scope may be written with, https://www.rfc-editor.org/rfc/rfc6749#section-3.3, and at most. */
const TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/;

/** Who signs in, what comes along at the launch, how long it lasts; and this server's own: to hand over launches, to administer. */
const WORDS: ReadonlySet<string> = new Set([
  'openid',
  'fhirUser',
  'profile',
  'launch',
  'launch/patient',
  'launch/encounter',
  'offline_access',
  'online_access',
  'launches',
  'admin',
]);

/** Whether this is a scope that grants no records, and that this server knows. */
export function isScopeWord(text: string): boolean {
  return WORDS.has(text);
}

/**
 * Reads a scope for records: `patient|user|system/<Type|*>.<cruds>[?param=value&…]`, or SMART v1's `.read`, `.write`, `.*`.
 * @returns undefined for all else, which grants nothing.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */
export function parseScope(text: string): Scope | undefined {
  const match = TOKEN.test(text) ? SCOPE.exec(text) : null;
  if (match === null) return undefined;
  const [, context = '', type = '', v1, v2 = '', query] = match;
  const letters = v1 === undefined ? v2 : V1[v1]!;
  const params = query === undefined ? [] : readQuery(query);
  // Nothing is filtered by what all types have in common: `*` stands for types that know other parameters.
  if (letters === '' || params === undefined || (query !== undefined && type === '*')) return undefined;
  return { context: context as ScopeContext, type, letters, params, text, ...(query === undefined ? {} : { query }) };
}

function readQuery(query: string): Params | undefined {
  try {
    const params = parseQuery(query);
    if (params.length === 0 || params.some(([name, value]) => name === '' || value === '')) return undefined;
    return params.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  } catch (error) {
    // Not percent-encoded as it has to be.
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Types that `*` does not mean: they are granted by their name alone. */
const BY_NAME: ReadonlySet<string> = new Set(['AuditEvent']);

/** Whether `*` stands for this type, too. */
export function isOfWildcard(type: string): boolean {
  return !BY_NAME.has(type);
}

/** Whether a scope is about records of `type`. */
export function isAbout(scope: Scope, type: string): boolean {
  return scope.type === type || (scope.type === '*' && isOfWildcard(type));
}
