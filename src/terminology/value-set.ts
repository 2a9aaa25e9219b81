import { NO_CODES, both, decide, intersect, subtract, unite } from './code-set.ts';
import type { CodeSet, Member } from './code-set.ts';
import { keepCase } from './code-system.ts';
import type { CodeSystemTable, Concept } from './code-system.ts';
import { compileFilter } from './filter.ts';
import type { HeldInclude, HeldValueSet } from './held.ts';
import { UCUM } from './ruled-systems.ts';
import { compileSafePattern } from './safe-pattern.ts';
import type { CodeSystems } from './systems.ts';
import type { Membership } from './types.ts';
import type { Units } from './units.ts';

/** A value set worked out: its codes by system. */
export interface ResolvedSet {
  readonly systems: ReadonlyMap<string, CodeSet>;
  /** What codes of all other systems are: `unknown` where the set draws on a value set that is not held. */
  readonly elsewhere: Membership;
  /** Value sets that it draws on and that are not held. */
  readonly missing: readonly string[];
}

export interface ResolvingContext {
  readonly codeSystems: CodeSystems;
  readonly units: Units;
  /** The value set of an address; undefined where it is not held, or is itself about to be worked out. */
  resolve(url: string): ResolvedSet | undefined;
}

const NOTHING: ResolvedSet = { systems: new Map(), elsewhere: 'out', missing: [] };

/** Works a value set out by http://hl7.org/fhir/R4/valueset.html#compositions. */
export function resolveValueSet(held: HeldValueSet, context: ResolvingContext): ResolvedSet {
  const included = held.include.map((each) => resolveInclude(each, context)).reduce(uniteSets, NOTHING);
  const chosen = (held.exclude ?? []).map((each) => resolveInclude(each, context)).reduce(subtractSets, included);
  return held.inactive === false ? withoutInactive(chosen) : chosen;
}

/** Whether a code is in the set; without a system, whether it is as one of any system. */
export function decideInSet(set: ResolvedSet, system: string | undefined, code: string): Membership {
  if (system !== undefined) {
    const codes = set.systems.get(system);
    return codes === undefined ? set.elsewhere : decide(codes, code);
  }
  let verdict = set.elsewhere;
  for (const codes of set.systems.values()) {
    const each = decide(codes, code);
    if (each === 'in') return 'in';
    if (each === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

/**
 * All conditions of an include hold at once. Value sets named together have to hold the code each: so the rules say, and
 * all later versions, though R4's definition of the element speaks of their union.
 */
function resolveInclude(include: HeldInclude, context: ResolvingContext): ResolvedSet {
  const { system, valueSets = [] } = include;
  const ofSystem: ResolvedSet[] =
    system === undefined ? [] : [{ ...NOTHING, systems: new Map([[system, selectCodes(system, include, context)]]) }];
  const nested = valueSets.map(
    (url) => context.resolve(url) ?? { ...NOTHING, elsewhere: 'unknown' as const, missing: [url] },
  );
  const [first = NOTHING, ...others] = [...ofSystem, ...nested];
  return others.reduce(intersectSets, first);
}

function selectCodes(system: string, { concepts, filters }: HeldInclude, context: ResolvingContext): CodeSet {
  const table = context.codeSystems.find(system);
  const keyOf = table?.keyOf ?? keepCase;
  if (concepts !== undefined) {
    const members = concepts.map((each) => toMember(system, table, each));
    return {
      listed: new Map(members.map((member) => [keyOf(member.concept.code), member])),
      keyOf,
      rule: undefined,
      lists: true,
    };
  }
  const whole = wholeSystem(table);
  return (filters ?? []).reduce((set, filter) => intersect(set, filterCodes(table, filter, context)), whole);
}

function toMember(
  system: string,
  table: CodeSystemTable | undefined,
  held: string | readonly [string, string],
): Member {
  const [code, display] = typeof held === 'string' ? [held, undefined] : held;
  const concept = table?.concepts.get(table.keyOf(code)) ?? nameConcept(system, code);
  return { concept, display: display ?? concept.display };
}

/** A code of a system that is not held: the value set is the only one that knows it. */
function nameConcept(system: string, code: string): Concept {
  return {
    system,
    code,
    display: undefined,
    definition: undefined,
    designations: [],
    properties: [],
    parents: [],
    children: [],
    inactive: false,
    abstract: false,
  };
}

function wholeSystem(table: CodeSystemTable | undefined): CodeSet {
  if (table === undefined) return UNDECIDED;
  return listConcepts(table, () => true);
}

const UNDECIDED: CodeSet = { ...NO_CODES, rule: () => 'unknown', lists: false };

function listConcepts(table: CodeSystemTable, test: (concept: Concept) => boolean): CodeSet {
  const listed = new Map<string, Member>();
  for (const [key, concept] of table.concepts)
    if (test(concept)) listed.set(key, { concept, display: concept.display });
  return { listed, keyOf: table.keyOf, rule: table.complete ? undefined : table.other, lists: table.concepts.size > 0 };
}

/** The codes that pass, as far as concepts are held; of other codes only a pattern or a unit's dimension can decide. */
function filterCodes(
  table: CodeSystemTable | undefined,
  [property, op, value]: readonly [string, string, string],
  { units }: ResolvingContext,
): CodeSet {
  if (table === undefined) return UNDECIDED;
  const ruled = table.concepts.size === 0;
  if (ruled && property === 'code' && op === 'regex') {
    const matches = compileSafePattern(value);
    return matches === undefined ? UNDECIDED : { ...UNDECIDED, rule: (code) => (matches(code) ? 'in' : 'out') };
  }
  if (table.url === UCUM && property === 'canonical' && op === '=') {
    const dimension = units.canonicalQuantity(1, value)?.unit;
    return { ...UNDECIDED, rule: (code) => (units.canonicalQuantity(1, code)?.unit === dimension ? 'in' : 'out') };
  }
  const test = ruled ? undefined : compileFilter(table, property, op, value);
  if (test === undefined) return { ...UNDECIDED, keyOf: table.keyOf };
  return listConcepts(table, test);
}

function uniteSets(a: ResolvedSet, b: ResolvedSet): ResolvedSet {
  const systems = new Map(a.systems);
  for (const [system, codes] of b.systems) systems.set(system, unite(systems.get(system) ?? NO_CODES, codes));
  const elsewhere = a.elsewhere === 'unknown' || b.elsewhere === 'unknown' ? 'unknown' : 'out';
  return {
    systems: elsewhere === 'out' ? systems : new Map([...systems].map(([url, codes]) => [url, orUndecided(codes)])),
    elsewhere,
    missing: [...a.missing, ...b.missing],
  };
}

/** What is not listed might be in the value set that is not held. */
function orUndecided(codes: CodeSet): CodeSet {
  return { ...codes, rule: (code) => (decide(codes, code) === 'in' ? 'in' : 'unknown'), lists: false };
}

function intersectSets(a: ResolvedSet, b: ResolvedSet): ResolvedSet {
  const urls = new Set([...a.systems.keys(), ...b.systems.keys()]);
  const codesOf = (set: ResolvedSet, url: string): CodeSet =>
    set.systems.get(url) ?? (set.elsewhere === 'unknown' ? UNDECIDED : NO_CODES);
  return {
    systems: new Map([...urls].map((url) => [url, intersect(codesOf(a, url), codesOf(b, url))])),
    elsewhere: both(a.elsewhere, b.elsewhere),
    missing: [...a.missing, ...b.missing],
  };
}

function subtractSets(a: ResolvedSet, b: ResolvedSet): ResolvedSet {
  const taken = (url: string): CodeSet => b.systems.get(url) ?? (b.elsewhere === 'unknown' ? UNDECIDED : NO_CODES);
  return {
    ...a,
    systems: new Map([...a.systems].map(([url, codes]) => [url, subtract(codes, taken(url))])),
    missing: [...a.missing, ...b.missing],
  };
}

function withoutInactive(set: ResolvedSet): ResolvedSet {
  const active = (codes: CodeSet): CodeSet => ({
    ...codes,
    listed: new Map([...codes.listed].filter(([, { concept }]) => !concept.inactive)),
  });
  return { ...set, systems: new Map([...set.systems].map(([url, codes]) => [url, active(codes)])) };
}
