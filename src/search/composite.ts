import type { Definitions, SearchParameterDefinition } from '../definitions/index.ts';
import { buildTree, visitTree } from './element-tree.ts';
import type { ElementTree, Entry } from './element-tree.ts';
import { makeEmit } from './emit.ts';
import { paramKeys } from './emitter.ts';
import { RowCollector } from './index-values.ts';
import type { TextValue } from './index-values.ts';
import { boundKey, paramKey } from './param-key.ts';
import { findPlaces } from './places.ts';
import type { Place } from './places.ts';

/** Forms of one part that are combined with those of the others: 16 codings, far more than a concept has. */
const MAX_FORMS = 32;

interface Part {
  readonly kind: string;
  readonly param: number;
  readonly tree: ElementTree;
}

/**
 * Composite parameters whose parts are tokens and references: each pair found in one element is a text row
 * `part$part`, a part being `code`, `system|code` or `Type/id`, so that every way to ask is one equality. Others
 * (with dates, numbers, strings) are undefined: not supported.
 * See http://hl7.org/fhir/R4/search.html#composite.
 */
export function compileComposite(
  definitions: Definitions,
  type: string,
  parameter: SearchParameterDefinition,
  relative: (url: string) => string,
): Entry[] | undefined {
  const places = findPlaces(definitions, { steps: [], type }, parameter.expression);
  const entries = places?.map((place) => compileAt(definitions, type, parameter, place, relative));
  return entries?.every((entry) => entry !== undefined) ? entries : undefined;
}

function compileAt(
  definitions: Definitions,
  type: string,
  parameter: SearchParameterDefinition,
  place: Place,
  relative: (url: string) => string,
): Entry | undefined {
  const parts: Part[] = [];
  for (const component of parameter.components ?? []) {
    const { kind, places } = inspectPart(definitions, type, place, component);
    const keys = paramKeys(type, component.code);
    const entries = places.flatMap((below) => {
      const emit = makeEmit(kind, below, keys, relative);
      return emit ? [{ place: below, emit }] : [];
    });
    if (!isTextKind(kind) || entries.length === 0) return undefined;
    parts.push({ kind, param: keys.value, tree: buildTree(entries) });
  }
  const param = paramKey(type, parameter.code);
  return {
    place,
    emit: (element, rows) => {
      const choices = parts.map((part) => readPart(part, element));
      for (const value of combine(choices)) rows.addText(param, boundKey(value), '');
    },
  };
}

type Component = NonNullable<SearchParameterDefinition['components']>[number];

function inspectPart(
  definitions: Definitions,
  type: string,
  place: Place,
  { code, expression }: Component,
): { kind: string; places: Place[] } {
  const declared = definitions.searchParameters(type).get(code)?.type ?? 'unknown';
  const places = findPlaces(definitions, { steps: [], type: place.type }, expression) ?? [];
  if (!isTextKind(declared)) return { kind: declared, places };
  // R4 has the two parts of DocumentReference.relationship the wrong way round, so the elements decide.
  return { kind: places.every((below) => below.type === 'Reference') ? 'reference' : 'token', places };
}

function isTextKind(kind: string): boolean {
  return kind === 'token' || kind === 'reference';
}

function readPart({ kind, param, tree }: Part, element: unknown): string[] {
  const rows = new RowCollector();
  visitTree(tree, element, rows);
  const values = rows.text.filter((row) => row.param === param && row.value !== '');
  const forms = values.flatMap((row) => (kind === 'token' ? tokenForms(row) : [compositePart(row.value)]));
  return forms.slice(0, MAX_FORMS);
}

function tokenForms({ value, detail }: TextValue): string[] {
  return [compositePart(value), compositePart(value, detail)];
}

/** The types of the parts: `['token', 'reference']`; `unknown` where a part is no parameter of the type. */
export function compositeKinds(definitions: Definitions, type: string, parameter: SearchParameterDefinition): string[] {
  const [place] = findPlaces(definitions, { steps: [], type }, parameter.expression) ?? [];
  if (place === undefined) return ['unknown'];
  return (parameter.components ?? []).map((component) => inspectPart(definitions, type, place, component).kind);
}

/** One part of a composite value; `system` undefined: in any system. */
export function compositePart(value: string, system?: string): string {
  return system === undefined ? escapePart(value) : `${escapePart(system)}|${escapePart(value)}`;
}

function escapePart(text: string): string {
  return text.replace(/[\\$|]/g, '\\$&');
}

function combine(choices: readonly (readonly string[])[]): string[] {
  return choices.reduce<string[]>(
    (starts, ends) => starts.flatMap((start) => ends.map((end) => (start === '' ? end : `${start}$${end}`))),
    [''],
  );
}
