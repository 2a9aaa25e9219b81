/*
 * Resources that are made to take long, or to be taken where they should not be.
 */
import { describe, expect, it } from '@jest/globals';
import { cpuTime } from '../support/cpu-time.ts';
import { examine, examineWithCodes, findings, request } from './check.ts';

const UCUM = 'http://unitsofmeasure.org';

function observation(codes: number, components: number): object {
  const coding = (name: string, index: number): object => ({ system: 'https://example.org', code: `${name}${index}` });
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: Array.from({ length: codes }, (_, index) => coding('a', index)) },
    valueInteger: 1,
    component: Array.from({ length: components }, (_, index) => ({
      code: { coding: [coding('b', index)] },
      valueInteger: 1,
    })),
  };
}

function measured(value: string): object {
  const { component: _none, valueInteger: _nothing, ...rest } = observation(1, 0) as Record<string, unknown>;
  return { ...rest, valueQuantity: { value: 1, system: UCUM, code: value } };
}

function bundle(...resources: readonly object[]): object {
  return { resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) };
}

describe('takes a bounded time', () => {
  const definition = {
    resourceType: 'StructureDefinition',
    url: 'https://example.org/a',
    name: 'A',
    status: 'draft',
    kind: 'resource',
    abstract: false,
    type: 'Patient',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
    derivation: 'constraint',
    differential: {
      element: Array.from({ length: 30_000 }, (_, index) =>
        index === 0
          ? { id: 'Patient', path: 'Patient' }
          : { id: `Patient.name:s${index}`, path: 'Patient.name', sliceName: `s${index}` },
      ),
    },
  };

  it.each<[string, object]>([
    ['many codes and components', observation(12_000, 12_000)],
    ['a definition of many elements', definition],
    ['many resources', bundle(...Array.from({ length: 20 }, () => observation(1000, 1000)))],
  ])('%s', (_what, resource) => {
    examine(bundle(observation(1, 1)));
    const started = cpuTime();
    expect(examine(resource)).toEqual([]);
    expect(cpuTime() - started).toBeLessThan(20_000);
  });

  it('many units, of which too many are refused', () => {
    const units = Array.from({ length: 6000 }, (_, index) => measured(`${'mg.'.repeat(40)}kg${index + 2}`));
    examineWithCodes(bundle(measured('kg')));
    const started = cpuTime();
    expect(examineWithCodes(bundle(...units)).map(({ key }) => key)).toEqual(['too-costly']);
    expect(cpuTime() - started).toBeLessThan(10_000);
  });
});

describe('is not taken', () => {
  it.each<[string, object, string[]]>([
    [
      'an extension of a resource with a relative url',
      { extension: [{ url: 'a', valueCode: 'a' }] },
      ['relative-extension-url ServiceRequest.extension[0].url'],
    ],
    [
      'a second extension where there is one',
      {
        resourceType: 'Patient',
        status: undefined,
        intent: undefined,
        subject: undefined,
        extension: ['A', 'B'].map((city) => ({
          url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
          valueAddress: { city },
        })),
      },
      ['too-many-elements Patient.extension[1]'],
    ],
  ])('%s', (_what, change, expected) => {
    expect(findings(request(change as Record<string, unknown>))).toEqual(expected);
  });

  it('a unit that UCUM does not have', () => {
    const keys = (code: string): string[] => examineWithCodes(measured(code)).map(({ key }) => key);
    expect([keys('mg/dL'), keys('foo!!')]).toEqual([[], ['unknown-unit']]);
  });

  it.each<[string, object, string[]]>([
    [
      'a fullUrl of another type',
      { fullUrl: 'https://example.org/Patient/a', resource: { resourceType: 'Basic', id: 'a', code: { text: 'A' } } },
      ['invalid-full-url Bundle.entry[0].fullUrl'],
    ],
    [
      'a urn:uuid that is none',
      { fullUrl: 'urn:uuid:nope', resource: { resourceType: 'Patient' } },
      ['invalid-full-url Bundle.entry[0].fullUrl'],
    ],
    [
      'an update without a resource',
      { request: { method: 'PUT', url: 'Patient/a' } },
      ['missing-element Bundle.entry[0].resource'],
    ],
    [
      'a creation without a resource',
      { request: { method: 'POST', url: 'Patient' } },
      ['missing-element Bundle.entry[0].resource'],
    ],
    ['but an operation', { request: { method: 'POST', url: 'Patient/$validate' } }, []],
    ['but a deletion', { request: { method: 'DELETE', url: 'Patient/a' } }, []],
  ])('%s', (_what, entry, expected) => {
    const type = 'request' in entry ? 'transaction' : 'collection';
    expect(findings({ resourceType: 'Bundle', type, entry: [entry] })).toEqual(expected);
  });
});

it('takes -0 as an integer', () => {
  expect(
    findings(request({ extension: [{ url: 'https://example.org/a', valueInteger: JSON.rawJSON('-0') }] })),
  ).toEqual([]);
});
