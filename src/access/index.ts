/**
 * May this caller do this, and who may see what it writes? Scopes, ownership and the directory.
 * Words: *letter* (one of c r u d s), *permit* (what a caller may do with records of a type), *confinement* (what one grant
 * leaves of the organisation's view), *reader* (an organisation that may see a record; `*` is everyone signed in).
 * Decides on values handed in; must not read the store, and never answers differently for hidden and absent records.
 */
export { DIRECTORY_TYPES, GUIDE_TYPES, readersOf, SHARED_TYPES } from './directory.ts';
export type { ScopeKnowledge } from './filters.ts';
export { understandScope } from './filters.ts';
export { isOfNobody, memberCondition } from './membership.ts';
export { negotiateScope } from './negotiate-scope.ts';
export { refuseChange } from './ownership.ts';
export type { Confinement, Permit } from './permits.ts';
export { conditionOf, covers, hasScope, isConfined, isReached, meetsAll, patientsAround, permitOf } from './permits.ts';
export { scopeFault, scopeNeeded } from './scope-fault.ts';
export type { Letter, Scope, ScopeContext } from './scopes.ts';
export { isAbout, isOfWildcard, isScopeWord, LETTERS, parseScope } from './scopes.ts';
export type { Keep, Shown } from './views.ts';
export {
  concept,
  conceptIn,
  conceptOf,
  elements,
  identifier,
  known,
  money,
  oneOf,
  period,
  plain,
  quantity,
  reference,
  viewOf,
} from './views.ts';
