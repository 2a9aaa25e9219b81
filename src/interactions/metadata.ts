import type { Definitions } from '../definitions/index.ts';
import type { Resource } from '../fhir/index.ts';

const INTERACTIONS = ['read', 'vread', 'update', 'delete', 'history-instance', 'create', 'search-type'];

/** What this server really does, made from the definitions. https://hl7.org/fhir/R4/capabilitystatement.html */
export function buildCapabilityStatement(
  definitions: Definitions,
  base: string,
  version: string,
  date: string,
): Resource {
  return {
    resourceType: 'CapabilityStatement',
    url: `${base}/metadata`,
    version,
    name: 'Consilium',
    title: 'Consilium: a gateway for cross-border medical second opinions',
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'Consilium', version },
    implementation: { description: 'Second-opinion gateway', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml', 'json', 'xml'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: false,
          service: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' },
              ],
            },
          ],
        },
        resource: definitions.resourceTypes.map((type) => ({
          type,
          profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
          interaction: INTERACTIONS.map((code) => ({ code })),
          versioning: 'versioned-update',
          readHistory: true,
          updateCreate: true,
          conditionalCreate: true,
          conditionalRead: 'not-supported',
          conditionalUpdate: false,
          conditionalDelete: 'not-supported',
          ...searchOf(definitions, type),
          operation: operationsOf(type),
        })),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
      },
    ],
  };
}

const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  CodeSystem: ['lookup', 'validate-code'],
  ConceptMap: ['translate'],
  ValueSet: ['expand', 'validate-code'],
};

function operationsOf(type: string): { name: string; definition: string }[] {
  const definition = 'http://hl7.org/fhir/OperationDefinition';
  return [
    { name: 'validate', definition: `${definition}/Resource-validate` },
    ...(OPERATIONS[type] ?? []).map((name) => ({ name, definition: `${definition}/${type}-${name}` })),
  ];
}

/** FHIR has no empty lists: what a type has none of is left out. */
function searchOf(definitions: Definitions, type: string): Record<string, unknown> {
  const parameters = [...definitions.searchParameters(type).values()].filter(({ type: kind }) => kind !== 'special');
  const includes = parameters.filter(({ type: kind }) => kind === 'reference').map(({ code }) => `${type}:${code}`);
  const searchParam = parameters.map(({ code, url, type: kind }) => ({ name: code, definition: url, type: kind }));
  return { ...(includes.length === 0 ? {} : { searchInclude: includes }), searchParam };
}
