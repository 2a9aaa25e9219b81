import type { Definitions, SearchParameterDefinition } from '../definitions/index.ts';
import { buildTree, visitTree } from './element-tree.ts';
import type { ElementTree, Entry } from './element-tree.ts';
import { makeEmit } from './emit.ts';
import { paramKeys } from './emitter.ts';
import type { Emit, Tools } from './emitter.ts';
import { RowCollector } from './index-values.ts';
import type { TextValue } from './index-values.ts';
import { boundKey, paramKey } from './param-key.ts';
import { findPlaces } from './places.ts';
import type { Place } from './places.ts';
import { escapePart } from './split-value.ts';

/** Forms of one part that are combined with those of the others: 16 codings, far more than a concept has. */
const MAX_FORMS = 32;

const TEXT_KINDS: ReadonlySet<string> = new Set(['token', 'reference']);
const RANGE_KINDS: ReadonlySet<string> = new Set(['date', 'number', 'quantity']);

/** A part of a composite parameter, and the elements that it looks at. */
export interface Part {
  readonly code: string;
  readonly kind: string;
  readonly places: readonly Place[];
}

/**
 * The parts of a composite parameter. Undefined where they are not supported: of elements below the resource all but the
 * last have to be codes or references, and those of MolecularSequence end in two numbers.
 */
export function compositeParts(
  definitions: Definitions,
  type: string,
  parameter: SearchParameterDefinition,
): Part[] | undefined {
  const [place] = findPlaces(definitions, { steps: [], type }, parameter.expression) ?? [];
  return place && partsAt(definitions, type, parameter, place);
}

function partsAt(
  definitions: Definitions,
  type: string,
  { components = [] }: SearchParameterDefinition,
  place: Place,
): Part[] | undefined {
  const parts = components.map((component) => inspectPart(definitions, type, place, component));
  const isKnown = ({ kind, places }: Part, at: number): boolean =>
    places.length > 0 &&
    (isOfWhole([place]) || TEXT_KINDS.has(kind) || (at === parts.length - 1 && at > 0 && RANGE_KINDS.has(kind)));
  return parts.length > 1 && parts.every(isKnown) ? parts : undefined;
}

type Component = NonNullable<SearchParameterDefinition['components']>[number];

function inspectPart(definitions: Definitions, type: string, place: Place, { code, expression }: Component): Part {
  const declared = definitions.searchParameters(type).get(code)?.type ?? 'unknown';
  const places = findPlaces(definitions, { steps: [], type: place.type }, expression) ?? [];
  if (!TEXT_KINDS.has(declared)) return { code, kind: declared, places };
  // R4 has the two parts of DocumentReference.relationship the wrong way round, so the elements decide.
  const kind = places.every((below) => below.type === 'Reference') ? 'reference' : 'token';
  return { code, kind, places };
}

/**
 * Composite parameters: what the parts find in one element makes rows `part$part`, a part being `code`, `system|code`
 * or `Type/id`, so that every way to ask is one equality. Where the last part is a date, a number or a quantity, the rows
 * are its own, with the texts of the others before their units.
 * Parts of the resource as a whole (`Observation.code` and its value) need none: the rows of their own parameters do.
 * See http://hl7.org/fhir/R4/search.html#composite.
 */
export function compileComposite(
  definitions: Definitions,
  type: string,
  parameter: SearchParameterDefinition,
  tools: Tools,
): Entry[] | undefined {
  const places = findPlaces(definitions, { steps: [], type }, parameter.expression);
  if (places === undefined || compositeParts(definitions, type, parameter) === undefined) return undefined;
  return isOfWhole(places) ? [] : places.map((place) => compileAt(definitions, type, parameter, place, tools));
}

function compileAt(
  definitions: Definitions,
  type: string,
  parameter: SearchParameterDefinition,
  place: Place,
  tools: Tools,
): Entry {
  const parts = (partsAt(definitions, type, parameter, place) ?? []).map((part) => compilePart(type, part, tools));
  const last = parts.at(-1);
  if (last === undefined || parts.some(({ tree }) => isEmpty(tree))) {
    throw new Error(`The parts of ${parameter.url} are not the same everywhere`);
  }
  const param = paramKey(type, parameter.code);
  const emit = RANGE_KINDS.has(last.kind) ? emitRanges(param, parts.slice(0, -1), last) : emitTexts(param, parts);
  return { place, emit };
}

/** Whether the parts are those of the resource itself, which has each of them once. */
export function isOfWhole(places: readonly Place[]): boolean {
  return places.every(({ steps }) => steps.length === 0);
}

interface CompiledPart {
  readonly kind: string;
  readonly param: number;
  readonly tree: ElementTree;
}

function compilePart(type: string, { code, kind, places }: Part, tools: Tools): CompiledPart {
  const keys = paramKeys(type, code);
  const entries = places.flatMap((place): Entry[] => {
    const emit = makeEmit(kind, place, keys, tools);
    return emit ? [{ place, emit }] : [];
  });
  return { kind, param: keys.value, tree: buildTree(entries) };
}

function isEmpty({ emits, branches }: ElementTree): boolean {
  return emits.length + branches.length === 0;
}

function emitTexts(param: number, parts: readonly CompiledPart[]): Emit {
  return (element, rows) => {
    for (const value of combineParts(parts, element)) rows.addText(param, boundKey(value), '');
  };
}

function emitRanges(param: number, parts: readonly CompiledPart[], last: CompiledPart): Emit {
  return (element, rows) => {
    const own = readRows(last, element).range.filter((row) => row.param === last.param);
    // Most elements do not have both: the texts need not be put together for nothing.
    if (own.length === 0) return;
    for (const text of combineParts(parts, element)) {
      for (const { unit, low, high } of own) rows.addRange(param, compositeUnit(text, unit), low, high);
    }
  };
}

/** The unit of a composite's range rows. */
export function compositeUnit(text: string, unit: string): string {
  return boundKey(`${text}$${unit}`);
}

function readRows({ tree }: CompiledPart, element: unknown): RowCollector {
  const rows = new RowCollector();
  visitTree(tree, element, rows);
  return rows;
}

function combineParts(parts: readonly CompiledPart[], element: unknown): string[] {
  return parts
    .map((part) => readForms(part, element))
    .reduce((starts, ends) => starts.flatMap((start) => ends.map((end) => `${start}$${end}`)));
}

function readForms(part: CompiledPart, element: unknown): string[] {
  const values = readRows(part, element).text.filter((row) => row.param === part.param && row.value !== '');
  const forms = values.flatMap((row) => (part.kind === 'token' ? tokenForms(row) : [compositePart(row.value)]));
  return forms.slice(0, MAX_FORMS);
}

function tokenForms({ value, detail }: TextValue): string[] {
  return [compositePart(value), compositePart(value, detail)];
}

/** One part of a composite value; `system` undefined: in any system. */
export function compositePart(value: string, system?: string): string {
  return system === undefined ? escapePart(value) : `${escapePart(system)}|${escapePart(value)}`;
}
