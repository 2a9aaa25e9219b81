import type { Coding } from '../../fhir/index.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import type { CodeRange, RangeLookup } from './code-ranges.ts';
import { compileRanges, parseRange, plainCode } from './code-ranges.ts';
import type { ConditionGroup } from './condition-group.ts';
import { CONDITIONS } from './conditions.ts';

export const SNOMED = 'http://snomed.info/sct';
const ICD10: ReadonlySet<string> = new Set(['http://hl7.org/fhir/sid/icd-10', 'http://hl7.org/fhir/sid/icd-10-cm']);

type Group = Pick<ConditionGroup, 'specialty' | 'children'>;

/** A table of conditions, ready to be asked. */
export interface ConditionTable {
  readonly snomed: ReadonlyMap<string, Group>;
  readonly icd10: RangeLookup<Group>;
}

const SHIPPED: ConditionTable = {
  snomed: new Map(CONDITIONS.flatMap((group) => group.snomed.map((concept) => [concept.split(' ', 1)[0]!, group]))),
  icd10: compileRanges(
    CONDITIONS.flatMap((group) =>
      group.icd10.split(',').flatMap((part): CodeRange<Group>[] => {
        const range = parseRange(part);
        return range === undefined ? [] : [{ ...range, value: group }];
      }),
    ),
  ),
};

type OwnConditions = ProgrammeRules['routing']['conditions'];

const compiled = new WeakMap<OwnConditions, ConditionTable>();

/** The programme's own table, which comes before the shipped one. */
export function ownTable(conditions: OwnConditions): ConditionTable {
  const known = compiled.get(conditions);
  if (known !== undefined) return known;
  const snomed = new Map<string, Group>();
  const ranges: CodeRange<Group>[] = [];
  for (const { system, codes, specialty } of conditions) {
    if (system === 'snomed') snomed.set(codes, { specialty });
    const range = system === 'icd-10' ? parseRange(codes) : undefined;
    if (range !== undefined) ranges.push({ ...range, value: { specialty } });
  }
  const table = { snomed, icd10: compileRanges(ranges) };
  compiled.set(conditions, table);
  return table;
}

export function shippedTable(): ConditionTable {
  return SHIPPED;
}

/** What a table says of one coding, the narrowest first; nothing for codes that it does not have. */
export function groupsOf(table: ConditionTable, { system, code }: Coding): Group[] {
  // What is only asked about was not validated.
  if (system === undefined || typeof code !== 'string') return [];
  if (system === SNOMED) return [table.snomed.get(code)].filter((group) => group !== undefined);
  const plain = ICD10.has(system) ? plainCode(code) : undefined;
  return plain === undefined ? [] : table.icd10(plain);
}
