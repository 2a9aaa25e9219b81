import type { FiledDocument } from '../../interactions/index.ts';
import type { EhrKind } from '../../store/index.ts';
import { canKeep } from './capability.ts';
import { drawLetter } from './draw-letter.ts';
import { drawReport } from './draw-report.ts';
import { documentKey, letterKey, reportKey } from './drawing.ts';
import type { DrawInput, Drawing, EhrDraft, PlacedDocument } from './drawing.ts';

/** What is to be written into an EHR, as far as it offers that; what it does not take goes inside of what it does. */
export function drawParcel(input: DrawInput): Drawing {
  const { parcel, capability, kinds, bytesThere, mint } = input;
  const takes = (kind: EhrKind): boolean => kinds.length === 0 || kinds.includes(kind);
  const [letter, document] = [takes('letter'), takes('document')];
  const hasReferences = (letter || document) && canKeep(capability, 'DocumentReference', true);
  const hasReport = takes('report') && canKeep(capability, 'DiagnosticReport', true);
  const hasBundles = document && canKeep(capability, 'Bundle', false);
  const left = new Set<string>();
  const drafts: EhrDraft[] = [];
  if (takes('report') && !hasReport) left.add('DiagnosticReport: not offered');
  if (document && !hasBundles) left.add(`Bundle: not offered${hasReferences || hasReport ? ', inside' : ''}`);
  if (letter && !hasReferences) left.add(`DocumentReference: not offered${hasReport ? ', in presentedForm' : ''}`);

  function placeBundle(filed: FiledDocument): string {
    const { bundle, language } = filed;
    const { id = '', meta, ...signed } = bundle;
    const { versionId: _versionId, lastUpdated: _lastUpdated, ...rest } = meta ?? {};
    const fullUrl = mint();
    const key = documentKey(filed);
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
      const shows = [documentKey(filed)];
      drafts.push({ ours, fullUrl: mint(), resource, key, changes: true, shows, group: filed.language });
    }
    return one;
  });
  if (hasReport) {
    const inside = { letter: letter && !hasReferences, document: document && !hasReferences };
    const drawn = drawReport(input, placed, inside);
    for (const name of drawn.left) left.add(`DiagnosticReport.${name}: refers to records here`);
    const ours = `DiagnosticReport/${parcel.report.id ?? ''}`;
    const { report: resource, shows } = drawn;
    drafts.push({ ours, fullUrl: mint(), resource, key: reportKey(parcel), changes: true, shows, group: 'report' });
  }
  return { drafts, left: [...left] };
}
