/**
 * hapi, and only here: the listener, authentication, one file a route, and the one place where faults become answers.
 * Words: *route* (address and method → one interaction), *reply* (text → response with its headers).
 * Must not decide anything about records; never logs an address, a body or a token.
 */
export type { Pace } from './pace.ts';
export type { ServerOptions } from './server.ts';
export { createServer } from './server.ts';
