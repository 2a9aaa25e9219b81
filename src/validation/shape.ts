import type { TypeDefinition } from '../definitions/index.ts';
import type { Findings } from './findings.ts';
import { nearNames } from '../base/index.ts';
import { elementName } from './findings.ts';
import { reportEmptyElement } from './slots.ts';
import type { Check } from './slots.ts';
import type { Tree } from './tree.ts';

/** Names that can stand in a text without carrying anything of a patient into it. */
const PLAIN_NAME = /^_?[A-Za-z][A-Za-z0-9]{0,63}$/;

/** One JSON name: its check, and the bit of the element (all of a choice share one) it gives; 0 where none is needed. */
interface Slot {
  readonly check: Check;
  readonly bit: number;
  readonly choice: string | undefined;
}

interface RequiredElement {
  readonly bit: number;
  readonly name: string;
  readonly text: string;
}

/** The compiled check of a type, filled after it is made because types refer to themselves. */
export interface Shape {
  readonly type: string;
  readonly isResource: boolean;
  readonly slots: Map<string, Slot>;
  readonly required: RequiredElement[];
  requiredBits: number;
  /** What the type's elements alone cannot tell. */
  readonly rules: ((value: Tree, findings: Findings) => void)[];
}

/** Fills the shape with slots for the properties of its type and for `_name` of the primitive ones. */
export function fillShape(
  shape: Shape,
  definition: TypeDefinition,
  checks: (name: string) => { readonly check: Check; readonly companion?: Check },
): void {
  const bits = new Map<string, number>();
  for (const property of definition.properties.values()) {
    const element = property.choice ?? property.name;
    const isRequired = property.min > 0;
    if ((isRequired || property.choice !== undefined) && !bits.has(element)) {
      if (bits.size === 31) throw new Error(`${shape.type} has more elements to keep count of than bits`);
      const bit = 1 << bits.size;
      bits.set(element, bit);
      if (isRequired) {
        const text = `${shape.type} needs ${element}. Add it.`;
        shape.required.push({ bit, name: elementName(property), text });
        shape.requiredBits |= bit;
      }
    }
    const { check, companion } = checks(property.name);
    const slot = { bit: bits.get(element) ?? 0, choice: property.choice };
    shape.slots.set(property.name, { ...slot, check });
    if (companion !== undefined) shape.slots.set(`_${property.name}`, { ...slot, check: companion });
  }
}

/** Checks that `value` is an object of the shape. The findings stand at its place. */
export function checkShape(shape: Shape, value: unknown, findings: Findings): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || JSON.isRawJSON(value)) {
    findings.add('structure', 'wrong-json-type', `Here belongs a JSON object (${shape.type}).`);
    return;
  }
  const tree = value as Tree;
  let present = 0;
  let members = 0;
  for (const name in tree) {
    if (findings.isFull) return;
    const slot = shape.slots.get(name);
    if (slot === undefined) {
      if (name === 'resourceType' && shape.isResource) continue;
      members += 1;
      reportUnknown(shape, name, findings);
      continue;
    }
    if (name !== 'id') members += 1;
    if ((slot.bit & present) !== 0 && slot.choice !== undefined) checkChoice(shape, slot.choice, name, tree, findings);
    present |= slot.bit;
    slot.check(tree[name], tree, findings);
  }
  // Beside a primitive's value, an id alone is content enough (`Element`): the slot knows whether there is one.
  if (members === 0 && !shape.isResource && (shape.type !== 'Element' || !('id' in tree))) {
    reportEmptyElement(findings);
    return;
  }
  const isIncomplete = (present & shape.requiredBits) !== shape.requiredBits;
  if (isIncomplete) reportMissing(shape, present, findings);
  findings.isIncomplete = isIncomplete;
  for (const rule of shape.rules) rule(tree, findings);
  findings.isIncomplete = false;
}

function reportUnknown(shape: Shape, name: string, findings: Findings): void {
  if (!PLAIN_NAME.test(name)) {
    const text = `${shape.type} has an element whose name FHIR does not know. Remove it.`;
    findings.add('structure', 'unknown-element', text);
    return;
  }
  // Whoever writes no underscore does not mean the companion of a primitive.
  const names = [...shape.slots.keys()].filter((known) => known.startsWith('_') === name.startsWith('_'));
  const near = nearNames(name, names)[0];
  const hint = near === undefined ? 'Remove it, or carry it in an extension.' : `Did you mean ${near}?`;
  findings.add('structure', 'unknown-element', `${shape.type} has no element ${name}. ${hint}`, name);
}

/** `valueString` and `_valueString` are one element; `valueString` and `valueCode` are one too many. */
function checkChoice(shape: Shape, choice: string, name: string, tree: Tree, findings: Findings): void {
  const given = new Set<string>();
  for (const other in tree) {
    if (shape.slots.get(other)?.choice !== choice) continue;
    given.add(other.startsWith('_') ? other.slice(1) : other);
    if (other === name) break;
  }
  if (given.size < 2 || (name.startsWith('_') && Object.hasOwn(tree, name.slice(1)))) return;
  const text = `Of ${choice} only one type may be given. Keep one of: ${[...given].join(', ')}.`;
  findings.add('structure', 'several-choices', text, choice.slice(0, -3));
}

function reportMissing(shape: Shape, present: number, findings: Findings): void {
  for (const { bit, name, text } of shape.required) {
    if ((present & bit) === 0) findings.add('required', 'missing-element', text, name);
  }
}
