import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Synthetic records of whole patients, where they lie beside the project. */
const BESIDE = new URL('../../../shared/inputs/', import.meta.url);
/** The invented records of the guide, which are always there. */
const OWN = new URL('../../profiles/examples/valid/', import.meta.url);

/** Every invented record in reach, by the name of its file. */
export function readSyntheticRecords(): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (const folder of [OWN, BESIDE]) {
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
    for (const name of names) records.set(name, readFileSync(new URL(name, folder)));
  }
  return records;
}
