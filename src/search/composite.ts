import type { Definitions, SearchParameterDefinition } from '../definitions/index.ts';
import { buildTree, visitTree } from './element-tree.ts';
import type { ElementTree, Entry } from './element-tree.ts';
import { makeEmit } from './emit.ts';
import { paramKeys } from './emitter.ts';
import type { Emit, Tools } from './emitter.ts';
import { RowCollector } from './index-values.ts';
import type { RangeValue, TextValue } from './index-values.ts';
import { boundKey, paramKey } from './param-key.ts';
import { findPlaces } from './places.ts';
import type { Place } from './places.ts';
import { escapePart } from './split-value.ts';

/** Forms of one part that are combined with those of the others: 16 codings, far more than a concept has. */
const MAX_FORMS = 32;

const TEXT_KINDS: ReadonlySet<string> = new Set(['token', 'reference']);
const RANGE_KINDS: ReadonlySet<string> = new Set(['date', 'number', 'quantity']);

/** What a part's path begins with where it does not start from the element. */
const WHOLE = '%resource.';

/** A part of a composite parameter, and the elements that it looks at. */
export interface Part {
  readonly code: string;
  readonly kind: string;
  readonly places: readonly Place[];
  /** It looks at the record as a whole, and is asked by its own parameter: `%resource.referenceSeq.chromosome`. */
  readonly apart: boolean;
}

/** The parts of a composite parameter. Undefined where no rows can tell them together. */
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
  if (parts.length < 2 || parts.some(({ places }) => places.length === 0)) return undefined;
  // Codes and references, and behind them at most one value that has an interval.
  const isKnown = ({ kind, apart }: Part, at: number): boolean =>
    !apart && (TEXT_KINDS.has(kind) || (at === parts.length - 1 && at > 0 && RANGE_KINDS.has(kind)));
  return isOfWhole([place]) || areOfExtent(parts) || parts.every(isKnown) ? parts : undefined;
}

/** Whether the parts of the element itself are two numbers, where it begins and where it ends: those of a variant. */
export function areOfExtent(parts: readonly Part[]): boolean {
  const own = parts.filter(({ apart }) => !apart);
  return own.length === 2 && own.every(({ kind }) => kind === 'number');
}

type Component = NonNullable<SearchParameterDefinition['components']>[number];

function inspectPart(definitions: Definitions, type: string, place: Place, { code, expression }: Component): Part {
  const declared = definitions.searchParameters(type).get(code)?.type ?? 'unknown';
  const apart = expression.startsWith(WHOLE);
  const [root, path] = apart ? [type, expression.slice(WHOLE.length)] : [place.type, expression];
  const places = findPlaces(definitions, { steps: [], type: root }, path) ?? [];
  if (!TEXT_KINDS.has(declared)) return { code, kind: declared, places, apart };
  // R4 has the two parts of DocumentReference.relationship the wrong way round, so the elements decide.
  const kind = places.every((below) => below.type === 'Reference') ? 'reference' : 'token';
  return { code, kind, places, apart };
}

/**
 * Composite parameters: what the parts find in one element makes rows `part$part`, a part being `code`, `system|code`
 * or `Type/id`, so that every way to ask is one equality. Where the last part is a date, a number or a quantity, the rows
 * are its own, with the texts of the others before their units.
 * Two numbers make one row, from the first to the end of the second.
 * What a record has once (`Observation.code` and its value, the one `MolecularSequence.referenceSeq`) needs none: the rows
 * of the parts' own parameters do.
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
  const all = partsAt(definitions, type, parameter, place) ?? [];
  const parts = all.filter(({ apart }) => !apart).map((part) => compilePart(type, part, tools));
  const last = parts.at(-1);
  if (last === undefined || parts.some(({ tree }) => isEmpty(tree))) {
    throw new Error(`The parts of ${parameter.url} are not the same everywhere`);
  }
  const param = paramKey(type, parameter.code);
  if (areOfExtent(all)) return { place, emit: emitExtent(param, parts[0]!, last) };
  const emit = RANGE_KINDS.has(last.kind) ? emitRanges(param, parts.slice(0, -1), last) : emitTexts(param, parts);
  return { place, emit };
}

/** Whether the parts are those of the resource itself, or of an element that it has once at most. */
export function isOfWhole(places: readonly Place[]): boolean {
  return places.every(({ steps, property }) => steps.length === 0 || (steps.length === 1 && property?.array === false));
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
    const own = readRanges(last, element);
    // Most elements do not have both: the texts need not be put together for nothing.
    if (own.length === 0) return;
    for (const text of combineParts(parts, element)) {
      for (const { unit, low, high } of own) rows.addRange(param, compositeUnit(text, unit), low, high);
    }
  };
}

function emitExtent(param: number, first: CompiledPart, last: CompiledPart): Emit {
  return (element, rows) => {
    for (const { low } of readRanges(first, element)) {
      for (const { high } of readRanges(last, element)) rows.addRange(param, '', low, high);
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

function readRanges(part: CompiledPart, element: unknown): RangeValue[] {
  return readRows(part, element).range.filter((row) => row.param === part.param);
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
