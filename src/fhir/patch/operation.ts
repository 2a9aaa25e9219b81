import type { Definitions } from '../../definitions/index.ts';
import { numberOf } from '../json.ts';
import { parsePath } from './path.ts';
import type { Step } from './path.ts';
import { malformedPatch, MAX_PATH } from './problem.ts';
import { isTree } from './tree.ts';
import type { Tree } from './tree.ts';
import { parseValue } from './value.ts';
import type { Value } from './value.ts';

/** One operation of a FHIRPath Patch; `place` is where it stood in the request. */
export type Operation = { readonly place: string; readonly path: readonly Step[] } & (
  | { readonly type: 'add'; readonly name: string; readonly value: Value }
  | { readonly type: 'insert'; readonly index: number; readonly value: Value }
  | { readonly type: 'delete' }
  | { readonly type: 'replace'; readonly value: Value }
  | { readonly type: 'move'; readonly source: number; readonly destination: number }
);

const TYPES = ['add', 'insert', 'delete', 'replace', 'move'];

/**
 * Reads one parameter of a FHIRPath Patch. https://hl7.org/fhir/R4/fhirpatch.html
 * @throws Fault 400 that names `place`
 */
export function parseOperation(definitions: Definitions, item: unknown, place: string): Operation {
  if (!isTree(item) || item['name'] !== 'operation' || !Array.isArray(item['part'])) {
    throw malformedPatch('Each parameter of a FHIRPath Patch is named operation, and has parts.', place);
  }
  const parts = new Map<string, Tree>();
  for (const part of item['part'] as unknown[]) {
    const name = isTree(part) ? part['name'] : undefined;
    if (!isTree(part) || typeof name !== 'string' || !PARTS.includes(name) || parts.has(name)) {
      throw malformedPatch(`The parts of an operation are ${PARTS.join(', ')}, each once at most.`, place);
    }
    parts.set(name, part);
  }
  const type = textIn(parts, 'type');
  const path = parsePath(textIn(parts, 'path') ?? '');
  if (type === undefined || !TYPES.includes(type)) {
    throw malformedPatch(`The part type of an operation is one of ${TYPES.join(', ')}.`, place);
  }
  if (path === undefined) {
    const served = 'names, [n], where(), extension(), ofType(), first(), last(), exists()';
    throw malformedPatch(`The part path is FHIRPath of ${MAX_PATH} characters at most, out of ${served}.`, place);
  }
  const needs = <T>(name: string, value: T | undefined): T => {
    if (value !== undefined) return value;
    throw malformedPatch(`The operation ${type} needs the part ${name}. Add it.`, place);
  };
  const index = (name: string): number => needs(name, wholeNumber(parts.get(name)));
  const value = (): Value => parseValue(definitions, needs('value', parts.get('value')), place);
  const common = { place, path };
  switch (type) {
    case 'add':
      return { ...common, type, name: needs('name', textIn(parts, 'name')), value: value() };
    case 'insert':
      return { ...common, type, index: index('index'), value: value() };
    case 'replace':
      return { ...common, type, value: value() };
    case 'move':
      return { ...common, type, source: index('source'), destination: index('destination') };
    default:
      return { ...common, type: 'delete' };
  }
}

const PARTS = ['type', 'path', 'name', 'value', 'index', 'source', 'destination'];

function textIn(parts: ReadonlyMap<string, Tree>, name: string): string | undefined {
  const part = parts.get(name);
  const value = part?.['valueCode'] ?? part?.['valueString'];
  return typeof value === 'string' ? value : undefined;
}

function wholeNumber(part: Tree | undefined): number | undefined {
  const value = numberOf(part?.['valueInteger'] ?? part?.['valueUnsignedInt'] ?? part?.['valuePositiveInt']);
  return value !== undefined && Number.isInteger(value) && value >= 0 ? value : undefined;
}
