import type { Resource } from '../fhir/index.ts';
import { commandCase } from './case-command.ts';
import { compareCaseOpinions } from './compare-opinions.ts';
import { checkCompleteness } from './check-completeness.ts';
import { findDocuments } from './docref.ts';
import { documentOfComposition } from './document-of-composition.ts';
import { documentOfReport } from './document-of-report.ts';
import { everythingOfCase, everythingOfPatient } from './everything.ts';
import { draftCaseReport } from './draft-report.ts';
import type { Context, House } from './house.ts';
import { changeMeta, readMeta } from './meta.ts';
import type { OperationName } from './offered.ts';
import type { OperationRequest } from './parameters.ts';
import { summarizePatient } from './patient-summary.ts';
import { proposeReviewers } from './propose-reviewers.ts';
import { eventsOfSubscription } from './subscription-events.ts';
import { resendOfSubscription } from './subscription-resend.ts';
import { rotateSigningSecret, showSigningSecrets } from './subscription-secrets.ts';
import { statusOfSubscriptions } from './subscription-status.ts';
import { timelineOfCase } from './timeline.ts';
import {
  expandValueSet,
  lookUpCode,
  translateCode,
  validateCodeSystemCode,
  validateValueSetCode,
} from './terminology.ts';
import { validate } from './validate.ts';
import { verifyReport } from './verify-document.ts';

/** What an operation is asked of. */
export interface OperationPlace {
  readonly type: string;
  /** Undefined: of the type as a whole. */
  readonly id?: string | undefined;
}

/** Answers a resource, or its text. */
type Answer = (
  house: House,
  context: Context,
  asked: OperationRequest,
  place: OperationPlace,
) => Resource | string | Promise<Resource | string>;

const ANSWERS: Readonly<Record<OperationName, Answer>> = {
  'Resource-validate': (house, context, asked, { type, id }) => validate(house, context, type, id, asked),
  'Resource-meta': (house, context, asked, { type, id = '' }) => readMeta(house, context, asked, type, id),
  'Resource-meta-add': (house, context, asked, { type, id = '' }) =>
    changeMeta(house, context, asked, type, id, 'meta-add'),
  'Resource-meta-delete': (house, context, asked, { type, id = '' }) =>
    changeMeta(house, context, asked, type, id, 'meta-delete'),
  'Patient-everything': (house, context, asked, { id = '' }) => everythingOfPatient(house, context, asked, id),
  'Patient-summary': (house, context, asked, { id }) => summarizePatient(house, context, asked, id),
  'Composition-document': (house, context, asked, { id = '' }) => documentOfComposition(house, context, asked, id),
  'report-document': (house, context, asked, { id = '' }) => documentOfReport(house, context, asked, id),
  'DocumentReference-docref': (house, context, asked) => findDocuments(house, context, asked),
  'case-everything': (house, context, asked, { id = '' }) => everythingOfCase(house, context, asked, id),
  'propose-reviewers': (house, context, asked, { id = '' }) => proposeReviewers(house, context, asked, id),
  'draft-report': (house, context, asked, { id = '' }) => draftCaseReport(house, context, asked, id),
  'compare-opinions': (house, context, asked, { id = '' }) => compareCaseOpinions(house, context, asked, id),
  'case-timeline': (house, context, asked, { id = '' }) => timelineOfCase(house, context, asked, id),
  'check-completeness': (house, context, asked, { id }) => checkCompleteness(house, context, asked, id),
  'case-command': (house, context, asked, { id = '' }) => commandCase(house, context, asked, id),
  'verify-document': (house, context, asked, { id }) => verifyReport(house, context, asked, id),
  'subscription-status': (house, context, asked, { id }) => statusOfSubscriptions(house, context, asked, id),
  'subscription-events': (house, context, asked, { id = '' }) => eventsOfSubscription(house, context, asked, id),
  'subscription-resend': (house, context, asked, { id = '' }) => resendOfSubscription(house, context, asked, id),
  'subscription-signing-secret': (house, context, asked, { id = '' }) => showSigningSecrets(house, context, asked, id),
  'subscription-rotate-secret': (house, context, asked, { id = '' }) => rotateSigningSecret(house, context, asked, id),
  'ValueSet-expand': (house, context, asked, { id }) => expandValueSet(house, context, asked, id),
  'ValueSet-validate-code': (house, context, asked, { id }) => validateValueSetCode(house, context, asked, id),
  'CodeSystem-lookup': (house, context, asked) => lookUpCode(house, context, asked),
  'CodeSystem-validate-code': (house, context, asked, { id }) => validateCodeSystemCode(house, context, asked, id),
  'ConceptMap-translate': (house, context, asked, { id }) => translateCode(house, context, asked, id),
};

/** The answer of an operation as text. https://hl7.org/fhir/R4/operations.html#executing */
export async function runOperation(
  house: House,
  context: Context,
  name: OperationName,
  place: OperationPlace,
  asked: OperationRequest,
): Promise<string> {
  const answer = await ANSWERS[name](house, context, asked, place);
  return typeof answer === 'string' ? answer : JSON.stringify(answer);
}

/**
 * Operations that write: on their own, since what they do is not handed to others to be written together. Secrets are told
 * on their own, too.
 */
export const WRITING: ReadonlySet<OperationName> = new Set([
  'Resource-meta-add',
  'Resource-meta-delete',
  'case-command',
  'subscription-resend',
  'subscription-signing-secret',
  'subscription-rotate-secret',
]);
