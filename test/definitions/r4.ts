import { readdirSync, readFileSync } from 'node:fs';
import { loadDefinitions } from '../../src/definitions/index.ts';

function read(name: string): Uint8Array {
  return readFileSync(new URL(`../../src/definitions/${name}`, import.meta.url));
}

const COMPILED = new URL('../../profiles/compiled/', import.meta.url);

/** The project's own search parameters. */
const additions = readdirSync(COMPILED)
  .filter((name) => name.startsWith('SearchParameter-'))
  .map((name) => JSON.parse(readFileSync(new URL(name, COMPILED), 'utf8')) as { resourceType: string });

/** The committed definitions, for tests of any room. */
export const definitions = loadDefinitions(read('r4.json'), read('r4-structures.ndjson'), additions);
