import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareCompositions } from '../../../src/cases/report/drift/compare.ts';
import type { Drift } from '../../../src/cases/report/drift/drift.ts';
import { readBlocks } from '../../../src/cases/report/drift/narrative.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { CORPUS } from './drift-corpus.ts';

const SECTION = 'https://consilium.example/fhir/CodeSystem/report-section';
const QUESTION = 'https://consilium.example/fhir/StructureDefinition/answered-question';
const ASKED = ['Is surgery of the left lung advised?', 'May I fly after 2 weeks?'];

type Element = Record<string, unknown>;

function section(code: string, div: string, more: Element = {}): Element {
  return {
    title: code,
    code: { coding: [{ system: SECTION, code, display: code }] },
    text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${div}</div>` },
    ...more,
  };
}

function answer(question: string, div: string): Element {
  const { code: _, ...rest } = section('', div, { extension: [{ url: QUESTION, valueString: question }] });
  return rest;
}

function composition(language: string, sections: readonly Element[], more: Element = {}): Resource {
  return {
    resourceType: 'Composition',
    id: `c-${language}`,
    status: 'final',
    language,
    type: { coding: [{ system: 'http://loinc.org', code: '11488-4', display: 'Consult note' }] },
    subject: { reference: 'Patient/p1' },
    event: [{ detail: [{ reference: 'ServiceRequest/r1' }] }],
    title: 'Report',
    section: sections,
    ...more,
  };
}

const ENTRIES = [{ reference: 'CarePlan/plan' }, { reference: 'Observation/o1', display: 'Concordance' }];

const ENGLISH = [
  section('summary', '<p>Stage IIIB adenocarcinoma of the right lung, 3.2 cm.</p>'),
  section('answers', '<p>Two questions were asked.</p>', {
    section: [answer(ASKED[0]!, '<p>No.</p>'), answer(ASKED[1]!, '<p>Yes, after 4 weeks.</p>')],
  }),
  section(
    'plan',
    '<table><tr><th>Medicine</th><th>Dose</th></tr><tr><td>Osimertinib</td><td>80 mg</td></tr><tr><td>Aspirin</td><td>100 mg</td></tr></table>',
    { entry: ENTRIES },
  ),
];
const VIETNAMESE = [
  section('summary', '<p>Ung thư biểu mô tuyến phổi phải giai đoạn IIIB, 3,2 cm.</p>', { title: 'Tóm tắt' }),
  section('answers', '<p>Có hai câu hỏi.</p>', {
    section: [answer(ASKED[0]!, '<p>Không.</p>'), answer(ASKED[1]!, '<p>Được, sau 4 tuần.</p>')],
  }),
  section(
    'plan',
    '<table><tr><th>Thuốc</th><th>Liều</th></tr><tr><td>Osimertinib</td><td>80 mg</td></tr><tr><td>Aspirin</td><td>100 mg</td></tr></table>',
    { entry: ENTRIES.map(({ reference }) => ({ reference, display: 'như bản gốc' })) },
  ),
];

function compare(changed: readonly Element[], more: Element = {}): Drift[] {
  return compareCompositions(composition('en', ENGLISH), composition('vi', changed, more));
}

function changed(index: number, more: Element): Element[] {
  return VIETNAMESE.with(index, { ...VIETNAMESE[index]!, ...more });
}

const brief = (drifts: readonly Drift[]): string[] =>
  drifts.map(({ kind, place, missing, added }) => `${kind} ${place} -${missing} +${added}`);

describe('compareCompositions', () => {
  it('finds nothing in a true translation, in either direction, or in the report itself', () => {
    expect(compare(VIETNAMESE)).toEqual([]);
    expect(compareCompositions(composition('vi', VIETNAMESE), composition('en', ENGLISH))).toEqual([]);
    expect(compareCompositions(composition('en', ENGLISH), composition('en', ENGLISH))).toEqual([]);
  });

  it.each<readonly [what: string, sections: readonly Element[], found: readonly string[]]>([
    ['a section left out', VIETNAMESE.slice(0, 2), ['sections Composition -1 +0']],
    ['a section added', [...VIETNAMESE, section('travel', '<p>.</p>')], ['sections Composition -0 +1']],
    ['sections in another order', VIETNAMESE.toReversed(), ['sections Composition -0 +0']],
    [
      'a section with another code',
      VIETNAMESE.with(0, section('reasoning', '<p>Ung thư.</p>')),
      ['sections Composition -1 +1'],
    ],
    [
      'a section that is not written yet',
      changed(0, { text: { status: 'empty', div: '<div xmlns="http://www.w3.org/1999/xhtml">…</div>' } }),
      [
        'sections section(summary) -1 +1',
        'doses section(summary) -1 +0',
        'stage section(summary) -1 +0',
        'laterality section(summary) -1 +0',
      ],
    ],
    [
      'a section within left out',
      changed(1, { section: [answer(ASKED[0]!, '<p>Không.</p>')] }),
      ['sections section(answers) -1 +0'],
    ],
    [
      'an answer to another question',
      changed(1, {
        section: [answer(ASKED[0]!, '<p>Không.</p>'), answer('May I fly after 3 weeks?', '<p>Sau 4 tuần.</p>')],
      }),
      ['questions section(answers).section(2) -1 +1'],
    ],
    [
      'another number in an answer',
      changed(1, { section: [answer(ASKED[0]!, '<p>Không.</p>'), answer(ASKED[1]!, '<p>Sau 3 tuần.</p>')] }),
      ['numbers section(answers).section(2) -1 +1'],
    ],
    ['an entry left out', changed(2, { entry: [ENTRIES[0]] }), ['entries section(plan) -1 +0']],
    [
      'an entry of its own',
      changed(2, { entry: [...ENTRIES, { reference: 'Claim/c1' }] }),
      ['entries section(plan) -0 +1'],
    ],
    ['entries in another order', changed(2, { entry: ENTRIES.toReversed() }), ['entries section(plan) -0 +0']],
    [
      'another code in a section',
      changed(2, {
        orderedBy: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-order', code: 'priority' }] },
      }),
      ['codes section(plan) -0 +1'],
    ],
  ])('finds %s', (_, sections, found) => {
    expect(brief(compare(sections))).toEqual(found);
  });

  it('finds doses exchanged between the rows of a table, and says in which cells', () => {
    const turned = (VIETNAMESE[2]!['text'] as { div: string }).div
      .replace('80 mg', 'x mg')
      .replace('100 mg', '80 mg')
      .replace('x mg', '100 mg');
    const [drift] = compare(changed(2, { text: { status: 'additional', div: turned } }));
    expect(drift).toMatchObject({ kind: 'doses', place: 'section(plan)', missing: 2, added: 2 });
    expect(drift?.hint).toBe('numbers with a unit of measure (paragraphs, items or cells: 4, 6)');
  });

  it('takes a table that became a list as one text', () => {
    const list =
      '<div xmlns="http://www.w3.org/1999/xhtml"><ul><li>Osimertinib 80 mg</li><li>Aspirin 100 mg</li></ul></div>';
    expect(compare(changed(2, { text: { status: 'additional', div: list } }))).toEqual([]);
  });

  it.each<readonly [what: string, more: Element, found: string]>([
    ['another subject', { subject: { reference: 'Patient/p2' } }, 'entries Composition -1 +1'],
    ['another case', { event: [{ detail: [{ reference: 'ServiceRequest/r2' }] }] }, 'entries Composition -1 +1'],
    [
      'another type',
      { type: { coding: [{ system: 'http://loinc.org', code: '34133-9' }] } },
      'codes Composition -1 +1',
    ],
  ])('finds %s', (_, more, found) => {
    expect(brief(compare(VIETNAMESE, more))).toEqual([found]);
  });

  it('leaves to the translator what is no part of the opinion', () => {
    const more = {
      title: 'Báo cáo',
      date: '2026-03-09',
      author: [{ reference: 'Practitioner/translator' }],
      type: { coding: [{ system: 'http://loinc.org', code: '11488-4', display: 'Báo cáo hội chẩn' }] },
      subject: { reference: 'Patient/p1/_history/3', display: 'Bệnh nhân' },
      relatesTo: [{ code: 'transforms', targetReference: { reference: 'Composition/c-en' } }],
    };
    expect(compare(VIETNAMESE, more)).toEqual([]);
  });

  it('never puts a value of the patient into hint or place', () => {
    const texts = compare([...changed(0, { text: {} }), section('travel', '<p>12 mg</p>')]).map(
      ({ hint, place }) => hint + place,
    );
    expect(texts.length).toBeGreaterThan(2);
    for (const told of texts) expect(told).not.toMatch(/3[.,]2|IIIB|\bcm\b|12 mg/);
  });

  it('tells sections of one code apart', () => {
    const twice = (text: string): Element[] => [section('plan', '<p>One.</p>'), section('plan', `<p>${text}</p>`)];
    expect(brief(compareCompositions(composition('en', twice('80 mg')), composition('vi', twice('90 mg'))))).toEqual([
      'doses section(plan 2) -1 +1',
    ]);
  });

  it('bears whatever shape the element has', () => {
    const shapes = fc.anything({ maxDepth: 4 });
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const one = composition('en', [], { section: a });
        const found = compareCompositions(one, composition('vi', [], { section: b }));
        expect(found.every(({ place }) => place.startsWith('section(') || place === 'Composition')).toBe(true);
        expect(compareCompositions(one, one)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('finds each translation of the corpus true, section by section, and in each other language', () => {
    const whole = (language: 'en' | 'vi' | 'zh' | 'ar'): Resource =>
      composition(
        language,
        CORPUS.map((said) => section('reasoning', `<p>${said[language].replaceAll('<', '&lt;')}</p>`)),
      );
    for (const language of ['vi', 'zh', 'ar'] as const) {
      expect(compareCompositions(whole('en'), whole(language))).toEqual([]);
    }
  });
});

describe('readBlocks', () => {
  const read = (div: string): string[] => readBlocks(`<div>${div}</div>`).map(({ kind, text }) => `${kind}: ${text}`);

  it('reads paragraphs, items and cells one by one, with empty cells', () => {
    expect(
      read(
        '<h3>A</h3><p>b<b>c</b> d<br/>e</p><ul><li>f</li><li><p>g</p></li></ul><table><tr><td/><td>h</td></tr></table>',
      ),
    ).toEqual(['heading: A', 'paragraph: bc d e', 'item: f', 'item: g', 'cell: ', 'cell: h']);
  });

  it('reads entities, powers, comments and quoted marks as they are meant', () => {
    expect(read('<p title="a > b">&lt;5 &#956;g &#x663; 10<sup>9</sup>/L<!-- 7 > 6 --> &amp;lt;</p>')).toEqual([
      'paragraph: <5 μg ٣ 10^9/L &lt;',
    ]);
  });

  it.each(['<', '<!--', '<p "', '<p>', '</p>', '<td>', '&', '&#', '<sup>'])(
    'reads %s, repeated, to the end',
    (part) => {
      expect(readBlocks(part.repeat(200_000)).length).toBeLessThanOrEqual(200_001);
    },
  );
});
