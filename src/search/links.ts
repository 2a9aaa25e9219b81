import type { Definitions } from '../definitions/index.ts';
import { isSupported, parameterPlaces, referenceTargets } from './compile-parameter.ts';

/** A reference parameter that other resources can be reached by. */
export interface SearchLink {
  readonly code: string;
  /** Types that it may lead to; empty: any. */
  readonly targets: readonly string[];
}

/** The parameters of a type that `_include`, `_revinclude`, chains and `_has` may go along. */
export function listLinks(definitions: Definitions, type: string): SearchLink[] {
  return [...definitions.searchParameters(type).values()].flatMap((parameter) => {
    if (parameter.type !== 'reference' || !isSupported(definitions, type, parameter)) return [];
    const places = parameterPlaces(definitions, type, parameter);
    const leads = places.some((place) => place.type === 'Reference' || place.type === 'Resource');
    return leads ? [{ code: parameter.code, targets: referenceTargets(parameter) }] : [];
  });
}
