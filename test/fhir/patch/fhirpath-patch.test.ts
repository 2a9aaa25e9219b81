import { describe, expect, test } from '@jest/globals';
import { compileFhirPathPatch, parseJson } from '../../../src/fhir/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { definitions } from '../../definitions/r4.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { refusal } from './refusal.ts';

/** https://hl7.org/fhir/R4/fhirpatch.html */

type Part = Readonly<Record<string, unknown>>;

const text = (name: string, valueString: string): Part => ({ name, valueString });
const number = (name: string, valueInteger: number): Part => ({ name, valueInteger });
const of = (type: string, path: string, ...parts: Part[]): Part => ({
  name: 'operation',
  part: [{ name: 'type', valueCode: type }, text('path', path), ...parts],
});
const value = (given: object): Part => ({ name: 'value', ...given });
const add = (path: string, name: string, given: object): Part => of('add', path, text('name', name), value(given));
const insert = (path: string, index: number, given: object): Part =>
  of('insert', path, number('index', index), value(given));
const remove = (path: string): Part => of('delete', path);
const replace = (path: string, given: object): Part => of('replace', path, value(given));
const move = (path: string, source: number, destination: number): Part =>
  of('move', path, number('source', source), number('destination', destination));

const compile = (...parameter: readonly unknown[]): ((before: Resource) => Resource) =>
  compileFhirPathPatch(definitions, {
    resourceType: 'Parameters',
    ...(parameter.length === 0 ? {} : { parameter }),
  });
const apply = (before: object, ...operations: Part[]): Resource =>
  compile(...operations)({ resourceType: 'Patient', ...before });

const NAMES = {
  name: [
    { use: 'official', family: 'A', given: ['B', 'C'] },
    { use: 'usual', text: 'D' },
  ],
};
const QUANTITY = { value: 5, code: 'mg', system: 'http://unitsofmeasure.org' };
const EXTENSION = { url: 'urn:x', valueString: 'y' };
// Parameters have no valueExtension: https://hl7.org/fhir/R4/datatypes.html#open
const EXTENSION_PARTS = [{ name: 'url', valueUri: 'urn:x' }, text('value', 'y')];

describe('add', () => {
  test.each<[string, object, Part, object]>([
    ['a primitive', {}, add('Patient', 'birthDate', { valueDate: '1930-01-01' }), { birthDate: '1930-01-01' }],
    [
      'a complex element',
      {},
      add('Patient', 'maritalStatus', { valueCodeableConcept: { text: 'm' } }),
      { maritalStatus: { text: 'm' } },
    ],
    [
      'to a list that is not there',
      {},
      add('Patient', 'identifier', { valueIdentifier: { value: '1' } }),
      { identifier: [{ value: '1' }] },
    ],
    [
      'to a list, at its end',
      { identifier: [{ value: '1' }] },
      add('Patient', 'identifier', { valueIdentifier: { value: '2' } }),
      { identifier: [{ value: '1' }, { value: '2' }] },
    ],
    [
      'to a list of primitives',
      { name: [{ given: ['A'] }] },
      add('Patient.name[0]', 'given', { valueString: 'B' }),
      { name: [{ given: ['A', 'B'] }] },
    ],
    [
      'within an element',
      { contact: [{ name: { text: 'N' } }] },
      add('Patient.contact[0]', 'gender', { valueCode: 'male' }),
      { contact: [{ name: { text: 'N' }, gender: 'male' }] },
    ],
    [
      'without the type in front',
      { name: [{ text: 'N' }] },
      add('name', 'use', { valueCode: 'usual' }),
      { name: [{ text: 'N', use: 'usual' }] },
    ],
    ['one type of a choice', {}, add('Patient', 'deceased', { valueBoolean: true }), { deceasedBoolean: true }],
    [
      'a choice by its JSON name',
      {},
      add('Patient', 'deceasedDateTime', { valueDateTime: '2020' }),
      { deceasedDateTime: '2020' },
    ],
    [
      'a value with its extension',
      {},
      add('Patient', 'birthDate', { valueDate: '1930', _valueDate: { extension: [EXTENSION] } }),
      { birthDate: '1930', _birthDate: { extension: [EXTENSION] } },
    ],
    [
      'an extension to a primitive',
      { birthDate: '1930' },
      add('Patient.birthDate', 'extension', { part: EXTENSION_PARTS }),
      { birthDate: '1930', _birthDate: { extension: [EXTENSION] } },
    ],
    [
      'an extension to an item',
      { name: [{ given: ['A', 'B'] }] },
      add('Patient.name.given[1]', 'extension', { part: EXTENSION_PARTS }),
      { name: [{ given: ['A', 'B'], _given: [null, { extension: [EXTENSION] }] }] },
    ],
    [
      'an element without a type of its own, by its parts',
      {},
      add('Patient', 'contact', {
        part: [
          { name: 'name', valueHumanName: { text: 'N' } },
          { name: 'telecom', valueContactPoint: { value: '1' } },
          { name: 'telecom', valueContactPoint: { value: '2' } },
          { name: 'gender', valueCode: 'male' },
        ],
      }),
      { contact: [{ name: { text: 'N' }, telecom: [{ value: '1' }, { value: '2' }], gender: 'male' }] },
    ],
    [
      'a contained resource',
      {},
      add('Patient', 'contained', { resource: { resourceType: 'Basic', id: 'b' } }),
      { contained: [{ resourceType: 'Basic', id: 'b' }] },
    ],
  ])('%s', (_what, before, operation, after) => {
    expect(apply(before, operation)).toEqual({ resourceType: 'Patient', ...after });
  });

  test('parts in parts, and a choice among them', () => {
    const answers = {
      part: [
        { name: 'value', valueCoding: { code: 'a' } },
        { name: 'initialSelected', valueBoolean: true },
      ],
    };
    const item = {
      part: [text('linkId', '1'), { name: 'type', valueCode: 'choice' }, { name: 'answerOption', ...answers }],
    };
    const patched = compile(add('Questionnaire', 'item', item))({ resourceType: 'Questionnaire' });
    expect(patched['item']).toEqual([
      { linkId: '1', type: 'choice', answerOption: [{ valueCoding: { code: 'a' }, initialSelected: true }] },
    ]);
  });

  test('what was added can be gone on with', () => {
    const operations = [
      add('Patient', 'contact', { part: [{ name: 'gender', valueCode: 'male' }] }),
      add('Patient.contact[0]', 'name', { valueHumanName: { family: 'N' } }),
      add('Patient.contact[0].name', 'given', { valueString: 'G' }),
    ];
    const patch = compile(...operations);
    // Twice: a patch shares nothing with what it makes.
    for (const _ of [1, 2]) {
      expect(patch({ resourceType: 'Patient' })['contact']).toEqual([
        { gender: 'male', name: { family: 'N', given: ['G'] } },
      ]);
    }
  });
});

describe('insert and move', () => {
  const list = (...values: string[]): object => ({ identifier: values.map((item) => ({ value: item })) });
  const given = (item: string): object => ({ valueIdentifier: { value: item } });
  test.each<[string, object, Part[], object]>([
    ['insert before the first', list('1', '2'), [insert('Patient.identifier', 0, given('3'))], list('3', '1', '2')],
    ['insert between', list('1', '2'), [insert('Patient.identifier', 1, given('3'))], list('1', '3', '2')],
    ['insert at the end', list('1', '2'), [insert('Patient.identifier', 2, given('3'))], list('1', '2', '3')],
    ['insert into a list that is not there', {}, [insert('Patient.identifier', 0, given('1'))], list('1')],
    ['move forth', list('1', '2', '3', '4'), [move('Patient.identifier', 0, 3)], list('2', '3', '4', '1')],
    ['move back', list('1', '2', '3', '4'), [move('Patient.identifier', 3, 1)], list('1', '4', '2', '3')],
    ['move to where it is', list('1', '2'), [move('Patient.identifier', 1, 1)], list('1', '2')],
    [
      'turn a list round',
      list('1', '2', '3', '4'),
      [move('Patient.identifier', 3, 0), move('Patient.identifier', 3, 1), move('Patient.identifier', 3, 2)],
      list('4', '3', '2', '1'),
    ],
    [
      'extensions go along',
      { name: [{ given: ['A', 'B'], _given: [null, { id: 'b' }] }] },
      [move('Patient.name.given', 1, 0), insert('Patient.name[0].given', 0, { valueString: 'C' })],
      { name: [{ given: ['C', 'B', 'A'], _given: [null, { id: 'b' }, null] }] },
    ],
  ])('%s', (_what, before, operations, after) => {
    expect(apply(before, ...operations)).toEqual({ resourceType: 'Patient', ...after });
  });
});

describe('delete', () => {
  test.each<[string, object, Part, object]>([
    [
      'a primitive, with what stands beside it',
      { birthDate: '1930', _birthDate: { id: 'a' }, active: true },
      remove('Patient.birthDate'),
      { active: true },
    ],
    ['an item', NAMES, remove('Patient.name[0]'), { name: [NAMES.name[1]] }],
    [
      'an item of primitives',
      { name: [{ given: ['A', 'B'], _given: [null, { id: 'b' }] }] },
      remove('Patient.name.given[0]'),
      { name: [{ given: ['B'], _given: [{ id: 'b' }] }] },
    ],
    ['what is not there', NAMES, remove('Patient.birthDate'), NAMES],
    ['an item beyond the end', NAMES, remove('Patient.name[7]'), NAMES],
    ['the last of a list', { active: true, name: [{ text: 'A' }] }, remove('Patient.name[0]'), { active: true }],
    [
      'the last of an element, which goes as well',
      { contact: [{ name: { text: 'A' }, gender: 'male' }] },
      remove('Patient.contact[0].name.text'),
      { contact: [{ gender: 'male' }] },
    ],
    ['a choice', { deceasedBoolean: true }, remove('Patient.deceased'), {}],
    [
      'one extension of a primitive',
      { birthDate: '1930', _birthDate: { extension: [EXTENSION] } },
      remove("Patient.birthDate.extension('urn:x')"),
      { birthDate: '1930' },
    ],
  ])('%s', (_what, before, operation, after) => {
    expect(apply(before, operation)).toEqual({ resourceType: 'Patient', ...after });
  });
});

describe('replace', () => {
  test.each<[string, object, Part, object]>([
    ['a primitive', { birthDate: '1920' }, replace('Patient.birthDate', { valueDate: '1930' }), { birthDate: '1930' }],
    [
      'a primitive: what was said of the old value goes',
      { birthDate: '1920', _birthDate: { id: 'a' } },
      replace('Patient.birthDate', { valueDate: '1930' }),
      { birthDate: '1930' },
    ],
    [
      'a complex element',
      { maritalStatus: { id: '1', text: 'm' } },
      replace('Patient.maritalStatus', { valueCodeableConcept: { id: '2' } }),
      { maritalStatus: { id: '2' } },
    ],
    [
      'an item',
      { name: [{ given: ['A', 'B'] }] },
      replace('Patient.name.given[1]', { valueString: 'C' }),
      { name: [{ given: ['A', 'C'] }] },
    ],
    [
      'a choice by the same type',
      { deceasedBoolean: true },
      replace('Patient.deceased', { valueBoolean: false }),
      { deceasedBoolean: false },
    ],
    [
      'a choice by another type',
      { deceasedBoolean: true, _deceasedBoolean: { id: 'a' } },
      replace('Patient.deceased', { valueDateTime: '2020' }),
      { deceasedDateTime: '2020' },
    ],
    [
      'the narrative, as a text',
      { text: { status: 'generated', div: '<div>a</div>' } },
      replace('Patient.text.div', { valueString: '<div>b</div>' }),
      { text: { status: 'generated', div: '<div>b</div>' } },
    ],
    [
      'an element without a type of its own',
      { contact: [{ gender: 'male' }] },
      replace('Patient.contact[0]', { part: [{ name: 'gender', valueCode: 'female' }] }),
      { contact: [{ gender: 'female' }] },
    ],
  ])('%s', (_what, before, operation, after) => {
    expect(apply(before, operation)).toEqual({ resourceType: 'Patient', ...after });
  });
});

describe('paths', () => {
  const record: Resource = {
    resourceType: 'Observation',
    valueQuantity: QUANTITY,
    component: [
      { code: { coding: [{ system: 's', code: 'a' }] }, valueQuantity: { value: 1.5 } },
      { code: { coding: [{ system: 's', code: 'b' }, { code: 'c' }] }, valueInteger: 7 },
      { code: { text: "it's" }, valueBoolean: false, extension: [{ url: 'urn:x', valueCode: 'q' }] },
    ],
    contained: [
      { resourceType: 'Patient', id: 'p', birthDate: '2020-02-03' },
      { resourceType: 'Basic', id: 'b' },
    ],
  };
  const hit = (path: string): unknown => {
    const patched = compile(add(path, 'id', { valueString: 'HIT' }))(record);
    return JSON.stringify(patched).split('"id":"HIT"').length - 1 === 1 ? find(patched) : 'none';
  };
  // Where the mark was set, in JSON's own words.
  function find(branch: unknown, at = ''): string | undefined {
    if (typeof branch !== 'object' || branch === null) return undefined;
    if ((branch as Part)['id'] === 'HIT') return at;
    for (const [name, item] of Object.entries(branch)) {
      const found = find(item, `${at}/${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  test.each([
    ['Observation.component[1]', '/component/1'],
    ['component.first()', '/component/0'],
    ['Observation.component.last()', '/component/2'],
    ['DomainResource.component[0].code', '/component/0/code'],
    ["Observation.component.where(code.coding.code = 'a')", '/component/0'],
    ["Observation.component.where(code.coding.where(code='c').exists())", '/component/1'],
    ["Observation.component.where(code.coding.exists(system = 's' and code = 'b'))", '/component/1'],
    ["Observation.component.where(code.text='it\\'s')", '/component/2'],
    ["Observation.component.code.where($this.text = 'it\\u0027s')", '/component/2/code'],
    ['Observation.component.where(value = 7)', '/component/1'],
    ['Observation.component.where(value.value = 1.50)', '/component/0'],
    ['Observation.component.where(value = false)', '/component/2'],
    ['Observation.component.where(code.coding.empty())', '/component/2'],
    ['Observation.component.where(code.text.exists().not() and (value = 7 or value = 8))', '/component/1'],
    ["Observation.component.where(code.coding.first().code != 'a')", '/component/1'],
    ["Observation.component.where(extension('urn:x').value = 'q')", '/component/2'],
    ["Observation.component.extension.where(url='urn:x').single()", '/component/2/extension/0'],
    ['Observation.value', '/valueQuantity'],
    ['Observation.value.ofType(Quantity)', '/valueQuantity'],
    ['Observation.value.as(FHIR.Quantity)', '/valueQuantity'],
    ['Observation.valueQuantity', '/valueQuantity'],
    ['Observation.component.value.ofType(Quantity)', '/component/0/valueQuantity'],
    ['Observation.component.value.ofType(integer)', '/component/1/_valueInteger'],
    ['Observation.`component` [ 1 ] . code', '/component/1/code'],
  ])('%s', (path, place) => expect(hit(path)).toBe(place));

  test.each([
    ['Observation.contained.where(birthDate = @2020-02-03).id', 'p'],
    ['Observation.contained.ofType(Patient).id', 'p'],
    ["Observation.contained.where(id = 'b').id", 'b'],
  ])('%s', (path, id) => {
    const contained = compile(replace(path, { valueString: 'new' }))(record)['contained'] as Resource[];
    expect(contained.map((resource) => resource.id)).toEqual(['p', 'b'].map((each) => (each === id ? 'new' : each)));
  });

  test.each([
    ['', 'nothing'],
    ['Patient.', 'its last step'],
    ['Patient..name', 'a step'],
    ['Patient.name[-1]', 'an index below zero'],
    ['Patient.name[x]', 'an index that is none'],
    ['Patient.name.where(use)x', 'its end'],
    ['Patient.name.where(use = )', 'what is compared with'],
    ["Patient.name.where(use = 'a'", 'a bracket'],
    ["Patient.name.where(use = 'a)", 'a quote'],
    ["Patient.name.where(family.matches('a'))", 'a function that is not served'],
    ['Patient.managingOrganization.resolve().name', 'resolve()'],
    ['Patient | Observation', 'an operator that is not served'],
    [`Patient${'.name'.repeat(200)}`, 'its limit'],
    [`Patient.name.where(${'('.repeat(30)}use${')'.repeat(30)})`, 'the limit of brackets'],
  ])('%s: it is refused for %s', (path) => {
    expect(refusal(() => compile(remove(path)))).toMatchObject({
      status: 400,
      key: 'patch-malformed',
      expression: 'Parameters.parameter[0]',
    });
  });

  test('many conditions on a large record end, and say why', () => {
    const large = { identifier: Array.from({ length: 50_000 }, (_, n) => ({ value: String(n) })) };
    const path = `Patient.identifier.where(${Array.from({ length: 30 }, (_, n) => `value = '${n}x'`).join(' or ')})`;
    const patch = compile(...Array.from({ length: 1000 }, () => remove(path)));
    const start = cpuTime();
    expect(refusal(() => patch({ resourceType: 'Patient', ...large })).key).toBe('patch-too-costly');
    const spent = cpuTime() - start;
    expect(spent).toBeLessThan(12_000);
  });
});

test('no operation leaves it as it is', () =>
  expect(compile()({ resourceType: 'Patient', ...NAMES })).toEqual({ resourceType: 'Patient', ...NAMES }));

test('numbers keep their text', () => {
  const body = parseJson(
    Buffer.from(
      JSON.stringify({
        resourceType: 'Parameters',
        parameter: [add('Observation', 'value', { valueQuantity: 'Q' })],
      }).replace('"Q"', '{"value":1.10}'),
    ),
  );
  const before = parseJson(Buffer.from('{"resourceType":"Observation","component":[{"valueQuantity":{"value":2.0}}]}'));
  expect(JSON.stringify(compileFhirPathPatch(definitions, body)(before as Resource))).toBe(
    '{"resourceType":"Observation","component":[{"valueQuantity":{"value":2.0}}],"valueQuantity":{"value":1.10}}',
  );
});

describe('what cannot be read is refused (400), and its operation named', () => {
  test.each<[string, unknown]>([
    ['a parameter of another name', { name: 'op', part: [] }],
    ['no parts', { name: 'operation' }],
    ['a part that there is not', of('delete', 'Patient.name', text('spam', 'x'))],
    ['a part twice', of('delete', 'Patient.name', text('path', 'x'))],
    ['no type', { name: 'operation', part: [text('path', 'Patient.name')] }],
    ['a type that there is not', of('copy', 'Patient.name')],
    ['no path', { name: 'operation', part: [{ name: 'type', valueCode: 'delete' }] }],
    ['an add without a name', of('add', 'Patient', value({ valueBoolean: true }))],
    ['an add without a value', of('add', 'Patient', text('name', 'active'))],
    ['an insert without an index', of('insert', 'Patient.name', value({ valueHumanName: {} }))],
    ['an index below zero', insert('Patient.name', -1, { valueHumanName: {} })],
    ['a move without a destination', of('move', 'Patient.name', number('source', 0))],
    ['two values', add('Patient', 'active', { valueBoolean: true, valueString: 'x' })],
    ['a value of no type', add('Patient', 'active', { valueSpam: true })],
    ['no value in the value', add('Patient', 'active', {})],
    ['a part of a value without a name', add('Patient', 'contact', { part: [{ valueString: 'x' }] })],
    ['null', null],
  ])('%s', (_what, operation) => {
    expect(refusal(() => compile(remove('Patient.name'), operation))).toMatchObject({
      status: 400,
      key: 'patch-malformed',
      expression: 'Parameters.parameter[1]',
    });
  });
  test.each([[null], [[]], [{ resourceType: 'Patient' }], [{ resourceType: 'Parameters', parameter: {} }]])(
    '%j',
    (body) => expect(refusal(() => compileFhirPathPatch(definitions, body)).key).toBe('patch-malformed'),
  );
  test('more than 1,000 operations', () => {
    const many = Array.from({ length: 1001 }, () => remove('Patient.name'));
    expect(refusal(() => compile(...many)).text).toContain('1000');
  });
});

describe('what does not fit the record is refused (422), and its operation named', () => {
  test.each<[string, object, Part, string]>([
    [
      'an add to what is not there',
      { identifier: [{ use: 'official' }] },
      add("Patient.identifier.where(use = 'official').period", 'end', { valueDate: '2021' }),
      'leads to nothing',
    ],
    [
      'an add beyond the end',
      { contact: [{}] },
      add('Patient.contact[1]', 'gender', { valueCode: 'male' }),
      'leads to nothing',
    ],
    ['an add of what is there', { active: true }, add('Patient', 'active', { valueBoolean: false }), 'Use replace'],
    [
      'an add of another type of a choice',
      { deceasedBoolean: true },
      add('Patient', 'deceased', { valueDateTime: '2020' }),
      'Use replace',
    ],
    ['an add to several', NAMES, add('Patient.name', 'text', { valueString: 'x' }), '2 elements'],
    ['an add of an element that there is not', {}, add('Patient', 'colour', { valueString: 'Jane' }), 'no element'],
    [
      'an add to what is no element',
      {},
      add('Patient.name.exists()', 'text', { valueString: 'x' }),
      'element of the record',
    ],
    [
      'an insert beyond the end',
      NAMES,
      insert('Patient.name', 3, { valueHumanName: { text: 'x' } }),
      '2 elements, counted from 0',
    ],
    ['an insert into no list', {}, insert('Patient.birthDate', 0, { valueDate: '2020' }), 'is a list'],
    ['an insert into an item', NAMES, insert('Patient.name[0]', 0, { valueHumanName: {} }), 'name of a list'],
    ['a move from beyond the end', NAMES, move('Patient.name', 2, 0), 'beyond the end'],
    ['a move to beyond the end', NAMES, move('Patient.name', 0, 2), 'beyond the end'],
    ['a move in a list that is not there', {}, move('Patient.name', 0, 0), 'beyond the end'],
    ['a delete of several', NAMES, remove('Patient.name'), '2 elements'],
    ['a delete of the record', NAMES, remove('Patient'), 'within the record'],
    ['a delete of what a function says', NAMES, remove('Patient.name.exists()'), 'within the record'],
    ['a replace of nothing', {}, replace('Patient.birthDate', { valueDate: '2020' }), 'leads to nothing'],
    ['a replace of several', NAMES, replace('Patient.name', { valueHumanName: { text: 'x' } }), '2 elements'],
    ['another type in front', NAMES, remove('Observation.status'), 'begins at Observation'],
    ['an element of the path that there is not', NAMES, remove('Patient.nmae'), 'does not have: nmae'],
    [
      'an element of a condition that there is not',
      NAMES,
      remove("Patient.name.where(colour = 'red')"),
      'HumanName does not have: colour',
    ],
    [
      'another complex type',
      {},
      add('Patient', 'maritalStatus', { valueCoding: { code: 'm' } }),
      'send valueCodeableConcept',
    ],
    [
      'a text for a complex type',
      {},
      add('Patient', 'maritalStatus', { valueString: 'm' }),
      'send valueCodeableConcept',
    ],
    ['an object for a text', {}, add('Patient', 'birthDate', { valuePeriod: { start: '2020' } }), 'send valueDate'],
    ['a typed value for parts', {}, add('Patient', 'contact', { valueHumanName: { text: 'x' } }), 'parts'],
    ['parts for a text', {}, add('Patient', 'birthDate', { part: [text('x', 'y')] }), 'send valueDate'],
    ['a part that there is not', {}, add('Patient', 'contact', { part: [text('colour', 'red')] }), 'no element'],
    [
      'a part twice',
      {},
      add('Patient', 'contact', {
        part: [
          { name: 'gender', valueCode: 'male' },
          { name: 'gender', valueCode: 'male' },
        ],
      }),
      'twice',
    ],
    [
      'a type that the choice does not have',
      {},
      add('Patient', 'deceased', { valueString: 'yes' }),
      'boolean, dateTime',
    ],
    [
      'a resource where none belongs',
      {},
      add('Patient', 'maritalStatus', { resource: { resourceType: 'Basic' } }),
      'send valueCodeableConcept',
    ],
    ['what every object has', {}, remove('Patient.constructor'), 'does not have'],
  ])('%s', (_what, before, operation, told) => {
    const refused = refusal(() => apply(before, operation));
    expect(refused).toMatchObject({ status: 422, key: 'patch-unfit', expression: 'Parameters.parameter[0]' });
    expect(refused.text).toContain(told);
    expect(refused.text).not.toContain('Jane');
  });

  test.each<[string, Part]>([
    ['id', replace('Patient.id', { valueString: 'b' })],
    ['no id', remove('Patient.id')],
    ['versionId', replace('Patient.meta.versionId', { valueString: '4' })],
    ['lastUpdated', replace('Patient.meta.lastUpdated', { valueInstant: '2020-01-01T00:00:00Z' })],
  ])('another %s', (_what, operation) => {
    const before = { id: 'a', meta: { versionId: '3', lastUpdated: '2026-01-01T00:00:00Z' } };
    expect(refusal(() => apply(before, operation))).toMatchObject({ status: 422, key: 'patch-changes-identity' });
  });
  test('meta may go with its tags: what the server gave comes back', () => {
    const meta = { versionId: '3', lastUpdated: '2026-01-01T00:00:00Z' };
    expect(apply({ id: 'a', meta: { ...meta, tag: [{ code: 'x' }] } }, remove('Patient.meta')).meta).toEqual(meta);
  });
});

test.each([
  [true, "Patient.name.where(family = 'x')"],
  [true, "Patient.name.where(given.first() = 'x').family"],
  [true, "Patient.name.exists(family = 'x')"],
  [false, 'Patient.name[0].given.last()'],
  [false, "Patient.extension('urn:x').value.ofType(string)"],
  [false, 'Patient.name.exists()'],
])('whether it asks what the record says is told: %s %s', (asks, path) => {
  const part = [
    { name: 'type', valueCode: 'delete' },
    { name: 'path', valueString: path },
  ];
  const body = { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] };
  expect(compileFhirPathPatch(definitions, body).asks).toBe(asks);
});

test('a move asks what the record says, too', () => {
  expect(
    compileFhirPathPatch(definitions, { resourceType: 'Parameters', parameter: [move('Patient.name', 0, 1)] }).asks,
  ).toBe(true);
});
