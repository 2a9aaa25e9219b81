import { fault } from '../../base/index.ts';
import type { Fault } from '../../base/index.ts';
import { findUnfitCharacter } from '../characters.ts';
import type { Resource } from '../resource.ts';
import { FHIR } from './names.ts';
import { divToXml } from './narrative.ts';
import type { Shape, Slot } from './shape.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Where the walk through a resource stands; becomes text only for a fault. */
interface Place {
  readonly parent: Place | undefined;
  readonly name: string;
  readonly index: number;
}

/** All but what can stand in an attribute as it is. */
const SPECIAL = /[^ !#-%'-;=?-\ud7ff\ue000-\ufffd]/;
/** White space as references, or else reading it back would turn it into spaces (https://www.w3.org/TR/xml/#AVNormalize). */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * Resource tree → XML, without white space between elements. The tree is taken to be valid; what XML cannot carry all
 * the same (control characters, U+FFFE, names that R4 does not have) is refused (406, as a thrown Fault) rather than
 * changed or left out: the record is there in JSON.
 */
export function createPrinter(
  shapeOf: (type: string) => Shape,
  isResourceType: (name: string) => boolean,
): (resource: Resource) => string {
  function printResource(value: unknown, place: Place, namespace: string): string {
    const type = (value as Tree | null)?.['resourceType'];
    if (typeof type !== 'string' || !isResourceType(type)) throw inexpressible(place);
    return printElement(type, namespace, shapeOf(type), value, place);
  }

  function printElement(name: string, attributes: string, shape: Shape, value: unknown, place: Place): string {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw inexpressible(place);
    let inner = '';
    let own = '';
    for (const slot of slotsInOrder(shape, value as Tree, place)) {
      if (slot.isAttribute) own += ` ${slot.name}="${printValue(slot, (value as Tree)[slot.name], place)}"`;
      else inner += printSlot(slot, value as Tree, place);
    }
    const start = `<${name}${own}${attributes}`;
    return inner === '' ? `${start}/>` : `${start}>${inner}</${name}>`;
  }

  function printSlot(slot: Slot, tree: Tree, parent: Place): string {
    const value = tree[slot.name];
    const companion = tree[slot.companion];
    if (!slot.array) return printItem(slot, value, companion, { parent, name: slot.element, index: -1 });
    const values = asList(value, parent);
    const companions = asList(companion, parent);
    let items = '';
    for (let index = 0; index < Math.max(values.length, companions.length); index++) {
      items += printItem(slot, values[index], companions[index], { parent, name: slot.element, index });
    }
    return items;
  }

  function printItem(slot: Slot, value: unknown, companion: unknown, place: Place): string {
    switch (slot.form) {
      case 'object':
        return printElement(slot.name, '', slot.shape(), value, place);
      case 'resource':
        return `<${slot.name}>${printResource(value, place, '')}</${slot.name}>`;
      case 'narrative': {
        const xml = typeof value === 'string' ? divToXml(value) : undefined;
        if (xml === undefined) throw inexpressible(place);
        return xml;
      }
      case 'text':
      case 'number':
      case 'boolean': {
        const attribute = value === undefined || value === null ? '' : ` value="${printValue(slot, value, place)}"`;
        if (companion === undefined || companion === null) return `<${slot.name}${attribute}/>`;
        return printElement(slot.name, attribute, slot.shape(), companion, place);
      }
    }
  }

  return (resource) => {
    const root: Place = { parent: undefined, name: resource.resourceType, index: -1 };
    return `<?xml version="1.0" encoding="UTF-8"?>${printResource(resource, root, ` xmlns="${FHIR}"`)}`;
  };
}

/** The slots for which the tree has something, in the order of the specification. */
function slotsInOrder(shape: Shape, tree: Tree, place: Place): Slot[] {
  const slots: Slot[] = [];
  for (const name of Object.keys(tree)) {
    const slot = shape.members.get(name);
    if (slot === undefined) {
      if (name === 'resourceType' && shape.isResource) continue;
      throw inexpressible(place);
    }
    let at = slots.length;
    while (at > 0 && slots[at - 1]!.order > slot.order) at -= 1;
    // The value and its `_name` are one element.
    if (slots[at - 1] !== slot) slots.splice(at, 0, slot);
  }
  return slots;
}

function printValue(slot: Slot, value: unknown, place: Place): string {
  if (slot.form === 'text' && typeof value === 'string') return escapeText(value, place);
  if (slot.form === 'boolean' && typeof value === 'boolean') return String(value);
  if (slot.form === 'number') {
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (JSON.isRawJSON(value)) return value.rawJSON;
  }
  throw inexpressible(place);
}

function escapeText(text: string, place: Place): string {
  if (!SPECIAL.test(text)) return text;
  if (findUnfitCharacter(text) >= 0) throw inexpressible(place);
  return text.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character]!);
}

function asList(value: unknown, place: Place): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw inexpressible(place);
  return value;
}

function inexpressible(place: Place): Fault {
  let path = '';
  for (let step: Place | undefined = place; step !== undefined; step = step.parent) {
    const name = step.index < 0 ? step.name : `${step.name}[${step.index}]`;
    path = path === '' ? name : `${name}.${path}`;
  }
  const text = `${path} holds what XML cannot carry. Ask for this record as application/fhir+json.`;
  return fault(406, 'not-supported', 'not-expressible-in-xml', text, path);
}
