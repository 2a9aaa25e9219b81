import { randomUUID } from 'node:crypto';
import { Fault, fault } from '../base/index.ts';
import { disclaimerOf, draftIssues, parseState, REPORT_WITHDRAWN } from '../cases/index.ts';
import type { CaseState, ProgrammeRules } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import { draftNextVersion, draftReport, draftTranslation } from '../reports/index.ts';
import type { StoredCase } from '../store/index.ts';
import { readCaseOf } from './case-of-request.ts';
import type { RequestedCase } from './case-of-request.ts';
import { toCaseRow } from './case-state.ts';
import { checkType } from './check.ts';
import { findOriginal, GIVEN_UP, readMembers, readReviewers } from './draft-sources.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { Input, OperationRequest } from './parameters.ts';
import { note } from './read.ts';

const ASKED = {
  language: { type: 'code' },
  travel: { type: 'boolean' },
  report: { type: 'id' },
  composition: { type: 'id' },
  'translate-to': { type: 'code' },
} as const;

/** Without these the draft would look like the whole, and lack questions, records or the first plan. */
const NEEDED = [
  'CarePlan',
  'Composition',
  'Condition',
  'DiagnosticReport',
  'DocumentReference',
  'Observation',
  'QuestionnaireResponse',
] as const;

const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/**
 * A report to be filled in, its next version, or its translation, as a transaction:
 * https://consilium.example/fhir/OperationDefinition/draft-report
 */
export async function draftCaseReport(
  house: House,
  context: Context,
  asked: OperationRequest,
  id: string,
): Promise<Resource> {
  const input = readInput(ASKED, asked);
  checkLanguages(input);
  for (const type of NEEDED) checkType(house, context, type, 'r');
  const { row, request } = await readCaseOf(house, context, id);
  const { organization, role } = context.caller;
  if (role !== 'programme' || organization !== row.programme) {
    const text = 'Reports are drafted for the programme of the case alone: it writes them.';
    throw fault(403, 'forbidden', 'not-your-move', text);
  }
  const draft = await drawDraft(house, context, { row, request }, input);
  note(house, context, 'draft-report', row.serviceRequest, undefined, 200);
  return draft;
}

async function drawDraft(
  house: House,
  context: Context,
  { row, request }: RequestedCase,
  input: Input<typeof ASKED>,
): Promise<Resource> {
  const rules = await house.rules.at(house.database, row.programme, row.rules);
  const members = await readMembers(house, context, row);
  const common = { caseNumber: row.number, members, now: house.clock().toISOString(), newUrn };
  const into = input['translate-to'];
  if (into !== undefined) {
    const composition = await findOriginal(house, context, row, members, input);
    if (isSame(into, composition.language)) throw sameLanguage();
    return draftTranslation({ ...common, composition, language: into, ...ownDisclaimer(rules, into) });
  }
  if (input.report !== undefined || input.composition !== undefined) {
    return draftNextVersion({ ...common, composition: await findOriginal(house, context, row, members, input) });
  }
  checkStanding(row, rules);
  const state = parseState(row.state);
  const language = input.language ?? rules.languages.report;
  return draftReport({
    ...common,
    kind: isAnswered(row, state) ? 'summary' : 'opinion',
    request,
    programme: `Organization/${row.programme}`,
    reviewers: await readReviewers(house, context, state),
    language,
    ...ownDisclaimer(rules, language),
    travel: input.travel ?? state.steps.some(({ kind, status }) => kind === 'quote' && !GIVEN_UP.has(status)),
    currency: rules.services.find(({ code }) => code === state.service)?.price?.currency ?? 'USD',
  });
}

/** Nobody is given a draft to write that would be refused afterwards. */
function checkStanding(row: StoredCase, rules: ProgrammeRules): void {
  const issues = draftIssues({ row: toCaseRow(row), rules });
  if (issues.length > 0) throw new Fault(422, issues);
}

/** Whether the case has its report: what is written then follows a video consultation. */
function isAnswered({ report }: StoredCase, { facts }: CaseState): boolean {
  return report !== undefined && facts[REPORT_WITHDRAWN] === undefined;
}

function newUrn(): string {
  return `urn:uuid:${randomUUID()}`;
}

function checkLanguages(input: Input<typeof ASKED>): void {
  for (const name of ['language', 'translate-to'] as const) {
    if (LANGUAGE.test(input[name] ?? 'en')) continue;
    const text = `The parameter ${name} is a language tag of BCP 47, such as en, vi or zh-Hans.`;
    throw fault(400, 'value', 'parameter-type', text);
  }
}

function isSame(one: string, other: unknown): boolean {
  return typeof other === 'string' && one.toLowerCase() === other.toLowerCase();
}

function sameLanguage(): Fault {
  const text = 'The report is in that language already. Ask for its translation into another.';
  return fault(422, 'business-rule', 'translation-language', text);
}

function ownDisclaimer(rules: ProgrammeRules, language: string): { readonly disclaimer?: string } {
  const disclaimer = disclaimerOf(rules, language);
  return disclaimer === undefined ? {} : { disclaimer };
}
