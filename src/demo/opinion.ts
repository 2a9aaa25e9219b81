import { createHash } from 'node:crypto';
import { PROGRAMME } from './cast.ts';
import { concept, LOINC, refOf } from './fhir.ts';
import type { CodeableConcept, Reference, Resource, ServiceRequest } from './fhir.ts';

/** The directory entry of the programme: its letterhead. */
export const INSTITUTE: Resource = {
  resourceType: 'Organization',
  id: PROGRAMME.id,
  active: true,
  name: PROGRAMME.name,
  alias: ['Second Opinion Programme'],
  telecom: [
    { system: 'phone', value: '+1 555 0134' },
    { system: 'email', value: 'second.opinion@kestrelbay.example' },
  ],
  address: [{ line: ['12 Harbour Walk'], city: 'Kestrel Bay' }],
};

/** The reviewer as every partner may see her. The ids are the programme's own: publishing again is an update. */
export const DOCTOR: Resource = {
  resourceType: 'Practitioner',
  id: 'demo-reviewer-halvorsen',
  active: true,
  name: [{ text: 'Dr Ingrid Halvorsen', family: 'Halvorsen', given: ['Ingrid'], prefix: ['Dr'] }],
  qualification: [
    {
      code: { text: 'MD, PhD' },
      issuer: { display: 'University of Kestrel Bay' },
      period: { start: '2003' },
    },
    {
      code: { text: 'Board certified in medical oncology' },
      issuer: { display: 'College of Oncologists' },
      period: { start: '2009' },
    },
  ],
};

export const ROLE: Resource = {
  resourceType: 'PractitionerRole',
  id: 'demo-reviewer-halvorsen-role',
  active: true,
  practitioner: { reference: refOf(DOCTOR), display: 'Dr Ingrid Halvorsen' },
  organization: { reference: `Organization/${PROGRAMME.id}`, display: PROGRAMME.name },
  code: [{ text: 'Reviewing specialist' }],
  specialty: [concept('http://snomed.info/sct', '394593009', 'Medical oncology')],
};

/** What the reviewer writes: a summary, and an answer to each question. */
export interface Opinion {
  readonly summary: string;
  readonly answers: readonly string[];
  readonly codes: readonly CodeableConcept[];
}

export const SAMPLE_OPINION: Opinion = {
  summary:
    'Pathology and imaging were reviewed again and agree with the findings of the home hospital: moderately ' +
    'differentiated adenocarcinoma of the sigmoid colon, mismatch repair proficient, cT3 cN1 cM0.',
  answers: [
    'Yes. The diagnosis and the clinical stage III are confirmed. The final stage follows from the resected specimen: at ' +
      'least twelve lymph nodes should be examined.',
    'Surgery first. The tumour is passable and resectable; chemotherapy before surgery is an option for larger (T4) ' +
      'tumours and is not advised here.',
    'If the specimen shows pT1–3 pN1, three months of CAPOX are as good as six, with clearly less lasting numbness of ' +
      'hands and feet. For pT4 or pN2 six months remain the standard.',
    'No. Every part of this plan is available in Hà Nội to the same standard. Travelling is not advised: it would delay ' +
      'surgery and make aftercare harder.',
  ],
  codes: [concept('http://snomed.info/sct', '363406005', 'Malignant neoplasm of colon')],
};

/** For a real record: what it says is as invented as the reviewer, and it says so. */
export function placeholderOpinion(diagnosis: CodeableConcept, name: string, questions: number): Opinion {
  const replies = [
    `The records sent are consistent with the diagnosis "${name}".`,
    'The steps documented so far follow common practice for this diagnosis.',
    'Follow-up by the treating doctor at the usual intervals; the records sent give no reason to travel.',
  ];
  return {
    summary:
      `This text was written by a demonstration and not by a doctor: it shows where an opinion on "${name}" would stand, ` +
      'and is none.',
    answers: Array.from({ length: questions }, (_, index) => replies[index] ?? 'See above.'),
    codes: [diagnosis],
  };
}

/** The report on a case: first what is certain already, then the whole. */
export function opinionReport(
  request: ServiceRequest,
  opinion: Opinion,
  questions: readonly string[],
  status: 'preliminary' | 'final',
  now: Date,
): Resource {
  const answered = questions.map((question, index) => `${index + 1}. ${question}\n${opinion.answers[index] ?? ''}`);
  return {
    resourceType: 'DiagnosticReport',
    status,
    basedOn: [{ reference: refOf(request) }],
    category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'OTH', 'Other')],
    code: concept(LOINC, '11488-4', 'Consult note'),
    subject: { reference: request.subject.reference },
    effectiveDateTime: now.toISOString(),
    issued: now.toISOString(),
    performer: [{ reference: `Organization/${PROGRAMME.id}`, display: PROGRAMME.name }],
    resultsInterpreter: [{ reference: refOf(ROLE), display: 'Dr Ingrid Halvorsen' }],
    conclusion: status === 'final' ? [opinion.summary, ...answered].join('\n\n') : opinion.summary,
    conclusionCode: [...opinion.codes],
  };
}

export const EVIDENCE = Buffer.from(
  'Sources of the opinion\n\n1. Duration of adjuvant chemotherapy in stage III colon cancer: pooled analysis of six trials.\n' +
    '2. Institute guideline on colon cancer, edition of this year.\n',
);

/** Files what the opinion rests on beside the report, in the case. */
export function evidenceDocument(request: ServiceRequest, report: Resource, binary: Resource, now: Date): Resource {
  const related: Reference[] = [{ reference: refOf(request) }, { reference: refOf(report) }];
  return {
    resourceType: 'DocumentReference',
    status: 'current',
    type: concept(LOINC, '11488-4', 'Consult note'),
    subject: { reference: request.subject.reference },
    date: now.toISOString(),
    author: [{ reference: refOf(ROLE) }],
    description: 'Sources of the opinion',
    content: [
      {
        attachment: {
          contentType: 'text/plain',
          url: refOf(binary),
          size: EVIDENCE.length,
          hash: createHash('sha1').update(EVIDENCE).digest('base64'),
          title: 'Sources of the opinion',
        },
      },
    ],
    context: { related },
  };
}
