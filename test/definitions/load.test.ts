import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadDefinitions } from '../../src/definitions/index.ts';
import { definitions } from './r4.ts';

describe('resource types', () => {
  it('are the 146 concrete ones, sorted', () => {
    expect(definitions.resourceTypes).toHaveLength(146);
    expect(definitions.resourceTypes).toEqual([...definitions.resourceTypes].sort());
  });

  it.each([
    ['ServiceRequest', true],
    ['Bundle', true],
    ['Resource', false],
    ['DomainResource', false],
    ['HumanName', false],
    ['SubscriptionStatus', false],
    ['constructor', false],
    ['', false],
  ])('%s: %s', (name, expected) => {
    expect(definitions.isResourceType(name)).toBe(expected);
  });
});

describe('types', () => {
  it.each([
    ['ServiceRequest', 'resource'],
    ['DomainResource', 'resource'],
    ['HumanName', 'complex'],
    ['Claim.item.detail', 'backbone'],
    ['Timing.repeat', 'backbone'],
    ['string', 'primitive'],
  ])('%s is a %s', (name, kind) => {
    expect(definitions.type(name)).toMatchObject({ name, kind });
  });

  it.each(['Nonsense', 'constructor', '__proto__', 'Claim.nonsense'])('%s is unknown', (name) => {
    expect(definitions.type(name)).toBeUndefined();
  });

  it('begin with what they inherit', () => {
    const names = [...(definitions.type('ServiceRequest')?.properties.keys() ?? [])];
    expect(names.slice(0, 9)).toEqual([
      'id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension', 'identifier',
    ]); // prettier-ignore
  });

  it('have a choice under each concrete name', () => {
    const { properties } = definitions.type('Patient')!;
    expect(properties.has('deceased[x]')).toBe(false);
    expect(properties.get('deceasedBoolean')).toMatchObject({
      type: 'boolean',
      kind: 'primitive',
      choice: 'deceased[x]',
    });
    expect(properties.get('deceasedDateTime')).toMatchObject({
      type: 'dateTime',
      choice: 'deceased[x]',
      modifier: true,
    });
  });

  it('expand the open types', () => {
    const names = [...(definitions.type('Extension')?.properties.keys() ?? [])];
    expect(names.filter((name) => name.startsWith('value'))).toHaveLength(50);
  });

  it('know cardinality, targets and bindings', () => {
    const { properties } = definitions.type('ServiceRequest')!;
    expect(properties.get('subject')).toMatchObject({
      min: 1,
      max: 1,
      array: false,
      targets: ['Device', 'Group', 'Location', 'Patient'],
    });
    expect(properties.get('category')).toMatchObject({ min: 0, max: Infinity, array: true });
    expect(properties.get('supportingInfo')?.targets).toBeUndefined();
    expect(properties.get('status')?.binding).toEqual({
      strength: 'required',
      valueSet: 'http://hl7.org/fhir/ValueSet/request-status',
    });
  });

  it('repeat without limit where they repeat, and need no more than one', () => {
    for (const name of definitions.resourceTypes) {
      for (const { array, min, max } of definitions.type(name)!.properties.values()) {
        expect([array, max, min <= 1]).toEqual([array, array ? Infinity : 1, true]);
      }
    }
  });

  it('follow a content reference to the type it names', () => {
    expect(definitions.type('Bundle.entry')?.properties.get('link')).toMatchObject({
      type: 'Bundle.link',
      kind: 'backbone',
    });
  });

  it('give primitives their pattern', () => {
    expect(definitions.type('id')?.pattern).toBe('[A-Za-z0-9\\-\\.]{1,64}');
  });

  it('are the same object when asked for again', () => {
    expect(definitions.type('Patient')).toBe(definitions.type('Patient'));
  });

  it('all exist that properties name', () => {
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const { type } of definitions.type(name)!.properties.values()) visit(type);
    };
    definitions.resourceTypes.forEach(visit);
    expect(seen.size).toBeGreaterThan(600);
  });
});

describe('search parameters', () => {
  it('hold the part of the expression that concerns the type', () => {
    expect(definitions.searchParameters('Encounter').get('patient')).toMatchObject({
      type: 'reference',
      expression: 'Encounter.subject.where(resolve() is Patient)',
    });
    expect(definitions.searchParameters('Practitioner').get('email')?.expression).toBe(
      "Practitioner.telecom.where(system='email')",
    );
  });

  it.each(['Patient', 'ServiceRequest'])('%s has those of every resource', (type) => {
    expect([...definitions.searchParameters(type).keys()]).toEqual(
      expect.arrayContaining(['_id', '_lastUpdated', '_tag', '_profile', '_security', '_source', '_content', '_text']),
    );
  });

  it('leave _text to resources with a narrative', () => {
    expect(definitions.searchParameters('Bundle').has('_text')).toBe(false);
    expect(definitions.searchParameters('Patient').get('_text')?.type).toBe('special');
  });

  it('name the parts of a composite by their codes', () => {
    expect(definitions.searchParameters('Observation').get('code-value-quantity')?.components).toEqual([
      { code: 'code', expression: 'code' },
      { code: 'value-quantity', expression: 'value.as(Quantity)' },
    ]);
  });

  it('of composites are themselves parameters of the type', () => {
    for (const type of definitions.resourceTypes) {
      const parameters = definitions.searchParameters(type);
      for (const { components = [] } of parameters.values()) {
        for (const { code } of components) expect([type, code, parameters.has(code)]).toEqual([type, code, true]);
      }
    }
  });

  it('are none for unknown types', () => {
    expect(definitions.searchParameters('Nonsense').size).toBe(0);
    expect(definitions.searchParameters('constructor').size).toBe(0);
  });
});

describe('compartments', () => {
  it.each([
    ['Patient', 'Condition', ['patient', 'asserter']],
    ['Patient', 'Encounter', ['patient']],
    ['Patient', 'Patient', ['link']],
    ['Patient', 'Organization', undefined],
    ['Patient', 'Task', undefined],
    ['Patient', 'constructor', undefined],
    ['Practitioner', 'Condition', ['asserter']],
    // Only itself, which needs no parameter.
    ['Practitioner', 'Practitioner', undefined],
    ['Encounter', 'Procedure', ['encounter']],
    ['Encounter', 'Observation', ['encounter']],
    ['RelatedPerson', 'Patient', ['link']],
    ['Device', 'Observation', ['subject', 'device']],
  ])('of a %s, %s: %j', (name, type, codes) => {
    expect(definitions.compartment(name)?.get(type)).toEqual(codes);
  });

  it('are those of five types', () => {
    const names = [...definitions.resourceTypes, 'constructor'].filter((name) => definitions.compartment(name));
    expect(names).toEqual(['Device', 'Encounter', 'Patient', 'Practitioner', 'RelatedPerson']);
  });

  it('are made of search parameters that refer to them', () => {
    for (const name of ['Device', 'Encounter', 'Patient', 'Practitioner', 'RelatedPerson']) {
      const compartment = [...(definitions.compartment(name) ?? [])];
      expect(compartment.length).toBeGreaterThan(20);
      for (const [type, codes] of compartment) {
        for (const code of codes) {
          const parameter = definitions.searchParameters(type).get(code);
          expect([name, type, code, parameter?.type]).toEqual([name, type, code, 'reference']);
        }
      }
    }
  });
});

describe('search parameters besides those of R4', () => {
  const bytes = readFileSync(new URL('../../src/definitions/r4.json', import.meta.url));
  const own = {
    resourceType: 'SearchParameter',
    url: 'urn:own',
    code: 'own',
    base: ['Patient', 'Group'],
    type: 'reference',
    expression: 'Patient.link.other | Group.managingEntity',
  };

  it('are of their types as if they were of R4', () => {
    const added = loadDefinitions(bytes, undefined, [own, { resourceType: 'Patient' }]);
    const parameter = added.searchParameters('Group').get('own');
    expect(parameter).toMatchObject({ url: 'urn:own', type: 'reference', expression: 'Group.managingEntity' });
    expect(parameter?.targets).toEqual(added.resourceTypes);
    expect(added.searchParameters('Task').has('own')).toBe(false);
  });

  it.each([
    ['a name that is taken', { ...own, code: 'name' }, 'urn:own takes the name name, which Patient has already'],
    ['no expression for a type', { ...own, base: ['Task'] }, 'urn:own has no expression for Task'],
  ])('are refused with %s', (_what, parameter, text) => {
    expect(() => loadDefinitions(bytes, undefined, [parameter])).toThrow(text);
  });

  it('of the project are there', () => {
    const names = ['case-number', 'supporting-info', 'reason-reference', 'insurance'];
    for (const name of names) expect(definitions.searchParameters('ServiceRequest').has(name)).toBe(true);
    for (const name of ['case-number', 'output']) expect(definitions.searchParameters('Task').has(name)).toBe(true);
  });
});

describe('codes', () => {
  it('list a value set with required binding', () => {
    expect([...(definitions.codes('http://hl7.org/fhir/ValueSet/administrative-gender') ?? [])]).toEqual([
      'male', 'female', 'other', 'unknown',
    ]); // prettier-ignore
  });

  it.each(['http://hl7.org/fhir/ValueSet/mimetypes', 'http://hl7.org/fhir/ValueSet/body-site', 'constructor'])(
    'do not list %s',
    (url) => {
      expect(definitions.codes(url)).toBeUndefined();
    },
  );
});

describe('constraints', () => {
  const keys = (path: string): string[] => definitions.constraints(path).map(({ key }) => key);

  it.each<[string, string[]]>([
    ['Element', ['ele-1']],
    ['Age', ['ele-1', 'qty-3', 'age-1']],
    ['ServiceRequest', ['dom-2', 'dom-3', 'dom-4', 'dom-5', 'dom-6', 'prr-1']],
    ['Observation.referenceRange', ['ele-1', 'obs-3']],
    ['Organization.telecom', ['org-3']],
    ['SimpleQuantity', ['sqty-1']],
    ['Observation.value[x]', []],
    ['constructor', []],
  ])('of %s', (path, expected) => {
    expect(keys(path).sort()).toEqual(expected.sort());
  });

  it('say what they say', () => {
    expect(definitions.constraints('Observation.referenceRange').at(-1)).toEqual({
      key: 'obs-3',
      severity: 'error',
      human: 'Must have at least a low or a high or text',
      expression: 'low.exists() or high.exists() or text.exists()',
    });
  });
});

describe('limits of bindings', () => {
  it('stand beside weaker ones', () => {
    expect(definitions.type('Patient')?.properties.get('language')?.binding).toEqual({
      strength: 'preferred',
      valueSet: 'http://hl7.org/fhir/ValueSet/languages',
      maxValueSet: 'http://hl7.org/fhir/ValueSet/all-languages',
    });
  });

  it('are those of the type for quantities of one kind', () => {
    expect(definitions.type('Duration')?.binding).toMatchObject({
      maxValueSet: 'http://hl7.org/fhir/ValueSet/all-time-units',
    });
    expect(definitions.type('Quantity')?.binding).toBeUndefined();
  });

  it('of simple quantities are named', () => {
    expect(definitions.type('Range')?.properties.get('low')?.profile).toBe('SimpleQuantity');
    expect(definitions.type('Observation')?.properties.get('valueQuantity')?.profile).toBeUndefined();
  });
});

describe('structures', () => {
  it('are the profiles and extensions of R4', () => {
    expect(definitions.structure('http://hl7.org/fhir/StructureDefinition/bp')).toMatchObject({ type: 'Observation' });
    expect(definitions.structure('http://hl7.org/fhir/StructureDefinition/patient-birthPlace')).toMatchObject({
      type: 'Extension',
      context: [{ type: 'element', expression: 'Patient' }],
    });
    expect(definitions.structure('http://hl7.org/fhir/StructureDefinition/Patient')).toBeUndefined();
  });

  it('are none where they were not handed in, and have a URL first', () => {
    const bytes = readFileSync(new URL('../../src/definitions/r4.json', import.meta.url));
    expect(loadDefinitions(bytes).structure('http://hl7.org/fhir/StructureDefinition/bp')).toBeUndefined();
    expect(() => loadDefinitions(bytes, Buffer.from('{"type":"Patient"}\n'))).toThrow('does not begin with its URL');
  });
});
