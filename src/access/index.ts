/**
 * May this caller do this, and who may see what it writes? Scopes, ownership and the directory.
 * Words: *letter* (one of c r u d s), *reader* (an organisation that may see a record; `*` is everyone signed in).
 * Decides on values handed in; must not read the store, and never answers differently for hidden and absent records.
 */
export { DIRECTORY_TYPES, GUIDE_TYPES, readersOf, SHARED_TYPES } from './directory.ts';
export { refuseChange } from './ownership.ts';
export type { Letter } from './scopes.ts';
export { hasScope, scopeFault } from './scopes.ts';
