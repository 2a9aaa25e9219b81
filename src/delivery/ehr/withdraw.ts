import type { Resource } from '../../fhir/index.ts';
import type { EhrCapability } from './capability.ts';
import { letterKey, reportKey } from './drawing.ts';
import { REPORT_DOCUMENT } from './names.ts';
import type { Identifier } from './names.ts';
import type { WrittenThere } from './outcome.ts';
import type { Parcel } from './parcel.ts';
import { refIn } from './server.ts';
import type { EhrServer } from './server.ts';
import type { Written } from './write.ts';

/**
 * Says of what stands there of a report that it was issued in error. What was never brought there is not brought for that.
 * The signed documents stay: they are what was signed.
 */
export async function withdrawReport(server: EhrServer, capability: EhrCapability, parcel: Parcel): Promise<Written> {
  const written: WrittenThere[] = [];
  const left: string[] = [];
  const { id = '' } = parcel.report;
  const records: readonly [type: string, key: Identifier][] = [
    ...languagesOf(parcel.report).map((tag): [string, Identifier] => ['DocumentReference', letterKey(parcel, tag)]),
    ['DiagnosticReport', reportKey(parcel)],
  ];
  for (const [type, key] of records) {
    if (!capability.of(type).search) continue;
    for (const record of await server.find(type, key)) {
      const theirs = refIn(record, type);
      if (theirs === undefined) continue;
      if (!capability.of(type).update) {
        left.push(`${type}: stands there and cannot be changed`);
        continue;
      }
      if (record['status'] !== 'entered-in-error')
        await server.write({ method: 'PUT', url: theirs }, { ...record, status: 'entered-in-error' });
      written.push({ ours: `DiagnosticReport/${id}`, theirs });
    }
  }
  return { written, left };
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
