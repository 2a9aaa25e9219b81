import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import type { ByAspect, ConcordanceAspect } from '../opinions/concordance.ts';
import {
  ASPECTS,
  CONCORDANCE_SYSTEM,
  ofKind,
  OPINION_SYSTEM,
  readConcordance,
  weigh,
} from '../opinions/concordance.ts';
import { refOf } from '../packet/ref-of.ts';
import { refusal } from '../refusal.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
import { issueIn } from './place.ts';
import type { Statement } from './statement.ts';
import { isEqual, isUnlike, statementOf } from './statement.ts';

export const ASPECT_SYSTEM = `${CANONICAL}/CodeSystem/difference-aspect`;

/** How one diagnosis, stage or treatment of the second opinion stands to the first. */
export const DIFFERENCES = ['confirmed', 'revised', 'added', 'removed', 'undetermined'] as const;
export type DifferenceCode = (typeof DIFFERENCES)[number];

/** One diagnosis, stage or treatment of the first opinion beside that of the second. */
export interface Difference {
  readonly aspect: ConcordanceAspect;
  readonly code: DifferenceCode;
  readonly first?: Statement;
  readonly second?: Statement;
}

/** A difference as a reviewer has recorded it. */
export interface RecordedDifference extends Partial<Difference> {
  /** `Observation/x` */
  readonly observation: string;
  /** `Type/id`s of what is compared of the first opinion, and of the document from which it comes. */
  readonly focus: readonly string[];
  readonly derivedFrom: readonly string[];
  /** Whether it says something beside its codes. */
  readonly isNoted?: true;
}

/**
 * The differences among Observations, in their order; what else they are is passed over. What one does not say is not there.
 */
export function readDifferences(observations: readonly Resource[]): RecordedDifference[] {
  return ofKind(observations, 'difference').map(readDifference);
}

function readDifference(observation: Resource): RecordedDifference {
  const part = (kind: string) =>
    nodes(observation.component).find(({ code }) => codesIn(code, OPINION_SYSTEM).includes(kind));
  const said = codesIn(observation.valueCodeableConcept, CONCORDANCE_SYSTEM);
  const aspects = codesIn(part('difference-aspect')?.valueCodeableConcept, ASPECT_SYSTEM);
  return {
    observation: refOf(observation),
    ...some(
      'aspect',
      ASPECTS.find((aspect) => aspects.includes(aspect)),
    ),
    ...some(
      'code',
      DIFFERENCES.find((code) => said.includes(code)),
    ),
    ...some('first', statementOf(part('first-opinion'))),
    ...some('second', statementOf(part('second-opinion'))),
    focus: referencesOf(observation.focus),
    derivedFrom: referencesOf(observation.derivedFrom),
    ...(nodes(observation.note).some((note) => text(note.text) !== undefined) ? { isNoted: true as const } : {}),
  };
}

function some<N extends string, V>(name: N, value: V | undefined): Partial<Record<N, V>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<N, V>>;
}

/**
 * What the differences come to in each respect: revised where one is revised, added or removed, else undetermined where one
 * is, else confirmed.
 */
export function sumDifferences(differences: readonly Pick<RecordedDifference, 'aspect' | 'code'>[]): ByAspect {
  return weigh(
    differences.flatMap(({ aspect, code }) => {
      if (aspect === undefined || code === undefined) return [];
      return { aspect, said: code === 'confirmed' || code === 'undetermined' ? code : 'revised' };
    }),
  );
}

/**
 * All in which the Observations of a report contradict themselves or each other: a difference its own two sides, and the sum
 * in `concordance` the differences of which it is one; and which of them are drafts still.
 * @param observations those that the report names; others than those of the guide are passed over
 */
export function differenceIssues(observations: readonly Resource[]): Issue[] {
  const differences = readDifferences(observations);
  const sums = sumDifferences(differences);
  const told = readConcordance(observations);
  return [
    ...observations.flatMap(draftIssue),
    ...differences.flatMap((one) => {
      const fault = faultOf(one);
      return fault === undefined ? unjudgedIssue(one) : [contradiction(`${one.observation} ${fault}`)];
    }),
    ...ASPECTS.flatMap((aspect) => {
      const [sum, said] = [sums[aspect], told[aspect]];
      if (sum === undefined || said === undefined || sum === said) return [];
      return [
        contradiction(
          `The Observation opinion-concordance says of the ${aspect} that it is ${said}, and its differences come to ${sum}: revised ` +
            'where one is revised, added or removed, else undetermined where one is. Set the one or the others right.',
        ),
      ];
    }),
  ];
}

/** What $draft-report has begun says nothing before somebody has said so. */
function draftIssue(observation: Resource): Issue[] {
  if (observation.status !== 'preliminary' || codesIn(observation.code, OPINION_SYSTEM).length === 0) return [];
  const text = `${refOf(observation)} is preliminary: say what it is to say and set its status to final, or take it out of the result.`;
  return [refusal('required', 'report-unwritten', text, 'DiagnosticReport.result')];
}

/** Nothing tells what a draft proposes from what a reviewer could not determine, unless he says something of it. */
function unjudgedIssue({ observation, code, second, isNoted }: RecordedDifference): Issue[] {
  if (code !== 'undetermined' || second !== undefined || isNoted === true) return [];
  const text = `${observation} says undetermined and nothing else: say how the second opinion stands to the first, or in a note why that cannot be determined.`;
  return [issueIn(observation, 'valueCodeableConcept', refusal('required', 'report-unwritten', text))];
}

function faultOf({ aspect, code, first, second }: RecordedDifference): string | undefined {
  if (aspect === undefined) {
    return `does not say what it compares: give the component difference-aspect a code of ${ASPECT_SYSTEM}.`;
  }
  switch (code) {
    case 'confirmed':
      if (first === undefined || second === undefined) return missing(code, 'both opinions');
      if (!isUnlike(first, second)) return undefined;
      return 'says confirmed, and its two sides differ: say revised, or set the second-opinion right.';
    case 'revised':
      if (first === undefined || second === undefined) return missing(code, 'both opinions');
      if (!isEqual(first, second)) return undefined;
      return 'says revised, and its two sides are the same: say confirmed, or set the second-opinion right.';
    case 'added':
      if (second === undefined) return missing(code, 'the second opinion');
      return first === undefined ? undefined : unfit(code, 'first-opinion');
    case 'removed':
      if (first === undefined) return missing(code, 'the first opinion');
      return second === undefined ? undefined : unfit(code, 'second-opinion');
    case 'undetermined':
      return first === undefined && second === undefined ? missing(code, 'one of the opinions') : undefined;
    case undefined:
      return `does not say how the opinions stand to each other: give it a value of ${CONCORDANCE_SYSTEM}.`;
  }
}

function missing(code: DifferenceCode, what: string): string {
  return `says ${code} without ${what}: give the components first-opinion and second-opinion a value as far as there is one.`;
}

function unfit(code: DifferenceCode, component: string): string {
  return `says ${code}, and has a ${component}: say revised or confirmed, or take that component out.`;
}

function contradiction(text: string): Issue {
  return refusal('business-rule', 'report-difference', text, 'DiagnosticReport.result');
}
