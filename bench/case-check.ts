import type { Client } from 'pg';
import { paramKey } from '../src/search/index.ts';
import { PLACER } from './stage.ts';
import type { Workload } from './workloads.ts';

const CASES = 'select count(*)::int4 as n from cases';
const DOUBLES = `
  select count(*)::int4 as n from (
    select from search_text where reader = $1 and param = $2 group by value, detail having count(*) > 1
  ) doubled`;

/**
 * Counts cases before and after a workload of case transactions: each one that was answered has opened exactly one, and
 * no patient was created twice. The function that it gives tells what is not so; `answered` is how many were answered.
 */
export async function caseCheck(workload: Workload, owner: Client): Promise<(answered: number) => Promise<string[]>> {
  if (workload.name !== 'transaction' && workload.name !== 'conditional') return async () => [];
  const count = async (sql: string, values: unknown[]): Promise<number> =>
    (await owner.query<{ n: number }>(sql, values)).rows[0]!.n;
  const before = await count(CASES, []);
  return async (answered) => {
    const opened = (await count(CASES, [])) - before;
    const doubled = await count(DOUBLES, [PLACER, paramKey('Patient', 'identifier')]);
    const faults: string[] = [];
    if (opened < answered) faults.push(`${answered} transactions were answered, and only ${opened} cases are there.`);
    if (doubled > 0) faults.push(`${doubled} patients were created twice.`);
    return faults;
  };
}
