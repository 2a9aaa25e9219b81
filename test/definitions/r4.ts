import { readFileSync } from 'node:fs';
import { loadDefinitions } from '../../src/definitions/index.ts';

function read(name: string): Uint8Array {
  return readFileSync(new URL(`../../src/definitions/${name}`, import.meta.url));
}

/** The committed definitions, for tests of any room. */
export const definitions = loadDefinitions(read('r4.json'), read('r4-structures.ndjson'));
