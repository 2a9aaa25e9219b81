/**
 * Work that nobody waits for: the dispatcher that reads the outbox, and the jobs that it gives to graphile-worker.
 * Words: *dispatch* (outbox row → job, in one transaction), *job* (done at least once, retried with growing pauses).
 * *words* follow the outbox without jobs: batch by batch, as they can.
 * What computes for long (a letter) runs in a thread of its own, with an end to its time and memory.
 * Writes only through interactions, as the organisation whose work it is; holds no state of its own.
 */
export type { Jobs, JobsOptions } from './jobs.ts';
export { startJobs } from './jobs.ts';
export type { Renderer, RenderLimits } from './render-aside.ts';
export { startRenderer } from './render-aside.ts';
export type { WordsJob, WordsOptions } from './words.ts';
export { startWords } from './words.ts';
export type { ReportKeyRotation, ReportKeys, RotatedReportKey } from './report-keys.ts';
export { openReportSigner, readReportRoot, rotateReportKey } from './report-keys.ts';
