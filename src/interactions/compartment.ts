import { fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { hasScope, isOfWildcard, scopeFault } from '../access/index.ts';
import { checkId, checkType } from './check.ts';
import type { Context, House } from './house.ts';
import type { Params } from './subset-answer.ts';

/** Where a search takes place. */
export interface SearchPlace {
  /** The address below the base: `Patient`, `Patient/x/Observation`, `Patient/x/*`, or `''` for the whole server. */
  readonly path: string;
  /** Types that may be among the matches. */
  readonly types: readonly string[];
  /** No type stands in the address: `_type` may name some. */
  readonly untyped?: true;
  /** Only what belongs to this resource's compartment. */
  readonly compartment?: { readonly type: string; readonly id: string };
  /** What the caller may not search, where it did not say what to search. */
  readonly ignored: readonly Issue[];
}

/** All records of a type. https://hl7.org/fhir/R4/http.html#search */
export function placeOfType(house: House, context: Context, type: string): SearchPlace {
  checkType(house, context, type, 's');
  return { path: type, types: [type], ignored: [] };
}

/** All records of all types, or of those that `_type` names. https://hl7.org/fhir/R4/search.html#searching */
export function placeOfSystem(house: House, context: Context, params: Params): SearchPlace {
  return { path: '', ...searchableOf(house, context, house.definitions.resourceTypes, params) };
}

/**
 * What belongs to a resource: records of one type, or of all that may (`*`). Whether that resource is there is not asked:
 * nothing belongs to one that is not, or not for this caller. https://hl7.org/fhir/R4/compartmentdefinition.html
 */
export function placeOfCompartment(
  house: House,
  context: Context,
  compartment: { readonly type: string; readonly id: string },
  type: string,
  params: Params,
): SearchPlace {
  const members = house.definitions.compartment(compartment.type);
  if (members === undefined) {
    const text =
      'The address names no compartment of FHIR R4: those are of Device, Encounter, Patient, Practitioner and RelatedPerson.';
    throw fault(404, 'not-supported', 'unknown-compartment', text);
  }
  if (type !== '*') checkType(house, context, type, 's');
  checkId(compartment.id);
  const path = `${compartment.type}/${compartment.id}/${type}`;
  if (type !== '*') return { path, types: [type], compartment, ignored: [] };
  const all = [...new Set([compartment.type, ...members.keys()])].sort();
  return { path, compartment, ...searchableOf(house, context, all, params) };
}

/** Types that are named have to be allowed, which is judged once they are known to be types. What `*` does not mean is not missed. */
function searchableOf(
  house: House,
  { caller }: Context,
  types: readonly string[],
  params: Params,
): Pick<SearchPlace, 'types' | 'untyped' | 'ignored'> {
  if (params.some(([name]) => name === '_type')) return { types, untyped: true, ignored: [] };
  const allowed = types.filter((type) => hasScope(house, caller, type, 's'));
  if (allowed.length === 0) throw scopeFault(caller, '*', 's');
  const others = types.filter((type) => !allowed.includes(type) && isOfWildcard(type));
  return { types: allowed, untyped: true, ignored: others.length === 0 ? [] : [notSearched(others)] };
}

function notSearched(types: readonly string[]): Issue {
  const text = `Not searched, because the access token does not allow it: ${types.join(', ')}.`;
  return { severity: 'information', code: 'suppressed', key: 'types-not-searched', text };
}
