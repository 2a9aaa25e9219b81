import { describe, expect, it } from '@jest/globals';
import { conform, examineWithCodes, profile, request } from './check.ts';
import { compileValidator } from '../../src/validation/index.ts';
import { definitions } from '../definitions/r4.ts';

const SYSTEM = 'https://example.org/codes';
const coded = (code: string, system = SYSTEM) => ({ coding: [{ system, code }] });
const quantity = (value: number, code: string) => ({ value, unit: code, system: 'http://unitsofmeasure.org', code });

function observation(change: object = {}): Record<string, unknown> {
  return { resourceType: 'Observation', status: 'final', code: { text: 'A' }, ...change };
}

describe('an element of a profile', () => {
  it.each<[string, Parameters<typeof profile>[1], object, string[]]>([
    ['is needed', { 'Observation.subject': { min: 1 } }, observation(), ['missing-element Observation.subject']],
    [
      'is needed twice',
      { 'Observation.category': { min: 2 } },
      observation({ category: [{ text: 'a' }] }),
      ['missing-element Observation.category'],
    ],
    [
      'is needed, and has extensions only',
      { 'Observation.issued': { min: 1 } },
      observation({ _issued: { extension: [{ url: 'https://example.org/e', valueCode: 'a' }] } }),
      [],
    ],
    [
      'is not used',
      { 'Observation.subject': { max: '0' } },
      observation({ subject: { reference: 'Patient/1' } }),
      ['element-not-used Observation.subject'],
    ],
    [
      'stands too often',
      { 'Observation.category': { max: '1' } },
      observation({ category: [{ text: 'a' }, { text: 'b' }] }),
      ['too-many-elements Observation.category'],
    ],
    [
      'has another type',
      { 'Observation.value[x]': { type: [{ code: 'Quantity' }] } },
      observation({ valueString: 'a' }),
      ['type-not-allowed Observation.value'],
    ],
    [
      'has an allowed type',
      { 'Observation.value[x]': { type: [{ code: 'Quantity' }, { code: 'string' }] } },
      observation({ valueString: 'a' }),
      [],
    ],
    [
      'is fixed',
      { 'Observation.status': { fixedCode: 'preliminary' } },
      observation(),
      ['fixed-value Observation.status'],
    ],
    [
      'is fixed to less than there is',
      { 'Observation.code': { fixedCodeableConcept: coded('a') } },
      observation({ code: { ...coded('a'), text: 'A' } }),
      ['fixed-value Observation.code'],
    ],
    [
      'has a pattern',
      { 'Observation.code': { patternCodeableConcept: coded('a') } },
      observation({
        code: {
          coding: [
            { system: SYSTEM, code: 'b' },
            { system: SYSTEM, code: 'a', display: 'A' },
          ],
        },
      }),
      [],
    ],
    [
      'misses its pattern',
      { 'Observation.code': { patternCodeableConcept: coded('a') } },
      observation({ code: coded('a', 'https://example.org/others') }),
      ['pattern-value Observation.code'],
    ],
    [
      'is too small',
      { 'Observation.value[x]': { minValueInteger: 3 } },
      observation({ valueInteger: 2 }),
      ['value-out-of-range Observation.value'],
    ],
    [
      'is too large, its text kept',
      { 'Observation.value[x]': { maxValueQuantity: { value: 3 } } },
      observation({ valueQuantity: { value: JSON.rawJSON('3.10') } }),
      ['value-out-of-range Observation.value'],
    ],
    [
      'is too large, in another unit',
      { 'Observation.value[x]': { maxValueQuantity: quantity(3, 'g') } },
      observation({ valueQuantity: quantity(3001, 'mg') }),
      ['value-out-of-range Observation.value'],
    ],
    [
      'is not too large, in another unit',
      { 'Observation.value[x]': { maxValueQuantity: quantity(3, 'g') } },
      observation({ valueQuantity: quantity(2999, 'mg') }),
      [],
    ],
    [
      'is not to be compared',
      { 'Observation.value[x]': { maxValueQuantity: quantity(3, 'g') } },
      observation({ valueQuantity: quantity(4, 'm') }),
      [],
    ],
    [
      'is as large as it may be',
      { 'Observation.value[x]': { maxValueInteger: 3 } },
      observation({ valueInteger: 3 }),
      [],
    ],
    [
      'is too early',
      { 'Observation.issued': { minValueInstant: '2026-01-01T00:00:00Z' } },
      observation({ issued: '2026-01-01T00:30:00+01:00' }),
      ['value-out-of-range Observation.issued'],
    ],
    [
      'is too long',
      { 'Observation.value[x]': { maxLength: 3 } },
      observation({ valueString: 'abcd' }),
      ['text-too-long Observation.value'],
    ],
    [
      'points elsewhere',
      {
        'Observation.subject': {
          type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'] }],
        },
      },
      observation({ subject: { reference: 'Group/1' } }),
      ['wrong-reference-type Observation.subject.reference'],
    ],
    [
      'points elsewhere, absolutely',
      {
        'Observation.subject': {
          type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'] }],
        },
      },
      observation({ subject: { reference: 'https://example.org/fhir/Group/1' } }),
      ['wrong-reference-type Observation.subject.reference'],
    ],
    [
      'has a required value set',
      {
        'Observation.method': {
          binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1' },
        },
      },
      observation({ method: coded('male', 'http://hl7.org/fhir/administrative-gender') }),
      [],
    ],
    [
      'misses its required value set',
      {
        'Observation.method': {
          binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1' },
        },
      },
      observation({ method: coded('male') }),
      ['code-not-allowed Observation.method.coding'],
    ],
    [
      'keeps a rule',
      {
        Observation: {
          constraint: [
            { key: 'x-1', severity: 'error', human: 'A', expression: "status = 'final' implies issued.exists()" },
          ],
        },
      },
      observation({ status: 'registered' }),
      [],
    ],
    [
      'breaks a rule',
      {
        Observation: {
          constraint: [
            { key: 'x-1', severity: 'error', human: 'A', expression: "status = 'final' implies issued.exists()" },
          ],
        },
      },
      observation(),
      ['x-1 Observation'],
    ],
    [
      'breaks a rule within',
      {
        'Observation.component': {
          constraint: [
            { key: 'x-2', severity: 'error', human: 'A', expression: 'value.exists() or dataAbsentReason.exists()' },
          ],
        },
      },
      observation({ component: [{ code: { text: 'a' }, valueString: 'a' }, { code: { text: 'b' } }] }),
      ['x-2 Observation.component[1]'],
    ],
    [
      'is below others',
      { 'Observation.code.coding.display': { min: 1 } },
      observation({
        code: {
          coding: [
            { code: 'a', system: SYSTEM, display: 'A' },
            { code: 'b', system: SYSTEM },
          ],
        },
      }),
      ['missing-element Observation.code.coding[1].display'],
    ],
    [
      'refers to the content of another',
      { 'Observation.referenceRange.text': { min: 1 } },
      observation({ component: [{ code: { text: 'a' }, referenceRange: [{ low: { value: 1 } }] }] }),
      [],
    ],
    [
      'refers to the content of another, which the profile repeats',
      {
        'Observation.referenceRange.text': { min: 1 },
        'Observation.component.referenceRange': { contentReference: '#Observation.referenceRange' },
      },
      observation({ component: [{ code: { text: 'a' }, referenceRange: [{ low: { value: 1 } }] }] }),
      ['missing-element Observation.component[0].referenceRange[0].text'],
    ],
  ])('%s', (_what, elements, resource, expected) => {
    expect(conform(resource, profile('Observation', elements))).toEqual(expected);
  });

  it('nests in itself', () => {
    const structure = profile('Questionnaire', {
      'Questionnaire.item': {},
      'Questionnaire.item.text': { min: 1 },
      'Questionnaire.item.item': { contentReference: '#Questionnaire.item' },
    });
    const item = [{ linkId: '1', type: 'group', text: 'A', item: [{ linkId: '2', type: 'display' }] }];
    expect(conform({ resourceType: 'Questionnaire', status: 'draft', item }, structure)).toEqual([
      'missing-element Questionnaire.item[0].item[0].text',
    ]);
  });
});

describe('slices', () => {
  const identifiers = (rules: string, ordered = false): Parameters<typeof profile>[1] => ({
    'ServiceRequest.identifier': {
      min: 1,
      max: '*',
      slicing: { discriminator: [{ type: 'value', path: 'system' }], rules, ordered },
    },
    'ServiceRequest.identifier:a': { min: 1, max: '1' },
    'ServiceRequest.identifier:a.system': { min: 1, fixedUri: 'https://example.org/a' },
    'ServiceRequest.identifier:a.value': { min: 1 },
    'ServiceRequest.identifier:b': { min: 0, max: '1' },
    'ServiceRequest.identifier:b.system': { min: 1, fixedUri: 'https://example.org/b' },
  });
  const named = (...names: string[]) =>
    request({ identifier: names.map((name) => ({ system: `https://example.org/${name}`, value: '1' })) });

  it.each<[string, string, boolean, string[], string[]]>([
    ['open', 'open', false, ['c', 'b', 'a', 'c'], []],
    ['missing', 'open', false, ['b'], ['missing-slice ServiceRequest.identifier']],
    ['too many', 'open', false, ['a', 'b', 'b'], ['too-many-of-slice ServiceRequest.identifier']],
    ['closed', 'closed', false, ['a', 'c'], ['slice-not-allowed ServiceRequest.identifier[1]']],
    ['open at the end', 'openAtEnd', false, ['a', 'b', 'c'], []],
    ['not at the end', 'openAtEnd', false, ['a', 'c', 'b'], ['slice-order ServiceRequest.identifier[2]']],
    ['in order', 'open', true, ['a', 'b'], []],
    ['out of order', 'open', true, ['b', 'a'], ['slice-order ServiceRequest.identifier[1]']],
  ])('%s', (_what, rules, ordered, names, expected) => {
    expect(conform(named(...names), profile('ServiceRequest', identifiers(rules, ordered)))).toEqual(expected);
  });

  it('are checked as what they are, and named with how they are told', () => {
    const structure = profile('ServiceRequest', identifiers('open'));
    expect(conform(request({ identifier: [{ system: 'https://example.org/a' }] }), structure)).toEqual([
      'missing-element ServiceRequest.identifier[0].value',
    ]);
    const [issue] = compileValidator(definitions, undefined, [structure])(named('b'), { profiles: [structure.url] });
    expect(issue?.text).toBe(
      'Profile Invented needs one of slice a of identifier, and there is none. Add one whose system is https://example.org/a.',
    );
  });

  it.each<[string, Parameters<typeof profile>[1], object, string[]]>([
    [
      'by a pattern above',
      {
        'Observation.component': { slicing: { discriminator: [{ type: 'pattern', path: 'code' }], rules: 'closed' } },
        'Observation.component:a': { min: 1, max: '1' },
        'Observation.component:a.code': { patternCodeableConcept: coded('a') },
        'Observation.component:a.value[x]': { min: 1 },
      },
      observation({ component: [{ code: coded('a') }, { code: coded('b') }] }),
      ['missing-element Observation.component[0].value', 'slice-not-allowed Observation.component[1]'],
    ],
    [
      'by a part of a pattern',
      {
        'Observation.component': {
          slicing: { discriminator: [{ type: 'value', path: 'code.coding.code' }], rules: 'open' },
        },
        'Observation.component:a': { min: 1, max: '1' },
        'Observation.component:a.code': { patternCodeableConcept: coded('a') },
      },
      observation({ component: [{ code: coded('a', 'https://example.org/others') }] }),
      ['pattern-value Observation.component[0].code'],
    ],
    [
      'by type',
      {
        'Observation.value[x]': { slicing: { discriminator: [{ type: 'type', path: '$this' }], rules: 'closed' } },
        'Observation.value[x]:valueQuantity': { type: [{ code: 'Quantity' }] },
        'Observation.value[x]:valueQuantity.code': { min: 1 },
      },
      observation({ valueQuantity: { value: 1 } }),
      ['missing-element Observation.value.code'],
    ],
    [
      'by another type',
      {
        'Observation.value[x]': { slicing: { discriminator: [{ type: 'type', path: '$this' }], rules: 'closed' } },
        'Observation.value[x]:valueQuantity': { type: [{ code: 'Quantity' }] },
      },
      observation({ valueString: 'a' }),
      ['slice-not-allowed Observation.value'],
    ],
    [
      'by the type behind a reference',
      {
        'Observation.performer': {
          slicing: { discriminator: [{ type: 'type', path: 'resolve()' }], rules: 'closed' },
        },
        'Observation.performer:who': {
          min: 1,
          type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Practitioner'] }],
        },
      },
      observation({ performer: [{ reference: 'Practitioner/1' }, { reference: 'Organization/1' }] }),
      ['slice-not-allowed Observation.performer[1]'],
    ],
    [
      'by presence',
      {
        'Observation.component': { slicing: { discriminator: [{ type: 'exists', path: 'value' }], rules: 'open' } },
        'Observation.component:known': { min: 1 },
        'Observation.component:known.value[x]': { min: 1 },
        'Observation.component:unknown': { min: 1 },
        'Observation.component:unknown.value[x]': { max: '0' },
        'Observation.component:unknown.dataAbsentReason': { min: 1 },
      },
      observation({ component: [{ code: { text: 'a' }, valueString: 'a' }, { code: { text: 'b' } }] }),
      ['missing-element Observation.component[1].dataAbsentReason'],
    ],
    [
      'by a value set',
      {
        'Observation.category': { slicing: { discriminator: [{ type: 'value', path: '$this' }], rules: 'open' } },
        'Observation.category:kind': {
          min: 1,
          binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/observation-category' },
        },
      },
      observation({ category: [{ text: 'a' }] }),
      ['missing-slice Observation.category'],
    ],
    [
      'by an extension',
      {
        'Observation.component': {
          slicing: {
            discriminator: [{ type: 'value', path: "extension('https://example.org/kind').value" }],
            rules: 'open',
          },
        },
        'Observation.component:a': { min: 1 },
        'Observation.component:a.extension:kind': {},
        'Observation.component:a.extension:kind.url': { fixedUri: 'https://example.org/kind' },
        'Observation.component:a.extension:kind.value[x]': { fixedCode: 'a' },
        'Observation.component:a.value[x]': { min: 1 },
      },
      observation({
        component: [
          { code: { text: 'a' }, extension: [{ url: 'https://example.org/kind', valueCode: 'a' }] },
          { code: { text: 'b' }, extension: [{ url: 'https://example.org/kind', valueCode: 'b' }] },
        ],
      }),
      ['missing-element Observation.component[0].value'],
    ],
    [
      'within slices',
      {
        'Observation.category': {
          slicing: { discriminator: [{ type: 'value', path: 'coding.system' }], rules: 'open' },
        },
        'Observation.category:own': { min: 1 },
        'Observation.category:own.coding': {
          slicing: { discriminator: [{ type: 'value', path: 'code' }], rules: 'open' },
        },
        'Observation.category:own.coding.system': { fixedUri: SYSTEM },
        'Observation.category:own.coding:first': { min: 1, max: '1' },
        'Observation.category:own.coding:first.code': { fixedCode: 'first' },
      },
      observation({ category: [coded('second')] }),
      ['missing-slice Observation.category[0].coding'],
    ],
    [
      'again',
      {
        'Observation.component': { slicing: { discriminator: [{ type: 'value', path: 'code.text' }], rules: 'open' } },
        'Observation.component:eye': {
          min: 1,
          slicing: { discriminator: [{ type: 'value', path: 'interpretation.text' }], rules: 'closed' },
        },
        'Observation.component:eye.code.text': { fixedString: 'eye' },
        'Observation.component:eye/left': { min: 1, max: '1' },
        'Observation.component:eye/left.interpretation.text': { fixedString: 'left' },
      },
      observation({
        component: [
          { code: { text: 'eye' }, interpretation: [{ text: 'left' }] },
          { code: { text: 'eye' }, interpretation: [{ text: 'right' }] },
          { code: { text: 'ear' } },
        ],
      }),
      ['slice-not-allowed Observation.component[1]'],
    ],
    [
      'without discriminators',
      {
        'Observation.category': { slicing: { rules: 'closed' } },
        'Observation.category:texted': {},
        'Observation.category:texted.text': { min: 1 },
      },
      observation({ category: [{ text: 'a' }, coded('a')] }),
      ['slice-not-allowed Observation.category[1]'],
    ],
    [
      'the rest',
      {
        'Observation.category': { slicing: { discriminator: [{ type: 'value', path: 'text' }], rules: 'closed' } },
        'Observation.category:a': { max: '1' },
        'Observation.category:a.text': { fixedString: 'a' },
        'Observation.category:@default': {},
        'Observation.category:@default.coding': { min: 1 },
      },
      observation({ category: [{ text: 'a' }, { text: 'b' }] }),
      ['missing-element Observation.category[1].coding'],
    ],
    [
      'of extensions that are defined nowhere',
      {
        'Observation.extension': { slicing: { discriminator: [{ type: 'value', path: 'url' }], rules: 'open' } },
        'Observation.extension:kind': {
          min: 1,
          type: [{ code: 'Extension', profile: ['https://example.org/kind'] }],
        },
      },
      observation({ extension: [{ url: 'https://example.org/other', valueCode: 'a' }] }),
      ['missing-slice Observation.extension'],
    ],
  ])('%s', (_what, elements, resource, expected) => {
    expect(conform(resource, profile('Observation', elements))).toEqual(expected);
  });

  it('by profile', () => {
    const person = profile('Patient', { 'Patient.name': { min: 1 } });
    const structure = profile('Bundle', {
      'Bundle.entry': { slicing: { discriminator: [{ type: 'profile', path: 'resource' }], rules: 'closed' } },
      'Bundle.entry:person': { min: 1, max: '1' },
      'Bundle.entry:person.resource': { min: 1, type: [{ code: 'Patient', profile: [person.url] }] },
    });
    const bundle = (...patients: object[]) => ({
      resourceType: 'Bundle',
      type: 'collection',
      entry: patients.map((patient) => ({ resource: { resourceType: 'Patient', ...patient } })),
    });
    expect(conform(bundle({ name: [{ text: 'A' }] }), structure, person)).toEqual([]);
    expect(conform(bundle({ name: [{ text: 'A' }] }, { active: true }), structure, person)).toEqual([
      'slice-not-allowed Bundle.entry[1]',
    ]);
  });

  it('by type of resource, and what they hold is checked', () => {
    const person = profile('Patient', { 'Patient.name': { min: 1 } });
    const structure = profile('Bundle', {
      'Bundle.entry': { slicing: { discriminator: [{ type: 'type', path: 'resource' }], rules: 'open' } },
      'Bundle.entry:person': { min: 1, max: '1' },
      'Bundle.entry:person.resource': { min: 1, type: [{ code: 'Patient', profile: [person.url] }] },
    });
    const entry = [
      { resource: { resourceType: 'Basic', code: { text: 'a' } } },
      { resource: { resourceType: 'Patient' } },
    ];
    expect(conform({ resourceType: 'Bundle', type: 'collection', entry }, structure, person)).toEqual([
      'missing-element Bundle.entry[1].resource.name',
    ]);
  });
});

describe('profiles', () => {
  const person = profile('Patient', { 'Patient.name': { min: 1 } });
  const structure = profile('Observation', {
    'Observation.subject': { type: [{ code: 'Reference', targetProfile: [person.url] }] },
  });
  const contained = (patient: object) =>
    observation({
      contained: [{ resourceType: 'Patient', id: 'p', ...patient }],
      subject: { reference: '#p' },
    });

  it('are demanded of what is referred to, where it is at hand', () => {
    expect(conform(contained({ name: [{ text: 'A' }] }), structure, person)).toEqual([]);
    expect(conform(contained({ active: true }), structure, person)).toEqual([
      'target-profile-not-met Observation.subject.reference',
    ]);
    expect(conform(observation({ subject: { reference: 'Patient/1' } }), structure, person)).toEqual([]);
    const entry = [
      { fullUrl: 'https://example.org/fhir/Patient/1', resource: { resourceType: 'Patient', id: '1' } },
      {
        fullUrl: 'https://example.org/fhir/Observation/2',
        resource: observation({ id: '2', meta: { profile: [structure.url] }, subject: { reference: 'Patient/1' } }),
      },
    ];
    expect(
      conform({ resourceType: 'Bundle', type: 'collection', entry }, profile('Bundle', {}), structure, person),
    ).toEqual(['target-profile-not-met Bundle.entry[1].resource.subject.reference']);
  });

  it('that refer to each other come to an end', () => {
    const task = profile('Task', {
      'Task.partOf': { type: [{ code: 'Reference', targetProfile: ['https://example.org/StructureDefinition/Task'] }] },
      'Task.owner': { min: 1 },
    });
    const of = (id: string, other: string) => ({
      fullUrl: `https://example.org/fhir/Task/${id}`,
      resource: {
        resourceType: 'Task',
        id,
        meta: { profile: [task.url] },
        status: 'draft',
        intent: 'order',
        partOf: [{ reference: `Task/${other}` }],
      },
    });
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [of('1', '2'), of('2', '1')] };
    expect(conform(bundle, profile('Bundle', {}), task)).toEqual([
      'target-profile-not-met Bundle.entry[0].resource.partOf[0].reference',
      'missing-element Bundle.entry[0].resource.owner',
      'target-profile-not-met Bundle.entry[1].resource.partOf[0].reference',
      'missing-element Bundle.entry[1].resource.owner',
    ]);
  });

  it('are claimed, wanted, of another type, or unknown', () => {
    const validate = compileValidator(definitions, undefined, [person]);
    const keys = (resource: unknown, profiles: string[] = []) =>
      validate(resource, { profiles }).map(({ severity, key, expression }) => `${severity} ${key} ${expression}`);
    expect(keys({ resourceType: 'Patient', active: true })).toEqual([]);
    expect(keys({ resourceType: 'Patient', active: true }, [`${person.url}|1.0`])).toEqual([
      'error missing-element Patient.name',
    ]);
    expect(keys({ resourceType: 'Patient', meta: { profile: [person.url] } }, [person.url])).toEqual([
      'error missing-element Patient.name',
    ]);
    expect(keys(request({ meta: { profile: [person.url] } }))).toEqual(['error wrong-profile-type ServiceRequest']);
    const unknown = 'https://example.org/StructureDefinition/unknown';
    expect(keys({ resourceType: 'Patient', meta: { profile: [unknown] } })).toEqual([
      'warning unknown-profile Patient.meta.profile[0]',
    ]);
    expect(keys({ resourceType: 'Patient', active: true }, [unknown])).toEqual(['error unknown-profile Patient']);
    expect(keys({ resourceType: 'Patient' }, ['http://hl7.org/fhir/StructureDefinition/Patient'])).toEqual([]);
    expect(keys({ resourceType: 'Patient' }, ['http://hl7.org/fhir/StructureDefinition/Group'])).toEqual([
      'error wrong-profile-type Patient',
    ]);
  });

  it('without a snapshot are what they change, and what their base says', () => {
    const { snapshot, ...rest } = profile(
      'Patient',
      { 'Patient.gender': { min: 1 } },
      { url: 'https://example.org/b', baseDefinition: person.url },
    );
    const derived = { ...rest, differential: snapshot! };
    expect(conform({ resourceType: 'Patient', active: true }, derived, person)).toEqual([
      'missing-element Patient.name',
      'missing-element Patient.gender',
    ]);
  });

  it('of R4 are known', () => {
    const bp = 'http://hl7.org/fhir/StructureDefinition/bp';
    const pressure = (code: string, value: number) => ({
      code: { coding: [{ system: 'http://loinc.org', code }] },
      valueQuantity: { value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
    });
    const vital = {
      resourceType: 'Observation',
      status: 'final',
      category: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
      ],
      code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
      subject: { reference: 'Patient/1' },
      effectiveDateTime: '2026-01-01',
      component: [pressure('8480-6', 120), pressure('8462-4', 80)],
    };
    const keys = (change: object) =>
      examineWithCodes({ ...vital, ...change }, { profiles: [bp] }).map(
        ({ key, expression }) => `${key} ${expression}`,
      );
    expect(keys({})).toEqual([]);
    expect(keys({ effectiveDateTime: undefined, effectivePeriod: { start: '2026' } })).not.toContain(
      'vs-1 Observation.effective',
    );
    expect(keys({ effectiveDateTime: '2026-01' })).toEqual(['vs-1 Observation.effective']);
    expect(keys({ component: [pressure('8480-6', 120)] })).toEqual(
      expect.arrayContaining(['missing-slice Observation.component']),
    );
    expect(keys({ category: [{ text: 'vital' }] })).toEqual(['missing-slice Observation.category']);
    const [systolic, diastolic] = vital.component;
    const inches = { ...systolic!, valueQuantity: { ...systolic!.valueQuantity, code: '[in_i]' } };
    expect(keys({ component: [inches, diastolic] })).toEqual(['fixed-value Observation.component[0].value.code']);
  });
});
