import type { FhirResource } from 'fhir-kit-client';
import type { Reference, Resource } from '../../fhir/index.ts';
import type { EhrKind } from '../../store/index.ts';
import { canKeep } from './capability.ts';
import type { EhrCapability } from './capability.ts';
import { drawReport } from './draw-report.ts';
import { letterKey, reportKey } from './drawing.ts';
import { findPatient, findRequest } from './locate.ts';
import { REPORT_DOCUMENT } from './names.ts';
import type { Identifier } from './names.ts';
import { Halt, later, never } from './outcome.ts';
import type { StandingThere, WrittenThere } from './outcome.ts';
import type { Parcel } from './parcel.ts';
import { refIn } from './server.ts';
import type { EhrServer } from './server.ts';
import { conditionOf } from './write.ts';
import type { Written } from './write.ts';

/** What may stand there of a report, and has a status that says whether it holds. */
interface Copy {
  readonly type: 'DocumentReference' | 'DiagnosticReport';
  readonly key: Identifier;
  /** BCP 47; of a letter. */
  readonly language?: string;
}

/**
 * Says of what stands there of a report that it was issued in error. What was never brought there is not brought for that,
 * as far as that can be looked up. The signed documents stay: they are what was signed.
 * @throws Halt never where something may stand there as if it held, and cannot be marked: all else is
 */
export async function withdrawReport(
  server: EhrServer,
  capability: EhrCapability,
  parcel: Parcel,
  kinds: readonly EhrKind[],
): Promise<Written> {
  const written: WrittenThere[] = [];
  const standing: StandingThere[] = [];
  const reasons = new Set<string>();
  const ours = `DiagnosticReport/${parcel.report.id ?? ''}`;

  /** Trying again would change nothing. */
  function leave(one: StandingThere, reason: string): void {
    reasons.add(reason);
    standing.push(one);
  }

  async function write(one: StandingThere, url: string, draw: () => Promise<object>): Promise<void> {
    try {
      const theirs = await server.write({ method: 'PUT', url }, await draw());
      // An answer that says yes is not enough.
      if (theirs === undefined) throw later(`ehr-unconfirmed: ${one.type}`);
      written.push({ ours, theirs });
    } catch (error) {
      if (!(error instanceof Halt) || error.outcome.kind !== 'never') throw error;
      leave(one, error.outcome.reason);
    }
  }

  async function mark({ type, key }: Copy, record: FhirResource): Promise<void> {
    const theirs = refIn(record, type);
    if (theirs === undefined) return;
    if (record['status'] === 'entered-in-error') written.push({ ours, theirs });
    else if (capability.of(type).update)
      await write({ type, key, theirs }, theirs, async () => ({ ...record, status: 'entered-in-error' }));
    else leave({ type, key, theirs }, `ehr-not-withdrawn: ${type} cannot be changed`);
  }

  for (const copy of copiesOf(parcel)) {
    const { type, key } = copy;
    const { create, update, search, conditionalUpdate } = capability.of(type);
    if (search) for (const record of await server.find(type, key)) await mark(copy, record);
    else if (!isTaken(type, kinds)) continue;
    else if (conditionalUpdate)
      await write({ type, key }, `${type}?${conditionOf(key)}`, async () =>
        drawWithdrawn(copy, parcel, await findPatient(server, parcel), await findRequest(server, capability, parcel)),
      );
    // Of what it neither makes nor changes, nothing came there.
    else if (create || update) leave({ type, key }, `ehr-not-withdrawn: ${type} cannot be looked for`);
  }
  // Where the signed documents are all that it takes, nothing there has a status that could say so.
  const isAlone = !(['DocumentReference', 'DiagnosticReport'] as const).some(
    (type) => isTaken(type, kinds) && canKeep(capability, type, true),
  );
  if (isAlone && isTaken('Bundle', kinds) && canKeep(capability, 'Bundle', false))
    leave({ type: 'Bundle' }, 'ehr-not-withdrawn: Bundle says nothing of it');
  if (standing.length > 0) throw never([...reasons].join('; '), { kind: 'withdrawn', standing });
  return { written, left: [] };
}

/** All that may stand there, for where it could not even be looked at. */
export function standingOf(parcel: Parcel): StandingThere[] {
  return copiesOf(parcel).map(({ type, key }) => ({ type, key }));
}

function copiesOf(parcel: Parcel): Copy[] {
  const letters = languagesOf(parcel.report).map((language): Copy => ({
    type: 'DocumentReference',
    key: letterKey(parcel, language),
    language,
  }));
  return [...letters, { type: 'DiagnosticReport', key: reportKey(parcel) }];
}

function isTaken(type: Copy['type'] | 'Bundle', kinds: readonly EhrKind[]): boolean {
  if (kinds.length === 0) return true;
  if (type === 'DiagnosticReport') return kinds.includes('report');
  return kinds.includes('document') || (type === 'DocumentReference' && kinds.includes('letter'));
}

/**
 * What stands in the place of a record that cannot be read there: where there was none it is made by this, and says itself
 * that it does not hold.
 */
function drawWithdrawn(
  { key, language }: Copy,
  parcel: Parcel,
  patient: Reference,
  request: Reference | undefined,
): Resource {
  const status = 'entered-in-error';
  const nothing = { letter: false, document: false };
  if (language === undefined) return { ...drawReport({ parcel, patient, request }, [], nothing).report, status };
  return {
    resourceType: 'DocumentReference',
    identifier: [key],
    status,
    docStatus: status,
    subject: patient,
    content: [{ attachment: { contentType: 'application/pdf', language } }],
    ...(request === undefined ? {} : { context: { related: [request] } }),
  };
}

/** In which it was filed, as its letters say. */
function languagesOf({ presentedForm }: Resource): string[] {
  const forms = (presentedForm ?? []) as {
    readonly language?: string;
    readonly extension?: readonly { readonly url?: string }[];
  }[];
  const letters = forms.filter(({ extension = [] }) => extension.some(({ url }) => url === REPORT_DOCUMENT));
  return letters.flatMap(({ language }) => language ?? []);
}
