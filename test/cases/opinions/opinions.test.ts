import { describe, expect, it, test } from '@jest/globals';
import { compareOpinions } from '../../../src/cases/opinions/compare.ts';
import type { Opinion } from '../../../src/cases/opinions/opinion.ts';
import { readConcordance } from '../../../src/cases/opinions/concordance.ts';
import { readFirst, readCaseOpinion, readOpinion } from '../../../src/cases/opinions/opinion.ts';
import { thirdOpinionIssues } from '../../../src/cases/opinions/third-opinion.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { report } from '../samples.ts';

const SYSTEM = 'https://consilium.example/fhir/CodeSystem';
const coded = (system: string, code: string) => ({ coding: [{ system: `${SYSTEM}/${system}`, code }] });

function concordance(id: string, said: Record<string, string>, more: object = {}): Resource {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: coded('opinion-observation', 'concordance'),
    component: Object.entries(said).map(([aspect, code]) => ({
      code: coded('opinion-observation', `concordance-${aspect}`),
      valueCodeableConcept: coded('concordance', code),
    })),
    ...more,
  };
}

function travel(id: string, code: string): Resource {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: coded('opinion-observation', 'travel-advice'),
    valueCodeableConcept: coded('travel-advice', code),
  };
}

describe('an opinion', () => {
  const issued = report('final', {
    issued: '2026-03-04T09:00:00Z',
    result: [{ reference: 'Observation/o1' }, { reference: 'Observation/o2' }],
  });

  it('is read from its report and from what that names', () => {
    const results = [
      concordance('o1', { diagnosis: 'confirmed', treatment: 'revised' }),
      travel('o2', 'do-not-travel'),
    ];
    expect(readOpinion('second', issued, results)).toEqual({
      position: 'second',
      report: 'DiagnosticReport/d1',
      status: 'final',
      issued: '2026-03-04T09:00:00Z',
      conclusion: 'The diagnosis is confirmed.',
      travel: 'do-not-travel',
      concordance: { diagnosis: 'confirmed', treatment: 'revised' },
      differences: [],
    });
  });

  it.each([
    ['is not named by the report', concordance('o9', { stage: 'revised' })],
    ['was entered in error', concordance('o1', { stage: 'revised' }, { status: 'entered-in-error' })],
    ['is of another kind', concordance('o1', { stage: 'revised' }, { code: { text: 'Stage' } })],
    ['has a code of its own', concordance('o1', { stage: 'perhaps' })],
    ['speaks of something else', concordance('o1', { weather: 'revised' })],
  ])('an Observation that %s says nothing of it', (_, observation) => {
    expect(readOpinion('second', issued, [observation]).concordance).toEqual({});
  });

  it('of two Observations of one aspect the one that confirms less counts', () => {
    const said = [{ stage: 'undetermined' }, { stage: 'revised' }, { stage: 'confirmed' }];
    for (const order of [said, [...said].reverse()]) {
      expect(readConcordance(order.map((one, index) => concordance(`o${index}`, one)))).toEqual({ stage: 'revised' });
    }
  });

  it('of the home doctor is the newest document that is said to be one', () => {
    const document = (id: string, date: string, kind = 'first-opinion', status = 'current'): Resource => ({
      resourceType: 'DocumentReference',
      id,
      status,
      date,
      description: `Opinion ${id}`,
      category: [coded('packet-document-kind', kind)],
    });
    const packet = [
      document('old', '2026-01-01T00:00:00Z'),
      document('new', '2026-02-01T00:00:00Z'),
      document('newer', '2026-02-03T00:00:00Z', 'narrative'),
      document('gone', '2026-02-02T00:00:00Z', 'first-opinion', 'superseded'),
    ];
    expect(readFirst(packet)).toEqual({
      position: 'first',
      report: 'DocumentReference/new',
      status: 'current',
      issued: '2026-02-01T00:00:00Z',
      title: 'Opinion new',
      concordance: {},
      differences: [],
    });
    expect(readFirst(packet.slice(2))).toBeUndefined();
  });

  it('of several reports on a case the last that was issued counts, else the furthest', () => {
    const one = (id: string, status: Parameters<typeof report>[0], issued: string) => report(status, { id, issued });
    const reports = [
      one('early', 'final', '2026-03-01'),
      one('summary', 'final', '2026-03-09'),
      one('draft', 'preliminary', '2026-03-10'),
      one('registered', 'registered', '2026-03-11'),
      one('cancelled', 'cancelled', '2026-03-12'),
    ];
    const sent = report('final', { id: 'ct', issued: '2026-03-15', basedOn: [{ reference: 'ServiceRequest/ct' }] });
    const counts = (from: number) =>
      readCaseOpinion('second', [sent, ...reports.slice(from)], 'ServiceRequest/r1')?.report;
    expect(counts(0)).toBe('DiagnosticReport/summary');
    expect(counts(2)).toBe('DiagnosticReport/draft');
    expect(counts(3)).toBeUndefined();
  });
});

describe('a summary after the report', () => {
  it('adds to it, and goes before it where both speak of the same', () => {
    const results = (...ids: readonly string[]) => ({ result: ids.map((id) => ({ reference: `Observation/${id}` })) });
    const read = (summary: Parameters<typeof concordance>[1]) =>
      readCaseOpinion(
        'second',
        [
          report('final', { id: 'first', issued: '2026-03-01', ...results('o1') }),
          report('final', { id: 'summary', issued: '2026-03-09', ...results('o2') }),
          report('preliminary', { id: 'draft', issued: '2026-03-02', ...results('o3') }),
          concordance('o1', { diagnosis: 'confirmed', treatment: 'revised' }),
          concordance('o2', summary),
          concordance('o3', { stage: 'revised' }),
        ],
        'ServiceRequest/r1',
      );
    expect(read({})).toMatchObject({
      report: 'DiagnosticReport/summary',
      concordance: { diagnosis: 'confirmed', treatment: 'revised' },
    });
    expect(read({ treatment: 'confirmed' })?.concordance).toEqual({ diagnosis: 'confirmed', treatment: 'confirmed' });
  });
});

describe('an opinion that tells its differences one by one', () => {
  const difference = (id: string, aspect: string, code: string): Resource => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: coded('opinion-observation', 'difference'),
    valueCodeableConcept: coded('concordance', code),
    component: [
      {
        code: coded('opinion-observation', 'difference-aspect'),
        valueCodeableConcept: coded('difference-aspect', aspect),
      },
    ],
  });
  const named = (...ids: readonly string[]) => ({ result: ids.map((id) => ({ reference: `Observation/${id}` })) });

  it('sums them up where its reviewer has not', () => {
    const results = [
      difference('o1', 'treatment', 'confirmed'),
      difference('o2', 'treatment', 'added'),
      difference('o3', 'stage', 'removed'),
      concordance('o4', { stage: 'undetermined' }),
      difference('o9', 'diagnosis', 'revised'),
    ];
    const read = readOpinion('second', report('final', named('o1', 'o2', 'o3', 'o4')), results);
    expect(read.concordance).toEqual({ treatment: 'revised', stage: 'undetermined' });
    expect(read.differences.map(({ observation }) => observation)).toEqual([
      'Observation/o1',
      'Observation/o2',
      'Observation/o3',
    ]);
  });

  it('keeps those of which a later summary says nothing', () => {
    const read = readCaseOpinion(
      'second',
      [
        report('final', { id: 'first', issued: '2026-03-01', ...named('o1', 'o2') }),
        report('final', { id: 'summary', issued: '2026-03-09', ...named('o3') }),
        difference('o1', 'treatment', 'revised'),
        difference('o2', 'diagnosis', 'confirmed'),
        difference('o3', 'treatment', 'confirmed'),
      ],
      'ServiceRequest/r1',
    );
    expect(read?.concordance).toEqual({ diagnosis: 'confirmed', treatment: 'confirmed' });
    expect(read?.differences.map(({ observation }) => observation)).toEqual(['Observation/o3', 'Observation/o2']);
  });
});

describe('side by side', () => {
  const opinion = (concordance: Opinion['concordance'], travel?: string): Opinion => ({
    position: 'second',
    report: 'DiagnosticReport/d1',
    concordance,
    differences: [],
    ...(travel === undefined ? {} : { travel }),
  });
  const differs = (...opinions: Opinion[]) =>
    Object.fromEntries(compareOpinions(opinions).aspects.map(({ aspect, differs: how }) => [aspect, how]));

  test.each<[string, Opinion[], Record<string, string>]>([
    ['nothing said', [opinion({})], {}],
    ['confirmed', [opinion({ diagnosis: 'confirmed' })], { diagnosis: 'no' }],
    ['revised', [opinion({ diagnosis: 'revised' })], { diagnosis: 'yes' }],
    ['undetermined', [opinion({ diagnosis: 'undetermined' })], { diagnosis: 'unknown' }],
    ['both confirmed', [opinion({ stage: 'confirmed' }), opinion({ stage: 'confirmed' })], { stage: 'no' }],
    ['one revised', [opinion({ stage: 'confirmed' }), opinion({ stage: 'revised' })], { stage: 'yes' }],
    [
      'both revised: to what, codes do not tell',
      [opinion({ stage: 'revised' }), opinion({ stage: 'revised' })],
      { stage: 'yes' },
    ],
    ['one could not tell', [opinion({ stage: 'confirmed' }), opinion({ stage: 'undetermined' })], { stage: 'unknown' }],
    ['aspects apart', [opinion({ stage: 'revised', treatment: 'confirmed' })], { stage: 'yes', treatment: 'no' }],
    ['one travel advice', [opinion({}, 'travel')], {}],
    ['the same travel advice', [opinion({}, 'travel'), opinion({}, 'travel')], { travel: 'no' }],
    ['opposite travel advice', [opinion({}, 'travel'), opinion({}, 'do-not-travel')], { travel: 'yes' }],
    ['one open travel advice', [opinion({}, 'travel'), opinion({}, 'undetermined')], { travel: 'unknown' }],
  ])('%s', (_, opinions, expected) => expect(differs(...opinions)).toEqual(expected));
});

describe('a third opinion', () => {
  const said = (diagnosis: 'confirmed' | 'revised' | 'undetermined', isIssued = true) => ({
    isIssued,
    concordance: { diagnosis, stage: 'confirmed' as const },
  });
  const none = { isIssued: true, concordance: {} };

  test.each([
    ['always', said('confirmed'), undefined],
    ['always', said('confirmed', false), undefined],
    ['never', said('revised'), /gives no third opinion/],
    ['only-where-differs', said('revised'), undefined],
    ['only-where-differs', said('undetermined'), undefined],
    ['only-where-differs', said('confirmed'), /confirmed it in every respect/],
    ['only-where-differs', said('revised', false), /not issued yet/],
    ['only-where-differs', none, /opinion-concordance/],
  ] as const)('%s, %j: %s', (thirdOpinion, earlier, text) => {
    const issues = thirdOpinionIssues({ thirdOpinion }, earlier);
    if (text === undefined) {
      expect(issues).toEqual([]);
      return;
    }
    expect(issues).toMatchObject([
      { severity: 'error', code: 'business-rule', key: 'third-opinion', expression: 'ServiceRequest.basedOn' },
    ]);
    expect(issues[0]!.text).toMatch(text);
  });
});
