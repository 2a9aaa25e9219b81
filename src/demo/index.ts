/**
 * The main job as a story: plays the parties of one case over HTTP, as strangers to the server would, and tells each
 * call in one line.
 * Words: *cast* (the invented organisations and clients that take part), *chapter* (calls that belong together), *told*
 * (a call and its answer, as the story has it).
 * Must not start servers, register anybody, sign anything or look into the store: all that it has is what it is handed,
 * and an address.
 */
export type { CastClient, CastOrganization } from './cast.ts';
export { CLIENTS, ORGANIZATIONS } from './cast.ts';
export { runDemo } from './run.ts';
export type { DemoOptions, TokenAnswer } from './run.ts';
export type { RecordFile } from './send-record.ts';
