import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { CASE_OUTPUT_SYSTEM } from '../catalogue.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
import { isReviewerRef } from './assignment.ts';

/** A team of one is a single reviewer. */
const FEWEST = 2;

/** The CareTeam that a Task is about, or that owns it: `CareTeam/x`. */
export function teamOf(task: Resource): string | undefined {
  return [...referencesOf(task.focus), ...referencesOf(task.owner)].find((ref) => ref.startsWith('CareTeam/'));
}

/** The members of a team who review, in its order; others may be members, too. */
export function reviewersIn(team: Resource): string[] {
  return [...new Set(nodes(team.participant).flatMap(({ member }) => referencesOf(member).filter(isReviewerRef)))];
}

/** What stands against a team that is no team. */
export function teamIssues(team: Resource | undefined): Issue[] {
  if (team === undefined) {
    const text = 'A team discussion names its team: a CareTeam that is there, as focus of the Task.';
    return [refusal('required', 'team-missing', text, 'Task.focus')];
  }
  if (reviewersIn(team).length >= FEWEST) return [];
  const text = `A team has at least ${FEWEST} reviewers: name them in CareTeam.participant.member, each as a PractitionerRole of the programme.`;
  return [refusal('business-rule', 'team-member', text, 'Task.focus')];
}

/** Elements by which a record says whose statement it is. */
const MADE_BY: Readonly<Record<string, readonly string[]>> = {
  Observation: ['performer'],
  Communication: ['sender'],
  DiagnosticReport: ['performer', 'resultsInterpreter'],
  DocumentReference: ['author'],
};

/** Whether a record of the type says whose statement it is. */
export function isStatement(ref: string): boolean {
  return Object.hasOwn(MADE_BY, ref.slice(0, ref.indexOf('/')));
}

/** Whose statement a record is, as `Type/id`s; nobody's where it is not there, or was made in error. */
export function makersOf(record: Resource | undefined): string[] {
  if (record === undefined || record.status === 'entered-in-error') return [];
  return (MADE_BY[record.resourceType] ?? []).flatMap((name) => referencesOf(record[name]));
}

/** The records that a Task's outputs name as statements of members. */
export function statementsIn(task: Resource): string[] {
  return outputs(task, 'statement').flatMap(({ valueReference }) => referencesOf(valueReference));
}

/** Members of the team who have neither made a statement nor are said to have made none, and why. */
export function silentMembers({ records }: Pick<Scene, 'records'>, task: Resource, team: Resource): string[] {
  const heard = new Set<string>();
  for (const ref of statementsIn(task)) for (const by of makersOf(records.get(ref))) heard.add(by);
  for (const { valueAnnotation } of outputs(task, 'no-statement')) {
    for (const annotation of nodes(valueAnnotation)) {
      if ((text(annotation.text) ?? '').trim() === '') continue;
      for (const by of referencesOf(annotation.authorReference)) heard.add(by);
    }
  }
  return reviewersIn(team).filter(
    (member) => ![member, ...personOf(records.get(member))].some((ref) => heard.has(ref)),
  );
}

/** `Practitioner/x` whose role it is. */
export function personOf(role: Resource | undefined): string[] {
  return role === undefined ? [] : referencesOf(role.practitioner);
}

function outputs(task: Resource, code: string) {
  return nodes(task.output).filter(({ type }) => codesIn(type, CASE_OUTPUT_SYSTEM).includes(code));
}
