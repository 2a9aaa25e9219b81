import type { Definitions, SearchParameterDefinition } from '../definitions/index.ts';
import { compileComposite, compositeParts } from './composite.ts';
import type { Entry } from './element-tree.ts';
import { makeEmit } from './emit.ts';
import { paramKeys } from './emitter.ts';
import type { Tools } from './emitter.ts';
import { boundKey } from './param-key.ts';
import { findPlaces } from './places.ts';
import type { Place } from './places.ts';
import { remember } from './remember.ts';
import { isWordScope } from './words.ts';

/** Answered from the resource's own row, not from index rows. */
export const STORE_PARAMETERS: ReadonlySet<string> = new Set(['_id', '_lastUpdated']);

/** `Patient.deceased` is true for a date of death, too, and false where nothing is said. */
const EXISTS_AND_TRUE = /^\w+\.(\w+)\.exists\(\) and \w+\.\1 != false$/;

/**
 * How a parameter is read out of resources of `type`. Undefined for those that are not supported: without expression
 * (`_filter`, `_query`, and `_text` and `_content`, which have words instead), or with parts that no rows can tell.
 */
export function compileParameter(
  definitions: Definitions,
  type: string,
  parameter: SearchParameterDefinition,
  tools: Tools,
): Entry[] | undefined {
  if (parameter.expression === '') return undefined;
  if (parameter.type === 'composite') return compileComposite(definitions, type, parameter, tools);
  const keys = paramKeys(type, parameter.code);
  const existence = EXISTS_AND_TRUE.exec(parameter.expression);
  if (existence) return [existenceEntry(type, existence[1]!, keys.value)];
  const entries = parameterPlaces(definitions, type, parameter).flatMap((place) => {
    const emit = makeEmit(parameter.type, place, keys, tools);
    return emit ? [{ place, emit }] : [];
  });
  return entries.length > 0 ? entries : undefined;
}

/** Whether there are index rows to search by; `_id` and `_lastUpdated` are answered from others. */
export const isSupported = remember((definitions, type, parameter): boolean => {
  if (parameter.expression === '') return isWordScope(parameter.code);
  return parameter.type !== 'composite' || compositeParts(definitions, type, parameter) !== undefined;
});

const RESOLVES_TO = /resolve\(\) is (\w+)/g;

const narrowedTargets = new WeakMap<SearchParameterDefinition, readonly string[]>();

/** Types that a reference parameter may lead to; `where(resolve() is Patient)` says it more narrowly than `targets`. */
export function referenceTargets(parameter: SearchParameterDefinition): readonly string[] {
  let targets = narrowedTargets.get(parameter);
  if (targets === undefined) {
    const narrowed = [...parameter.expression.matchAll(RESOLVES_TO)].map(([, type]) => type!);
    targets = narrowed.length > 0 ? [...new Set(narrowed)] : parameter.targets;
    narrowedTargets.set(parameter, targets);
  }
  return targets;
}

/** Where the parameter looks; an extension stands for its value. */
export const parameterPlaces = remember((definitions, type, parameter): readonly Place[] => {
  const places = findPlaces(definitions, { steps: [], type }, parameter.expression) ?? [];
  return places.flatMap((place) =>
    place.type === 'Extension' ? (findPlaces(definitions, place, 'value') ?? []) : [place],
  );
});

function existenceEntry(type: string, element: string, param: number): Entry {
  const stem = new RegExp(`^${element}[A-Z]`);
  return {
    place: { steps: [], type },
    emit: (resource, rows) => {
      const found = Object.entries(resource as object).find(([name]) => stem.test(name));
      rows.addText(param, boundKey(String(found !== undefined && found[1] !== false)), '');
    },
  };
}
