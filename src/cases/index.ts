/**
 * The second-opinion case: which request opens one, what each party may do with it next, and what follows from that.
 * Words: *case* (the ServiceRequest, its Task T0 and all that is made on them), *placer* (who asked), *programme* (who
 * answers), *sponsor* (an insurer that pays), *command* (what a write means to the case), *decision* (next state and what changes with it, or a refusal).
 * Rules are tables of data (`states.ts`, `report-status.ts`, `catalogue.ts`); the functions only read them.
 * Must not do I/O, read a clock or mint ids: time, ids and codes are handed in.
 */
export { askedOtherwise } from './asked-otherwise.ts';
export type { Actor, CaseEvent, CaseEventType, CaseRow } from './case.ts';
export { caseNumber } from './case.ts';
export type { Service } from './catalogue.ts';
export {
  BUSINESS_STATUS_SYSTEM,
  CANONICAL,
  CASE_NUMBER_SYSTEM,
  CASE_OUTPUT_SYSTEM,
  SERVICE_SYSTEM,
  SERVICES,
  STATUS_REASON_SYSTEM,
  STATUS_REASONS,
} from './catalogue.ts';
export type { Change, Command } from './command.ts';
export { commandOf } from './command.ts';
export { decide } from './decide.ts';
export type { Decision } from './decision.ts';
export { isSecondOpinionRequest, opensCase } from './intake.ts';
export { isServerLetter, keptIssues } from './kept.ts';
export type { OpenedCase, OpenInput } from './open.ts';
export { openCase } from './open.ts';
export { anchors, caseReferences } from './references.ts';
export { reportOnCaseIssues } from './report-on-case.ts';
export type { ReportStatus } from './report-status.ts';
export { REPORT_MOVES, REPORT_WHILE } from './report-status.ts';
export type { BusinessStatus, LegalMove, Move, Phase, Standing, TaskStatus } from './states.ts';
export { fitting, isClosed, legalMoves, MOVES, PHASES } from './states.ts';
export { profilesOf } from './profiles.ts';
export { coveragesOf, payorsOf, SPONSOR_VIEW_TYPES, sponsorView } from './sponsor-view.ts';
export { mayBeMissed, unopenedIssues } from './unopened.ts';
