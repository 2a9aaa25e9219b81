import { readFileSync } from 'node:fs';
import { loadDefinitions } from '../../src/definitions/index.ts';

/** The committed definitions, for tests of any room. */
export const definitions = loadDefinitions(readFileSync(new URL('../../src/definitions/r4.json', import.meta.url)));
