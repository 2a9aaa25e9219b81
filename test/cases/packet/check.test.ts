import { describe, expect, test } from '@jest/globals';
import type { Issue } from '../../../src/base/index.ts';
import { checkPacket } from '../../../src/cases/packet/check.ts';
import { readPacket } from '../../../src/cases/packet/read.ts';
import { WANTED } from '../../../src/cases/packet/wanted.ts';
import type { PacketItem, ProgrammeRules } from '../../../src/cases/programme/rules.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import {
  concept,
  consent,
  document,
  emptyList,
  form,
  KIND,
  LOINC,
  record,
  requestFor,
  rulesWith,
  SENT,
  SNOMED,
  V2_0074,
  wants,
} from './records.ts';

const ASKED = { service: 'comprehensive-opinion', specialty: '394593009', now: SENT };

function check(rules: ProgrammeRules, records: readonly Resource[], request = requestFor(records)): Issue[] {
  return checkPacket(rules, readPacket(request, records, SENT), ASKED);
}

function about(issues: readonly Issue[], key: string): Issue[] {
  return issues.filter((issue) => issue.key === key);
}

function reportOf(category: string, more: object = {}): Resource {
  return record('DiagnosticReport', `report-${category}`, {
    status: 'final',
    category: [concept(V2_0074, category)],
    code: { text: 'Report' },
    ...more,
  });
}

/** Records that speak for each item, each on its own. */
const SPEAKS: Readonly<Record<PacketItem, readonly Resource[]>> = {
  imaging: [
    record('ImagingStudy', 'ct', { status: 'available', modality: [{ code: 'CT' }] }),
    document('imaging'),
    record('DocumentReference', 'dicom', {
      status: 'current',
      content: [{ attachment: { contentType: 'application/dicom', url: 'Binary/d' } }],
    }),
    record('Media', 'still', { status: 'completed', modality: concept('http://dicom.nema.org/x', 'XC') }),
  ],
  'imaging-report': [
    document('imaging-report'),
    reportOf('RAD'),
    reportOf('NMR'),
    record('DiagnosticReport', 'loinc', { status: 'final', code: concept(LOINC, '18748-4') }),
    record('DocumentReference', 'typed', { status: 'current', type: concept(LOINC, '18748-4'), content: [] }),
  ],
  'pathology-slides': [
    document('pathology-slides'),
    record('Specimen', 'block', { status: 'available' }),
    record('ImagingStudy', 'wsi', {
      status: 'available',
      series: [{ modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'SM' } }],
    }),
  ],
  'pathology-report': [
    document('pathology-report'),
    reportOf('SP'),
    record('DocumentReference', 'typed', { status: 'current', type: concept(LOINC, '60568-3'), content: [] }),
    record('DiagnosticReport', 'loinc', { status: 'final', code: concept(LOINC, '11526-1') }),
  ],
  laboratory: [
    document('laboratory'),
    reportOf('LAB'),
    record('Observation', 'hb', {
      status: 'final',
      category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory')],
      code: concept(LOINC, '718-7'),
    }),
  ],
  'operative-report': [
    document('operative-report'),
    record('DocumentReference', 'typed', { status: 'current', type: concept(LOINC, '11504-8'), content: [] }),
  ],
  'medication-list': [
    document('medication-list'),
    record('MedicationStatement', 'm', { status: 'active', medicationCodeableConcept: { text: 'Drug' } }),
    record('MedicationRequest', 'm', {
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: 'Drug' },
    }),
  ],
  allergies: [
    document('allergies'),
    { resourceType: 'AllergyIntolerance', id: 'a', patient: { reference: 'Patient/p1' }, code: { text: 'Latex' } },
  ],
  'prior-treatment': [
    document('prior-treatment'),
    record('Procedure', 'op', { status: 'completed', code: concept(SNOMED, '90470006') }),
    record('MedicationStatement', 'past', { status: 'completed', medicationCodeableConcept: { text: 'Drug' } }),
  ],
  'first-opinion': [
    document('first-opinion'),
    record('CarePlan', 'plan', { status: 'active', intent: 'plan' }),
    record('ClinicalImpression', 'view', { status: 'completed' }),
  ],
  narrative: [document('narrative'), form({ narrative: [{ valueString: 'What happened.' }] })],
  questions: [document('questions'), form({ questions: [{ valueString: 'What now?' }] })],
  condition: [record('Condition', 'c', { code: { text: 'Invented' } })],
  consent: [consent()],
};

/** Records that are like these, and do not speak for the item. */
const NEARLY: Readonly<Record<PacketItem, readonly Resource[]>> = {
  imaging: [
    record('ImagingStudy', 'ct', { status: 'cancelled', modality: [{ code: 'CT' }] }),
    record('Media', 'photo', { status: 'completed' }),
  ],
  'imaging-report': [
    reportOf('RAD', { status: 'registered' }),
    reportOf('LAB'),
    document('imaging-report', { status: 'superseded' }),
    document('imaging-report', { subject: { reference: 'Patient/other' } }),
  ],
  'pathology-slides': [
    record('Specimen', 'block', { status: 'unavailable' }),
    record('ImagingStudy', 'ct', { status: 'available', modality: [{ code: 'CT' }] }),
  ],
  'pathology-report': [reportOf('SP', { status: 'entered-in-error' }), reportOf('RAD')],
  laboratory: [
    record('Observation', 'hb', {
      status: 'final',
      category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
    }),
    reportOf('LAB', { status: 'cancelled' }),
  ],
  'operative-report': [record('Procedure', 'op', { status: 'completed', code: concept(SNOMED, '73761001') })],
  'medication-list': [record('MedicationStatement', 'm', { status: 'entered-in-error' })],
  allergies: [
    {
      resourceType: 'AllergyIntolerance',
      id: 'a',
      patient: { reference: 'Patient/p1' },
      verificationStatus: concept('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'refuted'),
    },
  ],
  'prior-treatment': [
    record('Procedure', 'scope', { status: 'completed', code: concept(SNOMED, '73761001') }),
    record('Procedure', 'plan', { status: 'preparation', code: concept(SNOMED, '90470006') }),
    record('Procedure', 'not', { status: 'not-done', code: concept(SNOMED, '90470006') }),
  ],
  'first-opinion': [record('CarePlan', 'plan', { status: 'revoked', intent: 'plan' })],
  narrative: [
    form({ narrative: [{ valueString: '  ' }] }),
    form({ narrative: [{ valueString: 'x' }] }, { questionnaire: 'https://other.example/q' }),
    form({ narrative: [{ valueString: 'x' }] }, { status: 'entered-in-error' }),
  ],
  questions: [form({ narrative: [{ valueString: 'What happened.' }] })],
  condition: [
    record('Condition', 'c', {
      verificationStatus: concept('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'refuted'),
    }),
  ],
  consent: [
    consent({
      category: [concept('https://consilium.example/fhir/CodeSystem/consent-purpose', 'insurer-clinical-content')],
    }),
    consent({ patient: { reference: 'Patient/other' } }),
    consent({ status: 'proposed' }),
    consent({ provision: { type: 'deny' } }),
    consent({ provision: { period: { end: '2026-03-03' } } }),
    consent({ provision: { period: { start: '2026-03-05' } } }),
  ],
};

const ITEMS = Object.keys(WANTED) as PacketItem[];

describe.each(ITEMS)('%s', (item) => {
  const key = `packet-${item}`;

  test('missing: an error where it is required, a warning where it is advised, with what to send', () => {
    for (const [level, severity] of [
      ['required', 'error'],
      ['advised', 'warning'],
    ] as const) {
      const [issue, ...others] = about(check(wants(item, level), []), key);
      expect(others).toEqual([]);
      expect(issue).toMatchObject({
        severity,
        code: 'required',
        expression: expect.stringMatching(/^ServiceRequest\./),
      });
      expect(issue!.text).toContain(WANTED[item].how);
      expect(issue!.text).toMatch(level === 'required' ? /is required/ : /is advised/);
    }
  });

  test.each<[string, Resource]>(SPEAKS[item].map((one) => [`${one.resourceType} ${one.id!}`, one]))(
    '%s speaks for it',
    (_name, one) => {
      const request = requestFor(
        [one],
        item === 'condition' ? { reasonReference: [{ reference: `Condition/c` }] } : {},
      );
      expect(about(check(wants(item, 'required'), [one], request), key)).toEqual([]);
    },
  );

  test.each<[string, Resource]>(NEARLY[item].map((one) => [`${one.resourceType} ${String(one.status)}`, one]))(
    '%s does not',
    (_name, record) => {
      // Of a consent that does not count it is told why, and not that there is none.
      const told = item === 'consent' ? [key, 'consent-standing'] : [key];
      const issues = told.flatMap((one) => about(check(wants(item, 'required'), [record]), one));
      expect(issues).toMatchObject([{ severity: 'error' }]);
    },
  );
});

describe('what is said not to be there', () => {
  const LISTS: readonly (readonly [PacketItem, string, string])[] = [
    ...ITEMS.flatMap((item): [PacketItem, string, string][] => {
      const { none } = WANTED[item];
      return none === undefined ? [] : [[item, LOINC, none]];
    }),
    ['imaging', KIND, 'imaging'],
    ['imaging-report', KIND, 'imaging-report'],
    ['pathology-slides', KIND, 'pathology-slides'],
    ['operative-report', KIND, 'operative-report'],
    ['allergies', KIND, 'allergies'],
  ];

  test.each(LISTS)('%s, by a List coded %s|%s', (item, system, code) => {
    const key = `packet-${item}`;
    const ask = (level: 'required' | 'advised', reason: string): Issue[] =>
      about(check(wants(item, level), [emptyList(system, code, reason)]), key);
    expect(ask('required', 'nilknown')).toEqual([]);
    expect(ask('advised', 'nilknown')).toEqual([]);
    for (const reason of ['notasked', 'unavailable', 'withheld', 'notstarted', 'closed']) {
      const [required] = ask('required', reason);
      expect(required).toMatchObject({ severity: 'error', code: 'incomplete' });
      expect(required!.text).toContain(`List/none-${code}`);
      expect(required!.text).toContain('nilknown');
      expect(ask('advised', reason)).toEqual([
        { severity: 'information', code: 'informational', key, text: expect.stringContaining(reason) },
      ]);
    }
  });

  test('a List that has entries is not empty, whatever it says', () => {
    const list = {
      ...emptyList(LOINC, '48765-2', 'unavailable'),
      entry: [{ item: { reference: 'AllergyIntolerance/a' } }],
    };
    expect(about(check(wants('allergies', 'required'), [list]), 'packet-allergies')).toEqual([]);
    const withdrawn = { ...emptyList(LOINC, '48765-2', 'nilknown'), status: 'entered-in-error' };
    expect(about(check(wants('allergies', 'required'), [withdrawn]), 'packet-allergies')).toHaveLength(1);
  });

  test.each([
    ['allergies', SNOMED, '716186003', 0],
    ['allergies', 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips', 'no-known-allergies', 0],
    ['allergies', 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips', 'no-allergy-info', 1],
  ] as const)('a record that says so by its code: %s %s %s', (item, system, code, count) => {
    const none = {
      resourceType: 'AllergyIntolerance',
      id: 'n',
      patient: { reference: 'Patient/p1' },
      code: concept(system, code),
    };
    expect(about(check(wants(item, 'required'), [none]), `packet-${item}`)).toHaveLength(count);
  });

  test('no known medication is an answer, and no medication list', () => {
    const none = record('MedicationStatement', 'n', {
      status: 'active',
      medicationCodeableConcept: concept(SNOMED, '787481004'),
    });
    expect(readPacket(requestFor([none]), [none], SENT)).toMatchObject({
      entries: [],
      absences: [{ item: 'medication-list', reason: 'nilknown', ref: 'MedicationStatement/n' }],
    });
  });
});

describe('an International Patient Summary', () => {
  const section = (code: string, more: object): object => ({ code: concept(LOINC, code), ...more });
  const summary: Resource = {
    resourceType: 'Bundle',
    id: 'ips',
    type: 'document',
    entry: [
      {
        fullUrl: 'urn:uuid:1',
        resource: {
          resourceType: 'Composition',
          status: 'final',
          language: 'de',
          date: '2026-02-01',
          section: [
            section('10160-0', { entry: [{ reference: 'urn:uuid:2' }] }),
            section('48765-2', {
              emptyReason: concept('http://terminology.hl7.org/CodeSystem/list-empty-reason', 'nilknown'),
            }),
            section('47519-4', { text: { status: 'generated', div: '<div>None</div>' } }),
            {
              title: 'Inner',
              section: [section('18776-5', { text: { status: 'generated', div: '<div>Plan</div>' } })],
            },
          ],
        },
      },
      {
        fullUrl: 'urn:uuid:2',
        resource: { resourceType: 'MedicationStatement', status: 'active', subject: { reference: 'urn:uuid:9' } },
      },
    ],
  };

  test('its sections and records speak, and so does what it says is not there', () => {
    const read = readPacket(requestFor([summary]), [summary], SENT);
    expect(read.entries.map(({ item, ref }) => [item, ref])).toEqual([
      ['medication-list', 'Bundle/ips'],
      ['prior-treatment', 'Bundle/ips'],
      ['first-opinion', 'Bundle/ips'],
    ]);
    expect(read.absences).toEqual([{ item: 'allergies', reason: 'nilknown', ref: 'Bundle/ips' }]);
    expect(read.documents).toEqual([{ ref: 'Bundle/ips', languages: ['de'], translates: [] }]);
  });

  test('a Bundle that is no document is not looked into', () => {
    expect(readPacket(requestFor([summary]), [{ ...summary, type: 'collection' }], SENT).entries).toEqual([]);
  });
});

describe('what hangs together', () => {
  const ct = record('ImagingStudy', 'ct', { status: 'available' });
  const mri = record('ImagingStudy', 'mri', { status: 'available' });
  const reports = wants('imaging-report', 'required', { onlyWith: 'imaging' });
  const images = wants('imaging', 'required', { onlyWith: 'imaging' });

  test('imaging without its report, and the reverse', () => {
    expect(check(reports, []).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(about(check(reports, [ct]), 'packet-imaging-report')).toHaveLength(1);
    expect(about(check(images, [ct]), 'packet-imaging')).toEqual([]);
    const [issue] = about(check(images, [document('imaging-report')]), 'packet-imaging');
    expect(issue!.text).toContain('but a report on it');
  });

  test('a study that none of the reports is on', () => {
    const onCt = reportOf('RAD', { imagingStudy: [{ reference: 'ImagingStudy/ct' }] });
    const [issue, ...others] = about(check(reports, [ct, mri, onCt]), 'packet-imaging-report');
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ code: 'incomplete', expression: 'ServiceRequest.supportingInfo[1]' });
    expect(issue!.text).toContain('ImagingStudy/mri');
    // A report that does not say may be on any of them.
    expect(about(check(reports, [ct, mri, onCt, document('imaging-report')]), 'packet-imaging-report')).toEqual([]);
  });

  test('slides are the specimens that the request names, or that pathology reports on', () => {
    const tube = record('Specimen', 'tube', { status: 'available' });
    const blood = reportOf('LAB', { specimen: [{ reference: 'Specimen/tube' }] });
    const wanted = wants('pathology-slides', 'required');
    expect(about(check(wanted, [tube, blood], requestFor([blood])), 'packet-pathology-slides')).toHaveLength(1);
    const pathology = reportOf('SP', { specimen: [{ reference: 'Specimen/tube' }] });
    expect(about(check(wanted, [tube, pathology], requestFor([pathology])), 'packet-pathology-slides')).toEqual([]);
  });

  test('the operative report is asked for where there was an operation', () => {
    const wanted = wants('operative-report', 'required', { onlyWith: 'operation' });
    const procedure = (code: string, status = 'completed'): Resource =>
      record('Procedure', 'x', { status, code: concept(SNOMED, code) });
    expect(about(check(wanted, [procedure('90470006')]), 'packet-operative-report')).toHaveLength(1);
    expect(about(check(wanted, [procedure('73761001')]), 'packet-operative-report')).toEqual([]);
    expect(about(check(wanted, [procedure('90470006', 'preparation')]), 'packet-operative-report')).toEqual([]);
  });

  test('rules for other services and specialties do not count', () => {
    const key = 'packet-laboratory';
    const ask = (more: object): Issue[] => about(check(wants('laboratory', 'required', more), []), key);
    expect(ask({ services: ['comprehensive-opinion'] })).toHaveLength(1);
    expect(ask({ services: ['radiology-review'] })).toEqual([]);
    expect(ask({ specialties: ['394593009'] })).toHaveLength(1);
    expect(ask({ specialties: ['394579002'] })).toEqual([]);
  });

  test('of two rules on an item the firmer one speaks', () => {
    const packet = [
      { item: 'laboratory', level: 'advised' },
      { item: 'laboratory', level: 'required' },
    ] as const;
    expect(about(check(rulesWith({ packet }), []), 'packet-laboratory')).toMatchObject([{ severity: 'error' }]);
  });

  test('what was made on the case is none of its packet', () => {
    const opinion = record('DiagnosticReport', 'opinion', {
      status: 'final',
      basedOn: [{ reference: 'ServiceRequest/r1' }],
      category: [concept(V2_0074, 'RAD')],
      result: [{ reference: 'Observation/agreed' }],
    });
    const letter = document('imaging-report', { context: { related: [{ reference: 'DiagnosticReport/opinion' }] } });
    const task = record('Task', 't0', {
      focus: { reference: 'ServiceRequest/r1' },
      output: [{ valueReference: { reference: 'CarePlan/advised' } }],
    });
    const plan = record('CarePlan', 'advised', { status: 'active' });
    expect(readPacket(requestFor([]), [opinion, letter, task, plan], SENT).entries).toEqual([]);
  });
});

describe('age', () => {
  const dated = (date: string | undefined, id = 'd'): Resource =>
    reportOf('LAB', { id, ...(date === undefined ? {} : { effectiveDateTime: date }) });
  const wanted = wants('laboratory', 'required', { notOlderThan: { amount: 30, unit: 'days' } });
  const ask = (...records: readonly Resource[]): Issue[] => about(check(wanted, records), 'packet-laboratory');

  test.each([
    ['2026-02-02', 0],
    ['2026-02-01', 1],
    ['2026-02', 0],
    ['2026-01', 1],
    ['2025', 1],
    ['2026', 0],
    ['2026-02-02T23:00:00+05:30', 0],
    ['9999-12-31', 0],
  ])('%s', (date, count) => {
    expect(ask(dated(date))).toHaveLength(count);
  });

  test('by when the request was sent, not by when it is looked at', () => {
    const packet = readPacket(
      requestFor([dated('2026-02-02')]),
      [dated('2026-02-02')],
      SENT,
      '2027-01-01T00:00:00.000Z',
    );
    expect(about(checkPacket(wanted, packet, ASKED), 'packet-laboratory')).toEqual([]);
  });

  test('the newest counts; without any date nobody can tell', () => {
    expect(ask(dated('2020-01-01', 'old'), dated('2026-03-01', 'new'))).toEqual([]);
    expect(ask(dated('2020-01-01', 'old'))[0]!.text).toContain('DiagnosticReport/old');
    for (const date of [undefined, '2026-02-31', 'yesterday'])
      expect(ask(dated(date))).toMatchObject([{ severity: 'warning', code: 'incomplete' }]);
  });
});
