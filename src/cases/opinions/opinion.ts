import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';

/** How one opinion stands to the first. */
export type Concordance = 'confirmed' | 'revised' | 'undetermined';

export const ASPECTS = ['diagnosis', 'stage', 'treatment'] as const;
export type ConcordanceAspect = (typeof ASPECTS)[number];

/** One opinion as it is shown beside others. */
export interface Opinion {
  /** `first`: the home doctor's own; the others in the order of their cases. */
  readonly position: 'first' | 'second' | 'third';
  /** `DocumentReference/x` or `DiagnosticReport/x`. */
  readonly report: string;
  readonly status?: string;
  /** Instant or date, as the record has it. */
  readonly issued?: string;
  readonly concordance: Readonly<Partial<Record<ConcordanceAspect, Concordance>>>;
  readonly conclusion?: string;
  /** Code of travel-advice. */
  readonly travel?: string;
}

const OPINION = `${CANONICAL}/CodeSystem/opinion-observation`;
export const CONCORDANCE_SYSTEM = `${CANONICAL}/CodeSystem/concordance`;
export const TRAVEL_SYSTEM = `${CANONICAL}/CodeSystem/travel-advice`;
const PACKET_KIND = `${CANONICAL}/CodeSystem/packet-document-kind`;

/** Reports that say nothing (any more). */
const SILENT: ReadonlySet<unknown> = new Set(['registered', 'cancelled', 'entered-in-error']);

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
    ...member('conclusion', text(newest.description)),
    concordance: {},
  };
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
    ({ resourceType, id, status }) =>
      resourceType === 'Observation' && named.has(`Observation/${id ?? ''}`) && !SILENT.has(status),
  );
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
    concordance: readConcordance(ofKind(observations, 'concordance')),
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
      const { travel, concordance } = readOpinion(position, report, records);
      return { ...member('travel', travel), ...said, concordance: { ...concordance, ...said.concordance } };
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

/** What the Observations of a report say of each aspect; where two differ, the one that confirms less counts. */
export function readConcordance(observations: readonly Resource[]): Opinion['concordance'] {
  const found: Partial<Record<ConcordanceAspect, Concordance>> = {};
  for (const component of observations.flatMap((one) => nodes(one.component))) {
    const [said] = codesIn(component.valueCodeableConcept, CONCORDANCE_SYSTEM).filter(isConcordance);
    if (said === undefined) continue;
    for (const aspect of ASPECTS) {
      if (!codesIn(component.code, OPINION).includes(`concordance-${aspect}`)) continue;
      const known = found[aspect];
      if (known === undefined || WEIGHT[said] > WEIGHT[known]) found[aspect] = said;
    }
  }
  return found;
}

const WEIGHT: Readonly<Record<Concordance, number>> = { confirmed: 0, undetermined: 1, revised: 2 };

function isConcordance(code: string): code is Concordance {
  return Object.hasOwn(WEIGHT, code);
}

function ofKind(observations: readonly Resource[], kind: string): Resource[] {
  return observations.filter(({ code }) => codesIn(code, OPINION).includes(kind));
}

function member<N extends string>(name: N, value: string | undefined): Partial<Record<N, string>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<N, string>>;
}
