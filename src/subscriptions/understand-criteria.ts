import type { ScopeKnowledge } from '../access/index.ts';
import { understandScope } from '../access/index.ts';
import { parseQuery } from '../fhir/index.ts';
import type { Condition } from '../search/index.ts';
import type { Asks } from './plan.ts';

type Criteria = Pick<Extract<Asks, { kind: 'criteria' }>, 'type' | 'query'>;

/**
 * What records of the type have to meet (`meets` of the search room), for a query that is percent-encoded as it has to be.
 * @returns undefined where one record's own rows do not tell it: nobody can be told by such criteria.
 */
export function understandCriteria(
  knowledge: ScopeKnowledge,
  { type, query }: Criteria,
): readonly Condition[] | undefined {
  const params = parseQuery(query);
  // What a client is granted may be filtered in the same way, by the same rules.
  const scope = { context: 'system', type, letters: 'r', params, text: '' } as const;
  return understandScope(knowledge, params.length === 0 ? scope : { ...scope, query });
}
