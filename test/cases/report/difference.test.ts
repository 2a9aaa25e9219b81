import { describe, expect, it, test } from '@jest/globals';
import {
  DIFFERENCES,
  differenceIssues,
  readDifferences,
  sumDifferences,
} from '../../../src/cases/report/difference.ts';
import type { DifferenceCode } from '../../../src/cases/report/difference.ts';
import type { Statement } from '../../../src/cases/report/statement.ts';
import type { Resource } from '../../../src/fhir/index.ts';

const SYSTEM = 'https://consilium.example/fhir/CodeSystem';
const coded = (system: string, code: string) => ({ coding: [{ system: `${SYSTEM}/${system}`, code }] });

const icd = (code: string, text?: string): Statement => ({
  valueCodeableConcept: {
    coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code }],
    ...(text === undefined ? {} : { text }),
  },
});
const snomed = (code: string): Statement => ({
  valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code }] },
});
const words = (valueString: string): Statement => ({ valueString });
const amount = (value: number, code = 'mg'): Statement => ({
  valueQuantity: { value, system: 'http://unitsofmeasure.org', code },
});

interface Sides {
  readonly first?: Statement | undefined;
  readonly second?: Statement | undefined;
}

function difference(code: string | undefined, { first, second }: Sides, more: object = {}): Resource {
  const side = (kind: string, statement: Statement | undefined): object[] =>
    statement === undefined ? [] : [{ code: coded('opinion-observation', kind), ...statement }];
  return {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    code: coded('opinion-observation', 'difference'),
    ...(code === undefined ? {} : { valueCodeableConcept: coded('concordance', code) }),
    component: [
      {
        code: coded('opinion-observation', 'difference-aspect'),
        valueCodeableConcept: coded('difference-aspect', 'diagnosis'),
      },
      ...side('first-opinion', first),
      ...side('second-opinion', second),
    ],
    ...more,
  };
}

function concordance(said: Record<string, string>): Resource {
  return {
    resourceType: 'Observation',
    id: 'sum',
    status: 'final',
    code: coded('opinion-observation', 'concordance'),
    component: Object.entries(said).map(([aspect, code]) => ({
      code: coded('opinion-observation', `concordance-${aspect}`),
      valueCodeableConcept: coded('concordance', code),
    })),
  };
}

const texts = (...observations: Resource[]) => differenceIssues(observations).map(({ text }) => text);

describe('a recorded difference', () => {
  it('is read with both sides, what it is about and where that comes from', () => {
    const observation = difference(
      'revised',
      { first: icd('C34.1'), second: icd('C34.3') },
      { focus: [{ reference: 'Condition/c1' }], derivedFrom: [{ reference: 'DocumentReference/d1' }] },
    );
    expect(readDifferences([observation])).toEqual([
      {
        observation: 'Observation/o1',
        aspect: 'diagnosis',
        code: 'revised',
        first: icd('C34.1'),
        second: icd('C34.3'),
        focus: ['Condition/c1'],
        derivedFrom: ['DocumentReference/d1'],
      },
    ]);
  });

  test.each([
    ['one that was said in error', difference('revised', {}, { status: 'entered-in-error' })],
    ['another Observation', difference('revised', {}, { code: coded('opinion-observation', 'concordance') })],
    ['another record', { ...difference('revised', {}), resourceType: 'Condition' }],
  ])('%s is none', (_what, record) => {
    expect(readDifferences([record])).toEqual([]);
  });

  it('keeps quiet about codes of others', () => {
    const foreign = { coding: [{ system: 'https://other.example', code: 'revised' }] };
    const [read] = readDifferences([difference(undefined, {}, { valueCodeableConcept: foreign, component: [] })]);
    expect(read).toEqual({ observation: 'Observation/o1', focus: [], derivedFrom: [] });
  });
});

/** What the two sides are, for each code what is said against it: `–` nothing, else a word of the refusal. */
const TABLE: readonly (readonly [name: string, sides: Sides, refused: Readonly<Record<DifferenceCode, string>>])[] = [
  [
    'the same code',
    { first: icd('C34.1'), second: icd('C34.1') },
    { confirmed: '–', revised: 'the same', added: 'first-opinion', removed: 'second-opinion', undetermined: '–' },
  ],
  [
    'other codes of one system',
    { first: icd('C34.1'), second: icd('C34.3') },
    { confirmed: 'differ', revised: '–', added: 'first-opinion', removed: 'second-opinion', undetermined: '–' },
  ],
  [
    'codes of two systems',
    { first: icd('C34.1'), second: snomed('254637007') },
    { confirmed: '–', revised: '–', added: 'first-opinion', removed: 'second-opinion', undetermined: '–' },
  ],
  [
    'the same words',
    { first: words('Small cell  carcinoma'), second: words('small cell carcinoma ') },
    { confirmed: '–', revised: 'the same', added: 'first-opinion', removed: 'second-opinion', undetermined: '–' },
  ],
  [
    'other words',
    { first: words('Lung cancer'), second: words('Carcinoma of the lung') },
    { confirmed: '–', revised: '–', added: 'first-opinion', removed: 'second-opinion', undetermined: '–' },
  ],
  [
    'other amounts',
    { first: amount(80), second: amount(40) },
    { confirmed: 'differ', revised: '–', added: 'first-opinion', removed: 'second-opinion', undetermined: '–' },
  ],
  [
    'the same amount',
    { first: amount(80), second: amount(80) },
    { confirmed: '–', revised: 'the same', added: 'first-opinion', removed: 'second-opinion', undetermined: '–' },
  ],
  [
    'amounts in other units',
    { first: amount(80), second: amount(80, 'g') },
    { confirmed: '–', revised: '–', added: 'first-opinion', removed: 'second-opinion', undetermined: '–' },
  ],
  [
    'only the first',
    { first: icd('C34.1') },
    {
      confirmed: 'both',
      revised: 'both',
      added: 'the second opinion',
      removed: '–',
      undetermined: 'and nothing else',
    },
  ],
  [
    'only the second',
    { second: icd('C34.1') },
    { confirmed: 'both', revised: 'both', added: '–', removed: 'the first opinion', undetermined: '–' },
  ],
  [
    'neither',
    {},
    {
      confirmed: 'both',
      revised: 'both',
      added: 'the second opinion',
      removed: 'the first opinion',
      undetermined: 'one of the opinions',
    },
  ],
];

describe('a difference contradicts its own sides', () => {
  test.each(
    TABLE.flatMap(([name, sides, refused]) => DIFFERENCES.map((code) => [code, name, sides, refused[code]] as const)),
  )('%s with %s', (code, _name, sides, refused) => {
    const said = texts(difference(code, sides));
    expect(said).toEqual(refused === '–' ? [] : [expect.stringContaining(refused)]);
  });

  it('unless it says why it could not be determined', () => {
    const noted = { note: [{ text: 'The slides do not tell.' }] };
    expect(texts(difference('undetermined', { first: icd('C34.1') }, noted))).toEqual([]);
    expect(texts(difference('undetermined', {}, noted))).toEqual([expect.stringContaining('one of the opinions')]);
  });

  it('where it does not say what it compares, or how', () => {
    expect(texts(difference('confirmed', { first: words('a'), second: words('a') }, { component: [] }))).toEqual([
      expect.stringContaining('does not say what it compares'),
    ]);
    expect(texts(difference(undefined, { first: words('a') }))).toEqual([
      expect.stringContaining('does not say how the opinions stand'),
    ]);
  });

  it('and never tells what they say', () => {
    const sides = { first: words('Invented carcinoma'), second: words('Invented carcinoma') };
    expect(JSON.stringify(differenceIssues([difference('revised', sides)]))).not.toContain('Invented');
  });
});

describe('the sum of differences', () => {
  test.each<[string, DifferenceCode[], string]>([
    ['all confirmed', ['confirmed', 'confirmed'], 'confirmed'],
    ['one undetermined', ['confirmed', 'undetermined'], 'undetermined'],
    ['one revised', ['undetermined', 'revised', 'confirmed'], 'revised'],
    ['one added', ['confirmed', 'added'], 'revised'],
    ['one removed', ['removed'], 'revised'],
  ])('%s', (_name, codes, sum) => {
    expect(sumDifferences(codes.map((code) => ({ aspect: 'treatment', code })))).toEqual({ treatment: sum });
  });

  it('is told for each aspect apart, and not of what says nothing', () => {
    expect(
      sumDifferences([
        { aspect: 'stage', code: 'revised' },
        { aspect: 'diagnosis', code: 'confirmed' },
        { aspect: 'treatment' },
      ]),
    ).toEqual({ stage: 'revised', diagnosis: 'confirmed' });
  });

  it('may not be said otherwise in the concordance', () => {
    const one = difference('confirmed', { first: icd('C34.1'), second: icd('C34.1') });
    expect(texts(one, concordance({ diagnosis: 'confirmed', stage: 'revised' }))).toEqual([]);
    expect(differenceIssues([one, concordance({ diagnosis: 'revised' })])).toEqual([
      expect.objectContaining({
        severity: 'error',
        key: 'report-difference',
        text: expect.stringContaining(
          'says of the diagnosis that it is revised, and its differences come to confirmed',
        ),
        expression: 'DiagnosticReport.result',
      }),
    ]);
  });
});

describe('a draft among the results', () => {
  const draft = (code: string): Resource => ({
    resourceType: 'Observation',
    id: 'draft',
    status: 'preliminary',
    code: coded('opinion-observation', code),
  });

  test.each(['concordance', 'travel-advice'])('is told of: %s', (code) => {
    expect(differenceIssues([draft(code)])).toEqual([
      expect.objectContaining({
        key: 'report-unwritten',
        text: expect.stringContaining('Observation/draft is preliminary'),
      }),
    ]);
  });

  it('unless it is no Observation of the guide', () => {
    expect(differenceIssues([{ ...draft('concordance'), code: { text: 'Albumin' } }])).toEqual([]);
  });
});
