import { fault } from '../../base/index.ts';
import type { Fault } from '../../base/index.ts';
import { isForbiddenName, tellableName } from '../json-names.ts';
import type { Definitions } from '../../definitions/index.ts';
import type { Rename } from '../reference.ts';
import type { Resource } from '../resource.ts';
import { keepIdentity } from './kept.ts';
import { renameAt } from './rename.ts';
import { malformedPatch, MAX_OPERATIONS, MAX_PATH, unfitPatch } from './problem.ts';
import { checkDepth, copyTree, createCopier, isBranch, isEmpty, isSame, isTree, prune } from './tree.ts';
import type { Tree } from './tree.ts';

/**
 * Makes the next version of a record, or throws (422, 409) what does not fit; leaves the version it is given alone. What
 * the patch brings is renamed on its way into the record, by where it is to stand; what the record held is not.
 */
export interface Patch {
  (before: Resource, rename?: Rename): Resource;
  /**
   * Whether it asks what the record says, so that who sends guesses learns it: a test, a condition in a path, or a copy or
   * move, which fits or does not by what is copied.
   */
  readonly asks: boolean;
}

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const;
type Name = (typeof OPERATIONS)[number];
const ASKING: ReadonlySet<Name> = new Set(['test', 'copy', 'move']);

interface Operation {
  readonly op: Name;
  readonly path: Pointer;
  /** Of move and copy. */
  readonly from: Pointer;
  /** Of add, replace and test. */
  readonly value: unknown;
  /** For messages: `Operation 3 (replace)`. */
  readonly called: string;
}

/** Names and indexes from the root down; none is the whole record. */
type Pointer = readonly string[];

/** What is being made. */
interface Work {
  /** Holds the record under '', so that it is replaced like everything else. */
  readonly box: Tree;
  readonly definitions: Definitions;
  readonly rename: Rename | undefined;
  readonly copy: <T>(value: T) => T;
  readonly emptied: Set<unknown>;
  readonly type: string;
  readonly place: string;
}

/**
 * Reads a JSON Patch (https://www.rfc-editor.org/rfc/rfc6902), of 1,000 operations at most. `place`: where it stood in the
 * request. What it leaves empty is taken out of the record: FHIR has no empty arrays and objects.
 * @throws Fault 400 that says which operation cannot be read
 */
export function compileJsonPatch(definitions: Definitions, body: unknown, place: string): Patch {
  if (!Array.isArray(body)) throw malformedPatch('A JSON Patch is a list of operations (RFC 6902).', place);
  if (body.length > MAX_OPERATIONS) {
    throw malformedPatch(`A patch has ${MAX_OPERATIONS} operations at most. Send the record by PUT.`, place);
  }
  const operations = body.map((item, n) => parseOperation(item, n + 1, place));
  const apply = (before: Resource, rename?: Rename): Resource => {
    const box: Tree = { '': copyTree(before) };
    const common = { definitions, rename, type: before.resourceType, place };
    const work: Work = { box, copy: createCopier(), emptied: new Set(), ...common };
    for (const operation of operations) applyOne(work, operation);
    const after = box[''];
    checkDepth(after);
    if (isTree(after)) prune(after, work.emptied);
    return keepIdentity(before, after, place);
  };
  return Object.assign(apply, { asks: operations.some(({ op }) => ASKING.has(op)) });
}

function parseOperation(item: unknown, n: number, place: string): Operation {
  const sent = isTree(item) ? item : {};
  const op = OPERATIONS.find((name) => name === sent['op']);
  if (op === undefined) {
    throw malformedPatch(`Operation ${n} of the patch has no op, or none of ${OPERATIONS.join(', ')}.`, place);
  }
  const called = `Operation ${n} (${op})`;
  if (!Object.hasOwn(sent, 'value') && (op === 'add' || op === 'replace' || op === 'test')) {
    throw malformedPatch(`${called} has no value. Give it one.`, place);
  }
  const from = op === 'move' || op === 'copy' ? parsePointer(sent['from'], 'from', called, place) : [];
  return { op, path: parsePointer(sent['path'], 'path', called, place), from, value: sent['value'], called };
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
function parsePointer(text: unknown, member: string, called: string, place: string): Pointer {
  if (typeof text !== 'string' || text.length > MAX_PATH || !/^(?:\/(?:[^~/]|~[01])*)*$/.test(text)) {
    const form = `a JSON Pointer such as /name/0/family, of ${MAX_PATH} characters at most`;
    throw malformedPatch(`${called} needs ${member}: ${form}.`, place);
  }
  return text
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function applyOne(work: Work, operation: Operation): void {
  const { op, path, from, value } = operation;
  switch (op) {
    case 'add':
      return add(work, operation, path, bring(work, path, value));
    case 'remove':
      return void remove(work, operation, path);
    case 'replace': {
      const { holder, key } = find(work, operation, path);
      return set(holder, key, bring(work, path, value));
    }
    case 'move':
      if (from.length < path.length && from.every((token, n) => path[n] === token)) {
        throw unfit(work, operation, `would move ${tell(work, from)} into itself. Move it elsewhere.`);
      }
      return add(work, operation, path, remove(work, operation, from));
    case 'copy':
      return add(work, operation, path, work.copy(find(work, operation, from).value));
    case 'test':
      return test(work, operation);
  }
}

/** A copy of what the patch brings, to stand at a place. */
function bring({ box, definitions, copy, rename, place }: Work, pointer: Pointer, value: unknown): unknown {
  const brought = copy(value);
  return rename === undefined ? brought : renameAt(definitions, box[''], pointer, brought, rename, place);
}

/** Something that is there, and what holds it. */
interface Found {
  readonly holder: Tree | unknown[];
  readonly key: string | number;
  readonly value: unknown;
}

function find(work: Work, operation: Operation, pointer: Pointer): Found {
  const found = lookUp(work, pointer);
  if (found !== undefined) return found;
  throw unfit(work, operation, `finds nothing at ${tell(work, pointer)}. Read the record and mend the path.`);
}

function lookUp(work: Work, pointer: Pointer): Found | undefined {
  let found: Found = { holder: work.box, key: '', value: work.box[''] };
  for (const token of pointer) {
    const holder = found.value;
    if (!isBranch(holder)) return undefined;
    const key = keyIn(holder, token);
    if (key === undefined) return undefined;
    found = { holder, key, value: (holder as Tree)[key] };
  }
  return found;
}

/** The key of a member that is there. */
function keyIn(holder: Tree | unknown[], token: string): string | number | undefined {
  if (!Array.isArray(holder)) return Object.hasOwn(holder, token) ? token : undefined;
  const index = indexOf(token);
  return index !== undefined && index < holder.length ? index : undefined;
}

function indexOf(token: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : undefined;
}

function add(work: Work, operation: Operation, pointer: Pointer, value: unknown): void {
  const token = pointer.at(-1);
  if (token === undefined) return set(work.box, '', value);
  const parent = pointer.slice(0, -1);
  const holder = lookUp(work, parent)?.value;
  if (!isBranch(holder)) {
    const advice = 'Add that first, as an array or object that holds the value';
    throw unfit(work, operation, `finds nothing at ${tell(work, parent)} to add to. ${advice}.`);
  }
  if (!Array.isArray(holder)) {
    if (isForbiddenName(token)) throw unfit(work, operation, 'adds an element that FHIR does not have. Leave it out.');
    return set(holder, token, value);
  }
  const index = token === '-' ? holder.length : indexOf(token);
  if (index === undefined || index > holder.length) {
    const size = `${tell(work, parent)} has ${holder.length} items`;
    throw unfit(work, operation, `adds beyond the end: ${size}. Use an index up to that, or - for the end.`);
  }
  holder.splice(index, 0, value);
}

function set(holder: Tree | unknown[], key: string | number, value: unknown): void {
  (holder as Tree)[key] = value;
}

function remove(work: Work, operation: Operation, pointer: Pointer): unknown {
  const { holder, key, value } = find(work, operation, pointer);
  if (holder === work.box) throw unfit(work, operation, 'takes the whole record away. Delete a record by DELETE.');
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  if (isEmpty(holder)) work.emptied.add(holder);
  return value;
}

function test(work: Work, operation: Operation): void {
  const { path, value } = operation;
  const found = lookUp(work, path);
  // What the patch brought itself stands there renamed.
  if (found !== undefined && (isSame(found.value, value) || isSame(found.value, bring(work, path, value)))) return;
  const text = `${operation.called} does not hold at ${tell(work, operation.path)}: nothing was changed. Read the record, and make the patch anew.`;
  throw fault(409, 'conflict', 'patch-test-failed', text, work.place);
}

function unfit(work: Work, { called }: Operation, text: string): Fault {
  return unfitPatch(`${called} ${text}`, work.place);
}

/** FHIRPath of a place, as far as its names can be told: `Patient.name[0].family`. */
function tell({ type }: Work, pointer: Pointer): string {
  let told = type;
  for (const token of pointer) {
    if (indexOf(token) !== undefined) told += `[${token}]`;
    else if (tellableName(token) !== '') told += `.${token}`;
    else break;
  }
  return told;
}
