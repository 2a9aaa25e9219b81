import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Decision } from './decision.ts';
import { chain } from './decision.ts';
import { exclusionsOf } from './exclusions/exclusions.ts';
import { overrideIssues, overridesIn, withOverrides } from './exclusions/override.ts';
import { isSecondOpinionRequest } from './intake.ts';
import { noteOverrides } from './note-overrides.ts';
import type { EarlierCase } from './opinions/third-opinion.ts';
import { readCaseOpinion } from './opinions/opinion.ts';
import { thirdOpinionIssues } from './opinions/third-opinion.ts';
import { checkPacket } from './packet/check.ts';
import { readPacket } from './packet/read.ts';
import { keepBase, serviceIssues } from './payment/services.ts';
import { keepFormer, reviewersOf } from './routing/former.ts';
import { routeTo } from './routing/route.ts';
import { specialtyOf } from './routing/specialty.ts';
import type { ProgrammeRules } from './programme/rules.ts';
import { refusal } from './refusal.ts';
import type { Scene } from './scene.ts';
import { parseState } from './state.ts';
import { referencesOf } from './tree.ts';

/** The case on which a sent request is based. */
export interface BaseCase extends EarlierCase {
  /** `Patient/x` whom it is about. */
  readonly patient: string | undefined;
  /** Code of its service. */
  readonly service: string;
  /** Who has reviewed it: `PractitionerRole/x`, `Practitioner/x`. */
  readonly reviewers: readonly string[];
}

/**
 * Looks at a case as it is opened, by its programme's rules: what must not go through as usual, where it is routed, and
 * what its packet lacks. `scene.records` holds its record.
 * @param base where the request is based on an earlier one that the placer may see
 */
export function examineOpening(scene: Scene, request: Resource, base: BaseCase | undefined): Decision | Issue[] {
  const { rules, now } = scene;
  const row = keepFormer(keepBase(scene.row, base), formerOf(scene, base));
  const records = [...scene.records.values()];
  const [subject = ''] = referencesOf(request.subject);
  const routing = specialtyOf(records, request, rules, scene.records.get(subject), now);
  const specialty = routing?.specialty;
  const { issues, used } = withOverrides(exclusionsOf(rules, request, records, now, specialty), overridesIn(request));
  const refusals = [
    ...overrideIssues(request),
    ...issues.filter(({ severity }) => severity === 'error'),
    ...serviceIssues(rules, request, base),
    ...(base === undefined ? [] : baseIssues(rules, request, base)),
  ];
  if (refusals.length > 0) return refusals;
  const routed: Decision = routing === undefined ? { row, events: [] } : routeTo({ ...scene, row }, routing);
  const noted = chain(routed, noteOverrides({ ...scene, row: routed.row }, used, row.serviceRequest));
  const packet = readPacket(request, records, now);
  const lacks = checkPacket(rules, packet, { service: row.state.service, specialty, now });
  return { ...noted, remarks: [...issues, ...lacks.map(soften)] };
}

/** Who gave the opinion that is looked at once more; what is added to an opinion comes from those who gave it. */
function formerOf({ rules, row }: Scene, base: BaseCase | undefined): readonly string[] {
  if (base === undefined) return [];
  const isAdded = rules.services.some(
    ({ code, addOnTo }) => code === row.state.service && addOnTo.includes(base.service),
  );
  return isAdded ? [] : base.reviewers;
}

/** A case is opened whatever its packet lacks: what is missing can still be sent. */
function soften(issue: Issue): Issue {
  return issue.severity === 'error' ? { ...issue, severity: 'warning' } : issue;
}

/** What stands against a request because of the case on which it is based. */
export function baseIssues(rules: ProgrammeRules, request: Resource, base: BaseCase): Issue[] {
  const [patient] = referencesOf(request.subject);
  if (base.patient === patient) return thirdOpinionIssues(rules, base);
  const text =
    'The request that is named as the earlier one is about another patient. Name that of the same patient (subject) in basedOn, or leave basedOn out.';
  return [refusal('business-rule', 'based-on-patient', text, 'ServiceRequest.basedOn')];
}

/** The earlier requests of this server that a request is based on. */
export function baseRequests(request: Resource): string[] {
  if (!isSecondOpinionRequest(request)) return [];
  return referencesOf(request.basedOn).filter((ref) => ref.startsWith('ServiceRequest/'));
}

/**
 * What is to be known of the case on which a request is based.
 * @param request its request
 * @param members its reports and Observations
 */
export function readBase(
  found: { readonly serviceRequest: string; readonly status: string; readonly state: string },
  request: Resource | undefined,
  members: readonly Resource[],
): BaseCase {
  const state = parseState(found.state);
  return {
    patient: referencesOf(request?.subject)[0],
    service: state.service,
    reviewers: reviewersOf(state),
    isIssued: found.status === 'completed',
    concordance: readCaseOpinion('second', members, found.serviceRequest)?.concordance ?? {},
  };
}
