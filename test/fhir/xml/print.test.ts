import { describe, expect, it, test } from '@jest/globals';
import type { Resource } from '../../../src/fhir/index.ts';
import { codec, parse, refusalOf } from './codec.ts';

const NS = 'xmlns="http://hl7.org/fhir"';
const DIV = '<div xmlns="http://www.w3.org/1999/xhtml">';

function print(members: Readonly<Record<string, unknown>>): string {
  return codec.print({ resourceType: 'Patient', ...members }).replace('<?xml version="1.0" encoding="UTF-8"?>', '');
}

function withDiv(div: unknown): Resource {
  return { resourceType: 'Patient', text: { status: 'generated', div } };
}

describe('print', () => {
  it('writes elements in the order of the specification, whatever that of the tree', () => {
    const members = {
      birthDate: '2000',
      _gender: { extension: [{ valueCode: 'x', url: 'u' }] },
      name: [{ given: ['A'], family: 'B', id: 'n' }],
      gender: 'male',
      meta: { profile: ['p'], versionId: '1' },
      id: 'a',
    };
    expect(print(members)).toBe(
      `<Patient ${NS}><id value="a"/><meta><versionId value="1"/><profile value="p"/></meta>` +
        '<name id="n"><family value="B"/><given value="A"/></name>' +
        '<gender value="male"><extension url="u"><valueCode value="x"/></extension></gender>' +
        '<birthDate value="2000"/></Patient>',
    );
  });

  it('is the same each time', () => {
    const resource: Resource = { resourceType: 'Patient', active: true, name: [{ text: 'A' }] };
    expect(codec.print(resource)).toBe(codec.print(JSON.parse(JSON.stringify(resource)) as Resource));
  });

  it.each([
    ['a & b', 'a &amp; b'],
    ['&amp;', '&amp;amp;'],
    ['<b>', '&lt;b&gt;'],
    ['"\'', "&quot;'"],
    [' \t\r\n ', ' &#9;&#13;&#10; '],
    [']]>', ']]&gt;'],
    ['äöü 😀 \u0085\u00a0\u2028\ufeff\ufffd', 'äöü 😀 \u0085\u00a0\u2028\ufeff\ufffd'],
    ['\u{10ffff}', '\u{10ffff}'],
  ])('escapes %j', (text, escaped) => {
    const xml = print({ name: [{ text: `x${text}` }] });
    expect(xml).toBe(`<Patient ${NS}><name><text value="x${escaped}"/></name></Patient>`);
    expect(parse(xml)).toEqual({ resourceType: 'Patient', name: [{ text: `x${text}` }] });
  });

  it('keeps the references of a narrative', () => {
    const references = '&amp;&lt;&gt;&quot;&apos; &#228;&#xe4;';
    expect(codec.print(withDiv(`${DIV}${references}</div>`))).toContain(`${DIV}${references}</div>`);
  });

  it('declares the namespace of a narrative that does not', () => {
    expect(codec.print(withDiv(' <div class="a"><p>a</p></div>\n'))).toContain(
      `${DIV.slice(0, -1)} class="a"><p>a</p></div></text>`,
    );
    expect(codec.print(withDiv('<div/>'))).toContain(`${DIV.slice(0, -1)}/></text>`);
  });
});

describe('print refuses what XML cannot carry', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['control characters', { name: [{ text: 'a' }, { text: 'a\u0001' }] }, 'Patient.name[1].text'],
    ['NUL', { name: [{ text: 'a\0' }] }, 'Patient.name[0].text'],
    ['U+FFFE', { name: [{ given: ['a', '\ufffe'] }] }, 'Patient.name[0].given[1]'],
    ['U+FFFF', { photo: [{ url: 'a\uffff' }] }, 'Patient.photo[0].url'],
    ['half a surrogate pair', { name: [{ text: 'a\ud800' }] }, 'Patient.name[0].text'],
    ['it in an attribute', { name: [{ id: 'a\u0001', text: 'a' }] }, 'Patient.name[0]'],
    ['elements that R4 does not have', { name: [{ txt: 'a' }] }, 'Patient.name[0]'],
    ['extensions of an attribute', { name: [{ text: 'a', _id: { id: 'x' } }] }, 'Patient.name[0]'],
    [
      'extensions of a narrative',
      { text: { status: 'empty', div: `${DIV}a</div>`, _div: { id: 'a' } } },
      'Patient.text',
    ],
    ['values of another type', { active: 'true' }, 'Patient.active'],
    ['numbers that are none', { multipleBirthInteger: Number.NaN }, 'Patient.multipleBirth'],
    ['a value in the place of an object', { name: ['a'] }, 'Patient.name[0]'],
    ['an object in the place of a value', { gender: {} }, 'Patient.gender'],
    ['one in the place of many', { name: { text: 'a' } }, 'Patient'],
    ['many in the place of one', { gender: ['male'] }, 'Patient.gender'],
    ['a contained resource without type', { contained: [{ id: 'a' }] }, 'Patient.contained[0]'],
    ['null', { contained: [null] }, 'Patient.contained[0]'],
  ])('%s', (_name, members, path) => {
    const { status, issues } = refusalOf(() => print(members));
    expect({ status, key: issues[0]!.key, path: issues[0]!.expression }).toEqual({
      status: 406,
      key: 'not-expressible-in-xml',
      path,
    });
  });

  test.each([
    ['no div', '<p xmlns="http://www.w3.org/1999/xhtml">a</p>'],
    ['text', 'a'],
    ['two', `${DIV}</div>${DIV}</div>`],
    ['more behind it', `${DIV}</div><gender value="male"/>`],
    ['text behind it', `${DIV}</div>a<!-- -->`],
    ['another namespace', '<div xmlns="http://hl7.org/fhir"><p>a</p></div>'],
    ['another namespace within', `${DIV}<p xmlns="urn:x">a</p></div>`],
    ['prefixes', `${DIV}<f:gender value="male"/></div>`],
    ['open elements', `${DIV}<br></div>`],
    ['an unknown entity', `${DIV}&nope;</div>`],
    ['an entity of HTML', `${DIV}&nbsp;</div>`],
    ['a bare &', `${DIV}a & b</div>`],
    ['a DTD', `<!DOCTYPE div []>${DIV}</div>`],
    ['a processing instruction', `${DIV}<?x y?></div>`],
    ['control characters', `${DIV}\u0001</div>`],
    ['half a surrogate pair', `${DIV}\udc00</div>`],
    ['no text at all', 1],
  ])('a narrative that is %s', (_name, div) => {
    const { status, issues } = refusalOf(() => codec.print(withDiv(div)));
    expect([status, issues[0]!.expression]).toEqual([406, 'Patient.text.div']);
  });

  it('an unknown type', () => {
    expect(refusalOf(() => codec.print({ resourceType: 'Foo' })).status).toBe(406);
  });
});
