import type { Definitions, Property, TypeDefinition } from '../../definitions/index.ts';

/** What an element holds: a primitive in its `value`, the XHTML of a narrative, further elements, or a resource. */
export type Form = 'text' | 'number' | 'boolean' | 'narrative' | 'object' | 'resource';

/** One property of a type, as both formats have it. */
export interface Slot {
  /** In JSON and in XML: `valueQuantity`. */
  readonly name: string;
  /** `_name`, where JSON has id and extensions of a primitive. */
  readonly companion: string;
  /** In FHIRPath: `value`. */
  readonly element: string;
  /** Place among the elements of the type; all types of a choice share one. */
  readonly order: number;
  readonly choice: string | undefined;
  readonly array: boolean;
  readonly form: Form;
  readonly isAttribute: boolean;
  /** The type of the content; of a primitive that of its id and extensions. */
  shape(): Shape;
}

export interface Shape {
  readonly type: string;
  readonly isResource: boolean;
  /** By the names of child elements. */
  readonly elements: ReadonlyMap<string, Slot>;
  /** By the names of attributes: `id` of elements, `url` of extensions. */
  readonly attributes: ReadonlyMap<string, Slot>;
  /** By the names of JSON members, `_name` included. */
  readonly members: ReadonlyMap<string, Slot>;
}

const NUMBERS = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt']);

/** The shapes of types by name, each made when it is first asked for. Throws for a type that R4 does not have. */
export function createShapes(definitions: Definitions): (type: string) => Shape {
  const shapes = new Map<string, Shape>();
  function shapeOf(type: string): Shape {
    let shape = shapes.get(type);
    if (shape === undefined) {
      const definition = definitions.type(type);
      if (definition === undefined) throw new Error(`The definitions do not have the type ${type}`);
      shape = makeShape(definition, shapeOf);
      shapes.set(type, shape);
    }
    return shape;
  }
  return shapeOf;
}

function makeShape(definition: TypeDefinition, shapeOf: (type: string) => Shape): Shape {
  const elements = new Map<string, Slot>();
  const attributes = new Map<string, Slot>();
  const members = new Map<string, Slot>();
  const orders = new Map<string, number>();
  for (const property of definition.properties.values()) {
    const element = property.choice ?? property.name;
    const order = orders.get(element) ?? orders.size;
    orders.set(element, order);
    const slot = makeSlot(definition, property, order, shapeOf);
    (slot.isAttribute ? attributes : elements).set(slot.name, slot);
    members.set(slot.name, slot);
    if (property.kind === 'primitive' && slot.form !== 'narrative' && !slot.isAttribute) {
      members.set(slot.companion, slot);
    }
  }
  return { type: definition.name, isResource: definition.kind === 'resource', elements, attributes, members };
}

function makeSlot(
  definition: TypeDefinition,
  property: Property,
  order: number,
  shapeOf: (type: string) => Shape,
): Slot {
  const { name, choice, array } = property;
  const contentType = property.kind === 'primitive' ? 'Element' : property.type;
  let shape: Shape | undefined;
  return {
    name,
    companion: `_${name}`,
    element: choice === undefined ? name : choice.slice(0, -3),
    order,
    choice,
    array,
    form: formOf(property),
    isAttribute:
      (name === 'id' && definition.kind !== 'resource') || (name === 'url' && definition.name === 'Extension'),
    // Types hold themselves (an Extension has extensions), so not before it is needed.
    shape: () => (shape ??= shapeOf(contentType)),
  };
}

function formOf({ kind, type }: Property): Form {
  if (kind === 'resource') return 'resource';
  if (kind !== 'primitive') return 'object';
  if (type === 'boolean') return 'boolean';
  if (type === 'xhtml') return 'narrative';
  return NUMBERS.has(type) ? 'number' : 'text';
}
