import { CapabilityTool } from 'fhir-kit-client';
import type { FhirResource } from 'fhir-kit-client';
import { never } from './outcome.ts';

/** What of the EHR's FHIR server a push may use. */
export interface EhrCapability {
  readonly transaction: boolean;
  /** What may be done with a type; one that is not offered can nothing. */
  of(type: string): TypeCapability;
}

export interface TypeCapability {
  readonly create: boolean;
  readonly update: boolean;
  readonly search: boolean;
  readonly conditionalCreate: boolean;
  readonly conditionalUpdate: boolean;
  /** An update may make a record under an id of ours. */
  readonly updateCreate: boolean;
}

const JSON_FORMATS = new Set(['json', 'application/json', 'application/fhir+json']);

/**
 * Reads a CapabilityStatement. http://hl7.org/fhir/R4/capabilitystatement.html
 * @throws Halt never where it speaks no FHIR R4 in JSON
 */
export function readCapability(statement: FhirResource): EhrCapability {
  const { fhirVersion, format } = statement;
  if (typeof fhirVersion !== 'string' || !/^4\.0(\.|$)/.test(fhirVersion)) throw never('ehr-fhir-version: not R4');
  const formats = Array.isArray(format) ? (format as unknown[]) : [];
  if (!formats.some((one) => typeof one === 'string' && JSON_FORMATS.has(one))) throw never('ehr-format: no JSON');
  const tool = new CapabilityTool(statement);
  return {
    transaction: tool.serverCan('transaction'),
    of(type) {
      const can = new Set(tool.interactionsFor({ resourceType: type }));
      const { conditionalCreate, conditionalUpdate, updateCreate } = (tool.resourceCapabilities({
        resourceType: type,
      }) ?? {}) as { readonly conditionalCreate?: boolean; conditionalUpdate?: boolean; updateCreate?: boolean };
      const [create, update] = [can.has('create'), can.has('update')];
      return {
        create,
        update,
        search: can.has('search-type'),
        conditionalCreate: create && conditionalCreate === true,
        conditionalUpdate: update && conditionalUpdate === true,
        updateCreate: update && updateCreate === true,
      };
    },
  };
}

/**
 * Whether a type can be kept there so that a repeat makes no second one; and of what changes, so that it is known whether
 * what stands there is what it was.
 */
export function canKeep(capability: EhrCapability, type: string, changes: boolean): boolean {
  const { create, search, conditionalCreate, conditionalUpdate } = capability.of(type);
  return conditionalUpdate || (create && search) || (conditionalCreate && !changes);
}
