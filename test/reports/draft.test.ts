import { describe, expect, it, test } from '@jest/globals';
import { CANONICAL } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { draftNextVersion, draftReport, draftTranslation } from '../../src/reports/index.ts';
import type { DraftInput } from '../../src/reports/index.ts';
import { request } from '../cases/samples.ts';
import { validate } from '../profiles/validator.ts';
import type { Json } from '../support/house.ts';

const FORM = 'https://consilium.example/fhir/Questionnaire/narrative-and-questions';
const KINDS = 'https://consilium.example/fhir/CodeSystem/packet-document-kind';
const LANGUAGES = ['en', 'vi', 'zh', 'ar', 'fr'] as const;

const QUESTIONS = ['Is it  cancer?', 'Is <surgery> & chemotherapy the "next" step?'];
const subject = { reference: 'Patient/p1' };
const document = (id: string, kind: string, date: string, description: string): Resource => ({
  resourceType: 'DocumentReference',
  id,
  status: 'current',
  subject,
  date,
  category: [{ coding: [{ system: KINDS, code: kind }] }],
  description,
  content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/b' } }],
});

const MEMBERS: readonly Resource[] = [
  document('letter', 'first-opinion', '2026-02-03T00:00:00Z', 'Chemotherapy first'),
  document('pathology', 'pathology-report', '2026-01-02T00:00:00Z', 'Biopsy & slides'),
  {
    resourceType: 'Condition',
    id: 'c1',
    subject,
    code: { text: 'Adenocarcinoma' },
    stage: [{ summary: { text: 'IIIA' } }],
  },
  {
    resourceType: 'Observation',
    id: 'hb',
    status: 'final',
    subject,
    code: { text: 'Haemoglobin' },
    effectiveDateTime: '2026-01-01',
  },
  {
    resourceType: 'DiagnosticReport',
    id: 'lab',
    status: 'final',
    subject,
    code: { text: 'Blood count' },
    effectiveDateTime: '2025-12-31',
    result: [{ reference: 'Observation/hb' }],
  },
  {
    resourceType: 'QuestionnaireResponse',
    id: 'form',
    status: 'completed',
    questionnaire: FORM,
    item: [{ linkId: 'questions', answer: QUESTIONS.map((valueString) => ({ valueString })) }],
  },
];

function input(changes: Partial<DraftInput> = {}): DraftInput {
  let minted = 0;
  const names = [
    'QuestionnaireResponse/form',
    'DocumentReference/pathology',
    'DiagnosticReport/lab',
    'DocumentReference/letter',
  ];
  return {
    kind: 'opinion',
    request: request({
      reasonReference: [{ reference: 'Condition/c1' }],
      supportingInfo: names.map((reference) => ({ reference })),
    }),
    caseNumber: 'SO-26-7K3M-9QTX',
    programme: 'Organization/prog',
    reviewers: [{ ref: 'PractitionerRole/rev', name: 'Dr Invented' }],
    members: MEMBERS,
    language: 'en',
    travel: false,
    currency: 'USD',
    now: '2026-03-04T09:00:00Z',
    newUrn: () => `urn:uuid:00000000-0000-4000-8000-${String((minted += 1)).padStart(12, '0')}`,
    ...changes,
  };
}

const resources = ({ entry }: Json): Json[] => entry.map(({ resource }: Json) => resource);
const ofType = (bundle: Json, type: string): Json[] =>
  resources(bundle).filter(({ resourceType }) => resourceType === type);
const codeOf = ({ code }: Json): string => code.coding[0].code;
const sectionsOf = (bundle: Json): Json[] => ofType(bundle, 'Composition')[0].section;
const sectionOf = (bundle: Json, code: string): Json => sectionsOf(bundle).find((one) => codeOf(one) === code);

describe('the draft of a report', () => {
  const drafts = LANGUAGES.map((language) => [language, draftReport(input({ language, travel: true }))] as const);

  test.each(drafts)('is valid in %s, record by record', (_language, bundle) => {
    const issues = resources(bundle).flatMap((resource: Json) =>
      validate(resource, { profiles: profileOf(resource) }).map((issue) => ({ of: resource.resourceType, ...issue })),
    );
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(validate(bundle).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.each(drafts)('has its headings in %s, and the sections in their order', (language, bundle) => {
    expect(sectionsOf(bundle).map(codeOf)).toEqual([
      'summary',
      'differences',
      'diagnosis',
      'staging',
      'reasoning',
      'answers',
      'plan',
      'alternatives',
      'uncertainties',
      'further-tests',
      'travel',
      'estimate',
      'evidence',
      'records',
      'disclaimer',
    ]);
    const told = { en: 'Diagnosis', vi: 'Chẩn đoán', zh: '诊断', ar: 'التشخيص', fr: 'Diagnosis' };
    expect(sectionOf(bundle, 'diagnosis').title).toBe(told[language]);
    expect(ofType(bundle, 'Composition')[0]).toMatchObject({ language, status: 'preliminary' });
  });

  const [, bundle] = drafts[0]!;

  it('says of all that nobody has written that it is empty', () => {
    const written = sectionsOf(bundle).filter(({ text }) => text !== undefined && text.status !== 'empty');
    expect(written.map(codeOf)).toEqual(['records', 'disclaimer']);
    expect(sectionOf(bundle, 'answers').section.map(({ text }: Json) => text.status)).toEqual(['empty', 'empty']);
    expect(ofType(bundle, 'Observation').map(({ status }) => status)).toEqual(Array(5).fill('preliminary'));
  });

  it('asks each question as it was asked', () => {
    const parts = sectionOf(bundle, 'answers').section;
    expect(parts.map(({ title }: Json) => title)).toEqual(['1. Is it cancer?', `2. ${QUESTIONS[1]}`]);
    expect(parts.map(({ extension }: Json) => extension)).toEqual([
      [{ url: 'https://consilium.example/fhir/StructureDefinition/answered-question', valueString: 'Is it cancer?' }],
      [{ url: 'https://consilium.example/fhir/StructureDefinition/answered-question', valueString: QUESTIONS[1] }],
    ]);
  });

  it('sets the first opinion beside what is to be written', () => {
    const { entry, text } = sectionOf(bundle, 'differences');
    expect(text.div).toContain('<tr><td>Stage</td><td>IIIA</td><td></td><td></td></tr>');
    expect(text.div).toContain('<tr><td>Treatment</td><td>Chemotherapy first</td><td></td><td></td></tr>');
    const named = new Set(entry.map(({ reference }: Json) => reference));
    const compared = (bundle as Json).entry.filter(({ fullUrl }: Json) => named.has(fullUrl));
    expect(
      compared.map(({ resource }: Json) => [codeOf(resource), resource.valueCodeableConcept?.coding[0].code]),
    ).toEqual([
      ['concordance', undefined],
      ['difference', 'undetermined'],
      ['difference', 'undetermined'],
      ['difference', 'undetermined'],
    ]);
    expect(compared.at(-1).resource).toMatchObject({
      derivedFrom: [{ reference: 'DocumentReference/letter' }],
      component: [{}, { valueString: 'Chemotherapy first' }],
    });
    expect(compared[1].resource.focus).toEqual([{ reference: 'Condition/c1' }]);
    expect(ofType(bundle, 'CarePlan')[0]).toMatchObject({
      status: 'draft',
      activity: [
        {
          detail: {
            description: 'Chemotherapy first',
            statusReason: {
              coding: [{ system: `${CANONICAL}/CodeSystem/draft-mark`, code: 'from-first-plan' }],
              text: expect.stringContaining('first plan'),
            },
          },
        },
      ],
    });
  });

  it('lists what was sent, in the order of time, single results with their report', () => {
    const { entry, text } = sectionOf(bundle, 'records');
    expect(entry.map(({ reference }: Json) => reference)).toEqual([
      'DiagnosticReport/lab',
      'DocumentReference/pathology',
      'DocumentReference/letter',
      'Condition/c1',
    ]);
    const lines = [...text.div.matchAll(/<li>(.*?)<\/li>/g)].map(([, line]) => line);
    expect(lines).toEqual([
      '2025-12-31 · Report: Blood count',
      '2026-01-02 · Pathology report: Biopsy &amp; slides',
      '2026-02-03 · First opinion and treatment plan: Chemotherapy first',
      'undated · Condition: Adenocarcinoma',
    ]);
  });

  it('is attested by its reviewers once they give the time', () => {
    const [composition] = ofType(bundle, 'Composition');
    const party = { reference: 'PractitionerRole/rev', display: 'Dr Invented' };
    expect(composition).toMatchObject({
      attester: [{ mode: 'professional', party }],
      author: [party],
      event: [{ detail: [{ reference: 'ServiceRequest/r1' }] }],
    });
    const alone = draftReport(input({ reviewers: [] }));
    expect(ofType(alone, 'Composition')[0].attester).toBeUndefined();
    expect(ofType(alone, 'Composition')[0].author).toEqual([{ reference: 'Organization/prog' }]);
  });

  it('is named, with its results, by its report', () => {
    const [report] = ofType(bundle, 'DiagnosticReport');
    const url = (at: number): string => (bundle as Json).entry[at].fullUrl;
    expect(report).toMatchObject({
      status: 'preliminary',
      basedOn: [{ reference: 'ServiceRequest/r1' }],
      extension: [{ valueReference: { reference: url(0) } }],
    });
    // Agreement, three differences, travel advice; the plan and the estimate stand in their sections alone.
    expect(report.result.map(({ reference }: Json) => reference)).toEqual([1, 2, 3, 4, 6].map(url));
    expect(report.conclusion).toBeUndefined();
  });

  it('speaks of travel and cost only where that was asked', () => {
    const without = draftReport(input());
    expect(sectionsOf(without).map(codeOf)).not.toContain('travel');
    expect(sectionsOf(without).map(codeOf)).not.toContain('estimate');
    expect(ofType(without, 'Claim')).toEqual([]);
  });

  it('has no answers where nothing was asked, and no records where none were sent', () => {
    const bare = draftReport(input({ request: request(), members: [] }));
    expect(sectionsOf(bare).map(codeOf)).toEqual([
      ...['summary', 'differences', 'diagnosis', 'staging', 'reasoning', 'plan', 'alternatives', 'uncertainties'],
      ...['further-tests', 'evidence', 'disclaimer'],
    ]);
    expect(ofType(bare, 'CarePlan')[0]).toMatchObject({ description: 'To be written.' });
    expect(validate(ofType(bare, 'Observation')[0]).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('holds the words that the programme has laid down, as they are', () => {
    const own = 'First <line>.\n\nSecond & last.';
    const { text } = sectionOf(draftReport(input({ disclaimer: own })), 'disclaimer');
    expect(text.div).toContain('<p>First &lt;line&gt;.</p><p>Second &amp; last.</p>');
  });

  it('after a report is the summary of a consultation', () => {
    const summary = draftReport(input({ kind: 'summary' }));
    expect(sectionsOf(summary).map(codeOf)).toEqual(['summary', 'reasoning', 'plan', 'further-tests', 'disclaimer']);
    expect(resources(summary).map(({ resourceType }) => resourceType)).toEqual(['Composition', 'DiagnosticReport']);
  });

  it('survives hostile words', () => {
    const evil = '</td><script>alert(1)</script>\u0001';
    const members = MEMBERS.map((one) => (one.id === 'c1' ? { ...one, code: { text: evil } } : one));
    const made = draftReport(input({ members }));
    expect(JSON.stringify(sectionsOf(made))).not.toContain('<script>');
    expect(sectionOf(made, 'differences').text.div).toContain('&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;\uFFFD');
  });

  it('takes over what reviewers have said in codes, still as a proposal', () => {
    const concluded: Resource = {
      resourceType: 'DiagnosticReport',
      id: 'slides',
      status: 'preliminary',
      basedOn: [{ reference: 'ServiceRequest/r1' }],
      conclusionCode: [{ text: 'adenocarcinoma' }],
    };
    const made = draftReport(input({ members: [...MEMBERS, concluded] }));
    const [concordance, diagnosis, stage] = ofType(made, 'Observation');
    expect(diagnosis).toMatchObject({
      status: 'preliminary',
      valueCodeableConcept: { coding: [{ code: 'confirmed' }] },
      focus: [{ reference: 'Condition/c1' }, { reference: 'DiagnosticReport/slides' }],
    });
    expect(stage.valueCodeableConcept.coding[0].code).toBe('undetermined');
    expect(concordance.component[0].valueCodeableConcept.coding[0].code).toBe('confirmed');
    expect(sectionOf(made, 'differences').text).toMatchObject({
      status: 'empty',
      div: expect.stringContaining('<td>Adenocarcinoma</td><td>adenocarcinoma</td><td>Confirmed</td>'),
    });
  });

  it('proposes a hundred differences at most', () => {
    const stage = Array.from({ length: 300 }, (_, n) => ({ summary: { text: `Stage ${n}` } }));
    const members = MEMBERS.map((one) => (one.id === 'c1' ? { ...one, stage } : one));
    expect(ofType(draftReport(input({ members })), 'Observation')).toHaveLength(101);
  });
});

/** A Composition as it is stored, issued. */
function issued(language = 'en'): Resource {
  const [composition] = ofType(draftReport(input({ language })), 'Composition');
  return {
    ...composition,
    id: 'original',
    meta: { versionId: '2' },
    identifier: { value: 'x' },
    status: 'final',
    attester: [{ mode: 'professional', time: '2026-03-05', party: { reference: 'PractitionerRole/rev' } }],
    section: composition.section.map((one: Json) =>
      one.text === undefined || one.text.status === 'generated'
        ? one
        : { ...one, text: { status: 'additional', div: '<div xmlns="http://www.w3.org/1999/xhtml">Said.</div>' } },
    ),
  };
}

const LATER = '2026-03-09T09:00:00Z';

describe('the draft of the next version', () => {
  const original = issued();
  const bundle = draftNextVersion({ composition: original, now: LATER, newUrn: input().newUrn });
  const [made] = ofType(bundle, 'Composition');

  it('keeps what was said, and asks what has changed', () => {
    const { section } = original as Json;
    expect(made.section.map(codeOf)).toEqual([...section.slice(0, -1).map(codeOf), 'changes', 'disclaimer']);
    expect(made.section.filter((one: Json) => codeOf(one) !== 'changes')).toEqual(section);
    expect(sectionOf(bundle, 'changes')).toMatchObject({ title: 'What has changed', text: { status: 'empty' } });
  });

  it('is a new record that nobody has attested yet', () => {
    expect(resources(bundle)).toHaveLength(1);
    expect(made).toMatchObject({
      status: 'preliminary',
      date: LATER,
      relatesTo: [{ code: 'replaces', targetReference: { reference: 'Composition/original' } }],
      attester: [{ mode: 'professional', party: { reference: 'PractitionerRole/rev' } }],
    });
    expect([made.id, made.identifier, made.attester[0].time]).toEqual([undefined, undefined, undefined]);
    expect(validate(made, { profiles: profileOf(made) }).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('has what has changed once, also after another change', () => {
    const again = draftNextVersion({ composition: { ...made, id: 'second' }, now: LATER, newUrn: input().newUrn });
    expect(sectionsOf(again).map(codeOf)).toEqual(made.section.map(codeOf));
  });
});

describe('the draft of a translation', () => {
  const original = issued();
  (original as Json).section.find((one: Json) => codeOf(one) === 'answers').section[0].title = 'In other words';
  const translate = (language: string, changes: Partial<DraftInput> = {}) =>
    draftTranslation({ ...input(changes), composition: original, language, now: LATER });

  test.each(['vi', 'zh', 'ar'])('into %s is valid, and of the same make', (language) => {
    const bundle = translate(language);
    const [made] = ofType(bundle, 'Composition');
    expect(validate(made, { profiles: profileOf(made) }).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(made).toMatchObject({
      language,
      status: 'preliminary',
      relatesTo: [{ code: 'transforms', targetReference: { reference: 'Composition/original' } }],
    });
    const bones = (section: Json): unknown => [
      section.code,
      section.entry,
      section.extension,
      section.section?.map(bones),
    ];
    expect(made.section.map(bones)).toEqual((original as Json).section.map(bones));
  });

  it('has its headings, disclaimer and list of records in the other language, and the rest to be translated', () => {
    const bundle = translate('vi');
    expect(sectionOf(bundle, 'summary')).toMatchObject({ title: 'Tóm tắt kết quả', text: { status: 'empty' } });
    expect(sectionOf(bundle, 'answers').section[0].title).toBe('1. Is it cancer?');
    expect(sectionOf(bundle, 'records').text.div).toContain('Kết quả giải phẫu bệnh: Biopsy &amp; slides');
    expect(sectionOf(bundle, 'disclaimer').text.div).toContain('cấp cứu');
    expect(sectionOf(translate('vi', { disclaimer: 'Của chương trình.' }), 'disclaimer').text.div).toContain(
      'Của chương trình.',
    );
    const open = sectionsOf(bundle).filter(({ text }) => text?.status !== 'empty');
    expect(open.map(codeOf)).toEqual(['answers', 'records', 'disclaimer']);
  });

  it('is attested by those who attested the original, who have not seen it yet', () => {
    const [made] = ofType(translate('vi'), 'Composition');
    expect(made.attester).toEqual([{ mode: 'professional', party: { reference: 'PractitionerRole/rev' } }]);
  });

  it('sets out a table of differences row by row, for what the two opinions say to be translated', () => {
    const composition = issued();
    const compared = sectionsWith(composition, 'differences');
    compared.entry = ['a', 'b'].map((id) => ({ reference: `Observation/${id}` }));
    const members = [...MEMBERS, ...[difference('a', 'diagnosis', 'confirmed'), difference('b', 'stage', 'revised')]];
    const drafted = (): Json =>
      sectionOf(draftTranslation({ ...input({ members }), composition, language: 'vi', now: LATER }), 'differences');
    expect(drafted().text.div).not.toContain('<table');
    compared.text = { status: 'generated', div: xhtml('<table><tr><td>Stage</td></tr></table>') };
    const { text } = drafted();
    expect(text.status).toBe('empty');
    expect([...text.div.matchAll(/<t[hd]>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell)).toEqual([
      ...['Nội dung', 'Ý kiến thứ nhất', 'Ý kiến thứ hai', 'Khác biệt'],
      ...['Chẩn đoán', '', '', 'Xác nhận'],
      ...['Giai đoạn', '', '', 'Điều chỉnh'],
    ]);
  });

  describe('of a changed report', () => {
    const composition: Resource = {
      ...JSON.parse(JSON.stringify(original)),
      id: 'next',
      relatesTo: [{ code: 'replaces', targetReference: { reference: 'Composition/original' } }],
    };
    sectionsWith(composition, 'summary').text.div = xhtml('Said otherwise.');
    sectionsWith(composition, 'answers').section[1].text.div = xhtml('Answered otherwise.');
    const former = translated(original, 'vi');
    const draftWith = (records: readonly Resource[]): Json =>
      draftTranslation({ ...input({ members: [...MEMBERS, ...records] }), composition, language: 'vi', now: LATER });

    it('keeps what was translated, where the original is as it was', () => {
      const bundle = draftWith([original, former]);
      const open = sectionsOf(bundle).filter(({ text }) => text?.status === 'empty');
      expect(open.map(codeOf)).toEqual(['summary']);
      expect(sectionOf(bundle, 'diagnosis')).toMatchObject({ title: 'Đã dịch', text: { div: xhtml('Đã nói.') } });
      const [first, second] = sectionOf(bundle, 'answers').section;
      expect(first).toMatchObject({ title: 'Đã dịch', text: { status: 'additional', div: xhtml('Đã nói.') } });
      expect(second).toMatchObject({ text: { status: 'empty' } });
    });

    test.each([
      ['its translation is in another language', [original, { ...former, language: 'zh' }]],
      ['its translation is withdrawn', [original, { ...former, status: 'entered-in-error' }]],
      ['the version before may not be read', [former]],
    ])('is all to be translated where %s', (_why, records) => {
      const open = sectionsOf(draftWith(records)).filter(({ text }) => text?.status !== 'empty');
      expect(open.map(codeOf)).toEqual(['answers', 'records', 'disclaimer']);
    });
  });

  it('does not list records in part where some may not be read', () => {
    const bundle = translate('vi', { members: MEMBERS.filter(({ id }) => id !== 'lab') });
    expect(sectionOf(bundle, 'records').text.status).toBe('empty');
  });
});

function xhtml(markup: string): string {
  return `<div xmlns="http://www.w3.org/1999/xhtml">${markup}</div>`;
}

function sectionsWith({ section }: Json, code: string): Json {
  return section.find((one: Json) => codeOf(one) === code);
}

function difference(id: string, aspect: string, code: string): Resource {
  const coded = (system: string, value: string) => ({
    coding: [{ system: `${CANONICAL}/CodeSystem/${system}`, code: value }],
  });
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    subject,
    code: coded('opinion-observation', 'difference'),
    valueCodeableConcept: coded('concordance', code),
    component: [
      {
        code: coded('opinion-observation', 'difference-aspect'),
        valueCodeableConcept: coded('difference-aspect', aspect),
      },
    ],
  };
}

/** As a translator has handed it over. */
function translated(composition: Resource, language: string): Resource {
  const translate = (section: Json): Json => ({
    ...section,
    title: 'Đã dịch',
    ...(section.text === undefined ? {} : { text: { status: 'additional', div: xhtml('Đã nói.') } }),
    ...(section.section === undefined ? {} : { section: section.section.map(translate) }),
  });
  return {
    ...composition,
    id: 'translated',
    language,
    relatesTo: [{ code: 'transforms', targetReference: { reference: `Composition/${composition.id ?? ''}` } }],
    section: (composition as Json).section.map(translate),
  };
}

/** Composition → report-composition: what a record claims, or what the server holds it to. */
function profileOf(resource: Json): string[] {
  const code = resource.resourceType === 'Observation' ? `opinion-${codeOf(resource)}` : undefined;
  return resource.meta?.profile ?? [`https://consilium.example/fhir/StructureDefinition/${code}`];
}
