import { Fault } from '../../base/index.ts';
import type { Definitions, Property } from '../../definitions/index.ts';
import type { Rename } from '../reference.ts';
import type { Resource } from '../resource.ts';
import type { Patch } from './json-patch.ts';
import { keepIdentity } from './kept.ts';
import { choicesOf, contentsOf, holderOf, isA, propertyNamed, setContents, setContentsAt } from './member.ts';
import type { Content, Member } from './member.ts';
import { parseOperation } from './operation.ts';
import type { Operation } from './operation.ts';
import type { Step } from './path.ts';
import { malformedPatch, MAX_OPERATIONS, unfitPatch } from './problem.ts';
import { renameContent } from './rename.ts';
import { createSelector } from './select.ts';
import type { Node, Selector } from './select.ts';
import { checkDepth, copyTree, isEmpty, isTree, prune } from './tree.ts';
import type { Tree } from './tree.ts';
import { makeContent, propertyFor } from './value.ts';
import type { Value } from './value.ts';

/** What is being made. */
interface Work {
  readonly definitions: Definitions;
  readonly resource: Resource;
  readonly selector: Selector;
  readonly emptied: Set<unknown>;
  /** What the patch brings, as it is to stand there. */
  readonly bring: (property: Property, value: Value) => Content;
}

/**
 * Reads a FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html), of 1,000 operations at most. `place`: where the
 * Parameters stood in the request. What it leaves empty is taken out of the record.
 * @throws Fault 400 that says which operation cannot be read
 */
export function compileFhirPathPatch(definitions: Definitions, body: unknown, place = 'Parameters'): Patch {
  const parameters = isTree(body) && body['resourceType'] === 'Parameters' ? (body['parameter'] ?? []) : undefined;
  if (!Array.isArray(parameters)) {
    const text = 'A FHIRPath Patch is a Parameters resource. A JSON Patch is sent as application/json-patch+json.';
    throw malformedPatch(text, place);
  }
  if (parameters.length > MAX_OPERATIONS) {
    throw malformedPatch(`A patch has ${MAX_OPERATIONS} operations at most. Send the record by PUT.`, place);
  }
  const operations = parameters.map((item, n) => parseOperation(definitions, item, `${place}.parameter[${n}]`));
  const apply = (before: Resource, rename?: Rename): Resource => {
    const resource = copyTree(before);
    const bring = (property: Property, value: Value): Content => {
      const content = makeContent(definitions, property, value);
      return rename === undefined ? content : renameContent(definitions, property, content, rename, place);
    };
    const selector = createSelector(definitions, resource);
    const work: Work = { definitions, resource, selector, emptied: new Set(), bring };
    for (const operation of operations) applyOne(work, operation);
    checkDepth(resource);
    prune(resource, work.emptied);
    return keepIdentity(before, resource, place);
  };
  return Object.assign(apply, { asks: operations.some(({ type, path }) => type === 'move' || path.some(isCondition)) });
}

/** Conditions within conditions are not looked for: the outer one is one already. */
function isCondition({ kind }: Step): boolean {
  return kind === 'where' || kind === 'exists';
}

/** Faults say at which operation. */
function applyOne(work: Work, operation: Operation): void {
  try {
    apply(work, operation);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      error.status,
      error.issues.map((issue) => ({ ...issue, expression: operation.place })),
    );
  }
}

function apply(work: Work, operation: Operation): void {
  refuseOtherType(work, operation.path);
  switch (operation.type) {
    case 'add':
      return add(work, findOne(work, operation.path), operation.name, operation.value);
    case 'insert':
      return insert(work, findList(work, operation.path), operation.index, operation.value);
    case 'delete':
      return remove(work, operation.path);
    case 'replace':
      return replace(work, findOne(work, operation.path), operation.value);
    case 'move':
      return move(findList(work, operation.path), operation.source, operation.destination);
  }
}

function refuseOtherType({ definitions, resource }: Work, [first]: readonly Step[]): void {
  if (first?.kind !== 'name' || !definitions.isResourceType(first.name)) return;
  if (isA(definitions, resource.resourceType, first.name)) return;
  throw unfitPatch(`The path begins at ${first.name}, and the record is a ${resource.resourceType}. Mend the path.`);
}

function findOne({ selector }: Work, path: readonly Step[]): Node {
  const nodes = selector.select(path);
  if (nodes.length === 1) return nodes[0]!;
  throw unfitPatch(
    nodes.length === 0
      ? 'The path leads to nothing in the record as it stands. Add what it begins with first, or mend it.'
      : `The path leads to ${nodes.length} elements. Narrow it down to one, by [0] or where().`,
  );
}

/** A list, which need not be there yet. */
function findList(work: Work, path: readonly Step[]): Member {
  const last = path.at(-1);
  if (last?.kind !== 'name') throw unfitPatch('The path has to end with the name of a list, such as Patient.name.');
  const parent = findOne(work, path.slice(0, -1));
  const { holder, keep } = openHolder(parent);
  const property = propertyNamed(work.definitions, parent.type, last.name, holder);
  if (property?.array !== true) throw unfitPatch('The path has to end with the name of an element that is a list.');
  keep();
  return { holder, property };
}

/** What an element's own elements stand in; a primitive may have nothing beside its value yet. */
function openHolder({ content, member, index }: Node): { readonly holder: Tree; readonly keep: () => void } {
  const holder = holderOf(content);
  if (holder !== undefined) return { holder, keep: () => undefined };
  if (member?.property.kind !== 'primitive') throw unfitPatch('The path has to lead to an element of the record.');
  const companion: Tree = {};
  return { holder: companion, keep: () => setContentsAt(member, index, [{ value: content.value, companion }]) };
}

/** https://hl7.org/fhir/R4/fhirpatch.html: to lists at the end; of others only one may be there. */
function add({ definitions, bring }: Work, target: Node, name: string, value: Value): void {
  const { holder, keep } = openHolder(target);
  const property = propertyFor(definitions, target.type, name, value);
  const rivals =
    property.choice === undefined ? [property] : choicesOf(definitions, target.type, baseName(property.choice));
  if (!property.array && rivals.some((rival) => contentsOf({ holder, property: rival }).length > 0)) {
    throw unfitPatch(`${target.type}.${property.name} is there already. Use replace.`);
  }
  const made = bring(property, value);
  keep();
  const member = { holder, property };
  setContents(member, [...contentsOf(member), made]);
}

/** `value[x]` → value */
function baseName(choice: string): string {
  return choice.slice(0, -3);
}

function insert({ bring }: Work, member: Member, index: number, value: Value): void {
  const contents = contentsOf(member);
  refuseBeyond(index, contents.length + 1, contents.length);
  contents.splice(index, 0, bring(member.property, value));
  setContents(member, contents);
}

function move(member: Member, source: number, destination: number): void {
  const contents = contentsOf(member);
  for (const index of [source, destination]) refuseBeyond(index, contents.length, contents.length);
  contents.splice(destination, 0, ...contents.splice(source, 1));
  setContents(member, contents);
}

function refuseBeyond(index: number, most: number, length: number): void {
  if (index < most) return;
  throw unfitPatch(`The index lies beyond the end of the list, which has ${length} elements, counted from 0.`);
}

function remove(work: Work, path: readonly Step[]): void {
  const nodes = work.selector.select(path);
  if (nodes.length === 0) return;
  const { member, index } = memberOf(findOne(work, path));
  setContentsAt(member, index, []);
  if (isEmpty(member.holder)) work.emptied.add(member.holder);
}

function replace({ definitions, bring }: Work, target: Node, value: Value): void {
  const { member, index } = memberOf(target);
  const { holder, property } = member;
  const parent = property.path.slice(0, property.path.lastIndexOf('.'));
  const isOther = property.choice !== undefined && value.kind === 'typed' && value.type !== property.type;
  const next = isOther ? propertyFor(definitions, parent, baseName(property.choice), value) : property;
  const made = bring(next, value);
  if (next === property) return setContentsAt(member, index, [made]);
  setContents(member, []);
  setContents({ holder, property: next }, [made]);
}

function memberOf({ member, index }: Node): { readonly member: Member; readonly index: number } {
  if (member !== undefined) return { member, index };
  throw unfitPatch('The path has to lead to an element within the record.');
}
