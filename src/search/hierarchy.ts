import type { Definitions } from '../definitions/index.ts';
import { referenceTargets } from './compile-parameter.ts';
import { keptKeys } from './keeping.ts';

/** What R4 names the references by which resources are parts of others of their type. */
const LINKS = ['partof', 'part-of'];

/**
 * The keys of the reference that orders resources of `type` in a hierarchy (`Location.partOf`); undefined where there is
 * none. See http://hl7.org/fhir/R4/search.html#recursive.
 */
export function hierarchyKeys(definitions: Definitions, type: string): readonly number[] | undefined {
  const parameters = definitions.searchParameters(type);
  const link = LINKS.map((code) => parameters.get(code)).find(
    (parameter) => parameter?.type === 'reference' && referenceTargets(parameter).includes(type),
  );
  return link && keptKeys(definitions, type, link).value;
}
