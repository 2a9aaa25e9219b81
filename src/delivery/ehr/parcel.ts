import { Fault } from '../../base/index.ts';
import { splitReference } from '../../fhir/index.ts';
import { read, readFiledReport } from '../../interactions/index.ts';
import type { Context, FiledReport, House } from '../../interactions/index.ts';

/** What is brought to a home EHR: a report with its documents, as the placer sees them now. */
export interface Parcel extends FiledReport {
  /** Public FHIR base of this server, by which its records are named there. */
  readonly base: string;
}

/** Work that the server does for a placer; its reads stand in the audit like any other. */
export function contextOf(organization: string, report: string): Context {
  const caller = { client: 'consilium', organization, role: 'placer', scopes: ['system/*.cruds'] } as const;
  return { caller, request: `push ${report}` };
}

/**
 * @param report `DiagnosticReport/x`
 * @returns undefined while the report is not filed as it stands; null where the placer sees none, or none that was issued
 */
export async function gatherParcel(
  house: House,
  organization: string,
  report: string,
): Promise<Parcel | undefined | null> {
  try {
    const [, id] = splitReference(report);
    const found = await readFiledReport(house, contextOf(organization, report), id);
    return found === undefined ? undefined : { ...found, base: house.base };
  } catch (error) {
    if (error instanceof Fault && [403, 404, 410].includes(error.status)) return null;
    throw error;
  }
}

/** The version of a report as it stands now, and when that was written, in ms since 1970. */
export async function lookUp(
  house: House,
  organization: string,
  report: string,
): Promise<{ readonly version: number; readonly at: number }> {
  const [type, id] = splitReference(report);
  return read(house, contextOf(organization, report), type, id);
}
