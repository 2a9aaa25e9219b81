import type { Caller } from '../base/index.ts';
import type { Definitions } from '../definitions/index.ts';
import { localReference, splitReference } from '../fhir/index.ts';
import { meets } from '../search/index.ts';
import type { Condition, Indexed } from '../search/index.ts';
import { understandScope } from './filters.ts';
import type { ScopeKnowledge } from './filters.ts';
import { isOfNobody, isWrapperType, memberCondition } from './membership.ts';
import { isAbout, LETTERS, parseScope } from './scopes.ts';
import type { Letter, Scope } from './scopes.ts';

/** What one grant leaves of the organisation's view: records that meet all of `conditions`. */
export interface Confinement {
  readonly conditions: readonly Condition[];
  /** Records of these patients alone (`Patient/id`); absent where the grant is about nobody in particular. */
  readonly patients?: readonly string[];
  /** The type is one of wrappers: what is in the record has to be of these patients, which no index tells. */
  readonly wrapped?: true;
  /** A filter of the scope is among the conditions: not all of these patients' records are reached. */
  readonly filtered?: true;
}

/**
 * What a caller may do with records of a type: `all` that its organisation sees, or what some one of its grants reaches.
 * Undefined where nothing is granted.
 */
export type Permit = 'all' | readonly Confinement[];

type PermitsOfType = Readonly<Partial<Record<Letter, Permit>>>;

interface Granted {
  readonly scopes: readonly Scope[];
  readonly byType: Map<string, PermitsOfType>;
}

// A caller lives as long as its token: what it may do is worked out once for each type.
const grantedTo = new WeakMap<Definitions, WeakMap<Caller, Granted>>();

/** What the caller's scopes let it do with records of `type`, as far as it can be told without looking at one. */
export function permitOf(knowledge: ScopeKnowledge, caller: Caller, type: string, letter: Letter): Permit | undefined {
  const { byType, scopes } = grantsOf(knowledge.definitions, caller);
  let permits = byType.get(type);
  if (permits === undefined) byType.set(type, (permits = permitsFor(knowledge, caller, scopes, type)));
  return permits[letter];
}

/** Whether the caller may do `letter` on some records of `type`. */
export function hasScope(knowledge: ScopeKnowledge, caller: Caller, type: string, letter: Letter): boolean {
  return permitOf(knowledge, caller, type, letter) !== undefined;
}

/** Whether all that `narrow` reaches is reached by `wide`, too, both of the same caller and type. */
export function covers(wide: Permit | undefined, narrow: Permit | undefined): boolean {
  if (wide === undefined || narrow === 'all') return wide === 'all';
  return wide === 'all' || (narrow ?? []).every((one) => wide.includes(one));
}

/** The one condition that a search for records has to meet besides its own; undefined for `all`. */
export function conditionOf(permit: Permit): Condition | undefined {
  if (permit === 'all') return undefined;
  const each = permit.filter(({ wrapped }) => wrapped !== true).map(({ conditions }) => joined(conditions));
  if (each.length === 0) return NEVER;
  return each.length === 1 ? each[0] : { kind: 'either', conditions: each };
}

const NEVER: Condition = { kind: 'id', any: [] };

function joined(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? conditions[0]! : { kind: 'all', conditions };
}

/** Whether a record is reached by what can be told of its own rows: wrappers never are, but have to be looked into. */
export function isReached(permit: readonly Confinement[], record: Indexed): boolean {
  return permit.some((one) => one.wrapped !== true && meetsAll(one, record));
}

/** Whether a record meets all conditions of a grant; what a wrapper holds is another question. */
export function meetsAll({ conditions }: Confinement, record: Indexed): boolean {
  return conditions.every((condition) => meets(condition, record));
}

function grantsOf(definitions: Definitions, caller: Caller): Granted {
  const callers = grantedTo.get(definitions) ?? new WeakMap<Caller, Granted>();
  grantedTo.set(definitions, callers);
  let granted = callers.get(caller);
  if (granted === undefined) {
    const scopes = caller.scopes.flatMap((text) => parseScope(text) ?? []);
    granted = { scopes: scopes.filter(({ context }) => counts(caller, context)), byType: new Map() };
    callers.set(caller, granted);
  }
  return granted;
}

/** A person's token is good for what that person was granted, a client's own for what the client was. */
function counts({ user, patient, patients }: Caller, context: Scope['context']): boolean {
  if (user === undefined) return context === 'system';
  if (context !== 'patient') return context === 'user';
  if (patient === undefined || localReference(patient) !== patient || !patient.startsWith('Patient/')) return false;
  // Whoever stands for some patients is no staff that may look at others.
  return patients === undefined || patients.includes(patient);
}

function permitsFor(knowledge: ScopeKnowledge, caller: Caller, scopes: readonly Scope[], type: string): PermitsOfType {
  const permits: Partial<Record<Letter, Permit>> = {};
  for (const scope of scopes) {
    if (!isAbout(scope, type)) continue;
    const reach = reachOf(knowledge, caller, scope, type);
    for (const letter of LETTERS) {
      if (!scope.letters.includes(letter)) continue;
      const own = letter === 'r' ? ownRecord(caller, type) : [];
      const granted = mayDo(scope, caller, type, letter) ? reach : undefined;
      const permit = union(permits[letter], granted, own);
      if (permit !== undefined) permits[letter] = permit;
    }
  }
  return permits;
}

function union(before: Permit | undefined, more: Permit | undefined, own: readonly Confinement[]): Permit | undefined {
  if (before === 'all' || more === 'all') return 'all';
  const each = [...(before ?? []), ...(more ?? []), ...own];
  return each.length === 0 ? undefined : each;
}

/** Whom a scope is about; undefined: about nobody in particular. */
function patientsOf({ context }: Scope, { patient, patients }: Caller): readonly string[] | undefined {
  if (context === 'patient') return [patient!];
  return context === 'user' ? patients : undefined;
}

/** The patients whom some of the caller's grants are about; undefined: all are about nobody in particular. */
export function patientsAround(knowledge: ScopeKnowledge, caller: Caller): readonly string[] | undefined {
  const { scopes } = grantsOf(knowledge.definitions, caller);
  const each = scopes.flatMap((scope) => [patientsOf(scope, caller)].filter((patients) => patients !== undefined));
  return each.length === 0 ? undefined : [...new Set(each.flat())];
}

/** What is about no patient is not for patients to change, and of what is wrapped nobody can tell in a search whose it is. */
function mayDo(scope: Scope, caller: Caller, type: string, letter: Letter): boolean {
  if (patientsOf(scope, caller) === undefined) return true;
  if (isOfNobody(type)) return letter === 'r' || letter === 's';
  if (type === 'Bundle') return letter === 'r';
  return !isWrapperType(type) || letter !== 's';
}

function reachOf(knowledge: ScopeKnowledge, caller: Caller, scope: Scope, type: string): Permit | undefined {
  const filter = understandScope(knowledge, scope);
  if (filter === undefined) return undefined;
  const patients = patientsOf(scope, caller);
  const filtered = filter.length === 0 ? {} : ({ filtered: true } as const);
  if (patients === undefined || isOfNobody(type)) {
    return filter.length === 0 ? 'all' : [{ conditions: filter, ...filtered }];
  }
  if (isWrapperType(type)) return [{ conditions: filter, patients, wrapped: true, ...filtered }];
  const member = memberCondition(knowledge, patients, type);
  return member && [{ conditions: [member, ...filter], patients, ...filtered }];
}

/** The signed-in person may read who they are. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#fhiruser */
function ownRecord({ user }: Caller, type: string): readonly Confinement[] {
  if (user === undefined || localReference(user) !== user) return [];
  const [own, id] = splitReference(user);
  return own === type ? [{ conditions: [{ kind: 'id', any: [id] }] }] : [];
}

/** Whether some of what the caller was granted is confined: without, no record has to be looked at to tell what it may do. */
export function isConfined(knowledge: ScopeKnowledge, caller: Caller): boolean {
  const { scopes } = grantsOf(knowledge.definitions, caller);
  return scopes.some((scope) => scope.query !== undefined || patientsOf(scope, caller) !== undefined);
}
