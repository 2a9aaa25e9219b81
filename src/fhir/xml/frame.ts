import type { Shape, Slot } from './shape.ts';

/** A JSON object that is being filled. */
export type Tree = Record<string, unknown>;

/** An element that is open. */
export interface Frame {
  readonly parent: Frame | undefined;
  /** What it is in its parent; undefined for a resource, which stands in the frame of `contained` or `resource`. */
  readonly slot: Slot | undefined;
  readonly shape: Shape;
  /** Of a primitive its `_name`, made when something comes for it; of `contained` and `resource` nothing. */
  node: Tree | undefined;
  /** Among the items of its name; -1 where it does not repeat. */
  readonly index: number;
  /** Levels of JSON objects and arrays down to the node; of a primitive down to its value. */
  readonly depth: number;
  /** The child element that came furthest in the order of the specification. */
  last: Slot | undefined;
  /** Whether it has a value, a url or a child. */
  isFilled: boolean;
  /** Repeating primitives of which some have an id or extensions, so that two arrays have to match. */
  aligned: Slot[] | undefined;
}

/** FHIRPath of an open element, or of a child of it. */
export function pathOf(frame: Frame | undefined, child = ''): string {
  let path = child;
  for (let step = frame; step !== undefined; step = step.parent) {
    // A resource within another is found by the element that holds it.
    if (step.slot === undefined && step.parent !== undefined) continue;
    const name = step.slot?.element ?? step.shape.type;
    const indexed = step.index < 0 ? name : `${name}[${step.index}]`;
    path = path === '' ? indexed : `${indexed}.${path}`;
  }
  return path;
}

/** The object for id and extensions of a primitive, made where it belongs in the parent. */
export function companionOf(frame: Frame, slot: Slot): Tree {
  if (frame.node !== undefined) return frame.node;
  const node: Tree = {};
  frame.node = node;
  const tree = treeOf(frame.parent!);
  if (!slot.array) {
    tree[slot.companion] = node;
    return node;
  }
  let list = tree[slot.companion] as unknown[] | undefined;
  if (list === undefined) {
    tree[slot.companion] = list = [];
    (frame.parent!.aligned ??= []).push(slot);
  }
  while (list.length < frame.index) list.push(null);
  list.push(node);
  return node;
}

/** The object that takes the children of an element. */
export function treeOf(frame: Frame): Tree {
  return frame.node ?? companionOf(frame, frame.slot!);
}

/** Makes the arrays of values and of companions equally long, or leaves the values out where there is none. */
export function alignArrays(frame: Frame): void {
  const tree = frame.node!;
  for (const slot of frame.aligned ?? []) {
    const values = tree[slot.name] as unknown[];
    const companions = tree[slot.companion] as unknown[];
    while (companions.length < values.length) companions.push(null);
    if (values.every((value) => value === null)) delete tree[slot.name];
  }
}
