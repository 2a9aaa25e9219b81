import type { Emit } from './emitter.ts';
import type { RowCollector } from './index-values.ts';
import type { Place, Step } from './places.ts';

/** What to do with the elements found at a place. */
export interface Entry {
  readonly place: Place;
  readonly emit: Emit;
}

/** All entries of a resource type in one tree, so that each element is visited once for all parameters that need it. */
export interface ElementTree {
  readonly emits: readonly Emit[];
  readonly branches: readonly { readonly step: Step; readonly tree: ElementTree }[];
}

export function buildTree(entries: readonly Entry[], depth = 0): ElementTree {
  const here = entries.filter(({ place }) => place.steps.length === depth);
  const deeper = entries.filter(({ place }) => place.steps.length > depth);
  const groups = Map.groupBy(deeper, ({ place }) => JSON.stringify(place.steps[depth]));
  return {
    emits: here.map(({ emit }) => emit),
    branches: [...groups.values()].map((group) => ({
      step: group[0]!.place.steps[depth]!,
      tree: buildTree(group, depth + 1),
    })),
  };
}

export function visitTree(tree: ElementTree, element: unknown, rows: RowCollector): void {
  for (const emit of tree.emits) emit(element, rows);
  for (const { step, tree: below } of tree.branches) {
    const found = (element as Record<string, unknown>)[step.name];
    if (found === undefined || found === null) continue;
    if (!Array.isArray(found)) visitOne(step, below, found, rows);
    else if (step.first) visitOne(step, below, found[0], rows);
    else for (const item of found) visitOne(step, below, item, rows);
  }
}

function visitOne({ where, hasExtension }: Step, tree: ElementTree, element: unknown, rows: RowCollector): void {
  // Arrays of primitives have null where an item has only extensions.
  if (element === null || element === undefined) return;
  if (where && (element as Record<string, unknown>)[where.field] !== where.literal) return;
  if (hasExtension !== undefined && !carries(element, hasExtension)) return;
  visitTree(tree, element, rows);
}

function carries(element: unknown, url: string): boolean {
  const { extension } = element as { extension?: unknown };
  return Array.isArray(extension) && extension.some((item: { url?: unknown } | null) => item?.url === url);
}
