import { isTree } from './mutate-definitions.ts';
import type { Tree } from './mutate-definitions.ts';

/** The value with each of its texts changed in turn. */
export function* breakValue(value: unknown): Generator {
  yield* changeTexts(value, (text) => [text.includes('/') ? `${text}-other` : `other${text}`]);
}

/** The value with each of its texts replaced in turn by what `replace` gives for it. */
export function* changeTexts(value: unknown, replace: (text: string) => readonly string[]): Generator {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const other of changeTexts(item, replace)) yield value.with(index, other);
    }
  } else if (isTree(value)) {
    for (const [name, item] of Object.entries(value)) {
      for (const other of changeTexts(item, replace)) yield { ...value, [name]: other };
    }
  } else if (typeof value === 'string') yield* replace(value);
}

/** The object with each of its properties, and of those below, left out in turn. */
export function* leaveOut(value: Tree): Generator<Tree> {
  for (const [name, item] of Object.entries(value)) {
    if (name === 'resourceType') continue;
    const { [name]: _left, [`_${name}`]: _companion, ...rest } = value;
    yield rest;
    const items: readonly unknown[] = Array.isArray(item) ? item : [item];
    for (const [index, below] of items.entries()) {
      if (!isTree(below)) continue;
      for (const other of leaveOut(below)) {
        if (Object.keys(other).length === 0) continue;
        yield { ...value, [name]: Array.isArray(item) ? item.with(index, other) : other };
      }
    }
  }
}
