import type { Resource } from '../../fhir/index.ts';
import { SILENT } from '../opinions/concordance.ts';
import { refOf } from '../packet/ref-of.ts';
import { nodes, referencesOf } from '../tree.ts';
import { compositionOf, flatSections, readSections } from './composition.ts';
import type { Said } from './first-opinion.ts';
import { concept, saidIn } from './first-opinion.ts';
import { sharedRecords } from './shared-records.ts';
import { isEqual } from './statement.ts';

/**
 * What reviewers have said so far, each once: in the coded conclusions of reports on the case, and in the records that their
 * sections name, without those of the packet and plans that are drafts. Undefined: nothing yet.
 * @param members records of the case
 */
export function readSecondStatements(request: Resource, members: readonly Resource[]): Said[] | undefined {
  const byRef = new Map(members.map((record) => [refOf(record), record]));
  const packet = new Set(sharedRecords(request, members));
  const reports = members.filter(
    ({ resourceType, status, basedOn }) =>
      resourceType === 'DiagnosticReport' && !SILENT.has(status) && referencesOf(basedOn).includes(refOf(request)),
  );
  const compositions = reports.flatMap((report) => byRef.get(compositionOf(report) ?? '') ?? []);
  const named = compositions.flatMap((one) => flatSections(readSections(one)).flatMap(({ entries }) => entries));
  const records = [...new Set(named)].flatMap((ref) => byRef.get(ref) ?? []);
  const said = [
    ...reports.flatMap((report) =>
      nodes(report.conclusionCode).flatMap((code) => concept('diagnosis', code, refOf(report))),
    ),
    ...records.filter((record) => !packet.has(record) && record.status !== 'draft').flatMap(saidIn),
  ];
  const distinct = said.filter((one, n) => !said.slice(0, n).some((other) => isSameSaid(one, other)));
  return distinct.length === 0 ? undefined : distinct;
}

function isSameSaid(one: Said, other: Said): boolean {
  return one.aspect === other.aspect && isEqual(one.statement, other.statement);
}
