import { readFileSync } from 'node:fs';
import { ANSWERED_QUESTION, REPORT_COMPOSITION, REPORT_TRANSLATED } from '../../../src/cases/report/composition.ts';
import type { Answer, Json, Partner } from '../../support/house.ts';
import type { SentCase } from '../packet.ts';
import { create, done, entryOf, read, transact, writtenBy } from './moves.ts';
import { translationProvenance } from './acts.ts';
import { concept, guide, output, to } from './words.ts';

/** The reports that reviewers write in the journeys: in sections, with each question answered, in two languages where that is promised. */

/** Of the entries of one Bundle, each with its number behind it. */
const URN = 'urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e1e';
const ATTESTED = '2026-03-01T10:00:00Z';

type Language = 'en' | 'vi' | 'zh';

/** What an invented opinion says, section by section; the same in each language. */
const TEXTS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    summary: 'Adenocarcinoma of the sigmoid colon, stage IIIB (pT3N1bM0). Surgery first, then chemotherapy.',
    diagnosis: 'Adenocarcinoma of the sigmoid colon, grade 2.',
    staging: 'Stage IIIB, pT3N1bM0, 3 of 18 lymph nodes positive.',
    answer: 'Yes. The slides and the images of 2027-02-08 agree.',
    plan: 'Sigmoid resection, then capecitabine 1000 mg for 6 months.',
    changes: 'The number of lymph nodes was corrected to 18.',
  },
  vi: {
    summary: 'Ung thư biểu mô tuyến đại tràng sigma, giai đoạn IIIB (pT3N1bM0). Phẫu thuật trước, sau đó hóa trị.',
    diagnosis: 'Ung thư biểu mô tuyến đại tràng sigma, độ 2.',
    staging: 'Giai đoạn IIIB, pT3N1bM0, 3 trên 18 hạch dương tính.',
    answer: 'Đúng. Tiêu bản và hình ảnh ngày 2027-02-08 phù hợp với nhau.',
    plan: 'Cắt đại tràng sigma, sau đó dùng capecitabine 1000 mg trong 6 tháng.',
    changes: 'Số hạch đã được sửa thành 18.',
  },
  zh: {
    summary: '乙状结肠腺癌，IIIB期（pT3N1bM0）。先行手术，随后化疗。',
    diagnosis: '乙状结肠腺癌，2级。',
    staging: 'IIIB期，pT3N1bM0，18枚淋巴结中3枚阳性。',
    answer: '是。切片与2027-02-08的影像相符。',
    plan: '乙状结肠切除，随后卡培他滨1000 mg，共6个月。',
    changes: '淋巴结数目已更正为18枚。',
  },
};

const TITLES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    summary: 'Summary',
    differences: 'What differs from the first opinion',
    diagnosis: 'Diagnosis',
    staging: 'Stage',
    answers: 'Answers',
    plan: 'Plan',
    changes: 'What has changed',
    disclaimer: 'Please note',
  },
  vi: {
    summary: 'Tóm tắt',
    differences: 'Điểm khác với ý kiến thứ nhất',
    diagnosis: 'Chẩn đoán',
    staging: 'Giai đoạn',
    answers: 'Trả lời câu hỏi',
    plan: 'Kế hoạch điều trị',
    changes: 'Nội dung thay đổi',
    disclaimer: 'Lưu ý',
  },
  zh: {
    summary: '摘要',
    differences: '与第一意见的差异',
    diagnosis: '诊断',
    staging: '分期',
    answers: '对问题的答复',
    plan: '治疗方案',
    changes: '更改内容',
    disclaimer: '声明',
  },
};

/** What else there is to say of a report. */
export interface ReportSheet {
  /** How it stands to the first opinion, by aspect, as codes of concordance. */
  readonly agrees?: Readonly<Record<string, string>>;
  readonly language?: Language;
  /** As they were asked. */
  readonly questions?: readonly string[];
  /** `CarePlan/x`. */
  readonly plan?: string;
  /** A summary after a consultation answers no questions. */
  readonly isSummary?: true;
}

/** Writes the opinion of one reviewer, or of several, in sections: `DiagnosticReport/x`. */
export async function writeReport(
  programme: Partner,
  sent: SentCase,
  reviewers: string | readonly string[],
  status: 'preliminary' | 'final',
  { agrees = { diagnosis: 'confirmed' }, ...sheet }: ReportSheet = {},
): Promise<string> {
  const onCase = { basedOn: [to(sent.request)], subject: to(sent.patient) };
  const roles = [reviewers].flat().map((id) => to(`PractitionerRole/${id}`));
  const concordance = {
    resourceType: 'Observation',
    status: 'final',
    ...onCase,
    code: guide('opinion-observation', 'concordance'),
    component: Object.entries(agrees).map(([aspect, code]) => ({
      code: guide('opinion-observation', `concordance-${aspect}`),
      valueCodeableConcept: guide('concordance', code),
    })),
  };
  const differences = Object.entries(agrees).map(([aspect, code]) => ({
    resourceType: 'Observation',
    status: 'final',
    ...onCase,
    code: guide('opinion-observation', 'difference'),
    valueCodeableConcept: guide('concordance', code),
    ...(code === 'undetermined' ? { note: [{ text: 'The slides do not tell.' }] } : {}),
    component: [
      {
        code: guide('opinion-observation', 'difference-aspect'),
        valueCodeableConcept: guide('difference-aspect', aspect),
      },
      { code: guide('opinion-observation', 'first-opinion'), valueString: 'As the first doctor says' },
      ...(code === 'undetermined'
        ? []
        : [
            {
              code: guide('opinion-observation', 'second-opinion'),
              valueString: code === 'confirmed' ? 'As the first doctor says' : 'Something else',
            },
          ]),
    ],
  }));
  const results = [concordance, ...differences].map((one, n) => entryOf(one, `${URN}${n + 1}`));
  const composition = {
    resourceType: 'Composition',
    status,
    language: sheet.language ?? 'en',
    type: concept('http://loinc.org', '11488-4'),
    subject: to(sent.patient),
    event: [{ detail: [to(sent.request)] }],
    date: ATTESTED,
    author: roles,
    title: 'Second opinion',
    attester: roles.map((party) => ({
      mode: 'professional',
      party,
      ...(status === 'final' ? { time: ATTESTED } : {}),
    })),
    section: sectionsOf(
      programme,
      sheet,
      results.slice(1).map(({ fullUrl }) => to(fullUrl)),
    ),
  };
  const report = {
    resourceType: 'DiagnosticReport',
    status,
    ...onCase,
    extension: [{ url: REPORT_COMPOSITION, valueReference: to(`${URN}0`) }],
    code: concept('http://loinc.org', '11488-4'),
    resultsInterpreter: roles,
    conclusion: TEXTS[sheet.language ?? 'en']['summary'],
    result: results.map(({ fullUrl }) => to(fullUrl)),
  };
  return writtenBy(await done(transact(programme, ...results, entryOf(composition, `${URN}0`), entryOf(report)))).at(
    -1,
  )!;
}

function sectionsOf(
  programme: Partner,
  { language = 'en', questions = ['Is it so?', 'What now?'], plan, isSummary }: ReportSheet,
  differences: readonly Json[],
): Json[] {
  const written = (code: string, more: Json = {}): Json => ({
    title: TITLES[language][code],
    code: guide('report-section', code),
    text: narrative(code === 'disclaimer' ? disclaimerOf(programme, language) : TEXTS[language][code]!),
    ...more,
  });
  const differ = {
    title: TITLES[language]['differences'],
    code: guide('report-section', 'differences'),
    entry: differences,
  };
  const answers = {
    title: TITLES[language]['answers'],
    code: guide('report-section', 'answers'),
    section: questions.map((question) => ({
      extension: [{ url: ANSWERED_QUESTION, valueString: question }],
      title: question,
      text: narrative(TEXTS[language]['answer']!),
    })),
  };
  return [
    written('summary'),
    differ,
    written('diagnosis'),
    written('staging'),
    ...(isSummary === true ? [] : [answers]),
    written('plan', plan === undefined ? {} : { entry: [to(plan)] }),
    written('disclaimer'),
  ];
}

export function narrative(words: string): Json {
  return { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${words}</p></div>` };
}

/** The words that a shipped programme has laid down. */
function disclaimerOf({ organization }: Partner, language: Language): string {
  const file = new URL(`../../../profiles/programmes/${organization}.json`, import.meta.url);
  const { report } = JSON.parse(readFileSync(file, 'utf8')) as { report: { disclaimer: Record<Language, string> } };
  return report.disclaimer[language];
}

/** The Compositions that a report names, the original first. */
export async function compositionsOf(programme: Partner, report: Json): Promise<Json[]> {
  const named = [REPORT_COMPOSITION, REPORT_TRANSLATED].flatMap((url) =>
    (report.extension ?? []).filter((one: Json) => one.url === url),
  );
  return Promise.all(named.map(({ valueReference }: Json) => read(programme, valueReference.reference)));
}

/** The reviewers sign, and the report is issued with all of its Compositions, in one Bundle. `more`: put into the report. */
export async function issueReport(programme: Partner, ref: string, more: Json = {}): Promise<Answer> {
  const report = await read(programme, ref);
  const signed = (await compositionsOf(programme, report)).map((composition) => ({
    ...composition,
    status: 'final',
    attester: composition.attester.map((one: Json) => ({ ...one, time: ATTESTED })),
  }));
  const extension = [...(report.extension ?? []), ...(more.extension ?? [])];
  return transact(
    programme,
    ...signed.map((composition) => entryOf(composition)),
    entryOf({ ...report, ...more, extension, status: 'final' }),
  );
}

/** Changes an issued report and its Compositions in one Bundle: `sections` says what becomes of the sections of each. */
export async function changeReport(
  programme: Partner,
  ref: string,
  status: 'amended' | 'corrected' | 'appended',
  sections: (composition: Json) => Json[],
): Promise<Answer> {
  const report = await read(programme, ref);
  const changed = (await compositionsOf(programme, report)).map((composition) =>
    entryOf({ ...composition, status: 'amended', section: sections(composition) }),
  );
  return transact(programme, ...changed, entryOf({ ...report, status }));
}

/** The section that says what has changed. */
export function changesIn(language: Language): Json {
  return {
    title: TITLES[language]['changes'],
    code: guide('report-section', 'changes'),
    text: narrative(TEXTS[language]['changes']!),
  };
}

/** The Composition of a report in another language, as a translator writes it. `edit`: what is wrong with it. */
export async function translatedReport(
  programme: Partner,
  ref: string,
  language: Language,
  edit: (words: string) => string = (words) => words,
): Promise<Json> {
  const report = await read(programme, ref);
  const [{ id, meta: _meta, text: _text, ...original }] = (await compositionsOf(programme, report)) as [Json];
  const textOf = (code: string): string =>
    code === 'disclaimer' ? disclaimerOf(programme, language) : TEXTS[language][code]!;
  const translate = ({ text, title, section, ...rest }: Json): Json => {
    const code = rest.code?.coding[0].code ?? 'answer';
    return {
      ...rest,
      title: TITLES[language][code] ?? title,
      ...(text === undefined ? {} : { text: narrative(edit(textOf(code))) }),
      ...(section === undefined ? {} : { section: section.map(translate) }),
    };
  };
  return {
    ...original,
    language,
    relatesTo: [{ code: 'transforms', targetReference: to(`Composition/${id}`) }],
    section: original.section.map(translate),
  };
}

/** Hands a translated report over: the Composition, how it was made, and its Task as done, in one Bundle. */
export async function translateReport(
  programme: Partner,
  task: Json,
  language: Language,
  edit?: (words: string) => string,
  more: Json = {},
): Promise<Answer> {
  const translated = await translatedReport(programme, task.focus.reference, language, edit);
  const handed = output('translated-document', { valueReference: to(`${URN}0`) });
  return transact(
    programme,
    entryOf(translated, `${URN}0`),
    entryOf(translationProvenance(programme, `${URN}0`, 'human'), `${URN}1`),
    entryOf({ ...task, ...more, status: 'completed', output: [handed] }),
  );
}

/** A plan that reviewers propose: `CarePlan/x`. */
export function proposePlan(programme: Partner, sent: SentCase): Promise<string> {
  return create(programme, {
    resourceType: 'CarePlan',
    status: 'active',
    intent: 'proposal',
    description: 'Surgery first.',
    subject: to(sent.patient),
    supportingInfo: [to(sent.request)],
  });
}
