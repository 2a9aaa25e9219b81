import {
  CANONICAL,
  proposeDifferences,
  questionsOf,
  readFirstStatements,
  readSecondStatements,
  REPORT_COMPOSITION,
  sharedRecords,
} from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { chooseWords } from '../letter/words/choose.ts';
import type { DraftEntry, DraftInput } from './input.ts';
import { CONSULT_NOTE, draftEntry, to, transactionOf } from './input.ts';
import { draftConcordance, draftDifference, draftTravelAdvice } from './observations.ts';
import { draftEstimate, draftPlan } from './plan.ts';
import { recordsRead, recordsText } from './records.ts';
import type { DraftSection } from './sections.ts';
import { answersSection, differencesText, disclaimerText, section, unwritten } from './sections.ts';
import { draftWords } from './words.ts';

/** Differences that are proposed at most: nobody goes through more. */
const MOST_DIFFERENCES = 100;

/**
 * A report to be filled in, as a transaction: the Composition with its sections, what goes with it, and the DiagnosticReport
 * that names them. It can be posted as it is, and nothing of it can go out before somebody has written it.
 */
export function draftReport(input: DraftInput): Resource {
  const composition = input.newUrn();
  const { sections, entries, results } = input.kind === 'summary' ? draftSummary(input) : draftOpinion(input);
  return transactionOf([
    draftEntry(composition, buildComposition(input, sections)),
    ...entries,
    draftEntry(input.newUrn(), buildReport(input, composition, results)),
  ]);
}

interface Draft {
  readonly sections: readonly DraftSection[];
  /** What goes with the sections. */
  readonly entries: readonly DraftEntry[];
  /** Which of these the report names as its results. */
  readonly results: readonly string[];
}

function draftOpinion(input: DraftInput): Draft {
  const { request, members, language, newUrn } = input;
  const words = chooseWords(language);
  const draft = draftWords(language);
  const blank = unwritten(draft);
  const first = readFirstStatements(request, sharedRecords(request, members));
  const second = readSecondStatements(request, members);
  const differences = proposeDifferences(first.said, second).slice(0, MOST_DIFFERENCES);
  const concordance = draftEntry(newUrn(), draftConcordance(input, differences));
  const compared = differences.map((one) => draftEntry(newUrn(), draftDifference(input, one, first.document)));
  const plan = draftEntry(newUrn(), draftPlan(input, words.sections.plan ?? '', differences));
  const travel = input.travel ? [draftEntry(newUrn(), draftTravelAdvice(input))] : [];
  const estimate = input.travel ? [draftEntry(newUrn(), draftEstimate(input))] : [];
  const questions = questionsOf(request, members);
  const blankSection = (code: string): DraftSection => section(words, code, blank);
  return {
    sections: [
      blankSection('summary'),
      section(words, 'differences', differencesText(words, draft, differences), urls([concordance, ...compared])),
      blankSection('diagnosis'),
      blankSection('staging'),
      blankSection('reasoning'),
      ...(questions.length === 0 ? [] : [answersSection(words, draft, questions)]),
      section(words, 'plan', blank, [plan.fullUrl]),
      blankSection('alternatives'),
      blankSection('uncertainties'),
      blankSection('further-tests'),
      ...travel.map(({ fullUrl }) => section(words, 'travel', blank, [fullUrl])),
      ...estimate.map(({ fullUrl }) => section(words, 'estimate', blank, [fullUrl])),
      blankSection('evidence'),
      ...recordsSection(input),
      section(words, 'disclaimer', disclaimerText(words, input.disclaimer)),
    ],
    entries: [concordance, ...compared, plan, ...travel, ...estimate],
    results: urls([concordance, ...compared, ...travel]),
  };
}

/** After a video consultation: what was said, and what follows from it. */
function draftSummary({ language, disclaimer }: DraftInput): Draft {
  const words = chooseWords(language);
  const blank = unwritten(draftWords(language));
  return {
    sections: [
      ...['summary', 'reasoning', 'plan', 'further-tests'].map((code) => section(words, code, blank)),
      section(words, 'disclaimer', disclaimerText(words, disclaimer)),
    ],
    entries: [],
    results: [],
  };
}

function recordsSection({ request, members, language }: DraftInput): DraftSection[] {
  const words = chooseWords(language);
  const read = recordsRead(request, members);
  const told = recordsText(words, read, members);
  if (told === undefined) return [];
  return [
    section(
      words,
      'records',
      told,
      read.map(({ resourceType, id }) => `${resourceType}/${id ?? ''}`),
    ),
  ];
}

function urls(entries: readonly DraftEntry[]): string[] {
  return entries.map(({ fullUrl }) => fullUrl);
}

function buildComposition(input: DraftInput, sections: readonly DraftSection[]): Resource {
  const { request, programme, language, now, caseNumber } = input;
  const reviewers = input.reviewers.map(({ ref, name }) => to(ref, name));
  return {
    resourceType: 'Composition',
    meta: { profile: [`${CANONICAL}/StructureDefinition/report-composition`] },
    language,
    status: 'preliminary',
    type: CONSULT_NOTE,
    subject: request.subject,
    date: now,
    author: reviewers.length === 0 ? [to(programme)] : reviewers,
    title: chooseWords(language).title(caseNumber),
    // They attest it when they have written it: then each gives the time.
    ...(reviewers.length === 0 ? {} : { attester: reviewers.map((party) => ({ mode: 'professional', party })) }),
    custodian: to(programme),
    event: [{ detail: [to(`ServiceRequest/${request.id ?? ''}`)] }],
    section: sections,
  };
}

function buildReport(input: DraftInput, composition: string, results: readonly string[]): Resource {
  const { request, programme, reviewers, language } = input;
  return {
    resourceType: 'DiagnosticReport',
    meta: { profile: [`${CANONICAL}/StructureDefinition/opinion-report`] },
    language,
    extension: [{ url: REPORT_COMPOSITION, valueReference: to(composition) }],
    basedOn: [to(`ServiceRequest/${request.id ?? ''}`)],
    status: 'preliminary',
    code: CONSULT_NOTE,
    subject: request.subject,
    performer: [to(programme)],
    ...(reviewers.length === 0 ? {} : { resultsInterpreter: reviewers.map(({ ref, name }) => to(ref, name)) }),
    ...(results.length === 0 ? {} : { result: results.map((result) => to(result)) }),
  };
}
