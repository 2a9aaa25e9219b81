import { describe, expect, it } from '@jest/globals';
import { compileDefinitions } from '../../src/definitions/compile.ts';
import { loadDefinitions } from '../../src/definitions/index.ts';
import { printDefinitions } from '../../src/definitions/print.ts';
import type {
  CodeSystem,
  CompartmentDefinition,
  ElementDefinition,
  Published,
  SearchParameter,
  StructureDefinition,
  ValueSet,
} from '../../src/definitions/published.ts';

function structure(
  name: string,
  kind: string,
  base: string | undefined,
  elements: readonly ElementDefinition[],
  change: Partial<Omit<StructureDefinition, 'url' | 'type'>> = {},
): StructureDefinition {
  return {
    resourceType: 'StructureDefinition',
    url: `http://hl7.org/fhir/StructureDefinition/${name}`,
    type: name,
    name,
    kind,
    abstract: false,
    fhirVersion: '4.0.1',
    ...(base === undefined ? {} : { baseDefinition: `http://hl7.org/fhir/StructureDefinition/${base}` }),
    snapshot: { element: [{ path: name }, ...elements] },
    ...change,
  };
}

function element(path: string, code: string, max = '1', change: Partial<ElementDefinition> = {}): ElementDefinition {
  return { path, min: 0, max, type: [{ code }], ...change };
}

function parameter(code: string, base: readonly string[], change: Partial<SearchParameter> = {}): SearchParameter {
  return {
    resourceType: 'SearchParameter',
    url: `https://example.org/SearchParameter/${code}`,
    code,
    base,
    type: 'string',
    expression: base.map((type) => `${type}.name`).join(' | '),
    ...change,
  };
}

const REGEX = { url: 'http://hl7.org/fhir/StructureDefinition/regex', valueString: '[a-z]+' };
const COLOURS = 'https://example.org/ValueSet/colours';

const compartment: CompartmentDefinition = {
  resourceType: 'CompartmentDefinition',
  url: 'http://hl7.org/fhir/CompartmentDefinition/patient',
  code: 'Patient',
  resource: [{ code: 'Thing', param: ['name'] }, { code: 'Patient', param: ['{def}'] }, { code: 'Other' }],
};

const valueSet: ValueSet = {
  resourceType: 'ValueSet',
  url: COLOURS,
  compose: {
    include: [{ system: 'https://example.org/colours' }, { system: 'https://example.org/x', concept: [{ code: 'x' }] }],
  },
};

const codeSystem: CodeSystem = {
  resourceType: 'CodeSystem',
  url: 'https://example.org/colours',
  concept: [{ code: 'red', concept: [{ code: 'scarlet' }] }, { code: 'blue' }],
};

const sources: readonly Published[] = [
  structure('Element', 'complex-type', undefined, [element('Element.id', 'string')], { abstract: true }),
  structure('BackboneElement', 'complex-type', 'Element', []),
  structure('string', 'primitive-type', 'Element', [
    { path: 'string.value', type: [{ code: 'http://hl7.org/fhirpath/System.String', extension: [REGEX] }] },
  ]),
  structure('code', 'primitive-type', 'string', [{ path: 'code.value' }]),
  structure('Extension', 'complex-type', 'Element', [
    { path: 'Extension.value[x]', min: 0, max: '1', type: [{ code: 'string' }, { code: 'code' }] },
  ]),
  structure('Meta', 'complex-type', 'Element', [element('Meta.project', 'string'), element('Meta.source', 'string')]),
  structure('Resource', 'resource', undefined, [element('Resource.meta', 'Meta')], { abstract: true }),
  structure('Thing', 'resource', 'Resource', [
    element('Thing.meta', 'Meta', '1', { base: { path: 'Resource.meta' } }),
    element('Thing.colour', 'code', '1', { binding: { strength: 'required', valueSet: `${COLOURS}|1.0` } }),
    element('Thing.part', 'BackboneElement', '*', { min: 1 }),
    element('Thing.part.name', 'string', '3', { isSummary: true }),
    { path: 'Thing.part.part', min: 0, max: '*', contentReference: '#Thing.part' },
    { path: 'Thing.any[x]', min: 0, max: '1', type: [{ code: 'string' }, { code: 'code' }] },
  ]),
  structure('Later', 'resource', 'Resource', [], { fhirVersion: '4.3.0' }),
  structure('Profile', 'complex-type', 'Meta', [], { derivation: 'constraint' }),
  structure('Sketch', 'logical', undefined, []),
  parameter('name', ['Thing', 'Resource']),
  parameter('pair', ['Thing'], {
    type: 'composite',
    expression: 'Thing.part',
    component: [{ definition: 'https://example.org/SearchParameter/name', expression: 'name' }],
  }),
  compartment,
  valueSet,
  codeSystem,
];

describe('the compilation', () => {
  const compiled = compileDefinitions(sources);

  it('keeps what R4 has and nothing else', () => {
    expect(Object.keys(compiled.types)).toEqual([
      'BackboneElement', 'Element', 'Extension', 'Meta', 'Resource', 'Thing', 'Thing.part', 'code', 'string',
    ]); // prettier-ignore
    expect(compiled.types['Meta']?.elements).toEqual([{ name: 'source', types: ['string'] }]);
  });

  it('keeps of a type what it does not inherit', () => {
    expect(compiled.types['Thing']).toEqual({
      kind: 'resource',
      base: 'Resource',
      elements: [
        { name: 'colour', types: ['code'], binding: `required ${COLOURS}` },
        { name: 'part', types: ['Thing.part'], min: 1, max: '*' },
        { name: 'any[x]', types: ['*'] },
      ],
    });
    expect(compiled.types['Thing.part']).toEqual({
      kind: 'backbone',
      base: 'BackboneElement',
      elements: [
        { name: 'name', types: ['string'], max: 3, summary: true },
        { name: 'part', types: ['Thing.part'], max: '*' },
      ],
    });
    expect(compiled.types['string']).toEqual({ kind: 'primitive', base: 'Element', pattern: '[a-z]+' });
  });

  it('lists the codes of required value sets, narrower ones too', () => {
    expect(compiled.codes).toEqual({ [COLOURS]: ['red', 'scarlet', 'blue', 'x'] });
  });

  it('gives each type its part of an expression', () => {
    expect(compiled.searchParameters[0]?.on).toEqual({ Thing: 'Thing.name', Resource: 'Resource.name' });
  });

  it('splits expressions outside of brackets only', () => {
    const expression = "(Thing.a | Thing.b).where(c = 'd') | Resource.e | (Thing.f as code)";
    const replaced = sources.map((source) =>
      'code' in source && source.code === 'name' ? { ...source, expression } : source,
    );
    expect(compileDefinitions(replaced).searchParameters[0]?.on['Thing']).toBe(
      "(Thing.a | Thing.b).where(c = 'd') | (Thing.f as code)",
    );
  });

  it('lists the compartment', () => {
    expect(compiled.compartments).toEqual({ Patient: { Thing: ['name'] } });
  });

  it('is the same whatever the order of its sources', () => {
    expect(printDefinitions(compileDefinitions([...sources].reverse()))).toBe(printDefinitions(compiled));
  });

  it('is printed as JSON that can be loaded', () => {
    const definitions = loadDefinitions(new TextEncoder().encode(printDefinitions(compiled)));
    expect(definitions.resourceTypes).toEqual(['Thing']);
    expect([...definitions.type('Thing')!.properties.keys()]).toEqual([
      'meta',
      'colour',
      'part',
      'anyString',
      'anyCode',
    ]);
    expect(definitions.type('Thing.part')?.properties.get('name')).toMatchObject({ array: true, min: 0, max: 3 });
    expect([...definitions.searchParameters('Thing').keys()]).toEqual(['name', 'pair']);
  });

  it.each<[string, Published]>([
    ['an expression without a part for a type', parameter('lost', ['Thing'], { expression: 'Other.name' })],
    [
      'a component that is no parameter',
      parameter('odd', ['Thing'], { component: [{ definition: 'x', expression: 'y' }] }),
    ],
    ['an element without a type', structure('Void', 'complex-type', 'Element', [{ path: 'Void.a', min: 0, max: '1' }])],
  ])('refuses %s', (_what, source) => {
    expect(() => compileDefinitions([...sources, source])).toThrow();
  });

  it('refuses to do without the compartment', () => {
    expect(() => compileDefinitions(sources.filter((source) => source !== compartment))).toThrow();
  });
});
