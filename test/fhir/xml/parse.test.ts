import { describe, expect, it, test } from '@jest/globals';
import { parseJson } from '../../../src/fhir/index.ts';
import { canonical, codec, parse } from './codec.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';

describe('a document as people write it', () => {
  const document = `\ufeff<?xml version='1.0' encoding='utf-8' standalone='yes'?>
    <!-- A made-up patient -->
    <Patient xmlns="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
             xsi:schemaLocation="http://hl7.org/fhir ../../schema/patient.xsd">
      <id value="p1"/>
      <meta>
        <versionId value="1"/>
        <profile value="https://example.org/a"/>
        <profile value="https://example.org/b"/>
      </meta>
      <text>
        <status value="generated"/>
        <div xmlns="http://www.w3.org/1999/xhtml" class="x">
          <p title='a "quote"'>Anna  <b>Muster</b> &amp; family&#160;&lt;3</p> <!-- kept -->
          <br/>
        </div>
      </text>
      <contained>
        <Organization>
          <id value="o1"/>
          <name value="Clinic"/>
        </Organization>
      </contained>
      <contained>
        <Practitioner><id value="o2"></id></Practitioner>
      </contained>
      <extension url="https://example.org/size">
        <valueQuantity><value value="1.10"/><unit value="m"/></valueQuantity>
      </extension>
      <identifier id="i1">
        <value value=" 12&#10;3&#x9;4&quot;'&apos;
5 "/>
      </identifier>
      <active value="true"/>
      <name>
        <family value="Muster" id="f"><!-- of birth --><extension url="u"><valueCode value="NAM"/></extension></family>
        <given value="Anna"/>
        <given>
          <extension url="absent"><valueBoolean value="false"/></extension>
        </given>
        <given value="Eva" id="g"/>
        <given value="Zoe"/>
      </name>
      <birthDate>
        <extension url="approximate"><valueInteger value="+5"/></extension>
      </birthDate>
      <deceasedBoolean value="false"/>
      <multipleBirthInteger value="2"/>
    </Patient>
    <!-- The end -->
  `;

  const tree = {
    resourceType: 'Patient',
    id: 'p1',
    meta: { versionId: '1', profile: ['https://example.org/a', 'https://example.org/b'] },
    text: {
      status: 'generated',
      div:
        '<div xmlns="http://www.w3.org/1999/xhtml" class="x">\n' +
        '          <p title=\'a "quote"\'>Anna  <b>Muster</b> &amp; family&#160;&lt;3</p> <!-- kept -->\n' +
        '          <br/>\n        </div>',
    },
    contained: [
      { resourceType: 'Organization', id: 'o1', name: 'Clinic' },
      { resourceType: 'Practitioner', id: 'o2' },
    ],
    extension: [{ url: 'https://example.org/size', valueQuantity: { value: JSON.rawJSON('1.10'), unit: 'm' } }],
    identifier: [{ id: 'i1', value: " 12\n3\t4\"'' 5 " }],
    active: true,
    name: [
      {
        family: 'Muster',
        _family: { id: 'f', extension: [{ url: 'u', valueCode: 'NAM' }] },
        given: ['Anna', null, 'Eva', 'Zoe'],
        _given: [null, { extension: [{ url: 'absent', valueBoolean: false }] }, { id: 'g' }, null],
      },
    ],
    _birthDate: { extension: [{ url: 'approximate', valueInteger: 5 }] },
    deceasedBoolean: false,
    multipleBirthInteger: 2,
  };

  it('becomes the same tree as its JSON', () => {
    expect(canonical(parse(document))).toBe(canonical(tree));
  });

  it('with its resourceType in front', () => {
    expect(Object.keys(parse(document))[0]).toBe('resourceType');
  });

  it('also with Windows line ends and prefixes', () => {
    const prefixed = document
      .replace(/<(\/?)([A-Z]?[a-z]+)/g, (whole, slash: string, name: string) =>
        ['div', 'p', 'b', 'br'].includes(name) ? whole : `<${slash}f:${name}`,
      )
      .replace('xmlns=', 'xmlns:f=');
    expect(prefixed).toContain('<f:Patient xmlns:f=');
    expect(canonical(parse(prefixed))).toBe(canonical(tree));
    const parsed = parse(document.replaceAll('\n', '\r\n'));
    expect(canonical({ ...parsed, text: null })).toBe(canonical({ ...tree, text: null }));
  });
});

describe('XML to JSON and back is the same', () => {
  test.each([
    '<Basic xmlns="http://hl7.org/fhir"/>',
    '<Patient xmlns="http://hl7.org/fhir"><id value="a"/><active value="true"/></Patient>',
    // What holds resources
    '<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/><entry><fullUrl value="urn:uuid:1"/><resource>' +
      '<Bundle><type value="searchset"/><entry><resource><Basic><id value="b"/></Basic></resource></entry></Bundle>' +
      '</resource></entry><entry id="e2"><resource><Patient/></resource></entry></Bundle>',
    '<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="a"/><part><name value="b"/><resource><Basic/>' +
      '</resource></part><part><name value="c"/><valueHumanName><text value="X"/></valueHumanName></part></parameter>' +
      '</Parameters>',
    '<OperationOutcome xmlns="http://hl7.org/fhir"><issue><severity value="error"/><code value="structure"/>' +
      '<diagnostics value="a &lt; b &amp; c&#10;&#9;&#13;&quot;"/></issue></OperationOutcome>',
    // Numbers keep their text
    ...['1.10', '0', '-0', '-0.00', '1e-22', '1E5', '100000000000000000000', '3.14159265358979323846264338'].map(
      (number) =>
        `<Observation xmlns="http://hl7.org/fhir"><valueQuantity><value value="${number}"/></valueQuantity></Observation>`,
    ),
    // Extensions on extensions, on primitives, nested
    '<Basic xmlns="http://hl7.org/fhir"><extension id="x" url="a"><extension url="b"><valueUri value="c">' +
      '<extension url="d"><valueString value="e"/></extension></valueUri></extension></extension></Basic>',
    // Elements that hold themselves, content references
    '<Questionnaire xmlns="http://hl7.org/fhir"><item><linkId value="1"/><item><linkId value="1.1"/><item>' +
      '<linkId value="1.1.1"/></item></item></item></Questionnaire>',
  ])('%s', (document) => {
    expect(codec.print(parse(document))).toBe(HEAD + document);
  });
});

describe('the tree is that of JSON', () => {
  test.each([
    ['a single item of what repeats', '<name><given value="a"/></name>', { name: [{ given: ['a'] }] }],
    [
      'only extensions where values repeat',
      '<name><given><extension url="u"><valueCode value="c"/></extension></given></name>',
      { name: [{ _given: [{ extension: [{ url: 'u', valueCode: 'c' }] }] }] },
    ],
    [
      'a companion in front only',
      '<name><given id="a" value="1"/><given value="2"/></name>',
      { name: [{ given: ['1', '2'], _given: [{ id: 'a' }, null] }] },
    ],
    [
      'names that mean something to JavaScript',
      '<name><text value="__proto__"/><given value="constructor"/></name>',
      { name: [{ text: '__proto__', given: ['constructor'] }] },
    ],
  ])('%s', (_name, inner, members) => {
    const document = `<Patient xmlns="http://hl7.org/fhir">${inner}</Patient>`;
    expect(canonical(parse(document))).toBe(canonical({ resourceType: 'Patient', ...members }));
    expect(codec.print(parse(document))).toBe(HEAD + document);
  });

  it('has numbers as parseJson has them', () => {
    const document =
      '<Basic xmlns="http://hl7.org/fhir"><extension url="a"><valueDecimal value="1.5"/></extension></Basic>';
    const json = '{"resourceType":"Basic","extension":[{"url":"a","valueDecimal":1.5}]}';
    expect(parse(document)).toEqual(parseJson(Buffer.from(json)));
  });
});

describe('the narrative', () => {
  const around = (div: string, root = 'xmlns="http://hl7.org/fhir"'): string =>
    `<Basic ${root}><text><status value="generated"/>${div}</text></Basic>`;
  const divOf = (document: string): unknown => (parse(document)['text'] as Record<string, unknown>)['div'];

  test.each([
    '<div xmlns="http://www.w3.org/1999/xhtml"/>',
    '<div xmlns="http://www.w3.org/1999/xhtml">  a\r\n\tb  </div>',
    '<div  class = "x"\n xmlns="http://www.w3.org/1999/xhtml" ><div>a</div ></div\n>',
    '<div xmlns="http://www.w3.org/1999/xhtml"><!-- <p> --><p xml:lang="de" title="&#10;&gt;">&#xE4;&#228;&quot;</p></div>',
    '<div xmlns="http://www.w3.org/1999/xhtml"><p xmlns="http://www.w3.org/1999/xhtml">]] &gt;</p></div>',
  ])('is kept to the byte: %j', (div) => {
    expect(divOf(around(div))).toBe(div);
    expect(codec.print(parse(around(div)))).toBe(HEAD + around(div));
  });

  test.each([
    [
      'prefixes',
      around(
        '<h:div class="a" xmlns:h="http://www.w3.org/1999/xhtml"><h:p title="xmlns:h=\'x\' <h:".>a:b</h:p><h:br/></h:div>'.replace(
          '<h:".',
          'h:"',
        ),
      ),
      '<div xmlns="http://www.w3.org/1999/xhtml" class="a"><p title="xmlns:h=\'x\' h:">a:b</p><br/></div>',
    ],
    [
      'prefixes from outside',
      around(
        '<div xmlns="http://www.w3.org/1999/xhtml"><h:p>a</h:p></div>',
        'xmlns="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml"',
      ),
      '<div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div>',
    ],
    [
      'a namespace from outside',
      '<f:Basic xmlns:f="http://hl7.org/fhir" xmlns="http://www.w3.org/1999/xhtml"><f:text><f:status value="generated"/>' +
        '<div><p>a</p></div></f:text></f:Basic>',
      '<div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div>',
    ],
    [
      'declarations that are of no use',
      around(
        '<div xmlns="http://www.w3.org/1999/xhtml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><p>a</p></div>',
      ),
      '<div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div>',
    ],
    [
      'CDATA sections',
      around('<div xmlns="http://www.w3.org/1999/xhtml"><p><![CDATA[1 < 2 && 3 > 2]]></p></div>'),
      '<div xmlns="http://www.w3.org/1999/xhtml"><p>1 &lt; 2 &amp;&amp; 3 &gt; 2</p></div>',
    ],
  ])('is brought into the form of JSON: %s', (_name, document, div) => {
    expect(divOf(document)).toBe(div);
  });
});
