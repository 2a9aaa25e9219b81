import { HOSPITAL } from './cast.ts';
import { concept, LOINC, SNOMED } from './fhir.ts';
import type { Bundle, Entry, Reference, Resource } from './fhir.ts';
import { creating, orderEntries, orderNumber, transaction } from './request.ts';

const PATIENTS = 'https://songxanh.example/patients';
const STAFF = 'https://songxanh.example/staff';

const NARRATIVE =
  'Bà Ánh went to her doctor after three months of tiredness and changed bowel habits. Colonoscopy found a ' +
  'tumour of the sigmoid colon; the biopsy shows adenocarcinoma. CT shows enlarged regional lymph nodes and no distant ' +
  'spread. Surgery is planned, followed by six months of chemotherapy. The family would like to be sure of the plan.';

const QUESTIONS = [
  'Is the diagnosis of a stage III adenocarcinoma of the sigmoid colon confirmed?',
  'Should surgery come first, or chemotherapy before surgery?',
  'Are three months of chemotherapy after surgery enough, instead of six?',
  'Would treatment abroad offer her more than treatment in Hà Nội?',
];

const LETTER =
  'Kính gửi đồng nghiệp,\n\nChúng tôi xin ý kiến thứ hai cho bệnh nhân Trần Thị Ánh (sinh 14/03/1968), ung thư đại tràng ' +
  'sigma cT3 cN1 cM0. Kế hoạch: phẫu thuật nội soi cắt đại tràng sigma, sau đó hóa trị bổ trợ CAPOX 6 tháng.\n\n' +
  'Trân trọng,\nBS. Nguyễn Văn Minh\n';

/**
 * An invented patient's packet as a hospital's EHR would send it: one transaction with the order and all that it rests
 * on. Patient and doctor are created only if the server does not have them yet, all else is new each time.
 */
export function samplePacket(now: Date): Bundle {
  const patient = creating(PATIENT, `identifier=${PATIENTS}|SX-0048211`);
  const doctor = creating(DOCTOR, `identifier=${STAFF}|BS-1107`);
  const subject = { reference: patient.fullUrl, display: 'Trần Thị Ánh' };
  const requester = { reference: doctor.fullUrl, display: 'BS. Nguyễn Văn Minh' };
  const condition = creating(conditionOf(subject, daysBefore(now, 24)));
  const marker = creating(tumourMarker(subject, daysBefore(now, 23)));
  const pathology = creating(pathologyReport(subject, daysBefore(now, 22), { reference: marker.fullUrl }));
  const study = creating(imagingStudy(subject, daysBefore(now, 21)));
  const ct = creating(ctReport(subject, daysBefore(now, 21), { reference: study.fullUrl }));
  const scope = creating(colonoscopy(subject, daysBefore(now, 24), { reference: condition.fullUrl }));
  const pill = creating(medication(subject, now));
  const list = creating(medicationList(subject, { reference: pill.fullUrl }, now));
  const bytes = creating({
    resourceType: 'Binary',
    contentType: 'text/plain; charset=utf-8',
    data: Buffer.from(LETTER).toString('base64'),
  });
  const letter = creating(referralLetter(subject, requester, bytes.fullUrl, now));
  const records: (Entry & { fullUrl: string })[] = [pathology, ct, study, scope, list, letter];
  return transaction([
    ...[patient, doctor, condition, marker, ...records, pill, bytes],
    ...orderEntries({
      subject,
      requester,
      reason: { reference: condition.fullUrl },
      reasonCode: { text: 'Adenocarcinoma of the sigmoid colon, cT3 cN1 cM0: treatment plan to be confirmed' },
      narrative: NARRATIVE,
      questions: QUESTIONS,
      supporting: records.map(({ fullUrl }) => ({ reference: fullUrl })),
      order: orderNumber(now),
      now,
    }),
  ]);
}

/** A date, `days` before the packet is sent: the invented patient's story is always a recent one. */
function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}

const PATIENT: Resource = {
  resourceType: 'Patient',
  identifier: [
    {
      type: concept('http://terminology.hl7.org/CodeSystem/v2-0203', 'MR', 'Medical record number'),
      system: PATIENTS,
      value: 'SX-0048211',
      assigner: { reference: `Organization/${HOSPITAL.id}` },
    },
  ],
  active: true,
  name: [{ use: 'official', text: 'Trần Thị Ánh', family: 'Trần', given: ['Thị', 'Ánh'] }],
  gender: 'female',
  birthDate: '1968-03-14',
  address: [{ city: 'Hà Nội', country: 'VN' }],
  communication: [{ language: concept('urn:ietf:bcp:47', 'vi', 'Vietnamese'), preferred: true }],
};

const DOCTOR: Resource = {
  resourceType: 'Practitioner',
  identifier: [{ system: STAFF, value: 'BS-1107' }],
  active: true,
  name: [{ text: 'BS. Nguyễn Văn Minh', family: 'Nguyễn', given: ['Văn', 'Minh'], prefix: ['BS.'] }],
};

function conditionOf(subject: Reference, day: string): Resource {
  return {
    resourceType: 'Condition',
    clinicalStatus: concept('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active', 'Active'),
    verificationStatus: concept('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'confirmed', 'Confirmed'),
    code: {
      coding: [
        { system: SNOMED, code: '363406005', display: 'Malignant neoplasm of colon' },
        { system: 'http://hl7.org/fhir/sid/icd-10', code: 'C18.7', display: 'Malignant neoplasm of sigmoid colon' },
      ],
      text: 'Adenocarcinoma of the sigmoid colon',
    },
    subject,
    onsetDateTime: day,
    stage: [{ summary: { text: 'cT3 cN1 cM0, stage III' } }],
  };
}

function tumourMarker(subject: Reference, day: string): Resource {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: concept(LOINC, '2039-6', 'Carcinoembryonic Ag [Mass/volume] in Serum or Plasma'),
    subject,
    effectiveDateTime: day,
    valueQuantity: { value: 18.4, unit: 'ng/mL', system: 'http://unitsofmeasure.org', code: 'ng/mL' },
  };
}

function pathologyReport(subject: Reference, day: string, marker: Reference): Resource {
  return {
    resourceType: 'DiagnosticReport',
    status: 'final',
    category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'PAT', 'Pathology')],
    code: concept(LOINC, '11529-5', 'Surgical pathology study'),
    subject,
    effectiveDateTime: day,
    issued: `${day}T17:30:00+07:00`,
    result: [marker],
    conclusion:
      'Six biopsies, sigmoid colon at 28 cm: moderately differentiated adenocarcinoma, invasive. ' +
      'MLH1, PMS2, MSH2 and MSH6 retained (mismatch repair proficient).',
  };
}

function imagingStudy(subject: Reference, day: string): Resource {
  const ct = { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT', display: 'Computed Tomography' };
  return {
    resourceType: 'ImagingStudy',
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:2.25.209482711504882094871125' }],
    status: 'available',
    modality: [ct],
    subject,
    started: `${day}T14:10:00+07:00`,
    numberOfSeries: 1,
    numberOfInstances: 412,
    description: 'CT chest, abdomen and pelvis with contrast',
    series: [{ uid: '2.25.209482711504882094871126', modality: ct, numberOfInstances: 412 }],
  };
}

function ctReport(subject: Reference, day: string, study: Reference): Resource {
  return {
    resourceType: 'DiagnosticReport',
    status: 'final',
    category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'CT', 'CAT Scan')],
    code: { text: 'CT chest, abdomen and pelvis with contrast' },
    subject,
    effectiveDateTime: day,
    issued: `${day}T16:45:00+07:00`,
    imagingStudy: [study],
    conclusion:
      'Thickened wall of the sigmoid colon over 5 cm, extending into the fat around it. Three regional lymph nodes of ' +
      'up to 11 mm. No lesion of liver or lungs, no ascites.',
  };
}

function colonoscopy(subject: Reference, day: string, reason: Reference): Resource {
  return {
    resourceType: 'Procedure',
    status: 'completed',
    code: concept(SNOMED, '73761001', 'Colonoscopy'),
    subject,
    performedDateTime: day,
    reasonReference: [reason],
    outcome: { text: 'Tumour at 28 cm, two thirds of the circumference, passable; six biopsies' },
  };
}

function medication(subject: Reference, now: Date): Resource {
  return {
    resourceType: 'MedicationStatement',
    status: 'active',
    medicationCodeableConcept: { text: 'Amlodipine 5 mg, once a day' },
    subject,
    dateAsserted: now.toISOString(),
  };
}

function medicationList(subject: Reference, item: Reference, now: Date): Resource {
  return {
    resourceType: 'List',
    status: 'current',
    mode: 'snapshot',
    title: 'Current medication',
    code: concept(LOINC, '10160-0', 'History of Medication use Narrative'),
    subject,
    date: now.toISOString(),
    entry: [{ item }],
  };
}

function referralLetter(subject: Reference, author: Reference, url: string, now: Date): Resource {
  return {
    resourceType: 'DocumentReference',
    status: 'current',
    type: concept(LOINC, '57133-1', 'Referral note'),
    subject,
    date: now.toISOString(),
    author: [author],
    description: 'Letter of the treating doctor',
    content: [
      { attachment: { contentType: 'text/plain; charset=utf-8', language: 'vi', url, title: 'Thư giới thiệu' } },
    ],
  };
}
