import type { Resource } from '../../../src/fhir/index.ts';
import type { Parcel } from '../../../src/delivery/ehr/parcel.ts';

/** An invented report in two languages, as it would be brought to the EHR of its placer. */

export const BASE = 'https://gateway.example/fhir';
export const PATIENT_IDENTIFIER = { system: 'https://home.example/mrn', value: '4711' };
export const PLACER_IDENTIFIER = { system: 'https://home.example/orders', value: 'O-1' };
export const UUIDS = ['11111111-1111-8111-8111-111111111111', '22222222-2222-8222-8222-222222222222'] as const;

const DOCUMENT = 'https://consilium.example/fhir/StructureDefinition/report-document';

export function pdfOf(language: string, version = 1): Buffer {
  return Buffer.from(`%PDF-1.4 invented letter ${version} in ${language}`);
}

export function parcel(change: Partial<Parcel> = {}, version = 1): Parcel {
  const languages = ['en', 'vi'];
  const report: Resource = {
    resourceType: 'DiagnosticReport',
    id: 'report-1',
    status: version === 1 ? 'final' : 'amended',
    language: 'en',
    code: { text: 'Second opinion' },
    basedOn: [{ reference: 'ServiceRequest/request-1' }],
    subject: { reference: 'Patient/patient-1' },
    issued: '2026-03-02T08:00:00Z',
    performer: [{ reference: 'Organization/programme' }],
    resultsInterpreter: [{ reference: 'PractitionerRole/reviewer' }],
    result: [{ reference: 'Observation/travel' }, { reference: 'Observation/elsewhere' }],
    specimen: [{ reference: 'Specimen/slide' }],
    conclusion: `Conclusion ${version}`,
    presentedForm: languages.map((language) => ({
      contentType: 'application/pdf',
      language,
      url: `Binary/${language}-${version}`,
      extension: [{ url: DOCUMENT, valueReference: { reference: `Bundle/${language}-${version}` } }],
    })),
  };
  return {
    base: BASE,
    report,
    version,
    caseNumber: 'SO-26-7K3M-9QTX',
    request: { resourceType: 'ServiceRequest', id: 'request-1' },
    placerIdentifiers: [PLACER_IDENTIFIER],
    patient: {
      resourceType: 'Patient',
      id: 'patient-1',
      identifier: [PATIENT_IDENTIFIER],
      name: [{ family: 'Family-1' }],
    },
    documents: languages.map((language, at) =>
      documentOf(report, language, UUIDS[at]!.replace(/^./, String(version)), version),
    ),
    ...change,
  };
}

function documentOf(report: Resource, language: string, uuid: string, version: number): Parcel['documents'][number] {
  const pdf = pdfOf(language, version);
  const identifier = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid}` };
  const letter: Resource = {
    resourceType: 'DocumentReference',
    id: `${language}-${version}`,
    masterIdentifier: identifier,
    identifier: [{ system: 'https://consilium.example/fhir/case-number', value: 'SO-26-7K3M-9QTX' }],
    status: 'current',
    docStatus: 'final',
    subject: { reference: 'Patient/patient-1' },
    author: [{ reference: 'PractitionerRole/reviewer' }],
    custodian: { reference: 'Organization/programme' },
    content: [
      {
        attachment: {
          contentType: 'application/pdf',
          language,
          url: `Binary/${language}-${version}`,
          size: pdf.length,
          title: 'Second opinion',
        },
      },
    ],
  };
  const records: Resource[] = [
    { resourceType: 'Composition', id: `composition-${language}`, language },
    report,
    { resourceType: 'Organization', id: 'programme', name: 'The Invented Cancer Centre' },
    { resourceType: 'PractitionerRole', id: 'reviewer', practitioner: { reference: 'Practitioner/reviewer' } },
    {
      resourceType: 'Practitioner',
      id: 'reviewer',
      name: [{ text: 'Dr Reviewer' }],
      identifier: [{ system: 'https://board.example', value: 'R-7' }],
    },
    {
      resourceType: 'Observation',
      id: 'travel',
      status: 'final',
      code: { text: 'Travel advice' },
      subject: { reference: 'Patient/patient-1' },
      basedOn: [{ reference: 'ServiceRequest/request-1' }],
      valueQuantity: { value: JSON.rawJSON('1.50') },
    },
    letter,
  ];
  return {
    language,
    uuid,
    letter,
    binary: `Binary/${language}-${version}`,
    pdf,
    bundle: {
      resourceType: 'Bundle',
      id: `${language}-${version}`,
      meta: {
        versionId: '1',
        lastUpdated: '2026-03-02T08:00:01Z',
        profile: ['https://consilium.example/fhir/StructureDefinition/report-bundle'],
      },
      identifier,
      type: 'document',
      language,
      timestamp: '2026-03-02T08:00:00Z',
      entry: records.map((resource) => ({ fullUrl: `${BASE}/${resource.resourceType}/${resource.id!}`, resource })),
      signature: { who: { reference: 'Organization/programme' } },
    },
  };
}
