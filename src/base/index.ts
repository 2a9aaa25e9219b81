/**
 * What every room may lean on: ids, the clock, the logger's face, faults as values, and who is calling.
 * Imports nothing of the house, does no I/O but the guarded outbound dispatcher.
 */
export type { Caller, Role } from './caller.ts';
export { ROLES, SERVER_ORGANIZATION } from './caller.ts';
export { chooseTag, findTag, languageOf } from './choose-tag.ts';
export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export type { Issue } from './fault.ts';
export { Fault, fault, notFound } from './fault.ts';
export { framesOf } from './frames.ts';
export type { GuardedFetch, GuardedRequest } from './guarded-fetch.ts';
export { createGuardedFetch } from './guarded-fetch.ts';
export { randomCode, uuidv7 } from './id.ts';
export type { Logger } from './logger.ts';
export { silentLogger } from './logger.ts';
export { nearNames, suggest } from './near-names.ts';
export type { DispatcherOptions, GuardOptions, Resolve } from './guarded-dispatcher.ts';
export { createGuardedDispatcher, refuseUrl } from './guarded-dispatcher.ts';
export type { FetchAnswer, FetchOptions } from './outbound.ts';
export { fetchGuarded } from './outbound.ts';
export type { OutboundReason } from './outbound-error.ts';
export { OutboundError } from './outbound-error.ts';
export { isPublicAddress } from './public-address.ts';
