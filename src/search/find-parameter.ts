import type { SearchParameterDefinition } from '../definitions/index.ts';
import { isSupported, parameterPlaces } from './compile-parameter.ts';
import { suggest } from '../base/index.ts';
import { ok, refused, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Setting } from './setting.ts';

/** Named by the specification for every type, and not supported here. */
const UNSUPPORTED = new Set(['_type', '_score', '_containedType']);
/** What would narrow a search: a page without them is another answer, so they are never left out. */
const REFUSED = new Set(['_filter', '_query']);

/** What else may stand in a search. */
const ANY_SEARCH = ['_has', '_sort', '_count', '_include', '_revinclude'];

/** A parameter of `type` that index rows exist for. */
export function findParameter(
  { definitions }: Setting,
  type: string,
  code: string,
): Outcome<SearchParameterDefinition> {
  const parameters = definitions.searchParameters(type);
  const parameter = parameters.get(code);
  if (REFUSED.has(code)) {
    return refused(
      'not-supported',
      'unsupported-parameter',
      `This server does not support the search parameter ${code}.`,
    );
  }
  if (parameter === undefined && !UNSUPPORTED.has(code)) {
    const near = suggest(code, [...parameters.keys(), ...ANY_SEARCH.filter((name) => name !== code)]);
    return unsupported('unknown-parameter', `${type} has no search parameter ${printName(code)}.${near}`);
  }
  if (parameter === undefined || !isSupported(definitions, type, parameter)) {
    return unsupported(
      'unsupported-parameter',
      `This server does not support the search parameter ${code} of ${type}.`,
    );
  }
  return ok(parameter);
}

/** A reference parameter of `type` that leads to other resources. */
export function findLink(setting: Setting, type: string, code: string): Outcome<SearchParameterDefinition> {
  const parameter = findParameter(setting, type, code);
  if (!parameter.ok) return parameter;
  const places = parameterPlaces(setting.definitions, type, parameter.value);
  if (
    parameter.value.type !== 'reference' ||
    !places.some((place) => place.type === 'Reference' || place.type === 'Resource')
  ) {
    return unsupported('not-a-reference', `The search parameter ${code} of ${type} does not refer to other resources.`);
  }
  return parameter;
}

export function splitModifier(name: string): { code: string; modifier: string | undefined } {
  const colon = name.indexOf(':');
  return colon < 0
    ? { code: name, modifier: undefined }
    : { code: name.slice(0, colon), modifier: name.slice(colon + 1) };
}

/** Names come from requests and go back in answers. */
export function printName(name: string): string {
  return name.slice(0, 64).replace(/[^\w\-:.*]/g, '?');
}
