type Json = Record<string, unknown>;

const WORDS =
  'The patient reports cough and weight loss since spring; a scan shows a mass in the right upper lobe. Biopsy is under way and the family asks for advice before treatment. ';

/**
 * A transaction as a hospital sends a whole record: one Patient, and encounters, conditions, observations and reports
 * that refer to it and to each other by urn:uuid. All of it is invented.
 */
export function largeBundle(entries: number, bytes: number): { json: string; count: number } {
  const list: Json[] = [entry(0, { resourceType: 'Patient', active: true, name: [{ family: 'Muster' }] })];
  for (let n = 1; n < entries; n++) list.push(entry(n, resourceNumber(n)));
  const bare = JSON.stringify(toBundle(list)).length;
  const each = Math.max(0, Math.floor((bytes - bare) / (entries - 1)) - 110);
  for (const item of list.slice(1)) {
    const div = `<div xmlns="http://www.w3.org/1999/xhtml"><p>${textOf(each)}</p></div>`;
    (item['resource'] as Json)['text'] = { status: 'generated', div };
  }
  return { json: JSON.stringify(toBundle(list)), count: list.length };
}

function toBundle(list: readonly Json[]): Json {
  return { resourceType: 'Bundle', type: 'transaction', entry: list };
}

function textOf(length: number): string {
  return WORDS.repeat(Math.ceil(length / WORDS.length)).slice(0, length);
}

function entry(n: number, resource: Json): Json {
  return { fullUrl: urn(n), resource, request: { method: 'POST', url: resource['resourceType'] } };
}

function urn(n: number): string {
  return `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

function resourceNumber(n: number): Json {
  const subject = { reference: urn(0) };
  const day = `20${10 + (n % 15)}-0${1 + (n % 9)}-1${n % 10}`;
  const encounter = n < 20 ? {} : { encounter: { reference: urn(20 * Math.floor(n / 20)) } };
  switch (n % 20) {
    case 0:
      return {
        resourceType: 'Encounter',
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
        subject,
        period: { start: `${day}T08:00:00Z`, end: `${day}T09:00:00Z` },
      };
    case 1:
      return { resourceType: 'Condition', subject, ...encounter, code: coded(n), onsetDateTime: day };
    case 2:
      return {
        resourceType: 'DiagnosticReport',
        status: 'final',
        code: coded(n),
        subject,
        ...encounter,
        effectiveDateTime: day,
        ...(n < 20 ? {} : { result: [{ reference: urn(n + 1 - 20) }, { reference: urn(n + 2 - 20) }] }),
      };
    default:
      return {
        resourceType: 'Observation',
        status: 'final',
        category: [
          { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
        ],
        code: coded(n),
        subject,
        ...encounter,
        effectiveDateTime: `${day}T08:30:00Z`,
        valueQuantity: { value: n / 8, unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' },
      };
  }
}

function coded(n: number): Json {
  return { coding: [{ system: 'https://clinic.example/codes', code: `C${n % 300}`, display: `Finding ${n % 300}` }] };
}
