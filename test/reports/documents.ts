import { ANSWERED_QUESTION, CANONICAL, CASE_NUMBER_SYSTEM } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { assembleDocument } from '../../src/reports/index.ts';
import type { DocumentParts } from '../../src/reports/index.ts';

/** The records of one invented report, whose texts come in four languages. */

export const LANGUAGES = ['en', 'vi', 'zh', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

export const BASE = 'https://gateway.example/fhir';
export const UUID = '11111111-2222-8333-8444-555555555555';

interface Texts {
  readonly titles: readonly string[];
  readonly summary: string;
  readonly answer: string;
  readonly plan: string;
  readonly changes: string;
}

const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    titles: ['Summary', 'Differences', 'Answers', 'Plan', 'Travel', 'Costs', 'Records', 'Changes', 'Please note'],
    summary: 'The mass measures <b>34 mm</b>; leukocytes 6.1 × 10<sup>9</sup>/L.',
    answer: 'Yes, as far as the slides show.',
    plan: 'Surgery first.',
    changes: 'The size of the mass was corrected.',
  },
  vi: {
    titles: ['Tóm tắt', 'Khác biệt', 'Trả lời', 'Kế hoạch', 'Đi lại', 'Chi phí', 'Hồ sơ', 'Thay đổi', 'Lưu ý'],
    summary: 'Khối u <b>34 mm</b>; bạch cầu 6,1 × 10<sup>9</sup>/L.',
    answer: 'Đúng, theo những gì tiêu bản cho thấy.',
    plan: 'Phẫu thuật trước.',
    changes: 'Kích thước khối u đã được sửa.',
  },
  zh: {
    titles: ['摘要', '差异', '答复', '方案', '出行', '费用', '资料', '更改', '声明'],
    summary: '肿块大小<b>34 mm</b>；白细胞6.1 × 10<sup>9</sup>/L。',
    answer: '是，就切片所见而言。',
    plan: '先行手术。',
    changes: '肿块大小已更正。',
  },
  ar: {
    titles: ['ملخص', 'اختلافات', 'إجابات', 'خطة', 'سفر', 'تكاليف', 'سجلات', 'تغييرات', 'تنبيه'],
    summary: 'قياس الكتلة <b>34 mm</b>؛ الكريات البيض 6.1 × 10<sup>9</sup>/L.',
    answer: 'نعم، بقدر ما تظهره الشرائح.',
    plan: 'الجراحة أولًا.',
    changes: 'صُحح قياس الكتلة.',
  },
};

export function guide(system: string, code: string): object {
  return { coding: [{ system: `${CANONICAL}/CodeSystem/${system}`, code }] };
}

export function to(reference: string, display?: string): { reference: string; display?: string } {
  return { reference, ...(display === undefined ? {} : { display }) };
}

export function narrative(markup: string, status = 'additional'): { status: string; div: string } {
  return { status, div: `<div xmlns="http://www.w3.org/1999/xhtml">${markup}</div>` };
}

/** The Composition in one of the languages; `status` amended has a section that says what has changed. */
export function composition(language: Language, status: 'final' | 'amended' = 'final'): Resource {
  const { titles, summary, answer, plan, changes } = TEXTS[language];
  const section = (at: number, code: string, more: object): object => ({
    title: titles[at],
    code: guide('report-section', code),
    ...more,
  });
  const entry = (...refs: readonly string[]): { entry: object[] } => ({ entry: refs.map((ref) => to(ref)) });
  return {
    resourceType: 'Composition',
    id: `text-${language}`,
    language,
    status,
    subject: to('Patient/p1'),
    date: '2026-03-02T08:00:00Z',
    author: [to('PractitionerRole/role1')],
    attester: [
      { mode: 'professional', time: '2026-03-02T08:15:00+07:00', party: to('PractitionerRole/role1') },
      { mode: 'legal', time: '2026-03-03T08:15:00+07:00', party: to('PractitionerRole/role1') },
      { mode: 'professional', party: to('PractitionerRole/gone', 'GS. Vũ Kỳ Ẩn') },
    ],
    custodian: to('Organization/prog'),
    event: [{ detail: [to('ServiceRequest/r1')] }],
    title: 'Report',
    section: [
      section(0, 'summary', { text: narrative(`<p>${summary}</p>`) }),
      section(1, 'differences', entry('Observation/differs', 'Observation/added')),
      section(2, 'answers', {
        section: [
          {
            extension: [{ url: ANSWERED_QUESTION, valueString: 'Is the diagnosis right?' }],
            ...(language === 'en' ? {} : { title: `1. ${titles[2]}` }),
            text: narrative(`<p>${answer}</p>`),
          },
        ],
      }),
      section(3, 'plan', { text: narrative(`<p>${plan}</p>`), ...entry('CarePlan/plan') }),
      section(4, 'travel', entry('Observation/travel')),
      section(5, 'estimate', entry('Claim/estimate')),
      section(
        6,
        'records',
        entry(
          'DocumentReference/pathology',
          'DocumentReference/translated',
          'Consent/consent',
          'ImagingStudy/ct',
          'Observation/hb',
        ),
      ),
      section(0, 'uncertainties', {}),
      ...(status === 'amended' ? [section(7, 'changes', { text: narrative(`<p>${changes}</p>`) })] : []),
      ...(language === 'en'
        ? [section(8, 'disclaimer', { text: narrative('<p>This is advice.</p><p>No emergencies.</p>') })]
        : []),
    ],
  };
}

function opinionObservation(id: string, code: string, more: object): Resource {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: guide('opinion-observation', code),
    subject: to('Patient/p1'),
    ...more,
  };
}

function difference(
  id: string,
  concordance: string,
  aspect: string,
  sides: readonly (readonly [string, object])[],
): Resource {
  return opinionObservation(id, 'difference', {
    valueCodeableConcept: guide('concordance', concordance),
    component: [
      {
        code: guide('opinion-observation', 'difference-aspect'),
        valueCodeableConcept: guide('difference-aspect', aspect),
      },
      ...sides.map(([code, value]) => ({ code: guide('opinion-observation', code), ...value })),
    ],
  });
}

function decimal(text: string): unknown {
  return JSON.rawJSON(text);
}

/** All records but the Composition. */
export function otherRecords(status = 'final'): Resource[] {
  return [
    {
      resourceType: 'DiagnosticReport',
      id: 'd1',
      status,
      language: 'en',
      issued: '2026-03-02T08:15:00.250+07:00',
      basedOn: [to('ServiceRequest/r1')],
      subject: to('Patient/p1'),
      resultsInterpreter: [to('PractitionerRole/role1')],
    },
    {
      resourceType: 'Task',
      id: 't0',
      groupIdentifier: { system: CASE_NUMBER_SYSTEM, value: 'SO-26-7K3M-9QTX' },
      requester: to('Organization/hosp'),
      owner: to('Organization/prog'),
    },
    {
      resourceType: 'ServiceRequest',
      id: 'r1',
      identifier: [
        { type: { coding: [{ code: 'PLAC' }] }, value: 'ORD-2026-0077' },
        { type: { coding: [{ code: 'FILL' }] }, system: CASE_NUMBER_SYSTEM, value: 'SO-26-7K3M-9QTX' },
      ],
      authoredOn: '2026-02-20T23:30:00+07:00',
      code: guide('second-opinion-service', 'multidisciplinary-opinion'),
      subject: to('Patient/p1'),
      requester: to('PractitionerRole/asker'),
      supportingInfo: [to('DocumentReference/never-followed')],
      reasonCode: [{ text: 'Newly found mass in the right lung' }],
      note: [{ text: 'Travels in May' }],
    },
    {
      resourceType: 'Patient',
      id: 'p1',
      name: [{ use: 'official', family: 'Nguyễn', given: ['Thị Ánh', 'Tuyết'] }],
      birthDate: '1961-07-09',
      gender: 'female',
      identifier: [
        { type: { coding: [{ code: 'PPN' }] }, value: 'PASSPORT-1' },
        { type: { coding: [{ code: 'MR' }] }, value: '00012345' },
      ],
    },
    {
      resourceType: 'Organization',
      id: 'prog',
      name: 'Trung tâm Ý kiến Thứ hai Thử Nghiệm',
      address: [{ line: ['12 Đường Hữu Nghị'], city: 'Thành phố Hư Cấu', postalCode: '700000', country: 'VN' }],
      telecom: [{ value: '+84 00 0000 0000' }, { value: 'opinions@programme.example' }],
    },
    {
      resourceType: 'Organization',
      id: 'hosp',
      name: 'Bệnh viện Quỳnh Phước',
      address: [{ text: '3 Phố Giả Tưởng\nHà Nội' }],
    },
    {
      resourceType: 'PractitionerRole',
      id: 'role1',
      practitioner: to('Practitioner/pr1'),
      organization: to('Organization/prog'),
      specialty: [{ text: 'Thoracic oncology' }],
    },
    {
      resourceType: 'Practitioner',
      id: 'pr1',
      name: [{ prefix: ['PGS. TS.'], given: ['Đức Hưởng'], family: 'Trần' }],
      qualification: [
        {
          code: { text: 'Doctor of Medicine' },
          issuer: { display: 'Đại học Y Thử Nghiệm' },
          period: { start: '1999-06' },
        },
      ],
    },
    {
      resourceType: 'PractitionerRole',
      id: 'asker',
      practitioner: to('Practitioner/pr2'),
      organization: to('Organization/hosp'),
    },
    { resourceType: 'Practitioner', id: 'pr2', name: [{ given: ['Ada'], family: 'Fictional' }] },
    difference('differs', 'revised', 'stage', [
      ['first-opinion', { valueString: 'cT2a cN0 cM0' }],
      ['second-opinion', { valueCodeableConcept: { coding: [{ display: 'cT2a cN1 cM0' }] } }],
    ]),
    difference('added', 'added', 'treatment', [['second-opinion', { valueQuantity: { value: 60, unit: 'Gy' } }]]),
    opinionObservation('travel', 'travel-advice', { valueCodeableConcept: guide('travel-advice', 'do-not-travel') }),
    {
      resourceType: 'CarePlan',
      id: 'plan',
      subject: to('Patient/p1'),
      goal: [to('Goal/goal')],
      activity: [
        { reference: to('MedicationRequest/drug') },
        { detail: { code: { text: 'CT of the chest' }, scheduledString: 'after 3 months' } },
      ],
    },
    { resourceType: 'Goal', id: 'goal', subject: to('Patient/p1'), description: { text: 'Cure' } },
    {
      resourceType: 'MedicationRequest',
      id: 'drug',
      subject: to('Patient/p1'),
      medicationCodeableConcept: { text: 'Cisplatin' },
      dosageInstruction: [{ text: '75 mg/m² on day 1 of 21' }],
    },
    {
      resourceType: 'Claim',
      id: 'estimate',
      patient: to('Patient/p1'),
      referral: to('ServiceRequest/r1'),
      item: [
        {
          sequence: 1,
          productOrService: { text: 'Lobectomy' },
          quantity: { value: 1 },
          unitPrice: { value: decimal('18400.00'), currency: 'USD' },
          net: { value: decimal('18400.00'), currency: 'USD' },
          detail: [
            { sequence: 1, productOrService: { text: 'Theatre' }, net: { value: decimal('9000.50'), currency: 'USD' } },
          ],
        },
      ],
      total: { value: decimal('18400.00'), currency: 'USD' },
    },
    {
      resourceType: 'DocumentReference',
      id: 'pathology',
      subject: to('Patient/p1'),
      date: '2026-02-10T00:00:00Z',
      category: [guide('packet-document-kind', 'pathology-report')],
      content: [{ attachment: { title: 'Slides of the right lung', url: 'Binary/b1' } }],
    },
    {
      resourceType: 'DocumentReference',
      id: 'translated',
      subject: to('Patient/p1'),
      date: '2026-02-12T00:00:00Z',
      category: [guide('packet-document-kind', 'pathology-report')],
      relatesTo: [{ code: 'transforms', target: to('DocumentReference/pathology') }],
      content: [{ attachment: { language: 'en', url: 'Binary/b2' } }],
    },
    {
      resourceType: 'Consent',
      id: 'consent',
      patient: to('Patient/p1'),
      dateTime: '2026-02-09',
      category: [guide('consent-purpose', 'cross-border-opinion')],
    },
    {
      resourceType: 'ImagingStudy',
      id: 'ct',
      subject: to('Patient/p1'),
      series: [{ modality: { display: 'Computed tomography' }, bodySite: { display: 'Thorax' } }],
    },
    {
      resourceType: 'Observation',
      id: 'hb',
      subject: to('Patient/p1'),
      effectiveDateTime: '2026-01-30',
      code: { text: 'Haemoglobin' },
    },
  ];
}

/** The document of the report in one of the languages. */
export function sampleDocument(language: Language, parts: Partial<DocumentParts> = {}): Resource {
  return assembleDocument({
    base: BASE,
    uuid: UUID,
    timestamp: '2026-03-02T01:15:00Z',
    records: [composition(language), ...otherRecords()],
    ...parts,
  });
}
