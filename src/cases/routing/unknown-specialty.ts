import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { codesIn } from '../tree.ts';
import { SNOMED } from './condition-table.ts';

/**
 * What there is to say of a specialty that a request asks for and that is none of the guide's: no reviewer has it.
 * @param specialties the guide's, by their SNOMED CT codes
 */
export function unknownSpecialtyIssues(request: Resource, specialties: ReadonlyMap<string, string>): Issue[] {
  const codes = codesIn(request.performerType, SNOMED);
  if (codes.length === 0 || codes.some((code) => specialties.has(code))) return [];
  const text =
    'The code of performerType is none of the specialties, so that no reviewer is found by it. Take one of ' +
    'https://consilium.example/fhir/ValueSet/specialty, or leave performerType out: the case is routed by its condition.';
  const expression = 'ServiceRequest.performerType';
  return [{ severity: 'warning', code: 'code-invalid', key: 'specialty-unknown', text, expression }];
}
