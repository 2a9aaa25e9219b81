import type { Resource } from '../../fhir/index.ts';
import { coverOf } from '../packet/cover.ts';
import type { Scene } from '../scene.ts';
import { coveragesOf } from '../sponsor-view.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
import type { Money } from './money.ts';
import { moneyOf } from './money.ts';

/** Categories of amounts of an answer: `benefit` is what the payer pays. */
const ADJUDICATION_SYSTEM = 'http://terminology.hl7.org/CodeSystem/adjudication';

/** What a payer answered: `covered` all, or as much as `amount` says; `unclear`: it says neither yes nor no. */
export interface CoverAnswer {
  readonly is: 'covered' | 'refused' | 'unclear';
  readonly amount?: Money;
}

/** Coverages of the request that the programme takes, as `Coverage/x` with their payor's reference where it has one. */
export interface AcceptedCover {
  readonly ref: string;
  readonly payor: string | undefined;
}

/** Those covers of the case that are good today, of a kind of payer whose cover the programme takes. `scene.records` holds the request and its Coverages. */
export function acceptedCovers({
  row,
  rules,
  records,
  now,
}: Pick<Scene, 'row' | 'rules' | 'records' | 'now'>): AcceptedCover[] {
  const request = records.get(row.serviceRequest);
  if (request === undefined) return [];
  const { coveredBy } = rules.payment;
  return coveragesOf(request).flatMap((ref) => {
    const coverage = records.get(ref);
    if (coverage === undefined) return [];
    const { kinds, isCurrent } = coverOf(coverage, ref, now);
    const isTaken = coveredBy.length === 0 || kinds.some((kind) => coveredBy.includes(kind));
    return isCurrent && isTaken ? [{ ref, payor: referencesOf(coverage.payor)[0] }] : [];
  });
}

/** What a payer's answer says; undefined for one that is no decision: withdrawn, queued, or about something else. */
export function readCover(response: Resource | undefined): CoverAnswer | undefined {
  if (response?.status !== 'active') return undefined;
  if (response.resourceType === 'ClaimResponse') return readClaimResponse(response);
  return response.resourceType === 'CoverageEligibilityResponse' ? readEligibility(response) : undefined;
}

/** `Coverage/x`s that an answer is about. */
export function coversNamed(response: Resource): string[] {
  return nodes(response.insurance).flatMap((one) => referencesOf(one.coverage));
}

const DECIDED: ReadonlySet<unknown> = new Set(['complete', 'partial']);

/** https://hl7.org/fhir/R4/claimresponse.html: R4 has no word for yes or no; the benefit says it, else the number of the authorisation. */
function readClaimResponse(response: Resource): CoverAnswer | undefined {
  if (response.use !== 'preauthorization' || !DECIDED.has(response.outcome)) return undefined;
  const benefit = nodes(response.total)
    .filter(({ category }) => codesIn(category, ADJUDICATION_SYSTEM).includes('benefit'))
    .flatMap(({ amount }) => moneyOf(amount) ?? [])[0];
  if (benefit !== undefined) return benefit.value > 0 ? { is: 'covered', amount: benefit } : { is: 'refused' };
  return { is: text(response.preAuthRef) === undefined ? 'unclear' : 'covered' };
}

/** https://hl7.org/fhir/R4/coverageeligibilityresponse.html */
function readEligibility(response: Resource): CoverAnswer | undefined {
  if (!DECIDED.has(response.outcome)) return undefined;
  const insurance = nodes(response.insurance);
  const items = insurance.flatMap((one) => nodes(one.item));
  if (insurance.some(({ inforce }) => inforce === false) || items.some(({ excluded }) => excluded === true))
    return { is: 'refused' };
  if (insurance.length === 0 || !insurance.every(({ inforce }) => inforce === true)) return { is: 'unclear' };
  const isAuthorised = text(response.preAuthRef) !== undefined;
  return { is: isAuthorised || !items.some((one) => one.authorizationRequired === true) ? 'covered' : 'unclear' };
}
