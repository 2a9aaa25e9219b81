import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { codesIn, referencesOf } from '../tree.ts';
import { SNOMED } from './condition-table.ts';
import { formerReviewers, withFormer } from './former.ts';
import { readFirstOpinion } from './independence.ts';
import { PACKET_TYPES, packetOf } from './packet-records.ts';
import type { UnfitReason, WantedReviewer } from './reviewers.ts';
import { judgeReviewer, UNFIT } from './reviewers.ts';

const REVIEWER = /^(PractitionerRole|Practitioner)\//;

export function isReviewerRef(ref: string | undefined): ref is string {
  return ref !== undefined && REVIEWER.test(ref);
}

/** The records by which reviewers are judged, beside their own: what was sent with the request, and who wrote it. */
export const JUDGED_BY = { types: PACKET_TYPES, follow: ['PractitionerRole', 'Practitioner'] } as const;

/** What a reviewer is wanted for; a member of a team brings the own specialty and language. */
export interface Post {
  /** SNOMED CT code. */
  readonly specialty?: string;
  readonly language?: string;
}

/** The post that a review Task has to give: in the specialty that it names, else in that of its case. */
export function postOf({ row, rules }: Pick<Scene, 'row' | 'rules'>, task: Resource): Post {
  const [named] = codesIn(task.performerType, SNOMED);
  const specialty = named ?? row.state.specialty;
  return { language: rules.languages.report, ...(specialty === undefined ? {} : { specialty }) };
}

/**
 * What stands against people as reviewers of the case: one issue for each reason. How many reviews somebody has open is
 * advice (`$propose-reviewers`), not judged here.
 * @param refs `PractitionerRole/x` or `Practitioner/x`
 * @param expression where the refs stand
 */
export function reviewerIssues(scene: Scene, refs: readonly string[], post: Post, expression: string): Issue[] {
  const { row, rules, records, now } = scene;
  const request = records.get(row.serviceRequest);
  const packet = request === undefined ? [] : packetOf(request, [...records.values()]);
  const wanted: WantedReviewer = {
    ...post,
    placer: row.placer,
    first: withFormer(request === undefined ? NOBODY : readFirstOpinion(request, packet), formerReviewers(row.state), [
      ...records.values(),
    ]),
    independent: rules.routing.independent,
  };
  return refs.flatMap((ref) => {
    const role = records.get(ref);
    if (role === undefined || !isOfProgramme(role, row.programme)) return [unknown(ref, row.programme, expression)];
    const [person] = referencesOf(role.practitioner);
    const practitioner = person === undefined ? undefined : records.get(person);
    const { reasons } = judgeReviewer(
      { role, openReviews: 0, ...(practitioner === undefined ? {} : { practitioner }) },
      wanted,
      now,
    );
    return reasons.map((reason) => unfit(ref, reason, row.serviceRequest, expression));
  });
}

const NOBODY = { people: new Set<string>(), organizations: new Set<string>() };

/** Of a Practitioner the record does not say where: whose it is was decided when it was published. */
export function isOfProgramme({ resourceType, organization }: Resource, programme: string): boolean {
  return resourceType === 'Practitioner' || referencesOf(organization).includes(`Organization/${programme}`);
}

function unknown(ref: string, programme: string, expression: string): Issue {
  const text = `${ref} is no reviewer of the programme: name a PractitionerRole that is there, with Organization/${programme} as its organization.`;
  return refusal('business-rule', 'reviewer-unknown', text, expression);
}

function unfit(ref: string, reason: UnfitReason, request: string, expression: string): Issue {
  const text =
    `${ref} ${UNFIT[reason]} (${reason}). Name another, ${request}/$propose-reviewers tells who is fit, or set the rule ` +
    'reviewer-unfit aside with the extension override and a reason.';
  return refusal('business-rule', 'reviewer-unfit', text, expression);
}
