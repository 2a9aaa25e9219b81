import type { Fault } from '../../base/index.ts';
import { nearNames } from '../../base/index.ts';
import { pathOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { FHIR, XHTML, tellable } from './names.ts';
import type { Problems } from './problems.ts';
import type { Slot } from './shape.ts';

/**
 * What can be wrong with the elements of a well-formed document, in words: what, where, how to mend it. Speaks of the
 * tag that was just met; never tells a value.
 */
export class Complaints {
  private readonly problems: Problems;
  private readonly text: string;
  private readonly at: () => number;

  /** `at`: where the parser stands, behind the markup just met. */
  constructor(problems: Problems, text: string, at: () => number) {
    this.problems = problems;
    this.text = text;
    this.at = at;
  }

  namespace(uri: string, path: string): void {
    const what =
      uri === '' ? 'The element is in no namespace' : 'The element is in a namespace that is not that of FHIR';
    this.add('wrong-namespace', what, `Declare the namespace on the root element: xmlns="${FHIR}".`, path);
  }

  /** The div of a narrative, or an element in it. */
  narrativeNamespace(path: string): void {
    const what = 'An element of the narrative is not in the namespace of XHTML';
    this.add('wrong-namespace', what, `Declare it on the div: <div xmlns="${XHTML}">.`, path);
  }

  resourceType(name: string, types: readonly string[], path: string): void {
    const near = nearNames(name, types)[0];
    const mend = near === undefined ? 'Give one of R4, such as ServiceRequest.' : `Did you mean ${near}?`;
    this.add('unknown-resource-type', 'The element is no resource type that FHIR R4 has', mend, path);
  }

  severalResources(frame: Frame): void {
    const path = pathOf(frame);
    this.add('several-resources', `${path} holds more than one resource`, 'Give each an element of its own.', path);
  }

  unknownElement(parent: Frame, name: string): void {
    const plain = tellable(name);
    const what = `${parent.shape.type} has no element ${plain}`.trimEnd();
    this.add('unknown-element', what, mendUnknown(parent, plain), pathOf(parent, plain));
  }

  order(parent: Frame, slot: Slot, last: Slot): void {
    const mend = `In XML elements stand in the order of the specification: move it up, before ${last.name}.`;
    this.add('element-order', `${slot.name} stands behind ${last.name}`, mend, pathOf(parent, slot.element));
  }

  repeated(parent: Frame, slot: Slot): void {
    this.add('element-repeated', `${slot.name} does not repeat`, 'Give it once.', pathOf(parent, slot.element));
  }

  choices(parent: Frame, slot: Slot, last: Slot): void {
    const mend = `Keep one of: ${last.name}, ${slot.name}.`;
    this.add('several-choices', `Of ${slot.choice} only one type may be given`, mend, pathOf(parent, slot.element));
  }

  empty(frame: Frame): void {
    const path = pathOf(frame);
    const mend =
      frame.slot?.form === 'resource'
        ? 'Give the resource in it, or leave the element out.'
        : 'An element needs content beside its id. Fill it, or leave it out.';
    this.add('empty-element', `${path} is empty`, mend, path);
  }

  emptyAttribute(frame: Frame, name: string): void {
    const mend = 'Fill it, or leave it out.';
    this.add('empty-attribute', `The attribute ${name} holds nothing but white space`, mend, pathOf(frame));
  }

  unknownAttribute(frame: Frame | undefined, name: string): void {
    const what = `The element has no attribute ${tellable(name)}`.trimEnd();
    let mend = 'Remove it: elements have the attributes id and value, and extensions url.';
    if (frame?.slot === undefined && name === 'id') mend = 'The id of a resource is an element: <id value="…"/>.';
    this.add('unknown-attribute', what, mend, pathOf(frame));
  }

  value(frame: Frame, slot: Slot): void {
    const path = pathOf(frame);
    const mend = slot.form === 'boolean' ? 'Give true or false.' : 'Give a number, such as 12 or 1.50.';
    this.add('invalid-value', `${path} is no ${slot.form}`, mend, path, 'value');
  }

  looseText(frame: Frame, at: number): void {
    const mend = 'Values stand in attributes: <status value="active"/>.';
    this.problems.add('unexpected-text', at, 'There is text between the elements', mend, pathOf(frame));
  }

  tooDeep(limit: number): Fault {
    const what = `The body is nested more than ${limit} levels deep`;
    return this.problems.refusal('too-deep', this.tagStart(), what, 'Send it flatter.');
  }

  /** Where the tag just met begins; no tag holds a "<". */
  tagStart(): number {
    return this.text.lastIndexOf('<', this.at() - 1);
  }

  private add(key: string, what: string, mend: string, path: string, code?: string): void {
    this.problems.add(key, this.tagStart(), what, mend, path, code);
  }
}

function mendUnknown({ slot, shape }: Frame, name: string): string {
  if (shape.attributes.has(name)) return `It is an attribute: ${name}="…".`;
  if (slot !== undefined && slot.form !== 'object') return 'A primitive has its value as attribute, and extensions.';
  const elements = [...shape.elements.values()];
  const choice = elements.find((element) => element.choice === `${name}[x]`);
  if (choice !== undefined) return `Its name tells its type, such as ${choice.name}.`;
  const near = nearNames(name, shape.elements.keys())[0];
  return near === undefined ? 'Remove it, or carry it in an extension.' : `Did you mean ${near}?`;
}
