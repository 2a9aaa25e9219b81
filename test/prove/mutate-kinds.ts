import {
  demandOf,
  isArray,
  isChoice,
  isTree,
  jsonName,
  nameOf,
  requiredValueSet,
  targetsOf,
} from './mutate-definitions.ts';
import type { Element, ElementType, Published, Tree } from './mutate-definitions.ts';
import { JSON_TYPES, LISTED_SYSTEM, NO_CODE, OTHER_SYSTEM, SAMPLES, WRONG_FORMS } from './mutate-samples.ts';
import { breakValue } from './mutate-change.ts';
import { strayExtensions } from './mutate-extensions.ts';
import { addTo, choose, put, remove } from './mutate-faults.ts';
import type { Fault, Mutant } from './mutate-faults.ts';
import { brokenRules } from './mutate-rules.ts';
import { sliceFaults, strangers } from './mutate-slices.ts';
import { fits, toItem, walk } from './mutate-walk.ts';
import type { Banned, Holder, Spot, Stand } from './mutate-walk.ts';

/** All mutants of a seed. `seed` is left as it is. */
export function* mutate(published: Published, seed: Tree): Generator<Mutant> {
  const { base, profiled, banned, ruled, holders } = walk(published, seed);
  for (const spot of base) yield* plantAll(seed, spot, baseFaults(published, spot));
  for (const spot of profiled) yield* plantAll(seed, spot, profileFaults(published, spot));
  for (const each of banned) yield* plantAll(seed, each, unwanted(published, each));
  for (const { element, value, resource, stand } of ruled)
    yield* plantAll(seed, stand, brokenRules(element, value, resource));
  for (const holder of holders) {
    yield* plantAll(seed, holder, misplacements(holders[0]!, holder));
    yield* plantAll(seed, holder, strayExtensions(published.extensions, holder));
  }
}

function* plantAll(seed: Tree, stand: Stand, faults: Iterable<Fault>): Generator<Mutant> {
  for (const { change, pointer = stand.pointer, place = stand.place, ...fault } of faults) {
    const resource = structuredClone(seed);
    const parent = pointer.slice(0, -1).reduce<Tree>((on, key) => on[key] as Tree, resource);
    change(parent, String(pointer.at(-1)));
    yield { ...fault, type: stand.resource, place, resource };
  }
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
    for (const fault of wrongCanonicals(published, spot, items[index])) yield { pointer, place, ...fault };
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

/** A record that is not where the profile wants it, a version where it wants none, and none where it wants one. */
function* wrongForms(published: Published, { element, type }: Spot, item: unknown): Generator<Fault> {
  const { aggregation, versioning } = type;
  const reference = isTree(item) ? item['reference'] : undefined;
  if (typeof reference !== 'string') return;
  const fault = (what: string, other: string): Fault => ({
    kind: 'wrong reference',
    rule: `${element.id} ${what}: ${other}`,
    change: put({ ...(item as Tree), reference: other }),
  });
  if (aggregation !== undefined && !aggregation.includes('referenced') && reference.startsWith('#')) {
    const [target = published.resourceTypes[0]!] = targetsOf(type, published) ?? [];
    yield fault(`has to be ${aggregation.join(' or ')}`, `${target}/one`);
  }
  if (versioning === 'specific') yield fault('names a version', reference.replace(/\/_history\/.*/, ''));
  if (versioning === 'independent') yield fault('names no version', `${reference}/_history/1`);
}

/** Canonicals show no type in their text: these are of R4 itself, and nothing that is contained has this id. */
const CANONICALS: Readonly<Record<string, string>> = {
  StructureDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  ValueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender',
};

function* wrongCanonicals(published: Published, { element, type }: Spot, item: unknown): Generator<Fault> {
  const targets = targetsOf(type, published, 'canonical');
  if (targets === undefined || typeof item !== 'string') return;
  const fault = (value: string): Fault => ({
    kind: 'canonical target',
    rule: `${element.id} names ${targets.join(', ')}: ${value}`,
    change: put(value),
  });
  for (const [name, url] of Object.entries(CANONICALS)) {
    if (targets.includes(name)) continue;
    yield fault(url);
    yield fault(`${url}|4.0.1`);
  }
  yield fault('#nothing-contained');
}

/** `Type/id` */
const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]+$/;

/** Where the profile says more than the type. */
function* profileFaults(published: Published, spot: Spot): Generator<Fault> {
  const { element, tells, items, indexes } = spot;
  if (element.sliceName !== undefined) yield* sliceFaults(spot);
  yield* strangers(spot);
  if (tells !== 'nothing') {
    if (tells === 'a slice that is required') yield* wrongValues(element, items[0], true);
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
    for (const fault of wrongForms(published, spot, item)) yield { pointer, place, ...fault };
    for (const fault of wrongValues(element, item, false)) yield { pointer, place, ...fault };
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
function* wrongValues(element: Element, item: unknown, isDiscriminator: boolean): Generator<Fault> {
  const demand = demandOf(element);
  if (demand === undefined) return;
  for (const value of breakValue(item)) {
    const isBroken = demand.exact ? JSON.stringify(value) !== JSON.stringify(demand.value) : !fits(value, demand.value);
    const how = JSON.stringify(value).slice(0, 60);
    const kind = isDiscriminator || !element.id.includes(':') ? 'wrong slice' : 'value in slice';
    if (isBroken) yield { kind, rule: `${element.id} has a value set by the profile: ${how}`, change: put(value) };
  }
}

/** What the profile leaves no room for. */
function* unwanted(published: Published, { element, value, pointer, place }: Banned): Generator<Fault> {
  const types = element.type ?? baseElement(published, element)?.type ?? [];
  const type = types.find(({ code }) => code in SAMPLES);
  if (type === undefined) return;
  const name = isChoice(element) ? jsonName(element, type.code) : nameOf(element);
  const sample = SAMPLES[type.code];
  if (name in value) return;
  yield {
    pointer: [...pointer, name],
    place: `${place}.${nameOf(element)}`,
    kind: 'max 0',
    rule: `${element.id} is not used: ${name}`,
    change: put(element.base?.max === '1' ? sample : [sample]),
  };
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
