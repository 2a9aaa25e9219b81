import { describe, expect, it, test } from '@jest/globals';
import type { Fault } from '../../../src/base/index.ts';
import { parseJson } from '../../../src/fhir/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { canonical, codec, parse } from './codec.ts';

const patient = (inner: string): string => `<Patient xmlns="http://hl7.org/fhir">${inner}</Patient>`;
const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"';

/** What the document is refused with; and that it took few milliseconds to find out. */
function answerWithin(limit: number, document: string): string {
  const start = cpuTime();
  let answer = 'accepted';
  try {
    parse(document);
  } catch (error) {
    answer = (error as Fault).issues.at(-1)!.key;
  }
  expect(cpuTime() - start).toBeLessThan(limit);
  return answer;
}

describe('nesting', () => {
  test.each([
    ['of what is not known', patient('<a>'.repeat(500_000))],
    ['of extensions', patient('<extension url="a">'.repeat(100_000))],
    ['of a narrative', patient(`<text><div ${XHTML}>${'<b>'.repeat(500_000)}`)],
    ['of resources', patient('<contained><Patient>'.repeat(50_000))],
    ['without a namespace', '<a>'.repeat(500_000)],
    ['of other namespaces', patient('<a xmlns="b">'.repeat(100_000))],
  ])('%s is refused at once', (_name, document) => expect(answerWithin(250, document)).toBe('too-deep'));

  const nested = (levels: number, innermost: Record<string, unknown>): Resource => {
    let extension: Record<string, unknown> = { url: 'a', ...innermost };
    for (let level = 1; level < levels; level++) extension = { url: 'a', extension: [extension] };
    return { resourceType: 'Basic', extension: [extension] };
  };

  test.each([
    ['a value', { valueBoolean: true }],
    ['a value with an id', { valueBoolean: true, _valueBoolean: { id: 'b' } }],
    ['a value with an extension', { _valueBoolean: { extension: [{ url: 'b', valueCode: 'c' }] } }],
    ['a value of values', { valueRatio: { numerator: { value: 1 } } }],
    ['many values', { valueTiming: { event: ['2000'] } }],
    ['an id among values', { valueMeta: { profile: ['a'], _profile: [{ id: 'b' }] } }],
  ])('may be as deep as in JSON, and no deeper: %s', (_name, innermost) => {
    const answers = new Set<string>();
    const read = (parseIt: () => unknown): string => {
      try {
        return canonical(parseIt());
      } catch (error) {
        return (error as Error).message;
      }
    };
    for (let levels = 25; levels < 34; levels++) {
      const resource = nested(levels, innermost);
      const bundle: Resource = { resourceType: 'Bundle', entry: [{ resource }] };
      for (const each of [resource, bundle]) {
        const inJson = read(() => parseJson(Buffer.from(JSON.stringify(each))));
        expect(read(() => codec.parse(Buffer.from(codec.print(each))))).toBe(inJson);
        answers.add(inJson === 'too-deep' ? inJson : 'accepted');
      }
    }
    expect([...answers].sort()).toEqual(['accepted', 'too-deep']);
  });
});

describe('size', () => {
  const lines = '\n'.repeat(1_000_000);
  test.each([
    ['many elements', patient('<name><text value="a"/></name>'.repeat(50_000)), 'accepted'],
    [
      'many ids and holes',
      patient(`<name>${'<given value="a"/><given id="a" value="b"/>'.repeat(30_000)}</name>`),
      'accepted',
    ],
    [
      'many narratives',
      `<Bundle xmlns="http://hl7.org/fhir">${`<entry><resource><Basic><text><status value="empty"/><div ${XHTML}/></text></Basic></resource></entry>`.repeat(10_000)}</Bundle>`,
      'accepted',
    ],
    ['a long value', patient(`<name><text value="${'a '.repeat(2_000_000)}"/></name>`), 'accepted'],
    ['many references', patient(`<name><text value="${'&amp;&#65;'.repeat(200_000)}"/></name>`), 'accepted'],
    ['many comments', patient('<!-- a -->'.repeat(200_000)), 'accepted'],
    ['many line ends', patient(`${lines}<active value="true"/>`), 'accepted'],
    ['problems behind many line ends', patient(`${lines}${'<a/>\n'.repeat(1000)}`), 'unknown-element'],
    [
      'many attributes',
      patient(`<name ${Array.from({ length: 100_000 }, (_, n) => `a${n}="b"`).join(' ')}/>`),
      'too-many-attributes',
    ],
    [
      'many prefixes',
      patient(
        `<name ${Array.from({ length: 50_000 }, (_, n) => `xmlns:a${n}="b"`).join(' ')}><text value="a"/></name>`,
      ),
      'too-many-attributes',
    ],
    ['a long name', patient(`<${'a'.repeat(2_000_000)}/>`), 'unknown-element'],
    ['a long text', patient('a'.repeat(2_000_000)), 'unexpected-text'],
    ['many bad references', patient(`<gender value="${'&'.repeat(1_000_000)};"/>`), 'undefined-entity'],
    ['a reference without end', patient(`<gender value="&${'a'.repeat(2_000_000)}`), 'undefined-entity'],
    ['comments without end', patient('<!--'.repeat(500_000)), 'malformed-xml'],
    ['sections without end', patient('<![CDATA['.repeat(200_000)), 'malformed-xml'],
    [
      'a DTD',
      `<!DOCTYPE a [${Array.from({ length: 50_000 }, (_, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`).join('')}]>${patient('')}`,
      'doctype',
    ],
    [
      'space in a tag to be rewritten',
      patient(
        `<text><status value="empty"/><h:div xmlns:h="http://www.w3.org/1999/xhtml" ${' '.repeat(1_000_000)}/></text>`,
      ),
      'accepted',
    ],
    [
      'space between attributes to be rewritten',
      patient(
        `<text><status value="empty"/><h:div xmlns:h="http://www.w3.org/1999/xhtml" a${' '.repeat(500_000)}=${' '.repeat(500_000)}"b"/></text>`,
      ),
      'accepted',
    ],
    ['digits', patient(`<multipleBirthInteger value="${'1'.repeat(1_000_000)}"/>`), 'invalid-value'],
  ])('%s', (_name, document, answer) => expect(answerWithin(3000, document)).toBe(answer));

  it('does not cost more than its share', () => {
    const measure = (items: number): number => {
      const document = Buffer.from(patient('<name id="a"><given value="a&amp;b"/></name>\n'.repeat(items)));
      const start = cpuTime();
      codec.print(codec.parse(document));
      return cpuTime() - start;
    };
    measure(10_000);
    expect(measure(80_000)).toBeLessThan(40 * Math.max(measure(10_000), 5));
  });
});
