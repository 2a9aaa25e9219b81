import type { FiledDocument } from '../../interactions/index.ts';
import type { EhrKind } from '../../store/index.ts';
import type { EhrCapability } from './capability.ts';
import { drawLetter } from './draw-letter.ts';
import { drawReport } from './draw-report.ts';
import { letterKey, reportKey } from './drawing.ts';
import type { DrawInput, Drawing, EhrDraft, PlacedDocument } from './drawing.ts';
import { URI_SYSTEM } from './names.ts';

/** What is to be written into an EHR, as far as it offers that; what it does not take goes inside of what it does. */
export function drawParcel(input: DrawInput): Drawing {
  const { parcel, capability, kinds, bytesThere, mint } = input;
  const takes = (kind: EhrKind): boolean => kinds.length === 0 || kinds.includes(kind);
  const [letter, document] = [takes('letter'), takes('document')];
  const hasReferences = (letter || document) && canKeep(capability, 'DocumentReference');
  const hasReport = takes('report') && canKeep(capability, 'DiagnosticReport');
  const hasBundles = document && canKeep(capability, 'Bundle');
  const left = new Set<string>();
  const drafts: EhrDraft[] = [];
  if (takes('report') && !hasReport) left.add('DiagnosticReport: not offered');
  if (document && !hasBundles) left.add(`Bundle: not offered${hasReferences || hasReport ? ', inside' : ''}`);
  if (letter && !hasReferences) left.add(`DocumentReference: not offered${hasReport ? ', in presentedForm' : ''}`);

  function placeBundle({ bundle, uuid, language }: FiledDocument): string {
    const { id = '', meta, ...signed } = bundle;
    const { versionId: _versionId, lastUpdated: _lastUpdated, ...rest } = meta ?? {};
    const fullUrl = mint();
    const key = { system: URI_SYSTEM, value: `urn:uuid:${uuid}` };
    const resource = { ...signed, resourceType: 'Bundle', meta: rest };
    drafts.push({ ours: `Bundle/${id}`, fullUrl, resource, key, changes: false, group: language });
    return fullUrl;
  }

  /**
   * A Binary has no identifier. It is written where it cannot come twice: under its own id, or together with what names
   * it. Everywhere else the bytes go inside.
   */
  function placeBytes({ binary, pdf, uuid, language }: FiledDocument): { readonly letterUrl?: string } {
    const known = bytesThere.get(uuid);
    if (known !== undefined) return { letterUrl: known };
    const { create, updateCreate } = capability.of('Binary');
    if (!updateCreate && !(create && capability.transaction)) {
      left.add('Binary: not offered, inside');
      return {};
    }
    const [, id = ''] = binary.split('/');
    const fullUrl = mint();
    const bytes = { contentType: 'application/pdf', data: Buffer.from(pdf).toString('base64') };
    const resource = { resourceType: 'Binary', ...(updateCreate ? { id } : {}), ...bytes };
    drafts.push({ ours: binary, fullUrl, resource, changes: false, group: language });
    return { letterUrl: fullUrl };
  }

  const placed = parcel.documents.map((filed): PlacedDocument => {
    const one = {
      ...filed,
      ...(hasBundles ? { bundleUrl: placeBundle(filed) } : {}),
      ...(letter && hasReferences ? placeBytes(filed) : {}),
    };
    if (hasReferences) {
      const key = letterKey(parcel, filed.language);
      const resource = drawLetter(input, one, { letter, document });
      const ours = `DocumentReference/${filed.letter.id ?? ''}`;
      drafts.push({ ours, fullUrl: mint(), resource, key, changes: true, group: filed.language });
    }
    return one;
  });
  if (hasReport) {
    const inside = { letter: letter && !hasReferences, document: document && !hasReferences };
    const drawn = drawReport(input, placed, inside);
    for (const name of drawn.left) left.add(`DiagnosticReport.${name}: refers to records here`);
    const ours = `DiagnosticReport/${parcel.report.id ?? ''}`;
    const resource = drawn.report;
    drafts.push({ ours, fullUrl: mint(), resource, key: reportKey(parcel), changes: true, group: 'report' });
  }
  return { drafts, left: [...left] };
}

/** Whether a type can be kept there so that a repeat makes no second one. */
function canKeep(capability: EhrCapability, type: string): boolean {
  const { create, search, conditionalCreate, conditionalUpdate } = capability.of(type);
  return conditionalCreate || conditionalUpdate || (create && search);
}
