import { documentReference, patient } from '../../bench/records.ts';
import type { Json } from '../../bench/records.ts';

const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';
const UCUM = 'http://unitsofmeasure.org';
const DAY = 86_400_000;

/** What a visit commonly measures. */
const MEASURED = [
  ['8302-2', 'Body height', 171.5, 'cm'],
  ['29463-7', 'Body weight', 68.2, 'kg'],
  ['8867-4', 'Heart rate', 72, '/min'],
  ['718-7', 'Hemoglobin', 12.8, 'g/dL'],
  ['2160-0', 'Creatinine', 0.9, 'mg/dL'],
] as const;

/**
 * A patient's whole history as one transaction, of the shape that Synthea writes: visits, and for each of them what was
 * measured, found, done and prescribed; all invented.
 * @param entries how many resources it has.
 */
export function patientHistory(number: number, entries: number): Json {
  const urn = (n: number): string =>
    `urn:uuid:${String(number).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const resources: Json[] = [patient(`history-${number}`)];
  const subject = { reference: urn(0) };
  for (let visit = 0; resources.length < entries; visit++) {
    const at = new Date(Date.UTC(2015, 0, 1) + visit * 37 * DAY + number * 60_000).toISOString();
    const encounter = { reference: urn(resources.length) };
    const made = visitOf(subject, encounter, at, `${number}-${visit}`);
    resources.push(...made.slice(0, entries - resources.length));
  }
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource, n) => ({
      fullUrl: urn(n),
      resource,
      request: { method: 'POST', url: resource['resourceType'] },
    })),
  };
}

function visitOf(subject: Json, encounter: Json, at: string, number: string): Json[] {
  return [
    {
      resourceType: 'Encounter',
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
      type: [{ coding: [{ system: SNOMED, code: '185349003', display: 'Encounter for check up' }] }],
      subject,
      period: { start: at, end: new Date(Date.parse(at) + 1_800_000).toISOString() },
    },
    ...MEASURED.map(([code, display, value, unit]) => ({
      resourceType: 'Observation',
      status: 'final',
      category: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
      ],
      code: { coding: [{ system: LOINC, code, display }], text: display },
      subject,
      encounter,
      effectiveDateTime: at,
      issued: at,
      valueQuantity: { value, unit, system: UCUM, code: unit },
    })),
    {
      resourceType: 'Condition',
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'resolved' }],
      },
      code: { coding: [{ system: SNOMED, code: '195662009', display: 'Acute viral pharyngitis' }] },
      subject,
      encounter,
      onsetDateTime: at,
      recordedDate: at,
    },
    {
      resourceType: 'Procedure',
      status: 'completed',
      code: { coding: [{ system: SNOMED, code: '430193006', display: 'Medication reconciliation' }] },
      subject,
      encounter,
      performedPeriod: { start: at, end: at },
    },
    {
      resourceType: 'MedicationRequest',
      status: 'stopped',
      intent: 'order',
      medicationCodeableConcept: {
        coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '313782' }],
      },
      subject,
      encounter,
      authoredOn: at,
    },
    {
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { coding: [{ system: LOINC, code: '51990-0', display: 'Basic metabolic panel' }] },
      subject,
      encounter,
      effectiveDateTime: at,
      issued: at,
    },
    documentReference(String(subject['reference']), number, at),
  ];
}
