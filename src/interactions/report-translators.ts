import { parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { isTranslationProvenance } from '../reports/index.ts';
import { readRecords } from '../store/index.ts';
import type { StoredCase } from '../store/index.ts';
import { findAll } from './find-all.ts';
import type { Context, House } from './house.ts';

/**
 * The programme's Provenances that say who made these translations of its report. The home side is told that with the
 * document, though a Provenance that stands on a translation alone is no record of the case.
 * @param compositions `Composition/x`
 */
export async function readTranslators(
  house: House,
  row: StoredCase,
  compositions: readonly string[],
): Promise<Resource[]> {
  if (compositions.length === 0) return [];
  const { programme } = row;
  const context: Context = {
    caller: { client: 'consilium', organization: programme, role: 'programme', scopes: ['system/Provenance.rs'] },
    request: `translators of ${compositions.join(' ')}`,
  };
  const refs: string[] = [];
  for await (const page of findAll(house, context, 'Provenance', [['target', compositions.join(',')]]))
    refs.push(...page.map(({ ref }) => ref));
  const records = await readRecords(house.database, programme, refs);
  return records
    .flatMap(({ owner, body }) => (owner === programme && body !== null ? [parseStored(body)] : []))
    .filter(isTranslationProvenance);
}
