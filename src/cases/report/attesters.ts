import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { isOfProgramme, isReviewerRef } from '../routing/assignment.ts';
import { personOf } from '../routing/team.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { nodes, referencesOf, text } from '../tree.ts';
import { REPORT } from './place.ts';

/**
 * What stands against those who attest a report: each says who and when, and one of them at least answers for the report.
 * The programme itself may attest beside its reviewers. A reviewer without credentials is only said.
 */
export function attesterIssues(
  { row, records, now }: Pick<Scene, 'row' | 'records' | 'now'>,
  ref: string,
  composition: Resource,
  report: Resource,
): Issue[] {
  const responsible = new Set(
    [...referencesOf(report.resultsInterpreter), ...referencesOf(report.performer)].flatMap((one) => [
      one,
      ...personOf(records.get(one)),
    ]),
  );
  const isResponsible = (party: string): boolean =>
    [party, ...personOf(records.get(party))].some((one) => responsible.has(one));
  const attesters = nodes(composition.attester);
  const issues: Issue[] = [];
  let signed = 0;
  for (const [n, { party, time }] of attesters.entries()) {
    const [who] = referencesOf(party);
    const place = `${ref} (attester ${n + 1})`;
    if (who === undefined || text(time) === undefined) {
      issues.push(attesterIssue(`${place} does not say ${tellMissing(who, time)}.`));
      continue;
    }
    if (isAhead(text(time)!, now)) {
      issues.push(attesterIssue(`${place} attests it at a time that is still to come: give the instant in time.`));
      continue;
    }
    if (who === `Organization/${row.programme}`) continue;
    if (!isReviewerRef(who) || !isResponsible(who)) {
      issues.push(
        attesterIssue(
          `${place} attests a report for which somebody else answers: name ${who} in resultsInterpreter or performer of the report, or take it out of the attesters.`,
        ),
      );
      continue;
    }
    const reviewer = records.get(who);
    if (reviewer === undefined || !isOfProgramme(reviewer, row.programme)) {
      issues.push(
        attesterIssue(
          `${place} is no reviewer of the programme: name a PractitionerRole that is there, with Organization/${row.programme} as its organization.`,
        ),
      );
      continue;
    }
    signed += 1;
    issues.push(...credentialIssues(records, who, place));
  }
  const told = 'Its reviewer attests it: attester with mode, party (PractitionerRole) and time.';
  return signed > 0 || issues.some(({ severity }) => severity === 'error')
    ? issues
    : [...issues, attesterIssue(`No reviewer has attested ${ref}. ${told}`)];
}

/** Clocks differ a little; and where it is another day already, a day without a time has begun. */
const CLOCK_SKEW = 5 * 60_000;
const FIRST_ZONE = 14 * 3_600_000;

function isAhead(time: string, now: string): boolean {
  const leeway = time.includes('T') ? CLOCK_SKEW : FIRST_ZONE;
  return Date.parse(time) > Date.parse(now) + leeway;
}

function tellMissing(who: string | undefined, time: unknown): string {
  const missing = [
    ...(who === undefined ? ['who it is (party)'] : []),
    ...(text(time) === undefined ? ['when (time)'] : []),
  ];
  return missing.join(' and ');
}

function attesterIssue(text: string): Issue {
  return refusal('required', 'report-attester', text, REPORT);
}

/** The home doctor is shown on what a reviewer's word rests. */
function credentialIssues(records: Scene['records'], who: string, place: string): Issue[] {
  const [person = who] = personOf(records.get(who));
  if (nodes(records.get(person)?.qualification).length > 0) return [];
  const text = `${place}: ${person} has no credentials (Practitioner.qualification) to show on the report.`;
  return [{ severity: 'warning', code: 'business-rule', key: 'reviewer-credentials', text, expression: REPORT }];
}
