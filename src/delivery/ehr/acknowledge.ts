import { Fault } from '../../base/index.ts';
import { runOperation } from '../../interactions/index.ts';
import type { House } from '../../interactions/index.ts';
import type { WrittenThere } from './outcome.ts';
import { contextOf } from './parcel.ts';
import type { Parcel } from './parcel.ts';

/** What is said of a report that is not to be acknowledged: it was, by somebody else. */
const ACKNOWLEDGED = new Set(['report-acknowledged', 'illegal-move']);

/**
 * Says on the case, for the placer, that its EHR has the report as it stands, and what it is called there. Once for each
 * version: where somebody has said so before, that holds.
 */
export async function acknowledge(
  house: House,
  organization: string,
  { report, request }: Parcel,
  written: readonly WrittenThere[],
): Promise<void> {
  const ref = `DiagnosticReport/${report.id ?? ''}`;
  const theirs = (written.find(({ ours }) => ours === ref) ?? written.at(-1))?.theirs;
  const text = `The home EHR has taken the report over${theirs === undefined ? '' : `, as ${theirs}`}.`;
  const body = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'command', valueCode: 'acknowledge' },
      { name: 'focus', valueReference: { reference: ref } },
      { name: 'text', valueString: text },
    ],
  };
  const place = { type: 'ServiceRequest', id: request.id };
  try {
    await runOperation(house, contextOf(organization, ref), 'case-command', place, { query: [], body });
  } catch (error) {
    if (error instanceof Fault && error.issues.some(({ key }) => ACKNOWLEDGED.has(key))) return;
    throw error;
  }
}
