import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Resource } from '../../src/fhir/index.ts';
import type { Fonts, ReportRecords } from '../../src/reports/index.ts';

export function readFonts(): Fonts {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@embedpdf/fonts-latin')), '../fonts');
  return {
    regular: readFileSync(join(folder, 'NotoSans-Regular.ttf')),
    bold: readFileSync(join(folder, 'NotoSans-Bold.ttf')),
  };
}

const PARAGRAPH =
  'The lesion in the right upper lobe measures 34 mm and takes up tracer (SUVmax 11.2); the nodes in stations 4R and 7 do ' +
  'not. Review of the slides confirms an adenocarcinoma with acinar pattern, TTF-1 positive, p40 negative. The staging ' +
  'given at home, cT2a cN0 cM0, is confirmed. Surgery (lobectomy with lymph node dissection) is preferred over ' +
  'stereotactic radiotherapy because lung function allows it; the expected benefit and the risks of both are set out below.';

function role(id: string, practitioner: string, specialty: string): Resource {
  return {
    resourceType: 'PractitionerRole',
    id,
    practitioner: { reference: practitioner },
    specialty: [{ text: specialty }],
    organization: { display: 'Bệnh viện Trường Đại học Thử Nghiệm' },
  };
}

/** An invented case; `paragraphs` sets how long the conclusion is. */
export function records(paragraphs = 2): ReportRecords {
  return {
    serviceRequest: {
      resourceType: 'ServiceRequest',
      id: 'r1',
      identifier: [
        { type: { coding: [{ code: 'PLAC' }] }, value: 'ORD-2026-0077' },
        { type: { coding: [{ code: 'FILL' }] }, value: 'SO-26-7K3M-9QTX' },
      ],
      authoredOn: '2026-02-20T23:30:00+07:00',
      code: { coding: [{ code: 'multidisciplinary-opinion', display: 'Written opinion of a multidisciplinary team' }] },
      subject: { reference: 'Patient/p1' },
      reasonCode: [{ text: 'Newly found mass in the right lung; operation proposed' }],
    },
    task: {
      resourceType: 'Task',
      id: 't0',
      groupIdentifier: { value: 'SO-26-7K3M-9QTX' },
      lastModified: '2026-03-01T10:00:00Z',
    },
    diagnosticReport: {
      resourceType: 'DiagnosticReport',
      id: 'd1',
      status: 'final',
      issued: '2026-03-02T08:15:00.250+07:00',
      subject: { reference: 'Patient/p1', display: 'Ng. T. A. T.' },
      conclusion: Array.from({ length: paragraphs }, (_, index) => `${index + 1}. ${PARAGRAPH}`).join('\n\n'),
      conclusionCode: [
        {
          coding: [{ system: 'http://snomed.info/sct', code: '254626006', display: 'Adenocarcinoma of lung' }],
        },
        { text: 'Ung thư biểu mô tuyến của phổi' },
      ],
      resultsInterpreter: [
        { reference: 'PractitionerRole/role1' },
        { reference: 'Practitioner/pr2' },
        { display: 'GS. Vũ Kỳ Ẩn' },
      ],
    },
    patient: {
      resourceType: 'Patient',
      id: 'p1',
      name: [{ use: 'official', text: 'Nguyễn Thị Ánh Tuyết', family: 'Nguyễn', given: ['Thị Ánh', 'Tuyết'] }],
      birthDate: '1961-07-09',
      gender: 'female',
      identifier: [{ value: 'MRN 00012345' }],
    },
    programme: {
      resourceType: 'Organization',
      id: 'prog',
      name: 'Trung tâm Ý kiến Thứ hai Thử Nghiệm',
      address: [{ line: ['12 Đường Hữu Nghị'], city: 'Thành phố Hư Cấu', postalCode: '700000', country: 'VN' }],
      telecom: [{ value: '+84 00 0000 0000' }, { value: 'opinions@programme.example' }],
    },
    placer: {
      resourceType: 'Organization',
      id: 'hosp',
      name: 'Bệnh viện Đa khoa Quỳnh Phước',
      address: [{ text: '3 Phố Giả Tưởng\nHà Nội' }],
    },
    performers: [
      role('role1', 'Practitioner/pr1', 'Thoracic oncology'),
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
      { resourceType: 'Practitioner', id: 'pr2', name: [{ given: ['Ada'], family: 'Fictional' }] },
    ],
    questions: [
      'Is the diagnosis right, and is the stage?',
      'Is an operation better than radiotherapy?',
      'Có nên ra nước ngoài điều trị không?',
    ],
    reviewed: [
      { resourceType: 'ImagingStudy', started: '2026-02-11T09:00:00Z', description: 'PET-CT, whole body' },
      { resourceType: 'DocumentReference', date: '2026-02-10T00:00:00Z', type: { text: 'Pathology report' } },
      { resourceType: 'MedicationStatement', medicationCodeableConcept: { text: 'Metformin 500 mg' } },
      { resourceType: 'Observation', effectiveDateTime: '2026-01-30', code: { text: 'Creatinine in serum' } },
    ],
  };
}
