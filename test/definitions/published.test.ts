/*
 * HL7's published R4 definitions (4.0.0), where they lie beside the project, against the compiled ones (4.0.1).
 * What 4.0.1 or this project says otherwise is listed; everything else has to be equal.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { ElementDefinition, SearchParameter, StructureDefinition } from '../../src/definitions/published.ts';
import type { ElementRule, StructureDefinition as StructureRule } from '../../src/definitions/index.ts';
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

/** Rules that the technical correction 4.0.1 or later errata mended, and why each was wrong before. */
const MENDED_RULES: Readonly<Record<string, string>> = {
  'ref-1': '%resource of a contained resource is that resource, so its references were never found',
  'eld-4': 'aggregation is allowed for canonicals too',
  'eld-8': 'its text speaks of fixed values',
  'eld-18': 'isModifier is asked for as false, too',
  'tim-9': '`in` takes one value, and when may have many',
  'ait-1': 'verificationStatus is a CodeableConcept and equals no text',
  'ait-2': 'verificationStatus is a CodeableConcept and equals no text',
  'app-4': 'the code is noshow',
  'bdl-8': 'an absent fullUrl came to nothing',
  'bdl-10': 'the date of a document is its timestamp',
  'con-3': 'verificationStatus is a CodeableConcept and equals no text',
  'ctm-1': 'members that cannot be resolved are let pass',
  'dom-6': 'div is a word of the language and wants to be quoted',
  'obs-7': 'codes and systems of several codings were not compared pair by pair',
  'sdf-8a': '`not` of a collection is no test for emptiness',
  'sdf-15': 'white space only',
  'sdf-16': '`all` wants a truth, and an id is none',
  'sdf-17': '`all` wants a truth, and an id is none',
  'sdf-19': 'types of the language itself are URLs',
  'mtqy-1': 'spelt mqty-1 later',
  'mqty-1': 'spelt mtqy-1 before',
  'vs-2': '`or` wants truths',
};

/** Elements of profiles that differ, and why. */
const DIFFERENT_RULES: Readonly<Record<string, string>> = {
  'cdshooksguidanceresponse GuidanceResponse.module[x]:moduleUri': '4.0.0 calls the element moduleUri',
  'devicemetricobservation Observation.effective[x]:effectiveDateTime': '4.0.0 calls the element effectiveDateTime',
  'provenance-relevant-history Provenance.occurred[x]': '4.0.0 calls the element occurredDateTime',
  'familymemberhistory-genetic FamilyMemberHistory.sex:Sex': '4.0.0 has the address of a page for the value set',
};

/** Structures that only one of both has. */
const ONLY_PUBLISHED = [
  'example-composition',
  'example-section-library',
  'structuredefinition-json-type',
  'structuredefinition-rdf-type',
  'structuredefinition-xml-type',
];
const ONLY_HERE = ['operationdefinition-allowed-type', 'structuredefinition-fhir-type'];

/** Of extensions, examples and control parameters: published, but not part of the base specification's search. */
const LEFT_OUT_PARAMETER = /SearchParameter\/([a-z]+-(extensions|genetic)-|example|filter$|Resource-query$)/;

function readPublished<T>(name: string): T[] {
  const json = execFileSync('tar', ['-xzOf', ARCHIVE, `r4-published/${name}.json`], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(json.toString()) as T[];
}

function lastSegment(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function describeBinding(binding: ElementDefinition['binding']): string {
  if (!binding?.valueSet) return '';
  const limit =
    binding.extension?.find(({ url }) => url.endsWith('/elementdefinition-maxValueSet'))?.valueCanonical ?? '';
  return [binding.strength, binding.valueSet, limit]
    .map((word) => word.split('|')[0])
    .join(' ')
    .trim();
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
        const targets = types.filter((each) => each.code === code).flatMap((each) => each.targetProfile ?? []);
        const targetNames = targets.map(lastSegment).sort();
        described[`${owner}.${local.replace('[x]', type.charAt(0).toUpperCase() + type.slice(1))}`] = {
          type: isBackbone ? path : type,
          min,
          max: max === '*' ? Infinity : Number(max),
          summary: isSummary,
          modifier: isModifier,
          targets: !targetNames.includes('Resource') ? targetNames : [],
          binding: describeBinding(binding),
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
        binding: binding ? `${binding.strength} ${binding.valueSet} ${binding.maxValueSet ?? ''}`.trim() : '',
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
        // The project's own.
        if (!url.startsWith('http://hl7.org/')) continue;
        const base = /SearchParameter\/((?:Domain)?Resource)-/.exec(url)?.[1] ?? name;
        ours[`${base} ${url}`] = { code, type, expression, targets };
      }
    }
    expect(differences(ours, theirs)).toEqual([]);
  });
});

describe('rules and profiles compared with what HL7 publishes', () => {
  const compiled = JSON.parse(readFileSync(new URL('../../src/definitions/r4.json', import.meta.url), 'utf8')) as {
    constraints: Record<string, string[][]>;
  };
  const isGeneral = (key: string): boolean => key === 'ele-1' || key === 'ext-1';

  it('every rule of a type is the same', () => {
    if (!published) return expect(Object.values(compiled.constraints).flat()).toHaveLength(241);
    const ours: Described = {};
    for (const [path, list] of Object.entries(compiled.constraints)) {
      for (const [key = '', severity, human, expression] of list) {
        if (!isGeneral(key) && MENDED_RULES[key] === undefined)
          ours[`${path} ${key}`] = { severity, human, expression };
      }
    }
    const theirs: Described = {};
    const roots = new Set<string>();
    const structures = readPublished<StructureDefinition>('StructureDefinition').filter(
      ({ kind, derivation, name }) => {
        return kind !== 'logical' && (derivation !== 'constraint' || /^(Simple|Money)Quantity$/.test(name));
      },
    );
    // The most general types first: what they say is not said again.
    const order = ['Element', 'Resource', 'DomainResource', 'Quantity'];
    structures.sort((a, b) => (order.includes(b.name) ? 1 : 0) - (order.includes(a.name) ? 1 : 0));
    for (const { name, snapshot } of structures) {
      for (const { path, constraint = [], base } of snapshot!.element) {
        for (const { key, severity, human, expression } of constraint) {
          const isRoot = path === snapshot!.element[0]!.path;
          const text = `${key} ${expression}`;
          if (isGeneral(key) || MENDED_RULES[key] !== undefined || roots.has(text)) continue;
          if (!isRoot && base !== undefined && base.path !== path) continue;
          if (isRoot && (/^(dom|qty|sqty)-/.test(key) || order.includes(name))) roots.add(text);
          theirs[`${isRoot ? name : path} ${key}`] = { severity, human, expression };
        }
      }
    }
    expect(differences(ours, theirs)).toEqual([]);
  });

  it('every profile and extension says the same', () => {
    const bp = definitions.structure('http://hl7.org/fhir/StructureDefinition/bp');
    if (!published) return expect(bp?.type).toBe('Observation');
    const theirs = readPublished<StructureDefinition>('StructureDefinition').filter((structure) => {
      const { derivation, name, kind } = structure;
      return derivation === 'constraint' && !(kind === 'complex-type' && /^(Simple|Money)Quantity$/.test(name));
    });
    const names = theirs.map(({ url }) => lastSegment(url)).filter((name) => !ONLY_PUBLISHED.includes(name));
    const ours = readFileSync(new URL('../../src/definitions/r4-structures.ndjson', import.meta.url), 'utf8');
    const urls = [...ours.matchAll(/^\{"url":"([^"]+)"/gm)].map(([, url]) => url!);
    expect(
      urls
        .map(lastSegment)
        .filter((name) => !ONLY_HERE.includes(name))
        .sort(),
    ).toEqual(names.sort());
    const found: string[] = [];
    for (const structure of theirs) {
      const own = definitions.structure(structure.url);
      if (own !== undefined) found.push(...differencesOf(structure, own));
    }
    expect(found).toEqual([]);
  });
});

/** What validity hangs on, of the elements that are kept. */
function differencesOf(theirs: StructureDefinition, ours: StructureRule): string[] {
  const byId = new Map(theirs.snapshot!.element.map((element) => [choiceless(element.id), element]));
  return ours.snapshot!.element.flatMap((element) => {
    // 4.0.1 says as a slice of the choice what 4.0.0 says of the choice itself.
    if (element.slicing?.discriminator?.[0]?.type === 'type' && element.path.endsWith('[x]')) return [];
    const other = byId.get(choiceless(element.id));
    const [a, b] = [describeRule(element), other && describeRule(other)].map((each) => JSON.stringify(each));
    const name = `${lastSegment(theirs.url)} ${element.id}`;
    return a === b || DIFFERENT_RULES[name] !== undefined ? [] : [`${theirs.url} ${element.id}: ${a} / ${b}`];
  });
}

/** `Extension.value[x]:valueCode`, `Observation.valueQuantity` and `Observation.value[x]` are the same. */
function choiceless(id = ''): string {
  return id.replace(/\bvalue(\[x\](:\w+)?|[A-Z]\w*)(?=\.|$)/, 'value[x]');
}

function describeRule(element: object): object {
  const {
    path,
    sliceName,
    min,
    max,
    maxLength,
    slicing,
    binding,
    type,
    constraint = [],
    ...rest
  } = element as ElementRule;
  const values = Object.entries(rest).filter(([name]) => /^(fixed|pattern|minValue|maxValue)[A-Z]/.test(name));
  const { discriminator, rules, ordered = false } = slicing ?? {};
  // What may not be there has no types. That an extension without parts needs its value ext-1 says as well.
  const isUnused = max === '0';
  const isValue = choiceless(path).endsWith('value[x]');
  return {
    path: choiceless(path),
    sliceName: path.includes('value') ? undefined : sliceName,
    min: isValue ? undefined : min,
    max,
    maxLength,
    slicing: slicing && { discriminator, rules, ordered },
    binding: describeBinding(binding),
    type: (isUnused ? [] : type)
      ?.map(({ code, profile, targetProfile }) => ({
        // Of ids and of Extension.url one names the type of the language, the other that of FHIR.
        code: /\.(id|url)$/.test(path) ? '' : code,
        profile,
        targetProfile,
      }))
      .filter(({ code }) => code !== 'meta'),
    values,
    rules: constraint
      .filter(({ key }) => !/^(ele-1|ext-1|dom-\d)$/.test(key) && MENDED_RULES[key] === undefined)
      .map(({ key, severity, expression }) => `${key} ${severity} ${expression}`)
      .sort(),
  };
}

/** The expressions of R4 have no `|` within brackets but in `where`, and there none that begins with the type. */
function partFor(type: string, expression: string): string {
  if (/^(Domain)?Resource$/.test(type) || !expression.includes('|')) return expression;
  const parts = expression.split(/ *\| */);
  return parts.filter((part) => new RegExp(`^\\(?${type}\\b`).test(part.trim())).join(' | ');
}
