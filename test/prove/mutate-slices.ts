import { breakValue } from './mutate-change.ts';
import { isArray, isTree } from './mutate-definitions.ts';
import type { Element } from './mutate-definitions.ts';
import { addTo, put, remove } from './mutate-faults.ts';
import type { Fault, Kind } from './mutate-faults.ts';
import { isOf, slicesOf } from './mutate-walk.ts';
import type { Spot } from './mutate-walk.ts';

/** A required slice that is missing, one that is there too often. */
export function* sliceFaults({ element, items, indexes }: Spot): Generator<Fault> {
  if (!isArray(element)) return;
  const kind: Kind = element.sliceName?.includes('/') === true ? 're-slicing' : 'wrong slice';
  if (element.min > 0) {
    yield {
      kind,
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
    yield { kind, rule, change: addTo(item, max + 1 - indexes.length) };
  }
}

/** Where an element is sliced and closed: an item that is of none of its slices, beside the others or in place of one. */
export function* strangers(spot: Spot): Generator<Fault> {
  const { element, structure, items, indexes } = spot;
  const { rules, discriminator = [] } = element.slicing ?? {};
  if (rules !== 'closed' || !isArray(element)) return;
  const slices = slicesOf(structure, element);
  const isStranger = (item: unknown): boolean =>
    isTree(item) && !slices.some((slice) => isOf(structure, slice, discriminator, item));
  const outer = outerSlice(spot);
  for (const index of indexes) {
    // What leaves the outer slice as well is no fault of this one.
    const stranger = [...breakValue(items[index])].find((item) => isStranger(item) && (outer?.(item) ?? true));
    if (stranger === undefined) continue;
    const kind: Kind = element.sliceName === undefined ? 'closed slicing' : 're-slicing';
    const rule = `${element.id} has no other slices`;
    yield { kind, rule: `${rule}: one more`, change: addTo(stranger, 1) };
    yield { kind, rule: `${rule}: one of another`, change: put(items.with(index, stranger)) };
    return;
  }
}

/** Whether an item is still of the slice that is sliced again. */
function outerSlice({ element, structure }: Spot): ((item: unknown) => boolean) | undefined {
  if (element.sliceName === undefined) return undefined;
  const sliced: Element | undefined = structure.elements.find(({ id }) => id === element.id.replace(/:[^:.]*$/, ''));
  const discriminator = sliced?.slicing?.discriminator ?? [];
  return (item) => isOf(structure, element, discriminator, item);
}
