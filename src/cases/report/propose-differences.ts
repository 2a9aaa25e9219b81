import type { ConcordanceAspect } from '../opinions/concordance.ts';
import { ASPECTS } from '../opinions/concordance.ts';
import type { Difference, DifferenceCode } from './difference.ts';
import type { Said } from './first-opinion.ts';
import { isComparable, isEqual } from './statement.ts';

/** A difference that a reviewer may take over or change. */
export interface ProposedDifference extends Difference {
  /** `Type/id` of the records of both sides. */
  readonly records: readonly string[];
}

/**
 * The first opinion beside the second, one by one. What both say is confirmed. What only one says is revised, added or removed
 * where codes of one system tell so; where they do not, it is undetermined: words may say one thing in two ways.
 * @param second undefined: it is not written yet
 */
export function proposeDifferences(first: readonly Said[], second: readonly Said[] | undefined): ProposedDifference[] {
  if (second === undefined) return first.map((one) => propose(one.aspect, 'undetermined', { first: one }));
  return ASPECTS.flatMap((aspect) =>
    proposeIn(
      aspect,
      first.filter((one) => one.aspect === aspect),
      second.filter((one) => one.aspect === aspect),
    ),
  );
}

function proposeIn(aspect: ConcordanceAspect, first: readonly Said[], second: readonly Said[]): ProposedDifference[] {
  const confirmed: ProposedDifference[] = [];
  const onlyFirst: Said[] = [];
  const onlySecond = [...second];
  for (const one of first) {
    const same = onlySecond.findIndex(({ statement }) => isEqual(one.statement, statement));
    const [other] = same < 0 ? [] : onlySecond.splice(same, 1);
    if (other === undefined) onlyFirst.push(one);
    else confirmed.push(propose(aspect, 'confirmed', { first: one, second: other }));
  }
  const [one, other] = [onlyFirst[0], onlySecond[0]];
  if (one !== undefined && other !== undefined && onlyFirst.length + onlySecond.length === 2) {
    const code = isComparable(one.statement, other.statement) ? 'revised' : 'undetermined';
    return [...confirmed, propose(aspect, code, { first: one, second: other })];
  }
  return [
    ...confirmed,
    ...onlyFirst.map((own) => propose(aspect, standsAlone(own, second) ? 'removed' : 'undetermined', { first: own })),
    ...onlySecond.map((own) => propose(aspect, standsAlone(own, first) ? 'added' : 'undetermined', { second: own })),
  ];
}

/** Whether it is certain that none of the others, which say something else, means the same in other codes or words. */
function standsAlone({ statement }: Said, others: readonly Said[]): boolean {
  return others.length > 0 && others.every((other) => isComparable(statement, other.statement));
}

function propose(
  aspect: ConcordanceAspect,
  code: DifferenceCode,
  { first, second }: { readonly first?: Said; readonly second?: Said },
): ProposedDifference {
  return {
    aspect,
    code,
    ...(first === undefined ? {} : { first: first.statement }),
    ...(second === undefined ? {} : { second: second.statement }),
    records: [first?.record, second?.record].flatMap((record) => record ?? []),
  };
}
