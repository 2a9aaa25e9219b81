import { expect, test } from '@jest/globals';
import { createNarrator, shortenUrl, wrap } from '../../src/demo/narrator.ts';

const BASE = 'http://127.0.0.1:8080';

test('a call is one line of at most 100 columns, whatever its address', () => {
  const lines: string[] = [];
  const narrator = createNarrator({ print: (line) => lines.push(line), colour: false });
  const url = `${BASE}/fhir/QuestionnaireResponse?subject=Patient/01a2003b-d261-704d-88fb-858f5d25891a&_sort=-authored&_count=1`;
  narrator.call('coordinator', { method: 'POST', url, status: 201, ms: 12_345.6, body: undefined }, true);
  narrator.call('home EHR', { method: 'GET', url: `${BASE}/fhir/metadata`, status: 200, ms: 3, body: undefined }, true);
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  expect(lines[0]).toMatch(
    /^ {3}coordinator POST \/fhir\/QuestionnaireResponse\?subject=Patient\/…25891a&.*… 201 12346 ms$/,
  );
  expect(lines[1]!.indexOf('200')).toBe(lines[0]!.indexOf('201'));
});

test('colour is there when it is asked for, and only then', () => {
  for (const colour of [true, false]) {
    const lines: string[] = [];
    const narrator = createNarrator({ print: (line) => lines.push(line), colour });
    narrator.title('title', ['under']);
    narrator.call('other EHR', { method: 'GET', url: BASE, status: 404, ms: 1, body: undefined }, false);
    narrator.note('note');
    narrator.failure('failure');
    expect(lines.join('').includes('\u001B[')).toBe(colour);
  }
});

test('an address is shown decoded, with ids by their ends', () => {
  expect(shortenUrl(`${BASE}/fhir/Task/01a2003b-d261-704d-88fb-858f5d25891a`)).toBe('/fhir/Task/…25891a');
  expect(shortenUrl(`${BASE}/fhir/Binary/afafc8dcee83b8bde4876966e0ae716264c2b397`)).toBe('/fhir/Binary/…c2b397');
  expect(shortenUrl(`${BASE}/fhir/Task?based-on=ServiceRequest%2Fx`)).toBe('/fhir/Task?based-on=ServiceRequest/x');
});

test('text is broken at blanks, and a word that is too long stands alone', () => {
  expect(wrap('one two  three\nfour', 9)).toEqual(['one two', 'three', 'four']);
  expect(wrap('a verylongword b', 6)).toEqual(['a', 'verylongword', 'b']);
  expect(wrap('', 6)).toEqual([]);
});
