import { describe, expect, test } from '@jest/globals';
import type { Decision } from '../../../src/cases/index.ts';
import type { Issue } from '../../../src/base/index.ts';
import { compareCompositions } from '../../../src/cases/report/drift/compare.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import {
  answer,
  codeOf,
  coded,
  eventsOf,
  decided,
  issued,
  ORIGINAL,
  QUESTIONS,
  recordsWith,
  refused,
  REPORT,
  reviewed,
  section,
  to,
  TRANSLATED,
  withSections,
  write,
} from './world.ts';

/** Ways around what is asked of a final report that look as if they kept to it. */

const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"';

function both(edit: (sections: Resource[]) => unknown[]): Resource[] {
  return [withSections(ORIGINAL, edit), withSections(TRANSLATED, edit)];
}

function keysOfIssuing(changed: readonly Resource[]): string[] {
  const outcome = write(reviewed(), REPORT, { ...REPORT, status: 'preliminary' }, { records: recordsWith(...changed) });
  return Array.isArray(outcome) ? [...new Set(outcome.map(({ key }) => key))] : [];
}

const instead =
  (code: string, other: unknown) =>
  (sections: Resource[]): unknown[] =>
    sections.map((one) => (codeOf(one) === code ? other : one));

describe('a text in which nothing can be read is none', () => {
  const second = answer(QUESTIONS[1]!, 'Osimertinib 80 mg.');
  const answered = (words: string): Resource[] =>
    both(
      instead('answers', {
        title: 'Answers',
        code: coded('report-section', 'answers'),
        section: [answer(QUESTIONS[0]!, words), second],
      }),
    );

  test.each([
    ['no-break spaces', '&#160;\u00a0\u3000'],
    ['what has no width', '\u200b\u200d\u2060&#x200B;\ufeff'],
    ['what is not drawn, though some of it are letters', '\u3164\u115f\uffa0\u034f\ufe0f'],
    ['signs alone', '… ???'],
    ['a picture without words', '<img src="data:image/png;base64,AA==" alt=""/>'],
    ['a comment', '<!--> Yes, it is. -->'],
  ])('%s', (_what, words) => {
    expect(keysOfIssuing(answered(words))).toEqual(['report-question', 'report-unwritten']);
    expect(keysOfIssuing(both(instead('summary', section('summary', words))))).toEqual(['report-unwritten']);
  });

  test('the question itself is no answer', () => {
    expect(keysOfIssuing(answered('is it  CANCER?'))).toEqual(['report-question']);
    expect(keysOfIssuing(answered('It is cancer.'))).toEqual([]);
  });

  test('a summary that only names records has no words for who reads it', () => {
    const part = { title: 'More', entry: [to('CarePlan/c1')] };
    const wordless = { ...section('summary', ''), text: undefined, section: [part] };
    expect(keysOfIssuing(both(instead('summary', wordless)))).toEqual(['report-unwritten']);
  });
});

describe('everybody reads what stands there', () => {
  const SIGNS = 'Lung cancer, stage IIIB.';

  test.each([
    ['display', `<span style="color: red; display :NONE">${SIGNS}</span>`],
    ['visibility', `<span style='visibility:hidden'>${SIGNS}</span>`],
    ['opacity', `<span style="opacity:0.0">${SIGNS}</span>`],
    ['size', `<span style="font-size: 0pt;">${SIGNS}</span>`],
    ['colour', `<span style="color:transparent">${SIGNS}</span>`],
    ['place', `<span style="text-indent:-999em">${SIGNS}</span>`],
    ['order by style', `<span style="direction:rtl;unicode-bidi:bidi-override">${SIGNS}</span>`],
    ['order by characters', `${SIGNS}\u202e15\u202c`],
    ['order by references', `${SIGNS}&#x202d;15&#8236;`],
  ])('%s', (_what, words) => {
    expect(keysOfIssuing(both(instead('summary', section('summary', words))))).toEqual(['report-veiled']);
    const [, translated] = both(instead('summary', section('summary', words)));
    expect(keysOfIssuing([translated!])).toContain('report-veiled');
  });

  test('styles that only format are left alone', () => {
    const words = `<span style="font-size: 0.8em; opacity: .5; display: block; color: #000">${SIGNS}</span>`;
    expect(keysOfIssuing(both(instead('summary', section('summary', words))))).toEqual([]);
  });
});

describe('drift that is not written in plain digits of the text', () => {
  const drift = (words: string, title = 'Kế hoạch'): string[] => {
    const composition = (said: string, language: string, named: string): Resource => ({
      resourceType: 'Composition',
      language,
      section: [{ title: named, text: { status: 'additional', div: `<div ${XHTML}><p>${said}</p></div>` } }],
    });
    const found = compareCompositions(composition('Osimertinib 80 mg.', 'en', 'Plan'), composition(words, 'vi', title));
    return found.map(({ kind, place }) => `${kind} ${place}`);
  };

  test('is the same as long as nothing is put in', () => {
    expect(drift('Osimertinib 80 mg.')).toEqual([]);
    expect(drift('Osimertinib ๘๐ mg.')).toEqual([]);
    expect(drift('Osimertinib 8\u200b0\u034f mg.')).toEqual([]);
  });

  test.each([
    ['a comment that browsers do not show', 'Osimertinib.<!--> 80 mg -->'],
    ['the words of a picture, which letters show', 'Osimertinib 80 mg.<img src="#x" title=\'alt="a"\' alt="800 mg"/>'],
    ['the same by references', 'Osimertinib 80 mg.<img src="#x" alt="&#56;00 mg"/>'],
    ['Thai digits', 'Osimertinib 80 mg, ๑๖๐ mg.'],
    ['Devanagari digits', 'Osimertinib 80 mg, १६० mg.'],
    ['Bengali digits', 'Osimertinib 80 mg, ১৬০ mg.'],
    ['digits of double width', 'Osimertinib 80 mg, １６０ mg.'],
    ['a number in a dark circle', 'Osimertinib 80 mg ❺ mg.'],
    ['a number of merchants', 'Osimertinib 80 mg 〥 mg.'],
    ['a numeral of contracts', 'Osimertinib 80 mg, 壹佰陸拾 mg.'],
  ])('%s', (_what, words) => {
    expect(drift(words)).toEqual(['doses section(1)']);
  });

  test('a title is read, too', () => {
    expect(drift('Osimertinib 80 mg.', 'Kế hoạch: 800 mg')).toEqual(['doses section(1).title']);
  });
});

describe('what an issued report says', () => {
  const OBSERVATION: Resource = {
    resourceType: 'Observation',
    id: 'o1',
    subject: to('Patient/p1'),
    valueString: 'confirmed',
  };
  const before: Resource = { ...REPORT, result: [to('Observation/o1')], conclusionCode: [{ text: 'C34.1' }] };
  const newer = [ORIGINAL, TRANSLATED].map((one) =>
    withSections({ ...one, status: 'amended' }, (all) => [...all, section('changes', 'More is said.')]),
  );
  const append = (after: Partial<Resource>, changed: readonly Resource[] = []): Decision | Issue[] => {
    const amended = { ...before, ...after, status: 'appended' };
    const former = [
      ORIGINAL,
      TRANSLATED,
      before,
      ...(changed.length > 0 ? [OBSERVATION, recordsWith().get('CarePlan/c1')!] : []),
    ];
    return write(issued(), amended, before, {
      records: recordsWith(OBSERVATION, ...newer, ...changed, amended),
      former: new Map(former.map((one) => [`${one.resourceType}/${one.id ?? ''}`, one])),
    });
  };

  test('stays in its records where it is only added to', () => {
    expect(eventsOf(decided(append({ result: [to('Observation/o1'), to('Observation/o2')] })))).toEqual([
      'report-amended',
    ]);
    expect(eventsOf(decided(append({ conclusion: 'Lung cancer. And more.' })))).toEqual(['report-amended']);
    const kept = (outcome: Decision | Issue[]): string[] =>
      refused(outcome).flatMap(({ key, text }) => `${key} ${/drops: ([^.]*)\. /.exec(text)?.[1] ?? ''}`);
    expect(kept(append({}, [{ ...OBSERVATION, valueString: 'revised' }]))).toEqual(['report-kept Observation/o1']);
    const plan = { ...recordsWith().get('CarePlan/c1')!, title: 'Another plan' };
    expect(kept(append({}, [OBSERVATION, plan]))).toEqual(['report-kept CarePlan/c1']);
    expect(kept(append({ result: [] }))).toEqual(['report-kept Observation/o1']);
    expect(kept(append({ conclusion: 'No cancer.' }))).toEqual(['report-kept conclusion']);
    expect(kept(append({ conclusionCode: [{ text: 'C34.9' }] }))).toEqual(['report-kept conclusionCode']);
  });

  const naming = withSections(ORIGINAL, (all) =>
    all.map((one) => (codeOf(one) === 'summary' ? { ...one, entry: [to('Condition/x'), to('Observation/lab')] } : one)),
  );
  const edit = (part: Resource, by: 'programme' | 'placer'): Decision | Issue[] =>
    write(issued(), { ...part, note: [{ text: 'new' }] }, part, { records: recordsWith(naming) }, by);

  test('stands in records of any clinical type', () => {
    const condition: Resource = { resourceType: 'Condition', id: 'x', subject: to('Patient/p1') };
    expect(refused(edit(condition, 'programme')).map(({ key }) => key)).toEqual(['report-fixed']);
  });

  test('does not keep the home side from setting its own records right', () => {
    const lab: Resource = { resourceType: 'Observation', id: 'lab', subject: to('Patient/p1') };
    expect(eventsOf(decided(edit(lab, 'placer')))).toEqual(['record-corrected']);
  });
});
