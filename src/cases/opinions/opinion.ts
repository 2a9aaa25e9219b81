import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import type { RecordedDifference } from '../report/difference.ts';
import { readDifferences, sumDifferences } from '../report/difference.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
import type { ByAspect } from './concordance.ts';
import { ofKind, readConcordance, SILENT } from './concordance.ts';

/** One opinion as it is shown beside others. */
export interface Opinion {
  /** `first`: the home doctor's own; the others in the order of their cases. */
  readonly position: 'first' | 'second' | 'third';
  /** `DocumentReference/x` or `DiagnosticReport/x`. */
  readonly report: string;
  readonly status?: string;
  /** Instant or date, as the record has it. */
  readonly issued?: string;
  readonly concordance: ByAspect;
  /** One by one, as far as it says them so. */
  readonly differences: readonly RecordedDifference[];
  readonly conclusion?: string;
  /** What the document of a first opinion is called: what it says nobody here has read. */
  readonly title?: string;
  /** Code of travel-advice. */
  readonly travel?: string;
}

export const TRAVEL_SYSTEM = `${CANONICAL}/CodeSystem/travel-advice`;
const PACKET_KIND = `${CANONICAL}/CodeSystem/packet-document-kind`;

/**
 * The home doctor's own opinion: the newest document of a packet that is said to be one.
 * @param packet records that the request names
 */
export function readFirst(packet: readonly Resource[]): Opinion | undefined {
  const documents = packet.filter(
    ({ resourceType, status, category }) =>
      resourceType === 'DocumentReference' &&
      status === 'current' &&
      nodes(category).some((one) => codesIn(one, PACKET_KIND).includes('first-opinion')),
  );
  const [newest] = documents.sort((a, b) => (dateOf(a) < dateOf(b) ? 1 : -1));
  if (newest === undefined) return undefined;
  return {
    position: 'first',
    report: `DocumentReference/${newest.id ?? ''}`,
    ...member('status', text(newest.status)),
    ...member('issued', text(newest.date)),
    ...member('title', titleOf(newest)),
    concordance: {},
    differences: [],
  };
}

function titleOf({ description, content }: Resource): string | undefined {
  const [attachment] = nodes(content).flatMap((one) => nodes(one.attachment));
  return text(description) ?? text(attachment?.title);
}

function dateOf({ date }: Resource): string {
  return text(date) ?? '';
}

/**
 * A programme's opinion.
 * @param report of the case
 * @param results records that it names in `result`; what it does not name is not of this opinion
 */
export function readOpinion(position: 'second' | 'third', report: Resource, results: readonly Resource[]): Opinion {
  const named = new Set(referencesOf(report.result));
  const observations = results.filter(
    ({ resourceType, id }) => resourceType === 'Observation' && named.has(`Observation/${id ?? ''}`),
  );
  const differences = readDifferences(observations);
  const [travel] = ofKind(observations, 'travel-advice').flatMap((one) =>
    codesIn(one.valueCodeableConcept, TRAVEL_SYSTEM),
  );
  return {
    position,
    report: `DiagnosticReport/${report.id ?? ''}`,
    ...member('status', text(report.status)),
    ...member('issued', text(report.issued)),
    ...member('conclusion', text(report.conclusion)),
    ...member('travel', travel),
    // What the reviewer sums up goes before what we do.
    concordance: { ...sumDifferences(differences), ...readConcordance(observations) },
    differences,
  };
}

/**
 * The opinion of a case: its last issued report, else the furthest. Of what that says nothing an earlier one still holds:
 * the summary after a video consultation adds to the report.
 * @param records of the case; reports that were sent with it are passed over
 * @param request `ServiceRequest/x`
 */
export function readCaseOpinion(
  position: 'second' | 'third',
  records: readonly Resource[],
  request: string,
): Opinion | undefined {
  const [last, ...before] = records
    .filter(
      ({ resourceType, status, basedOn }) =>
        resourceType === 'DiagnosticReport' && !SILENT.has(status) && referencesOf(basedOn).includes(request),
    )
    .sort((a, b) => (weigh(a) < weigh(b) ? 1 : -1));
  if (last === undefined) return undefined;
  return before.filter(isIssued).reduce(
    (said, report) => {
      const { travel, concordance, differences } = readOpinion(position, report, records);
      const untold = differences.filter(({ aspect }) => aspect !== undefined && said.concordance[aspect] === undefined);
      return {
        ...member('travel', travel),
        ...said,
        concordance: { ...concordance, ...said.concordance },
        differences: [...said.differences, ...untold],
      };
    },
    readOpinion(position, last, records),
  );
}

function isIssued({ status }: Resource): boolean {
  return status !== 'partial' && status !== 'preliminary';
}

function weigh(report: Resource): string {
  const { issued, meta } = report;
  return `${isIssued(report) ? 1 : 0} ${text(issued) ?? meta?.lastUpdated ?? ''}`;
}

function member<N extends string>(name: N, value: string | undefined): Partial<Record<N, string>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<N, string>>;
}
