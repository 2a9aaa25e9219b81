/** The invented records that the bench writes, about as large and as full as real ones. */

export type Json = Record<string, unknown>;

const SERVICES = 'https://consilium.example/fhir/CodeSystem/second-opinion-service';
const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';
const PLACER_NUMBER = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PLAC' }] };
export const ORDERS = 'https://clinic.example/orders';
export const PATIENTS = 'https://clinic.example/patients';

/** Bytes of one ServiceRequest as it is sent. */
const REQUEST_BYTES = 1500;

const STORY = [
  'Found after three months of cough and weight loss of six kilograms; never smoked; two relatives with lung cancer.',
  'CT shows a mass of 34 mm in the right upper lobe with enlarged mediastinal nodes; no lesion in brain or liver.',
  'Biopsy: adenocarcinoma, TTF-1 positive; molecular panel is under way, PD-L1 reported as 40 %.',
  'Local board proposes chemotherapy with immunotherapy, then resection; the family asks whether surgery comes first.',
  'Performance status good, climbs two floors; spirometry FEV1 78 % of predicted; creatinine in the normal range.',
].join(' ');

export function patient(number: number | string): Json {
  return {
    resourceType: 'Patient',
    identifier: [{ use: 'official', system: PATIENTS, value: `P-${number}` }],
    active: true,
    name: [{ use: 'official', family: 'Muster', given: ['Ana', 'Lucia'] }],
    telecom: [{ system: 'phone', value: '+00 555 0100', use: 'mobile' }],
    gender: 'female',
    birthDate: '1961-04-17',
    address: [{ line: ['12 Example Street'], city: 'Sampleton', postalCode: '00000', country: 'XX' }],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'pt' }] }, preferred: true }],
  };
}

export interface RequestDetails {
  /** `Patient/…` */
  readonly subject: string;
  readonly number: number | string;
  readonly programme: string;
  readonly status?: 'draft' | 'on-hold' | 'active';
  readonly priority?: 'routine' | 'urgent' | 'asap';
  readonly id?: string;
  readonly more?: Json;
}

/** A second-opinion request; unless it is active, it opens no case. Its notes fill it up to 1.5 KB. */
export function serviceRequest(details: RequestDetails): Json {
  const { subject, number, programme, status = 'draft', priority = 'routine', id, more } = details;
  const note = { time: '2026-01-14T09:30:00+01:00', text: '' };
  const resource = {
    resourceType: 'ServiceRequest',
    ...(id === undefined ? {} : { id }),
    identifier: [{ type: PLACER_NUMBER, system: ORDERS, value: `SO-${number}` }],
    status,
    intent: 'order',
    category: [{ coding: [{ system: SNOMED, code: '11429006', display: 'Consultation' }] }],
    priority,
    code: {
      coding: [{ system: SERVICES, code: 'multidisciplinary-opinion' }],
      text: 'Written opinion of a multidisciplinary team',
    },
    subject: { reference: subject },
    occurrencePeriod: { start: '2026-01-15', end: '2026-02-15' },
    authoredOn: '2026-01-14T09:30:00+01:00',
    requester: { display: 'Dr Example, Thoracic Clinic' },
    performer: [{ reference: `Organization/${programme}` }],
    reasonCode: [
      { coding: [{ system: SNOMED, code: '254637007', display: 'Non-small cell lung cancer' }], text: 'Lung cancer' },
    ],
    bodySite: [{ coding: [{ system: SNOMED, code: '45653009', display: 'Upper lobe of lung' }] }],
    ...more,
    note: [note],
    patientInstruction: 'Please bring all films and the slides of the biopsy.',
  };
  note.text = STORY.repeat(2).slice(0, Math.max(40, REQUEST_BYTES - JSON.stringify(resource).length));
  return resource;
}

export function documentReference(subject: string, number: number | string, date: string): Json {
  return {
    resourceType: 'DocumentReference',
    identifier: [{ system: 'https://clinic.example/documents', value: `D-${number}` }],
    status: 'current',
    docStatus: 'final',
    type: { coding: [{ system: LOINC, code: '11502-2', display: 'Laboratory report' }], text: 'Laboratory report' },
    category: [{ coding: [{ system: LOINC, code: '26436-6', display: 'Laboratory studies' }] }],
    subject: { reference: subject },
    date,
    author: [{ display: 'Laboratory, Thoracic Clinic' }],
    description: 'Blood count and clinical chemistry',
    content: [
      {
        attachment: {
          contentType: 'application/pdf',
          language: 'pt',
          url: `https://clinic.example/files/${number}.pdf`,
          title: 'Laboratory report',
          creation: date,
        },
      },
    ],
    context: { period: { start: date, end: date } },
  };
}

const NAME = {
  patient: 'urn:uuid:00000000-0000-4000-8000-000000000001',
  coverage: 'urn:uuid:00000000-0000-4000-8000-000000000002',
  condition: 'urn:uuid:00000000-0000-4000-8000-000000000003',
  status: 'urn:uuid:00000000-0000-4000-8000-000000000004',
  laboratory: 'urn:uuid:00000000-0000-4000-8000-000000000005',
  biopsy: 'urn:uuid:00000000-0000-4000-8000-000000000006',
  pathology: 'urn:uuid:00000000-0000-4000-8000-000000000007',
  imaging: 'urn:uuid:00000000-0000-4000-8000-000000000008',
  letter: 'urn:uuid:00000000-0000-4000-8000-000000000009',
  request: 'urn:uuid:00000000-0000-4000-8000-000000000010',
};

export interface CaseDetails {
  readonly number: number | string;
  readonly patient: number | string;
  /** Whether the patient is created only if its number is not known yet. */
  readonly conditional: boolean;
  readonly programme: string;
}

/** Ten records of a case as a home EHR sends them: the patient, the packet, and the request that opens the case. */
export function caseTransaction({ number, patient: patientNumber, conditional, programme }: CaseDetails): Json {
  const subject = { reference: NAME.patient };
  const entries: [name: string, resource: Json][] = [
    [NAME.patient, patient(patientNumber)],
    [
      NAME.coverage,
      { resourceType: 'Coverage', status: 'active', beneficiary: subject, payor: [{ display: 'Example Life' }] },
    ],
    [NAME.condition, condition(subject)],
    [NAME.status, observation(subject, '89262-0', 'ECOG performance status', 1, '{score}')],
    [NAME.laboratory, observation(subject, '718-7', 'Hemoglobin', 12.8, 'g/dL')],
    [NAME.biopsy, biopsy(subject)],
    [NAME.pathology, report(subject, '60568-3', 'Pathology report', 'Adenocarcinoma of the lung, TTF-1 positive.')],
    [NAME.imaging, report(subject, '24627-2', 'CT of the chest', 'Mass of 34 mm in the right upper lobe.')],
    [NAME.letter, documentReference(NAME.patient, `L-${number}`, '2026-01-13T16:00:00+01:00')],
    [
      NAME.request,
      serviceRequest({
        subject: NAME.patient,
        number,
        programme,
        status: 'active',
        more: {
          reasonReference: [{ reference: NAME.condition }],
          insurance: [{ reference: NAME.coverage }],
          supportingInfo: [NAME.status, NAME.laboratory, NAME.biopsy, NAME.pathology, NAME.imaging, NAME.letter].map(
            (reference) => ({ reference }),
          ),
        },
      }),
    ],
  ];
  const once = conditional ? { ifNoneExist: `identifier=${PATIENTS}|P-${patientNumber}` } : {};
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries.map(([fullUrl, resource], n) => ({
      fullUrl,
      resource,
      request: { method: 'POST', url: resource['resourceType'], ...(n === 0 ? once : {}) },
    })),
  };
}

function condition(subject: Json): Json {
  return {
    resourceType: 'Condition',
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    },
    verificationStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }],
    },
    code: { coding: [{ system: SNOMED, code: '254637007', display: 'Non-small cell lung cancer' }] },
    subject,
    onsetDateTime: '2025-11-02',
    recordedDate: '2025-11-20',
  };
}

function observation(subject: Json, code: string, display: string, value: number, unit: string): Json {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: LOINC, code, display }] },
    subject,
    effectiveDateTime: '2026-01-10T08:15:00+01:00',
    valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
  };
}

function biopsy(subject: Json): Json {
  return {
    resourceType: 'Procedure',
    status: 'completed',
    code: { coding: [{ system: SNOMED, code: '78603008', display: 'Needle biopsy of lung' }] },
    subject,
    performedDateTime: '2025-11-18',
    reasonReference: [{ reference: NAME.condition }],
  };
}

function report(subject: Json, code: string, display: string, conclusion: string): Json {
  return {
    resourceType: 'DiagnosticReport',
    status: 'final',
    code: { coding: [{ system: LOINC, code, display }] },
    subject,
    effectiveDateTime: '2025-11-20',
    issued: '2025-11-21T11:00:00+01:00',
    conclusion,
  };
}
