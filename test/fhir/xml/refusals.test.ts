import { describe, expect, it, test } from '@jest/globals';
import type { Resource } from '../../../src/fhir/index.ts';
import { codec, parse, refusalOf } from './codec.ts';

/** `key path line:column` of every issue. */
function refused(document: string | Buffer): string[] {
  const { status, issues } = refusalOf(() => codec.parse(Buffer.from(document as string)));
  expect(status).toBe(400);
  return issues.map(({ key, expression, text }) => {
    const [, line, column] = /\(.*?line (\d+), column (\d+)\)/.exec(text) ?? [];
    return [key, expression, line === undefined ? undefined : `${line}:${column}`].filter(Boolean).join(' ');
  });
}

const patient = (inner: string): string => `<Patient xmlns="http://hl7.org/fhir">\n${inner}</Patient>`;
const narrative = (div: string): string => patient(`<text><status value="generated"/>\n${div}</text>`);

describe('elements', () => {
  test.each([
    ['an unknown one', patient('<nmae><text value="a"/></nmae>'), ['unknown-element Patient.nmae 2:1']],
    [
      'one deeper',
      patient('<name><given value="a"/>\n <sirname value="b"/></name>'),
      ['unknown-element Patient.name[0].sirname 3:2'],
    ],
    ['a choice without its type', patient('<deceased value="true"/>'), ['unknown-element Patient.deceased 2:1']],
    [
      'a choice of a type it does not have',
      patient('<deceasedString value="a"/>'),
      ['unknown-element Patient.deceasedString 2:1'],
    ],
    [
      'an attribute as element',
      patient('<extension><url value="a"/></extension>'),
      ['unknown-element Patient.extension[0].url 2:12'],
    ],
    [
      'an element in a primitive',
      patient('<birthDate value="2000"><value value="a"/></birthDate>'),
      ['unknown-element Patient.birthDate.value 2:25'],
    ],
    ['JSON habits', patient('<resourceType value="Patient"/>'), ['unknown-element Patient.resourceType 2:1']],
    [
      'out of order',
      patient('<birthDate value="2000"/>\n<gender value="male"/>'),
      ['element-order Patient.gender 3:1'],
    ],
    ['an id behind', patient('<active value="true"/><id value="a"/>'), ['element-order Patient.id 2:23']],
    [
      'the same not together',
      patient('<name><text value="a"/></name><telecom><value value="1"/></telecom>\n<name><text value="b"/></name>'),
      ['element-order Patient.name 3:1'],
    ],
    ['twice', patient('<gender value="male"/><gender value="male"/>'), ['element-repeated Patient.gender 2:23']],
    [
      'twice, not together',
      patient('<gender value="male"/><birthDate value="2000"/><gender value="male"/>'),
      ['element-repeated Patient.gender 2:48'],
    ],
    [
      'twice in a complex one',
      patient('<maritalStatus><text value="a"/></maritalStatus><maritalStatus><text value="a"/></maritalStatus>'),
      ['element-repeated Patient.maritalStatus 2:49'],
    ],
    [
      'two types of a choice',
      patient('<deceasedBoolean value="true"/><deceasedDateTime value="2000"/>'),
      ['several-choices Patient.deceased 2:32'],
    ],
    ['empty', patient('<name/>'), ['empty-element Patient.name[0] 2:1']],
    ['empty with an end tag', patient('<name>\n</name>'), ['empty-element Patient.name[0] 3:1']],
    ['empty but for its id', patient('<name id="a"/>'), ['empty-element Patient.name[0] 2:1']],
    ['an empty primitive', patient('<gender/>'), ['empty-element Patient.gender 2:1']],
    [
      'an empty primitive among others',
      patient('<name><given value="a"/><given/></name>'),
      ['empty-element Patient.name[0].given[1] 2:25'],
    ],
    ['a primitive with an id only', patient('<gender id="a"/>'), ['empty-element Patient.gender 2:1']],
    [
      'text',
      patient('<gender>male</gender>'),
      ['unexpected-text Patient.gender 2:9', 'empty-element Patient.gender 2:13'],
    ],
    ['text behind an element', patient('<gender value="male"/>  x'), ['unexpected-text Patient 2:25']],
    ['a CDATA section', patient('<![CDATA[ ]]>'), ['unexpected-text Patient 2:1']],
    [
      'several problems',
      patient('<foo><bar>x</bar></foo><gender value="" lang="de"/>\n<active value="yes"/>'),
      [
        'unknown-element Patient.foo 2:1',
        'empty-attribute Patient.gender 2:24',
        'unknown-attribute Patient.gender 2:24',
        'element-order Patient.active 3:1',
        'invalid-value Patient.active 3:1',
      ],
    ],
  ])('%s', (_name, document, issues) => expect(refused(document)).toEqual(issues));
});

describe('attributes', () => {
  test.each([
    ['unknown', patient('<gender value="male" code="a"/>'), ['unknown-attribute Patient.gender 2:1']],
    [
      'value of a complex type',
      patient('<name value="a"><text value="a"/></name>'),
      ['unknown-attribute Patient.name[0] 2:1'],
    ],
    [
      'url of what is no extension',
      patient('<name url="a"><text value="a"/></name>'),
      ['unknown-attribute Patient.name[0] 2:1'],
    ],
    ['url of a primitive', patient('<gender url="a" value="male"/>'), ['unknown-attribute Patient.gender 2:1']],
    ['id of a resource', '<Patient xmlns="http://hl7.org/fhir" id="a"/>', ['unknown-attribute Patient 1:1']],
    [
      'id of what holds a resource',
      patient('<contained id="a"><Basic/></contained>'),
      ['unknown-attribute Patient.contained[0] 2:1'],
    ],
    ['xml:lang', patient('<gender xml:lang="de" value="male"/>'), ['unknown-attribute Patient.gender 2:1']],
    [
      'xsi:type',
      patient('<gender xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="code" value="male"/>'),
      ['unknown-attribute Patient.gender 2:1'],
    ],
    [
      'schemaLocation below a resource',
      patient('<gender xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" value="male"/>'),
      ['unknown-attribute Patient.gender 2:1'],
    ],
    [
      'value with a prefix',
      '<f:Patient xmlns:f="http://hl7.org/fhir"><f:gender f:value="male"/></f:Patient>',
      ['unknown-attribute Patient.gender 1:42', 'empty-element Patient.gender 1:42'],
    ],
    ['empty', patient('<gender value=""/>'), ['empty-attribute Patient.gender 2:1']],
    ['white space', patient('<gender value=" &#10;"/>'), ['empty-attribute Patient.gender 2:1']],
    [
      'white space for a number',
      patient('<multipleBirthInteger value=" "/>'),
      ['empty-attribute Patient.multipleBirth 2:1'],
    ],
    ['an empty id', patient('<name id=""><text value="a"/></name>'), ['empty-attribute Patient.name[0] 2:1']],
    [
      'an empty url',
      patient('<extension url=""><valueCode value="a"/></extension>'),
      ['empty-attribute Patient.extension[0] 2:1'],
    ],
    ['no boolean', patient('<active value="True"/>'), ['invalid-value Patient.active 2:1']],
    ['1 for true', patient('<active value="1"/>'), ['invalid-value Patient.active 2:1']],
    ...['two', '01', '1.', '.5', '+1.5', '1 ', '0x1', 'NaN', 'Infinity', '1e400', '--1', '١'].map(
      (text): [string, string, string[]] => [
        `no number: ${text}`,
        `<Observation xmlns="http://hl7.org/fhir"><valueQuantity><value value="${text}"/></valueQuantity></Observation>`,
        ['invalid-value Observation.value.value 1:57'],
      ],
    ),
    ['a value among others', patient('<multipleBirthInteger value="x"/>'), ['invalid-value Patient.multipleBirth 2:1']],
  ])('%s', (_name, document, issues) => expect(refused(document)).toEqual(issues));
});

describe('resources and namespaces', () => {
  test.each([
    ['no namespace', '<Patient/>', ['wrong-namespace 1:1']],
    ['another namespace', '<Patient xmlns="http://hl7.org/fhir/"><id value="a"/></Patient>', ['wrong-namespace 1:1']],
    [
      'an element of another',
      patient('<name xmlns="urn:x"><text value="a"/></name>'),
      ['wrong-namespace Patient.name 2:1'],
    ],
    [
      'an element of none',
      '<f:Patient xmlns:f="http://hl7.org/fhir"><name/></f:Patient>',
      ['wrong-namespace Patient.name 1:42'],
    ],
    [
      'XInclude',
      patient('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
      ['wrong-namespace Patient.include 2:1'],
    ],
    ['an unknown type', '<Pateint xmlns="http://hl7.org/fhir"/>', ['unknown-resource-type 1:1']],
    ['an abstract type', '<DomainResource xmlns="http://hl7.org/fhir"/>', ['unknown-resource-type 1:1']],
    [
      'a data type',
      '<HumanName xmlns="http://hl7.org/fhir"><text value="a"/></HumanName>',
      ['unknown-resource-type 1:1'],
    ],
    ['a name of JavaScript', '<constructor xmlns="http://hl7.org/fhir"/>', ['unknown-resource-type 1:1']],
    [
      'an unknown type within',
      patient('<contained><Foo/></contained>'),
      ['unknown-resource-type Patient.contained[0] 2:12'],
    ],
    [
      'two in one',
      patient('<contained><Basic/></contained><contained><Basic/><Basic/></contained>'),
      ['several-resources Patient.contained[1] 2:51'],
    ],
    ['none in one', patient('<contained/>'), ['empty-element Patient.contained[0] 2:1']],
    [
      'an element within a contained one',
      patient('<contained><Basic><foo/></Basic></contained>'),
      ['unknown-element Patient.contained[0].foo 2:19'],
    ],
    [
      'an element within a Bundle',
      '<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Patient/></resource></entry><entry><resource><Patient><foo/></Patient></resource></entry></Bundle>',
      ['unknown-element Bundle.entry[1].resource.foo 1:109'],
    ],
    [
      'two in an entry',
      '<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Basic/></resource><resource><Basic/></resource></entry></Bundle>',
      ['element-repeated Bundle.entry[0].resource 1:73'],
    ],
  ])('%s', (_name, document, issues) => expect(refused(document)).toEqual(issues));
});

describe('narrative', () => {
  test.each([
    ['without its namespace', narrative('<div><p>a</p></div>'), ['wrong-namespace Patient.text.div 3:1']],
    [
      'with that of HTML 5',
      narrative('<div xmlns="http://www.w3.org/html"><p>a</p></div>'),
      ['wrong-namespace Patient.text.div 3:1'],
    ],
    ['as value', narrative('<div value="a"/>'), ['wrong-namespace Patient.text.div 3:1']],
    [
      'with pictures of another namespace',
      narrative('<div xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"><g/></svg></div>'),
      ['wrong-namespace Patient.text.div 3:43'],
    ],
    [
      'with attributes of another namespace',
      narrative(
        '<div xmlns="http://www.w3.org/1999/xhtml"><a xmlns:x="http://www.w3.org/1999/xlink" x:href="#a">a</a></div>',
      ),
      ['unknown-attribute Patient.text 3:43'],
    ],
    [
      'twice',
      narrative('<div xmlns="http://www.w3.org/1999/xhtml"/><div xmlns="http://www.w3.org/1999/xhtml"/>'),
      ['element-repeated Patient.text.div 3:44'],
    ],
    [
      'before its status',
      patient('<text><div xmlns="http://www.w3.org/1999/xhtml"/><status value="generated"/></text>'),
      ['element-order Patient.text.status 2:50'],
    ],
    [
      'with a name for a space',
      narrative('<div xmlns="http://www.w3.org/1999/xhtml">a&nbsp;b</div>'),
      ['undefined-entity 3:44'],
    ],
    [
      'with a processing instruction',
      narrative('<div xmlns="http://www.w3.org/1999/xhtml"><?php x ?></div>'),
      ['processing-instruction 3:43'],
    ],
  ])('%s', (_name, document, issues) => expect(refused(document)).toEqual(issues));
});

describe('what is not well-formed', () => {
  const dtd = '<!DOCTYPE Patient [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
  test.each([
    ['nothing', '', ['malformed-xml']],
    ['white space', ' \n', ['malformed-xml']],
    ['JSON', '{"resourceType":"Patient"}', ['malformed-xml 1:1']],
    ['an open element', patient('<name>'), ['malformed-xml 2:16']],
    ['an end too early', '<Patient xmlns="http://hl7.org/fhir"><id val', ['malformed-xml 1:44']],
    ['another end tag', patient('<name><text value="a"/></nmae>'), ['malformed-xml 2:30']],
    ['an end tag too many', `${patient('')}</Patient>`, ['malformed-xml 2:20']],
    ['two roots', `${patient('')}\n<Basic xmlns="http://hl7.org/fhir"/>`, ['malformed-xml 3:7']],
    ['text before', ' x<Patient xmlns="http://hl7.org/fhir"/>', ['malformed-xml 1:2']],
    ['text behind', '<Patient xmlns="http://hl7.org/fhir"/>x', ['malformed-xml 1:40']],
    ['the same attribute twice', patient('<gender value="a" value="b"/>'), ['malformed-xml 2:29']],
    ['an attribute without quotes', patient('<gender value=a/>'), ['malformed-xml 2:15']],
    ['an undeclared prefix', '<f:Patient/>', ['malformed-xml 1:12']],
    ['a bare "<"', patient('<gender value="a<b"/>'), ['malformed-xml 2:17']],
    ['a bare "&"', patient('<gender value="A & B"/>'), ['undefined-entity 2:18']],
    ['a bare "&" and a good one', patient('<gender value="A & B &amp; C"/>'), ['undefined-entity 2:18']],
    [
      'a bare "&" behind good ones elsewhere',
      patient('<!-- & --><gender value="&lt; A&B;"/>'),
      ['undefined-entity 2:32'],
    ],
    ['an entity of HTML', patient('<gender value="a&nbsp;b"/>'), ['undefined-entity 2:17']],
    ['a DOCTYPE', `<!DOCTYPE html>\n${patient('')}`, ['doctype 1:1']],
    ['a DTD with entities', `<?xml version="1.0"?>\n${dtd}${patient('<gender value="&x;"/>')}`, ['doctype 2:1']],
    [
      'a processing instruction',
      `<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?>${patient('')}`,
      ['processing-instruction 2:1'],
    ],
    ['a late declaration', ` <?xml version="1.0"?>${patient('')}`, ['malformed-xml 1:7']],
    ['NUL', patient('<gender value="a\0"/>'), ['malformed-xml 2:17']],
    ['a reference to NUL', patient('<gender value="&#0;"/>'), ['malformed-xml 2:19']],
    ['a control character', patient('<gender value="a\u0001"/>'), ['malformed-xml 2:17']],
    ['U+FFFE', patient('<gender value="a\ufffe"/>'), ['malformed-xml 2:17']],
    ['half a surrogate pair', patient('<gender value="&#xD800;"/>'), ['malformed-xml 2:23']],
    ['a reference beyond Unicode', patient('<gender value="&#x110000;"/>'), ['malformed-xml 2:25']],
    ['a comment with --', patient('<!-- a -- b -->'), ['malformed-xml 2:10']],
    ['another version', `<?xml version="1.1"?>${patient('')}`, ['xml-version 1:1']],
    ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${patient('')}`, ['xml-encoding 1:1']],
    ['UTF-16', Buffer.from(`\ufeff${patient('')}`, 'utf16le'), ['xml-encoding 1:1']],
    ['UTF-32', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x3c]), ['xml-encoding 1:1']],
    ['UTF-16 without a mark', Buffer.from(patient(''), 'utf16le'), ['xml-encoding 1:1']],
    [
      'Latin 1',
      Buffer.from(patient('<!-- \ufffd as it is -->\n<gender value="\u00e4"/>'), 'latin1'),
      ['invalid-utf8 2:6'],
    ],
    [
      'broken UTF-8 behind what looks like it',
      Buffer.concat([Buffer.from(patient('<!-- \ufffd -->\n<a b="\ufffd')), Buffer.from([0xc3, 0x22])]),
      ['invalid-utf8 3:18'],
    ],
    [
      'problems with elements, and then this',
      patient('<foo/><gender value=a/>'),
      ['unknown-element Patient.foo 2:1', 'malformed-xml 2:21'],
    ],
  ])('%s', (_name, document, issues) => expect(refused(document)).toEqual(issues));
});

describe('the texts', () => {
  const textOf = (document: string): string => refusalOf(() => parse(document)).issues[0]!.text;

  test.each([
    [patient('<nmae/>'), 'Patient has no element nmae (line 2, column 1). Did you mean name?'],
    [
      patient('<deceased/>'),
      'Patient has no element deceased (line 2, column 1). Its name tells its type, such as deceasedBoolean.',
    ],
    [
      patient('<birthDate value="2000"/><gender value="male"/>'),
      'gender stands behind birthDate (line 2, column 26). In XML elements stand in the order of the specification: move it up, before birthDate.',
    ],
    [
      '<Patient id="a" xmlns="http://hl7.org/fhir"/>',
      'The element has no attribute id (line 1, column 1). The id of a resource is an element: <id value="…"/>.',
    ],
    [
      '<Patient/>',
      'The element is in no namespace (line 1, column 1). Declare the namespace on the root element: xmlns="http://hl7.org/fhir".',
    ],
    [patient('<active value="ja"/>'), 'Patient.active is no boolean (line 2, column 1). Give true or false.'],
  ])('tell how to mend it: %s', (document, text) => expect(textOf(document)).toBe(text));

  it('hold nothing of the record', () => {
    const secret = 'Geheim_4711';
    const documents = [
      patient(`<${secret}/>`),
      patient(`<gender ${secret}="a"/>`),
      patient(`<gender>${secret}</gender>`),
      patient(`<active value="${secret}"/>`),
      patient(`<gender value="&${secret};"/>`),
      patient(`<gender value="a"></${secret}>`),
      patient(`<${secret}:gender value="a"/>`),
      `<?${secret} x?>${patient('')}`,
      `<?xml version="1.0" encoding="${secret}"?>${patient('')}`,
      `<${secret} xmlns="http://hl7.org/fhir"/>`,
      `<Patient xmlns="urn:${secret}"/>`,
      `${secret}${patient('')}`,
    ];
    for (const document of documents) {
      expect(JSON.stringify(refusalOf(() => parse(document)).issues)).not.toContain(secret);
    }
  });

  it('name no element where there is none', () => {
    expect(refusalOf(() => parse('<Patient/>')).issues[0]).not.toHaveProperty('expression');
  });

  it('are 50 at most', () => {
    expect(refused(patient('<foo/>'.repeat(1000)))).toHaveLength(50);
  });
});

it('leaves values to validation', () => {
  const tree: Resource = parse(patient('<gender value="none such"/><birthDate value="2023-02-30"/>'));
  expect(tree).toEqual({ resourceType: 'Patient', gender: 'none such', birthDate: '2023-02-30' });
});
