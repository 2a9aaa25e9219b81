import { fault } from '../base/index.ts';
import type { BundleOptions, EntryAnswer } from './bundle-answer.ts';
import { runBatch } from './bundle-batch.ts';
import { refuseUnknown } from './bundle-entry.ts';
import { runTransaction } from './bundle-transaction.ts';
import type { Context, House } from './house.ts';

/** Entries of one Bundle at most. */
const MAX_ENTRIES = 5000;

export interface BundleAnswer {
  readonly type: 'batch-response' | 'transaction-response';
  readonly entries: readonly EntryAnswer[];
}

/** https://hl7.org/fhir/R4/http.html#transaction */
export async function processBundle(
  house: House,
  context: Context,
  body: unknown,
  options: BundleOptions,
): Promise<BundleAnswer> {
  const bundle = body as { resourceType?: unknown; type?: unknown; entry?: unknown } | null;
  if (bundle?.resourceType !== 'Bundle') {
    const text = 'Only a Bundle is posted to the base address. Post other resources to the address of their type.';
    throw fault(400, 'structure', 'not-a-bundle', text);
  }
  if (bundle.type !== 'transaction' && bundle.type !== 'batch') {
    throw fault(400, 'value', 'bundle-type', 'Bundle.type is transaction or batch here.', 'Bundle.type');
  }
  refuseUnknown(house, 'Bundle', bundle, 'Bundle');
  const list = bundle.entry ?? [];
  if (!Array.isArray(list)) throw fault(400, 'structure', 'not-a-list', 'Bundle.entry is a list.', 'Bundle.entry');
  if (list.length > MAX_ENTRIES) {
    const text = `A Bundle holds ${MAX_ENTRIES} entries at most. Send it in parts.`;
    throw fault(413, 'too-costly', 'too-many-entries', text, 'Bundle.entry');
  }
  if (bundle.type === 'batch') {
    return { type: 'batch-response', entries: await runBatch(house, context, list, options) };
  }
  return { type: 'transaction-response', entries: await runTransaction(house, context, list, options) };
}
