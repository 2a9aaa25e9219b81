import { demandOf, isArray, isChoice, isTree, jsonName, requiredValueSet, targetsOf } from './mutate-definitions.ts';
import type { Element, ElementType, Published, Tree } from './mutate-definitions.ts';
import { JSON_TYPES, LISTED_SYSTEM, NO_CODE, OTHER_SYSTEM, SAMPLES, WRONG_FORMS } from './mutate-samples.ts';
import { fits, toItem, walk } from './mutate-walk.ts';
import type { Holder, Pointer, Spot, Stand } from './mutate-walk.ts';

export const KINDS = ['drop', 'double', 'mistype', 'misplace', 'wrong code', 'wrong reference', 'wrong slice'] as const;
export type Kind = (typeof KINDS)[number];

/** A seed with one fault. */
export interface Mutant {
  readonly kind: Kind;
  /** The resource type that the fault is in. */
  readonly type: string;
  readonly place: string;
  /** What the definitions say, and how it is broken. */
  readonly rule: string;
  readonly resource: unknown;
}

/** Without a pointer of its own it is where its stand is; the place too. */
type Fault = Pick<Mutant, 'kind' | 'rule'> & {
  readonly pointer?: Pointer;
  readonly place?: string;
  readonly change: Change;
};
/** Alters `parent[key]`. */
type Change = (parent: Tree, key: string) => void;

/** All mutants of a seed. `seed` is left as it is. */
export function* mutate(published: Published, seed: Tree): Generator<Mutant> {
  const { base, profiled, holders } = walk(published, seed);
  for (const spot of base) yield* plantAll(seed, spot, baseFaults(published, spot));
  for (const spot of profiled) yield* plantAll(seed, spot, profileFaults(published, spot));
  for (const holder of holders) yield* plantAll(seed, holder, misplacements(holders[0]!, holder));
}

function* plantAll(seed: Tree, stand: Stand, faults: Iterable<Fault>): Generator<Mutant> {
  for (const { kind, rule, change, pointer = stand.pointer, place = stand.place } of faults) {
    const resource = structuredClone(seed);
    const parent = pointer.slice(0, -1).reduce<Tree>((on, key) => on[key] as Tree, resource);
    change(parent, String(pointer.at(-1)));
    yield { kind, type: stand.resource, place, rule, resource };
  }
}

function remove(parent: Tree, key: string): void {
  delete parent[key];
  delete parent[`_${key}`];
}

function put(value: unknown): Change {
  return (parent, key) => {
    parent[key] = value;
  };
}

function* baseFaults(published: Published, spot: Spot): Generator<Fault> {
  const { element, name, items, indexes } = spot;
  if (element.min > 0) yield { kind: 'drop', rule: `${element.id} is required`, change: remove };
  if (isArray(element)) {
    yield { kind: 'mistype', rule: `${element.id} is an array: single`, change: put(items[0]) };
  } else {
    yield { kind: 'double', rule: `${element.id} does not repeat: twice`, change: put([items[0], items[0]]) };
    yield { kind: 'mistype', rule: `${element.id} is single: array of one`, change: put([items[0]]) };
  }
  if (isChoice(element)) yield* secondChoices(element, name);
  // The first and the last stand for those between.
  for (const index of new Set([indexes[0]!, indexes.at(-1)!])) {
    const { pointer, place } = toItem(spot, index);
    for (const fault of mistypes(published, spot, items[index])) yield { pointer, place, ...fault };
    for (const fault of wrongCodes(spot, items[index])) yield { pointer, place, ...fault };
    for (const fault of wrongReferences(published, spot, items[index])) yield { pointer, place, ...fault };
  }
}

function* secondChoices(element: Element, name: string): Generator<Fault> {
  const other = element.type?.find(({ code }) => code in SAMPLES && jsonName(element, code) !== name);
  if (other === undefined) return;
  const second = jsonName(element, other.code);
  yield {
    kind: 'double',
    rule: `${element.id} is one value: ${name} and ${second}`,
    change: (parent) => put(SAMPLES[other.code])(parent, second),
  };
}

function* mistypes(published: Published, { element, type }: Spot, item: unknown): Generator<Fault> {
  const fault = (what: string, value: unknown): Fault => ({
    kind: 'mistype',
    rule: `${element.id} is a ${type.code}: ${what}`,
    change: put(value),
  });
  if (item === null) return;
  if (isTree(item)) {
    yield fault('string for object', 'text');
    yield fault('number for object', 7);
    return;
  }
  yield fault('object for value', { text: 'x' });
  const json = JSON_TYPES[type.code] ?? 'string';
  if (json === 'string') {
    yield fault('number for string', 42);
    yield fault('boolean for string', true);
  } else yield fault(`string for ${json}`, JSON.stringify(item));
  for (const wrong of WRONG_FORMS[published.types.get(type.code)?.type ?? ''] ?? []) {
    yield fault(`wrong form ${JSON.stringify(wrong).slice(0, 40)}`, wrong);
  }
}

function* wrongCodes(spot: Spot, item: unknown): Generator<Fault> {
  const { element, type } = spot;
  const valueSet = requiredValueSet(element);
  if (valueSet === undefined) return;
  const fault = (what: string, value: unknown): Fault => ({
    kind: 'wrong code',
    rule: `${element.id} has to be of ${valueSet}: ${what}`,
    change: put(value),
  });
  if (type.code === 'code') yield fault('another code', NO_CODE);
  const foreign = { system: OTHER_SYSTEM, code: NO_CODE };
  if (type.code === 'Coding' && isTree(item)) {
    // Another system makes it another slice.
    if (element.sliceName === undefined) yield fault('a code of another system', foreign);
    if (LISTED_SYSTEM.test(String(item['system']))) yield fault('an unknown code', { ...item, code: NO_CODE });
  }
  if (type.code === 'CodeableConcept' && isTree(item)) {
    yield fault('a code of another system', { ...item, coding: [foreign] });
    yield fault('text only', { text: 'Sample' });
    const codings = (item['coding'] ?? []) as readonly Tree[];
    if (codings.length > 0 && codings.every(({ system }) => LISTED_SYSTEM.test(String(system)))) {
      yield fault('an unknown code', { ...item, coding: codings.map((one) => ({ ...one, code: NO_CODE })) });
    }
  }
}

function* wrongReferences(published: Published, { element, type, place }: Spot, item: unknown): Generator<Fault> {
  const targets = targetsOf(type, published);
  if (targets === undefined || !isTree(item) || typeof item['reference'] !== 'string') return;
  const others = published.resourceTypes.filter((name) => !targets.includes(name));
  const other = choose(others, place)!;
  const rule = `${element.id} refers to ${targets.join(', ')}`;
  const { type: _type, ...rest } = item;
  const fault = (reference: Tree): Fault => ({
    kind: 'wrong reference',
    rule: `${rule}: ${JSON.stringify(reference)}`,
    change: put({ ...rest, ...reference }),
  });
  yield fault({ reference: `${other}/one` });
  // "If the URL conforms to the structure [type]/[id] then it should be assumed that the reference is to a FHIR server."
  yield fault({ reference: `https://other.example/fhir/${other}/one` });
  // "Both SHALL be consistent."
  if (RELATIVE.test(item['reference'])) yield fault({ reference: item['reference'], type: other });
}

/** `Type/id` */
const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]+$/;

/** What is chosen hangs on the place alone, by FNV-1a: the same mutants each time. */
function choose<T>(from: readonly T[], place: string): T | undefined {
  let hash = 0x811c9dc5;
  for (let n = 0; n < place.length; n++) hash = Math.imul(hash ^ place.charCodeAt(n), 0x01000193);
  return from[(hash >>> 0) % from.length];
}

/** Where the profile says more than the type. */
function* profileFaults(published: Published, spot: Spot): Generator<Fault> {
  const { element, tells, items, indexes } = spot;
  if (element.sliceName !== undefined) yield* sliceFaults(spot);
  if (tells !== 'nothing') {
    if (tells === 'a slice that is required') yield* wrongValues(element, items[0]);
    return;
  }
  const inherited = baseElement(published, element);
  if (element.sliceName === undefined) {
    if (element.min > (inherited?.min ?? 0)) {
      yield { kind: 'drop', rule: `${element.id} is required`, change: remove };
    }
    const max = Number(element.max);
    if (max > 0 && isArray(element)) {
      yield { kind: 'double', rule: `${element.id} at most ${max}`, change: addTo(items[0], max + 1 - items.length) };
    }
    if (isChoice(element)) yield* otherChoice(element, inherited);
  }
  for (const index of new Set([indexes[0]!, indexes.at(-1)!])) {
    const { pointer, place } = toItem(spot, index);
    const item = items[index];
    if (requiredValueSet(element) !== (inherited && requiredValueSet(inherited))) {
      for (const fault of wrongCodes(spot, item)) yield { pointer, place, ...fault };
    }
    if (!sameTargets(published, spot.type, inherited)) {
      for (const fault of wrongReferences(published, spot, item)) yield { pointer, place, ...fault };
    }
    for (const fault of wrongValues(element, item)) yield { pointer, place, ...fault };
  }
}

/** The element of the type that the profile narrows. */
function baseElement(published: Published, { base }: Element): Element | undefined {
  const type = base?.path.split('.')[0];
  return published.types.get(type ?? '')?.elements.find(({ path }) => path === base?.path);
}

function sameTargets(published: Published, type: ElementType, inherited: Element | undefined): boolean {
  const before = inherited?.type?.find(({ code }) => code === type.code);
  return before !== undefined && String(targetsOf(type, published)) === String(targetsOf(before, published));
}

function addTo(item: unknown, count: number): Change {
  return (parent, key) => {
    const list = parent[key] as unknown[];
    for (let n = 0; n < count; n++) list.push(structuredClone(item));
  };
}

function* otherChoice(element: Element, inherited: Element | undefined): Generator<Fault> {
  const allowed = new Set((element.type ?? []).map(({ code }) => code));
  const other = inherited?.type?.find(({ code }) => code in SAMPLES && !allowed.has(code));
  if (other === undefined) return;
  yield {
    kind: 'mistype',
    rule: `${element.id} is of ${[...allowed].join(', ')}: ${other.code}`,
    change: (parent, key) => {
      remove(parent, key);
      parent[jsonName(element, other.code)] = SAMPLES[other.code];
    },
  };
}

/** Values outside of what is fixed or of the pattern. */
function* wrongValues(element: Element, item: unknown): Generator<Fault> {
  const demand = demandOf(element);
  if (demand === undefined) return;
  for (const value of breakValue(item)) {
    const isBroken = demand.exact ? JSON.stringify(value) !== JSON.stringify(demand.value) : !fits(value, demand.value);
    const how = JSON.stringify(value).slice(0, 60);
    if (isBroken)
      yield { kind: 'wrong slice', rule: `${element.id} has a value set by the profile: ${how}`, change: put(value) };
  }
}

/** The value with each of its texts changed in turn. */
function* breakValue(value: unknown): Generator {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const other of breakValue(item)) yield value.with(index, other);
  } else if (isTree(value)) {
    for (const [name, item] of Object.entries(value)) {
      for (const other of breakValue(item)) yield { ...value, [name]: other };
    }
  } else if (typeof value === 'string') yield value.includes('/') ? `${value}-other` : `other${value}`;
}

/** A required slice that is missing, one that is there too often. */
function* sliceFaults(spot: Spot): Generator<Fault> {
  const { element, items, indexes } = spot;
  if (!isArray(element)) return;
  if (element.min > 0) {
    yield {
      kind: 'wrong slice',
      rule: `${element.id} is required: none`,
      change: (parent, key) => {
        const left = items.filter((_, index) => !indexes.includes(index));
        if (left.length > 0) parent[key] = left;
        else remove(parent, key);
      },
    };
  }
  const max = Number(element.max);
  if (max > 0) {
    const item = items[indexes[0]!];
    const rule = `${element.id} at most ${max}: ${max + 1}`;
    yield { kind: 'wrong slice', rule, change: addTo(item, max + 1 - indexes.length) };
  }
}

/** What is right elsewhere in the resource, where the type has no such element. */
function* misplacements(root: Holder, holder: Holder): Generator<Fault> {
  if (holder === root) return;
  const down = pick(root, holder);
  if (down !== undefined) {
    const rule = `${holder.place} has no ${down}: that of ${root.place}`;
    yield { kind: 'misplace', rule, change: (parent, key) => put(root.value[down])(parent[key] as Tree, down) };
  }
  const up = pick(holder, root);
  if (up !== undefined) {
    const rule = `${root.place} has no ${up}: that of ${holder.place}`;
    yield { kind: 'misplace', rule, pointer: [up], place: `${root.place}.${up}`, change: put(holder.value[up]) };
  }
}

function pick(from: Holder, to: Holder): string | undefined {
  const names = Object.keys(from.value).filter((name) => from.names.has(name) && !to.names.has(name));
  return choose(names, `${from.place} ${to.place}`);
}
