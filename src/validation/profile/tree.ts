import type { ElementRule, StructureDefinition } from '../../definitions/index.ts';

/** One element of a profile, or one slice of it, with what stands below. */
export interface ProfileNode {
  /** `code`, `value[x]`. */
  readonly name: string;
  readonly path: string;
  /** `systolic`, `systolic/left`; empty where it is no slice. */
  readonly slice: string;
  /** Absent where the profile says nothing of the element itself. */
  rule?: ElementRule;
  readonly children: Map<string, ProfileNode>;
  /** By their names, in the order of the profile. */
  readonly slices: Map<string, ProfileNode>;
}

/** The elements of a profile as a tree. Throws where it has none. */
export function buildTree(structure: StructureDefinition): ProfileNode {
  const elements = structure.snapshot?.element ?? structure.differential?.element ?? [];
  const [first] = elements;
  if (first === undefined) throw new Error(`The profile ${structure.url} has no elements`);
  const root = createNode(structure.type, structure.type, '');
  const ids = new Map<string, string>();
  for (const element of elements) {
    const id = element.id ?? deriveId(element, ids);
    ids.set(element.path, id);
    nodeAt(root, id).rule = element;
  }
  return root;
}

/** Old profiles have no ids: the path, with the slices that were met on the way. */
function deriveId({ path, sliceName }: ElementRule, ids: ReadonlyMap<string, string>): string {
  const at = path.lastIndexOf('.');
  const parent = ids.get(path.slice(0, at)) ?? path.slice(0, at);
  const own = at < 0 ? path : `${parent}${path.slice(at)}`;
  return sliceName === undefined ? own : `${own}:${sliceName}`;
}

function nodeAt(root: ProfileNode, id: string): ProfileNode {
  let node = root;
  for (const step of id.split('.').slice(1)) {
    const [name = '', slice = ''] = step.split(':');
    const path = `${node.path}.${name}`;
    let child = node.children.get(name);
    if (child === undefined) node.children.set(name, (child = createNode(name, path, '')));
    node = slice === '' ? child : sliceOf(child, slice);
  }
  return node;
}

/** `left/upper` is a slice of the slice `left`. */
function sliceOf(element: ProfileNode, slice: string): ProfileNode {
  let node = element;
  const names = slice.split('/');
  names.forEach((_name, at) => {
    const full = names.slice(0, at + 1).join('/');
    let next = node.slices.get(full);
    if (next === undefined) node.slices.set(full, (next = createNode(node.name, node.path, full)));
    node = next;
  });
  return node;
}

function createNode(name: string, path: string, slice: string): ProfileNode {
  return { name, path, slice, children: new Map(), slices: new Map() };
}

/** The node that `#Questionnaire.item` names. */
export function findReferred(root: ProfileNode, reference: string): ProfileNode | undefined {
  const id = reference.slice(reference.indexOf('#') + 1);
  let node: ProfileNode | undefined = root;
  for (const step of id.split('.').slice(1)) {
    const [name = '', slice = ''] = step.split(':');
    node = node?.children.get(name);
    if (slice !== '') node = node?.slices.get(slice);
  }
  return node;
}

/** The one member of a rule whose name begins so: `fixedCode` for `fixed`. */
export function choiceOf(rule: ElementRule | undefined, stem: string): unknown {
  if (rule === undefined) return undefined;
  for (const name in rule) {
    const next = name.charCodeAt(stem.length);
    if (name.startsWith(stem) && next >= 65 && next <= 90) return rule[name];
  }
  return undefined;
}
