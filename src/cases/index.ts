/**
 * The second-opinion case: which request opens one, what each party may do with it next, and what follows from that.
 * Words: *case* (the ServiceRequest, its Task T0 and all that is made on them), *placer* (who asked), *programme* (who
 * answers), *sponsor* (an insurer that pays), *command* (what a write means to the case), *decision* (next state and what changes with it, or a refusal).
 * Rules are tables of data (`states.ts`, `report-status.ts`, `catalogue.ts`); the functions only read them.
 * Must not do I/O, read a clock or mint ids: time, ids and codes are handed in.
 */
export { askedOtherwise } from './asked-otherwise.ts';
export type { Actor, CaseEvent, CaseEventType, CaseRow } from './case.ts';
export { CASE_EVENTS, caseNumber, parseEvent } from './case.ts';
export type { Service } from './catalogue.ts';
export {
  BUSINESS_STATUS_NAMES,
  BUSINESS_STATUS_SYSTEM,
  CANONICAL,
  CASE_NUMBER_SYSTEM,
  CASE_OUTPUT_SYSTEM,
  SERVICE_SYSTEM,
  SERVICES,
  STATUS_REASON_SYSTEM,
  STATUS_REASONS,
  TASK_KIND_SYSTEM,
  TASK_KINDS,
  TRANSLATION_METHOD_SYSTEM,
} from './catalogue.ts';
export type { Change, Command } from './command.ts';
export { commandOf } from './command.ts';
export { decide } from './decide.ts';
export { draftIssues } from './decide-report.ts';
export { nextTimer } from './decide-tick.ts';
export type { Decision, MadeRecord } from './decision.ts';
export { specialtyNames } from './programme/check-codes.ts';
export { unknownSpecialtyIssues } from './routing/unknown-specialty.ts';
export { NO_RULES } from './programme/no-rules.ts';
export { parseRules } from './programme/parse.ts';
export type { ExclusionRule, PacketRule, ProgrammeRules, ServiceRules, Span } from './programme/rules.ts';
export { readRules } from './programme/schema.ts';
export { serviceRecordIds, serviceRecords } from './programme/services.ts';
export { knownUntil, tellExclusion, tellPacketItem, tellPrice, tellSpan, tellTurnaround } from './programme/words.ts';
export type { Scene, Wanted } from './scene.ts';
export type { CaseState, Step, Timer } from './state.ts';
export { parseState, REPORT_WITHDRAWN } from './state.ts';
export { wantedFor } from './wanted.ts';
export { sayParameter } from './named/say-parameter.ts';
export { apartRemark } from './payment/receive.ts';
export { keepTime } from './clock/keep-time.ts';
export { intakeIssues, isSecondOpinionRequest, opensCase, placerIdentifiers } from './intake.ts';
export { keptIssues } from './kept.ts';
export type { Filed } from './filed.ts';
export {
  asWritten,
  caseNumbers,
  filedIn,
  isServerLetter,
  isSignedDocument,
  REPORT_BUNDLE,
  REPORT_DOCUMENT,
  withFiled,
  withoutFiled,
} from './filed.ts';
export type { OpenedCase, OpenInput } from './open.ts';
export { openCase } from './open.ts';
export { anchors, caseReferences } from './references.ts';
export { showStanding } from './records.ts';
export type { NumberedCase } from './same-number.ts';
export { sameNumberIssues } from './same-number.ts';
export { reportOnCaseIssues } from './report-on-case.ts';
export type { ReportStatus } from './report-status.ts';
export { REPORT_MOVES, REPORT_WHILE } from './report-status.ts';
export type { BusinessStatus, LegalMove, Move, Phase, Standing, TaskStatus } from './states.ts';
export { fitting, isClosed, legalMoves, MOVES, PHASES } from './states.ts';
export { profilesOf } from './profiles.ts';
export { coveragesOf, payorsOf, SPONSOR_VIEW_TYPES, sponsorView } from './sponsor-view.ts';
export { mayBeMissed, unopenedIssues } from './unopened.ts';
export { compareOpinions } from './opinions/compare.ts';
export type { Comparison } from './opinions/compare.ts';
export type { Opinion } from './opinions/opinion.ts';
export type { ByAspect, ConcordanceAspect } from './opinions/concordance.ts';
export { ASPECTS, CONCORDANCE_SYSTEM, OPINION_SYSTEM } from './opinions/concordance.ts';
export {
  ANSWERED_QUESTION,
  compositionOf,
  REPORT_COMPOSITION,
  REPORT_SECTION_SYSTEM,
  REPORT_TRANSLATED,
  translatedOf,
} from './report/composition.ts';
export type { RecordedDifference } from './report/difference.ts';
export { ASPECT_SYSTEM, readDifferences, sumDifferences } from './report/difference.ts';
export { disclaimerOf } from './report/final.ts';
export type { FirstOpinion } from './report/first-opinion.ts';
export { readFirstStatements } from './report/first-opinion.ts';
export type { ProposedDifference } from './report/propose-differences.ts';
export { proposeDifferences } from './report/propose-differences.ts';
export { questionsOf } from './report/questions.ts';
export { readSecondStatements } from './report/second-opinion.ts';
export { SHARED_TYPES, sharedRecords } from './report/shared-records.ts';
export type { Statement } from './report/statement.ts';
export { tellStatement } from './report/statement.ts';
export { DRAFT_MARK_SYSTEM, FROM_FIRST_PLAN } from './report/unjudged.ts';
export { readFirst, readCaseOpinion, TRAVEL_SYSTEM } from './opinions/opinion.ts';
export { SNOMED } from './routing/condition-table.ts';
export { formerReviewers, withFormer } from './routing/former.ts';
export { readFirstOpinion } from './routing/independence.ts';
export { PACKET_TYPES, packetOf } from './routing/packet-records.ts';
export type { Candidate, RankedReviewer } from './routing/reviewers.ts';
export { rankReviewers, UNFIT, UNFIT_SYSTEM } from './routing/reviewers.ts';
export { specialtyOf } from './routing/specialty.ts';
export type { TimelineInput, ToldEvent } from './timeline/timeline.ts';
export { CASE_EVENT_SYSTEM, tellTimeline } from './timeline/timeline.ts';
export type { TimelineLanguage } from './timeline/languages.ts';
export { readTimelineLanguage, TIMELINE_LANGUAGES } from './timeline/languages.ts';
export type { Asking } from './completeness.ts';
export { completenessIssues, sortIssues } from './completeness.ts';
export { COMPLETENESS_TYPES } from './packet/types.ts';
export type { BaseCase } from './examine.ts';
export { baseRequests, examineOpening, readBase } from './examine.ts';
export type { Party } from './module.ts';
export { partyOf } from './module.ts';
export type { NamedCommand } from './named/command.ts';
export { NAMED_COMMANDS, namedCommand } from './named-commands.ts';
export type { Drawn } from './named/draw.ts';
export { drawCommand, isDrawn } from './named/draw.ts';
export type { CommandInput } from './named/input.ts';
export { inputIssues } from './named/input.ts';
export type { LegalCommand } from './named/legal.ts';
export { legalCommands } from './named/legal.ts';
