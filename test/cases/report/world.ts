import type { CaseRow, CaseState, Decision, ProgrammeRules, Scene } from '../../../src/cases/index.ts';
import { CANONICAL, commandOf, decide, NO_RULES } from '../../../src/cases/index.ts';
import { ANSWERED_QUESTION, REPORT_COMPOSITION, REPORT_TRANSLATED } from '../../../src/cases/report/composition.ts';
import type { Issue } from '../../../src/base/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, request, row, scene } from '../samples.ts';

/** A report in sections with its translation, of an invented case, and a programme that asks for both. */

export const RULES: ProgrammeRules = {
  ...NO_RULES,
  languages: { read: ['en'], translatedBy: 'home', report: 'en', bilingual: true },
  report: { sections: 'required', disclaimer: { en: 'This is advice.', vi: 'Đây là lời khuyên.' } },
  video: { ...NO_RULES.video, summary: true },
};

/** The reviewers have done, and all that is needed is there. */
export function reviewed(state: Partial<CaseState> = {}): CaseRow {
  return { ...row('in-progress', 'under-review', { service: 'comprehensive-opinion', ...state }), rules: 1 };
}

/** The report was issued. */
export function issued(state: Partial<CaseState> = {}): CaseRow {
  return {
    ...row('completed', 'report-issued', {
      service: 'comprehensive-opinion',
      reports: ['DiagnosticReport/d1'],
      issuedAt: '2026-03-01T09:00:00Z',
      ...state,
    }),
    rules: 1,
  };
}

export function to(reference: string): { reference: string } {
  return { reference };
}

export function coded(system: string, code: string): Record<string, unknown> {
  return { coding: [{ system: `${CANONICAL}/CodeSystem/${system}`, code }] };
}

export function narrative(words: string): Record<string, unknown> {
  return { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${words}</p></div>` };
}

export const TO_WRITE = { status: 'empty', div: '<div xmlns="http://www.w3.org/1999/xhtml">To be written</div>' };

export function section(code: string, words: string, more: Record<string, unknown> = {}): Resource {
  return { title: code, code: coded('report-section', code), text: narrative(words), ...more } as unknown as Resource;
}

export function answer(question: string, words: string): Record<string, unknown> {
  return { extension: [{ url: ANSWERED_QUESTION, valueString: question }], title: question, text: narrative(words) };
}

export const QUESTIONS = ['Is it cancer?', 'Which drug?'];

export const ORIGINAL: Resource = {
  resourceType: 'Composition',
  id: 'en',
  status: 'final',
  language: 'en',
  subject: to('Patient/p1'),
  event: [{ detail: [to('ServiceRequest/r1')] }],
  attester: [{ mode: 'professional', party: to('PractitionerRole/rev1'), time: '2026-03-04T08:00:00Z' }],
  section: [
    section('summary', 'Lung cancer, stage IIIB.'),
    {
      title: 'Answers',
      code: coded('report-section', 'answers'),
      section: [answer(QUESTIONS[0]!, 'Yes.'), answer(QUESTIONS[1]!, 'Osimertinib 80 mg.')],
    },
    section('plan', 'Osimertinib 80 mg once a day.', { entry: [to('CarePlan/c1')] }),
    section('disclaimer', 'This is <b>advice</b>.'),
  ],
};

export const TRANSLATED: Resource = {
  ...ORIGINAL,
  id: 'vi',
  language: 'vi',
  relatesTo: [{ code: 'transforms', targetReference: to('Composition/en') }],
  section: [
    section('summary', 'Ung thư phổi, giai đoạn IIIB.'),
    {
      title: 'Trả lời',
      code: coded('report-section', 'answers'),
      section: [answer(QUESTIONS[0]!, 'Đúng.'), answer(QUESTIONS[1]!, 'Osimertinib 80 mg.')],
    },
    section('plan', 'Osimertinib 80 mg mỗi ngày một lần.', { entry: [to('CarePlan/c1')] }),
    section('disclaimer', 'Đây là lời khuyên.'),
  ],
};

export const NAMES_ORIGINAL = { url: REPORT_COMPOSITION, valueReference: to('Composition/en') };
export const NAMES_TRANSLATED = { url: REPORT_TRANSLATED, valueReference: to('Composition/vi') };

export const REPORT: Resource = {
  resourceType: 'DiagnosticReport',
  id: 'd1',
  status: 'final',
  basedOn: [to('ServiceRequest/r1')],
  subject: to('Patient/p1'),
  code: { text: 'Second opinion' },
  conclusion: 'Lung cancer.',
  resultsInterpreter: [to('PractitionerRole/rev1')],
  extension: [NAMES_ORIGINAL, NAMES_TRANSLATED],
};

/** Says who made the translation. */
export const TRANSLATED_BY: Resource = {
  resourceType: 'Provenance',
  id: 'p',
  target: [to('Composition/vi')],
  agent: [
    {
      type: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'performer' }],
      },
      role: [coded('translation-method', 'human')],
    },
  ],
};

export function formWith(questions: readonly string[], changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'QuestionnaireResponse',
    id: 'q1',
    status: 'completed',
    questionnaire: `${CANONICAL}/Questionnaire/narrative-and-questions`,
    item: [{ linkId: 'questions', answer: questions.map((valueString) => ({ valueString })) }],
    ...changes,
  };
}

/** All that a report is judged by, with some of it in place of what stands there; of a record that is undefined: nothing. */
export function recordsWith(...changed: readonly Resource[]): Map<string, Resource> {
  const all: readonly Resource[] = [
    request({ supportingInfo: [to('QuestionnaireResponse/q1')] }),
    formWith(QUESTIONS),
    { resourceType: 'Patient', id: 'p1', communication: [{ language: tag('vi'), preferred: true }] },
    {
      resourceType: 'PractitionerRole',
      id: 'rev1',
      practitioner: to('Practitioner/rev1'),
      organization: to('Organization/prog'),
    },
    { resourceType: 'Practitioner', id: 'rev1', qualification: [{ code: { text: 'Board certified' } }] },
    TRANSLATED_BY,
    { resourceType: 'CarePlan', id: 'c1', status: 'active', intent: 'proposal', subject: to('Patient/p1') },
    ORIGINAL,
    TRANSLATED,
    REPORT,
    ...changed,
  ];
  return new Map(all.map((record) => [`${record.resourceType}/${record.id ?? ''}`, record]));
}

function tag(code: string): Record<string, unknown> {
  return { coding: [{ system: 'urn:ietf:bcp:47', code }] };
}

/** The Compositions with their sections as `edit` makes them. */
export function withSections(composition: Resource, edit: (sections: Resource[]) => unknown[]): Resource {
  return { ...composition, section: edit(composition.section as Resource[]) };
}

export function codeOf(one: unknown): string {
  return (one as { code: { coding: { code: string }[] } }).code.coding[0]!.code;
}

/** What comes of a write by the programme, unless told otherwise. */
export function write(
  here: CaseRow,
  after: Resource,
  before: Resource | undefined,
  changes: Partial<Scene> = {},
  by: keyof typeof ACTORS = 'programme',
): Decision | Issue[] {
  const command = commandOf({ ...(before === undefined ? {} : { before }), after }, here);
  if (command === undefined || Array.isArray(command)) throw new Error('no command');
  return decide(scene(here, ACTORS[by], { rules: RULES, records: recordsWith(after), ...changes }), command);
}

export function decided(outcome: Decision | Issue[]): Decision {
  if (Array.isArray(outcome)) throw new Error(outcome.map(({ key, text }) => `${key}: ${text}`).join('\n'));
  return outcome;
}

export function refused(outcome: Decision | Issue[]): readonly Issue[] {
  if (!Array.isArray(outcome)) throw new Error('it was not refused');
  return outcome;
}

export function eventsOf({ events }: Decision): string[] {
  return events.map(({ type, detail }) =>
    [type, ...Object.entries(detail ?? {}).map((one) => one.join('='))].join(' '),
  );
}
