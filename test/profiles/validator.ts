import { readFileSync } from 'node:fs';
import { loadDefinitions } from '../../src/definitions/index.ts';
import { createTerminology } from '../../src/terminology/index.ts';
import { compileValidator } from '../../src/validation/index.ts';
import { artefacts, structures } from './guide.ts';

function source(path: string): Uint8Array {
  return readFileSync(new URL(`../../src/${path}`, import.meta.url));
}

const definitions = loadDefinitions(source('definitions/r4.json'), source('definitions/r4-structures.ndjson'));

/** The terminology of R4 and of the guide. */
export const terminology = createTerminology(source('terminology/r4-terminology.ndjson'), artefacts);

/** The server's validator as it knows the guide. */
export const validate = compileValidator(definitions, terminology, structures);
