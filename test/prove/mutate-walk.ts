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
  /** What contexts of extensions may call it: its type, what that is based on, the element that it stands at. */
  readonly isOf: ReadonlySet<string>;
}

/** An object, and an element that a profile leaves no room for in it. */
export interface Banned extends Stand {
  readonly element: Element;
  readonly value: Tree;
}

/** A value of which a profile demands rules, and the resource that it is in. */
export interface Ruled {
  readonly element: Element;
  readonly value: unknown;
  readonly resource: Tree;
  readonly stand: Stand;
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
  readonly banned: Banned[];
  readonly ruled: Ruled[];
}

/** Goes through a seed, once as its types have it and once for each of the guide's profiles that it claims. */
export function walk(published: Published, seed: Tree): Walked {
  const walked: Walked = { holders: [], base: [], profiled: [], banned: [], ruled: [] };
  /** The innermost resource that the walk is in. */
  let within = seed;
  walkResource(seed, [], undefined);
  return walked;

  function walkResource(value: Tree, pointer: Pointer, at: string | undefined): void {
    const resource = String(value['resourceType']);
    const structure = published.types.get(resource);
    if (structure === undefined) return;
    const outer = within;
    within = value;
    const stand = { resource, pointer, place: at ?? resource };
    walkType(structure, resource, value, stand);
    const { profile } = (value['meta'] ?? {}) as { profile?: readonly string[] };
    for (const url of profile ?? []) {
      const claimed = published.profiles.get(url);
      if (claimed !== undefined) walkProfile(claimed, [claimed.root.id], value, stand, NO_TELLINGS);
    }
    within = outer;
  }

  function walkType(structure: Structure, id: string, value: Tree, stand: Stand, at: string = id): void {
    const children = structure.childrenOf(id);
    const names = new Set(children.flatMap((child) => [...jsonNames(child).keys()]));
    const types = id === structure.type ? lineage(published, structure) : ['BackboneElement', 'Element'];
    walked.holders.push({ ...stand, names, value, isOf: new Set([id, at, ...types]) });
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
      walkType(structure, own, item, stand, element.path);
      return;
    }
    if (published.types.get(type.code)?.kind === 'resource') {
      walkResource(item, stand.pointer, stand.place);
      return;
    }
    const held = published.types.get(type.code);
    if (held?.kind !== 'complex-type') return;
    walkType(held, held.type, item, stand, element.path);
    const extension = type.code === 'Extension' ? published.profiles.get(String(item['url'])) : undefined;
    // An extension with another url is another extension.
    if (extension !== undefined) {
      walkProfile(extension, [extension.root.id], item, stand, new Map([[`${extension.root.id}.url`, 'a slice']]));
    }
  }

  /** `ids`: the elements that all speak of `value`: the element itself and its slices; `telling`: those that tell slices. */
  function walkProfile(structure: Structure, ids: readonly string[], value: Tree, stand: Stand, telling: Tellings) {
    for (const id of ids) {
      const element = structure.elements.find((each) => each.id === id);
      if (element?.constraint !== undefined) walked.ruled.push({ element, value, resource: within, stand });
      const children = structure.childrenOf(id);
      for (const each of children) {
        if (each.max === '0' && each.sliceName === undefined) walked.banned.push({ ...stand, element: each, value });
      }
      for (const element of children.filter(({ sliceName }) => sliceName === undefined)) {
        for (const spot of findSpots(structure, element, value, stand, telling)) {
          walked.profiled.push(spot);
          walkSlices(structure, spot, telling);
        }
      }
    }
  }

  function walkSlices(structure: Structure, spot: Spot, telling: Tellings): void {
    const { element } = spot;
    const discriminators = element.slicing?.discriminator ?? [];
    const slices = slicesOf(structure, element);
    const found = slices.map((slice) => {
      const indexes = spot.indexes.filter((index) => isOf(structure, slice, discriminators, spot.items[index]));
      const what: Telling = slice.min > 0 && indexes.length === slice.min ? 'a slice that is required' : 'a slice';
      return { slice, indexes, tells: discriminators.map(({ path }) => [`${slice.id}.${path}`, what] as const) };
    });
    for (const { slice, indexes } of found) {
      if (indexes.length > 0)
        walked.profiled.push({ ...spot, element: slice, type: slice.type?.[0] ?? spot.type, indexes });
      // Slices of a slice (http://hl7.org/fhir/R4/profiling.html#reslicing) speak of its items alone.
      if (slice.slicing !== undefined) walkSlices(structure, { ...spot, element: slice, indexes }, telling);
    }
    for (const index of spot.indexes) {
      const item = spot.items[index];
      if (!isTree(item)) continue;
      const mine = found.filter(({ indexes }) => indexes.includes(index));
      // What the sliced element says of it has been walked with the slice that it is of.
      const ids = [...(element.sliceName === undefined ? [element.id] : []), ...mine.map(({ slice }) => slice.id)];
      const tells = new Map([...telling, ...mine.flatMap((one) => one.tells)]);
      walkProfile(structure, ids, item, toItem(spot, index), tells);
    }
  }
}

/** The type and all that it is based on. */
function lineage(published: Published, { type, base }: Structure): readonly string[] {
  const above = base === undefined ? undefined : published.types.get(base);
  return above === undefined ? [type] : [type, ...lineage(published, above)];
}

/** The slices of an element, or those of a slice. */
export function slicesOf({ elements }: Structure, { id, sliceName }: Element): readonly Element[] {
  const start = id + (sliceName === undefined ? ':' : '/');
  return elements.filter((element) => element.id.startsWith(start) && !/[./]/.test(element.id.slice(start.length)));
}

/** Whether the discriminators say that an item is of the slice (http://hl7.org/fhir/R4/profiling.html#discriminator). */
export function isOf(
  structure: Structure,
  slice: Element,
  discriminators: readonly Discriminator[],
  item: unknown,
): boolean {
  return (
    discriminators.length > 0 &&
    discriminators.every(({ type, path }) => {
      const isSelf = path === '$this';
      const at = isSelf ? slice : structure.elements.find(({ id }) => id === `${slice.id}.${path}`);
      const actual = isSelf ? [item] : follow(item, path);
      if (type === 'type') return actual.some((one) => isTree(one) && one['resourceType'] === at?.type?.[0]?.code);
      const url = slice.type?.[0]?.profile?.[0];
      if (path === 'url' && url !== undefined) return actual.includes(url);
      const demand = at && demandOf(at);
      return demand !== undefined && actual.some((one) => fits(one, demand.value));
    })
  );
}

function follow(item: unknown, path: string): readonly unknown[] {
  return path
    .split('.')
    .reduce<readonly unknown[]>((on, name) => on.flatMap((one) => (isTree(one) ? one[name] : undefined)), [item]);
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
