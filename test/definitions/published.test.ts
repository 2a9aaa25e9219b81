/*
 * HL7's published R4 definitions (4.0.0), where they lie beside the project, against the compiled ones (4.0.1).
 * What 4.0.1 or this project says otherwise is listed; everything else has to be equal.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { SearchParameter, StructureDefinition } from '../../src/definitions/published.ts';
import { definitions } from './r4.ts';

const ARCHIVE = new URL('../../../shared/r4-published.tar.gz', import.meta.url).pathname;
const published = existsSync(ARCHIVE);

/** 4.0.1's technical correction adds Meta to the open types. */
const ADDED_OPEN_TYPE =
  /^(Extension|Parameters\.parameter|Task\.(input|output)|ElementDefinition(\.example)?|StructureMap\.group\.rule\.source)\.[a-zA-Z]+Meta$/;

/** 4.0.0 has the address of a page where 4.0.1 has the value set. */
const DIFFERENT_PROPERTIES: Readonly<Record<string, object>> = {
  'FamilyMemberHistory.sex': { binding: 'extensible http://hl7.org/fhir/ValueSet/administrative-gender' },
};

const DIFFERENT_PARAMETERS: Readonly<Record<string, object>> = {
  'http://hl7.org/fhir/SearchParameter/Resource-profile': { type: 'uri' },
  'http://hl7.org/fhir/SearchParameter/Resource-content': { type: 'special' },
  'http://hl7.org/fhir/SearchParameter/DomainResource-text': { type: 'special' },
  'http://hl7.org/fhir/SearchParameter/StructureDefinition-ext-context': {
    expression: 'StructureDefinition.context.type',
  },
  'http://hl7.org/fhir/SearchParameter/SubstanceSpecification-code': { expression: 'SubstanceSpecification.code.code' },
  'http://hl7.org/fhir/SearchParameter/InsurancePlan-name': { expression: 'InsurancePlan.name | InsurancePlan.alias' },
};

/** Of extensions, examples and control parameters: published, but not part of the base specification's search. */
const LEFT_OUT_PARAMETER = /SearchParameter\/([a-z]+-(extensions|genetic)-|example|filter$|Resource-query$)/;

function readPublished<T>(name: string): T[] {
  const json = execFileSync('tar', ['-xzOf', ARCHIVE, `r4-published/${name}.json`], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(json.toString()) as T[];
}

function lastSegment(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/** Property by `Type.name`, described so that it can be compared. */
type Described = Record<string, object>;

/** 4.0.0 names no type for `Element.id` and `Extension.url`; of ids see http://hl7.org/fhir/R4/resource.html#id. */
function typeOf(path: string, kind: string, code: string | undefined): string {
  if (kind === 'resource' && /^[A-Za-z]+\.id$/.test(path)) return 'id';
  return code ?? (path === 'Extension.url' ? 'uri' : 'string');
}

function describePublished(structures: readonly StructureDefinition[]): Described {
  const described: Described = {};
  for (const { name, kind, derivation, snapshot } of structures) {
    if (derivation === 'constraint' || kind === 'primitive-type' || kind === 'logical') continue;
    for (const element of snapshot!.element.slice(1)) {
      const { path, max, min = 0, isSummary = false, isModifier = false, binding, contentReference } = element;
      const parent = path.slice(0, path.lastIndexOf('.'));
      const owner = parent === name ? name : parent;
      const types = contentReference ? [{ code: contentReference.slice(1) }] : element.type!;
      for (const code of new Set(types.map((type) => type.code))) {
        const isBackbone = code === 'BackboneElement' || (code === 'Element' && types.length === 1);
        const type = typeOf(path, kind, code);
        const local = path.slice(parent.length + 1);
        const targets = types.filter((each) => each.code === 'Reference').flatMap((each) => each.targetProfile ?? []);
        const targetNames = targets.map(lastSegment).sort();
        described[`${owner}.${local.replace('[x]', type.charAt(0).toUpperCase() + type.slice(1))}`] = {
          type: isBackbone ? path : type,
          min,
          max: max === '*' ? Infinity : Number(max),
          summary: isSummary,
          modifier: isModifier,
          targets: code === 'Reference' && !targetNames.includes('Resource') ? targetNames : [],
          binding: binding?.valueSet ? `${binding.strength} ${binding.valueSet.split('|')[0]}` : '',
        };
      }
    }
  }
  return described;
}

function describeCompiled(typeNames: Iterable<string>): Described {
  const described: Described = {};
  for (const typeName of typeNames) {
    for (const property of definitions.type(typeName)?.properties.values() ?? []) {
      const { name, type, min, max, summary, modifier, targets = [], binding } = property;
      described[`${typeName}.${name}`] = {
        type, min, max, summary, modifier, targets,
        binding: binding ? `${binding.strength} ${binding.valueSet}` : '',
      }; // prettier-ignore
    }
  }
  return described;
}

function* reachableTypes(): Generator<string> {
  const seen = new Set<string>(['Resource', 'DomainResource', ...definitions.resourceTypes]);
  for (const name of seen) {
    const { kind, properties } = definitions.type(name)!;
    if (kind !== 'primitive') yield name;
    for (const { type } of properties.values()) seen.add(type);
  }
}

function differences(ours: Described, theirs: Described): string[] {
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
    .filter((name) => JSON.stringify(ours[name]) !== JSON.stringify(theirs[name]))
    .map((name) => `${name}: ${JSON.stringify(ours[name])} / ${JSON.stringify(theirs[name])}`);
}

describe('compared with what HL7 publishes', () => {
  it('every element is the same', () => {
    if (!published) return expect(definitions.type('Meta')?.properties.has('project')).toBe(false);
    const theirs = describePublished(readPublished<StructureDefinition>('StructureDefinition'));
    for (const [name, change] of Object.entries(DIFFERENT_PROPERTIES)) theirs[name] = { ...theirs[name], ...change };
    const ours = describeCompiled([...reachableTypes(), 'SubstanceAmount', 'Element', 'BackboneElement']);
    for (const name of Object.keys(ours)) if (ADDED_OPEN_TYPE.test(name)) delete ours[name];
    const listed = new Set(Object.keys(ours).map((name) => name.slice(0, name.lastIndexOf('.'))));
    for (const name of Object.keys(theirs))
      if (!listed.has(name.slice(0, name.lastIndexOf('.')))) expect(name).toBe('');
    expect(differences(ours, theirs)).toEqual([]);
  });

  it('every search parameter is the same', () => {
    if (!published) return expect(definitions.searchParameters('DetectedIssue').has('status')).toBe(false);
    const theirs: Described = {};
    for (const parameter of readPublished<SearchParameter>('SearchParameter')) {
      if (LEFT_OUT_PARAMETER.test(parameter.url)) continue;
      const { url, code, type, base, target = [], expression = '' } = parameter;
      const stated = { code, type, expression, targets: [...target].sort(), ...DIFFERENT_PARAMETERS[url] };
      for (const name of base) theirs[`${name} ${url}`] = { ...stated, expression: partFor(name, stated.expression) };
    }
    const ours: Described = {};
    for (const name of definitions.resourceTypes) {
      for (const { url, code, type, expression, targets } of definitions.searchParameters(name).values()) {
        const base = /SearchParameter\/((?:Domain)?Resource)-/.exec(url)?.[1] ?? name;
        ours[`${base} ${url}`] = { code, type, expression, targets };
      }
    }
    expect(differences(ours, theirs)).toEqual([]);
  });
});

/** The expressions of R4 have no `|` within brackets but in `where`, and there none that begins with the type. */
function partFor(type: string, expression: string): string {
  if (/^(Domain)?Resource$/.test(type) || !expression.includes('|')) return expression;
  const parts = expression.split(/ *\| */);
  return parts.filter((part) => new RegExp(`^\\(?${type}\\b`).test(part.trim())).join(' | ');
}
