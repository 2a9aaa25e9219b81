import { demandOf, isArray, isTree, jsonNames, nameOf, typeName } from './mutate-definitions.ts';
import type { Element, ElementType, Published, Structure, Tree } from './mutate-definitions.ts';

export type Pointer = readonly (string | number)[];

/** Something in a seed, and the rules that the definitions set for it. */
export interface Stand {
  /** The type of the innermost resource. */
  readonly resource: string;
  readonly pointer: Pointer;
  /** FHIRPath of it. */
  readonly place: string;
}

/** An object, and the JSON names that it may have. */
export interface Holder extends Stand {
  readonly names: ReadonlySet<string>;
  readonly value: Tree;
}

/** A property that is there; the pointer leads to it, not to its items. */
export interface Spot extends Stand {
  readonly structure: Structure;
  readonly element: Element;
  readonly name: string;
  readonly type: ElementType;
  readonly items: readonly unknown[];
  /** Those that the element speaks of: all, or those of the slice. */
  readonly indexes: readonly number[];
  /** What it does for the slice that it is in. */
  readonly tells: Telling;
}

/** Of a slice's discriminators: to change one makes another item; that is wrong where the slice may not lose it. */
type Telling = 'nothing' | 'a slice' | 'a slice that is required';
type Tellings = ReadonlyMap<string, Telling>;
const NO_TELLINGS: Tellings = new Map();

interface Discriminator {
  readonly type: string;
  readonly path: string;
}

export interface Walked {
  readonly holders: Holder[];
  /** By the definition of the type. */
  readonly base: Spot[];
  /** By the profiles that are claimed. */
  readonly profiled: Spot[];
}

/** Goes through a seed, once as its types have it and once for each of the guide's profiles that it claims. */
export function walk(published: Published, seed: Tree): Walked {
  const walked: Walked = { holders: [], base: [], profiled: [] };
  walkResource(seed, [], undefined);
  return walked;

  function walkResource(value: Tree, pointer: Pointer, within: string | undefined): void {
    const resource = String(value['resourceType']);
    const structure = published.types.get(resource);
    if (structure === undefined) return;
    const stand = { resource, pointer, place: within ?? resource };
    walkType(structure, resource, value, stand);
    const { profile } = (value['meta'] ?? {}) as { profile?: readonly string[] };
    for (const url of profile ?? []) {
      const claimed = published.profiles.get(url);
      if (claimed !== undefined) walkProfile(claimed, [claimed.root.id], value, stand, NO_TELLINGS);
    }
  }

  function walkType(structure: Structure, id: string, value: Tree, stand: Stand): void {
    const children = structure.childrenOf(id);
    const names = new Set(children.flatMap((child) => [...jsonNames(child).keys()]));
    walked.holders.push({ ...stand, names, value });
    for (const element of children) {
      for (const spot of findSpots(structure, element, value, stand)) {
        walked.base.push(spot);
        for (const index of spot.indexes) descend(spot, index);
      }
    }
  }

  function descend(spot: Spot, index: number): void {
    const { element, structure, type } = spot;
    const item = spot.items[index];
    if (!isTree(item)) return;
    const stand = toItem(spot, index);
    const own = element.contentReference?.split('#')[1] ?? element.id;
    if (structure.childrenOf(own).length > 0) {
      walkType(structure, own, item, stand);
      return;
    }
    if (published.types.get(type.code)?.kind === 'resource') {
      walkResource(item, stand.pointer, stand.place);
      return;
    }
    const held = published.types.get(type.code);
    if (held?.kind !== 'complex-type') return;
    walkType(held, held.type, item, stand);
    const extension = type.code === 'Extension' ? published.profiles.get(String(item['url'])) : undefined;
    // An extension with another url is another extension.
    if (extension !== undefined) {
      walkProfile(extension, [extension.root.id], item, stand, new Map([[`${extension.root.id}.url`, 'a slice']]));
    }
  }

  /** `ids`: the elements that all speak of `value`: the element itself and its slices; `telling`: those that tell slices. */
  function walkProfile(structure: Structure, ids: readonly string[], value: Tree, stand: Stand, telling: Tellings) {
    for (const id of ids) {
      const children = structure.childrenOf(id);
      for (const element of children.filter(({ sliceName }) => sliceName === undefined)) {
        for (const spot of findSpots(structure, element, value, stand, telling)) {
          walked.profiled.push(spot);
          walkSlices(structure, children, spot, telling);
        }
      }
    }
  }

  function walkSlices(structure: Structure, siblings: readonly Element[], spot: Spot, telling: Tellings): void {
    const { element } = spot;
    const discriminators = element.slicing?.discriminator ?? [];
    const slices = siblings.filter(({ id }) => id.startsWith(`${element.id}:`));
    const found = slices.map((slice) => {
      const indexes = spot.items.flatMap((item, index) =>
        isOf(structure, slice, discriminators, item) ? [index] : [],
      );
      const what: Telling = slice.min > 0 && indexes.length === slice.min ? 'a slice that is required' : 'a slice';
      return { slice, indexes, tells: discriminators.map(({ path }) => [`${slice.id}.${path}`, what] as const) };
    });
    for (const { slice, indexes } of found) {
      if (indexes.length > 0)
        walked.profiled.push({ ...spot, element: slice, type: slice.type?.[0] ?? spot.type, indexes });
    }
    spot.items.forEach((item, index) => {
      if (!isTree(item)) return;
      const mine = found.filter(({ indexes }) => indexes.includes(index));
      const ids = [element.id, ...mine.map(({ slice }) => slice.id)];
      const tells = new Map([...telling, ...mine.flatMap((one) => one.tells)]);
      walkProfile(structure, ids, item, toItem(spot, index), tells);
    });
  }

  /** Whether the discriminators say that an item is of the slice (http://hl7.org/fhir/R4/profiling.html#discriminator). */
  function isOf(
    structure: Structure,
    slice: Element,
    discriminators: readonly Discriminator[],
    item: unknown,
  ): boolean {
    return (
      discriminators.length > 0 &&
      discriminators.every(({ type, path }) => {
        const at = structure.elements.find(({ id }) => id === `${slice.id}.${path}`);
        const actual = path.split('.').reduce<unknown>((on, name) => (isTree(on) ? on[name] : undefined), item);
        if (type === 'type') return isTree(actual) && actual['resourceType'] === at?.type?.[0]?.code;
        const url = slice.type?.[0]?.profile?.[0];
        if (path === 'url' && url !== undefined) return actual === url;
        const demand = at && demandOf(at);
        return demand !== undefined && fits(actual, demand.value);
      })
    );
  }
}

function* findSpots(
  structure: Structure,
  element: Element,
  value: Tree,
  stand: Stand,
  telling: Tellings = NO_TELLINGS,
): Generator<Spot> {
  for (const [name, type] of namesToFind(element)) {
    const held = value[name];
    if (held === undefined) continue;
    const items = isArray(element) && Array.isArray(held) ? (held as unknown[]) : [held];
    yield {
      resource: stand.resource,
      pointer: [...stand.pointer, name],
      place: `${stand.place}.${nameOf(element)}`,
      structure,
      element,
      name,
      type: { ...type, code: typeName(type, element) },
      items,
      indexes: items.map((_, index) => index),
      tells: [...telling].find(([id]) => element.id === id || element.id.startsWith(`${id}.`))?.[1] ?? 'nothing',
    };
  }
}

function namesToFind(element: Element): ReadonlyMap<string, ElementType> {
  return element.max === '0' ? new Map() : jsonNames(element);
}

export function toItem({ resource, pointer, place, element }: Spot, index: number): Stand {
  return isArray(element)
    ? { resource, pointer: [...pointer, index], place: `${place}[${index}]` }
    : { resource, pointer, place };
}

/** Whether a value has all that a pattern has (http://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_). */
export function fits(actual: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(actual) && pattern.every((wanted) => actual.some((one) => fits(one, wanted)));
  }
  if (!isTree(pattern)) return actual === pattern;
  return isTree(actual) && Object.entries(pattern).every(([name, wanted]) => fits(actual[name], wanted));
}
