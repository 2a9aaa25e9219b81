import { isScopeWord, parseScope, understandScope } from '../access/index.ts';
import type { ScopeKnowledge } from '../access/index.ts';
import type { Issue } from '../base/index.ts';

export type { ScopeKnowledge } from '../access/index.ts';

/**
 * What is wrong with the scope that a client is to be registered with. Without `knowledge` only how it is written is looked
 * at: what is unknown then grants nothing later.
 */
export function checkScope(list: string, knowledge?: ScopeKnowledge): Issue[] {
  const wrong = list.split(' ').filter((text) => !isScopeWord(text) && !isUnderstood(text, knowledge));
  return wrong.map((text) => ({
    severity: 'error',
    code: 'value',
    key: 'scope-syntax',
    text: `"${text.slice(0, 100)}" is no scope of this server. Write patient/, user/ or system/ before Type.cruds or *.cruds, with those of c, r, u, d, s that are wanted, in this order, ?parameter=value behind it where it is to be filtered, and one blank between scopes.`,
    expression: 'scope',
  }));
}

function isUnderstood(text: string, knowledge: ScopeKnowledge | undefined): boolean {
  const scope = parseScope(text);
  return scope !== undefined && (knowledge === undefined || understandScope(knowledge, scope) !== undefined);
}
