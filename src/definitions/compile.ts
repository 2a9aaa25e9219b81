import { compileCodes } from './compile-codes.ts';
import { compileConstraints } from './compile-constraints.ts';
import { compileSearchParameters } from './compile-parameters.ts';
import type { CompiledDefinitions, CompiledElement, CompiledType } from './compiled.ts';
import type {
  CompartmentDefinition,
  ElementDefinition,
  Published,
  SearchParameter,
  StructureDefinition,
} from './published.ts';
import { isR4Type, scrubElements } from './scrub.ts';

const FHIR_TYPE = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';
const REGEX = 'http://hl7.org/fhir/StructureDefinition/regex';
const MAX_VALUE_SET = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';
/** Of R4 itself: there is an example among them, too. */
const COMPARTMENTS: ReadonlySet<string> = new Set(
  ['device', 'encounter', 'patient', 'practitioner', 'relatedPerson'].map(
    (name) => `http://hl7.org/fhir/CompartmentDefinition/${name}`,
  ),
);
const KINDS = { 'primitive-type': 'primitive', 'complex-type': 'complex', resource: 'resource' } as const;

/**
 * The published definitions (StructureDefinitions of types and resources, SearchParameters, ValueSets, CodeSystems,
 * CompartmentDefinitions, in any order) as the content of `r4.json`. Throws where something is unforeseen.
 */
export function compileDefinitions(resources: readonly Published[]): CompiledDefinitions {
  const definitions = ofType<StructureDefinition>(resources, 'StructureDefinition').filter(isR4Type);
  const openTypes = readOpenTypes(definitions);
  const types = Object.fromEntries(definitions.flatMap((definition) => compileTypes(definition, openTypes.join())));
  return {
    fhirVersion: '4.0.1',
    openTypes,
    types: sortKeys(types),
    searchParameters: compileSearchParameters(ofType<SearchParameter>(resources, 'SearchParameter')),
    compartments: compileCompartments(ofType<CompartmentDefinition>(resources, 'CompartmentDefinition')),
    codes: compileCodes(resources, Object.values(types)),
    constraints: compileConstraints(ofType<StructureDefinition>(resources, 'StructureDefinition')),
  };
}

function ofType<T extends Published>(resources: readonly Published[], type: string): T[] {
  return resources.filter((resource): resource is T => resource.resourceType === type);
}

/** `Extension.value[x]` is open by definition, so its types are the open types. */
function readOpenTypes(definitions: readonly StructureDefinition[]): string[] {
  const extension = definitions.find(({ name }) => name === 'Extension');
  const value = extension?.snapshot?.element.find(({ path }) => path === 'Extension.value[x]');
  return (value?.type ?? []).map(({ code }) => code);
}

/** The type itself and its backbone elements. */
function compileTypes(definition: StructureDefinition, openTypes: string): [string, CompiledType][] {
  const [root, ...elements] = scrubElements(definition.snapshot?.element ?? []);
  const kind = KINDS[definition.kind as keyof typeof KINDS];
  const parent = definition.baseDefinition && lastSegment(definition.baseDefinition);
  if (root === undefined) throw new Error(`${definition.name} has no elements`);
  if (kind === 'primitive') {
    const pattern = readPattern(elements);
    return [[definition.name, { kind, base: 'Element', ...(pattern === undefined ? {} : { pattern }) }]];
  }
  const own = elements.filter(({ path, base }) => base === undefined || base.path === path);
  const parents = new Set([root.path, ...own.filter(isBackbone).map(({ path }) => path)]);
  return [...parents].map((path) => {
    const children = own.filter((element) => element.path.slice(0, element.path.lastIndexOf('.')) === path);
    const type: CompiledType =
      path === root.path
        ? {
            kind,
            ...(parent ? { base: parent } : {}),
            ...(definition.abstract ? { abstract: true } : {}),
            ...(root.binding?.valueSet ? { binding: compileBinding(root.binding, root.binding.valueSet) } : {}),
          }
        : {
            kind: 'backbone',
            base: own.find((element) => element.path === path)?.type?.[0]?.code ?? 'BackboneElement',
          };
    return [path, { ...type, elements: children.map((element) => compileElement(element, openTypes)) }];
  });
}

function isBackbone(element: ElementDefinition): boolean {
  return element.type?.length === 1 && ['BackboneElement', 'Element'].includes(element.type[0]?.code ?? '');
}

function readPattern(elements: readonly ElementDefinition[]): string | undefined {
  const value = elements.find(({ path }) => path.endsWith('.value'));
  return value?.type?.[0]?.extension?.find(({ url }) => url === REGEX)?.valueString;
}

function compileElement(element: ElementDefinition, openTypes: string): CompiledElement {
  const types = isBackbone(element) ? [element.path] : readTypes(element);
  const targets = readTargets(element, 'Reference');
  const canonicals = readTargets(element, 'canonical');
  return {
    name: element.path.slice(element.path.lastIndexOf('.') + 1),
    types: types.join() === openTypes ? ['*'] : types,
    ...(element.min ? { min: element.min } : {}),
    ...(element.max === '1' ? {} : { max: element.max === '*' ? '*' : Number(element.max) }),
    ...(targets === undefined ? {} : { targets }),
    ...(canonicals === undefined ? {} : { canonicals }),
    ...(element.isSummary ? { summary: true } : {}),
    ...(element.isModifier ? { modifier: true } : {}),
    ...(element.binding?.valueSet ? { binding: compileBinding(element.binding, element.binding.valueSet) } : {}),
    ...compileProfile(element),
  };
}

/** Resource types that values of a type may lead to; undefined where any. */
function readTargets({ type = [] }: ElementDefinition, wanted: string): readonly string[] | undefined {
  const targets = type.filter(({ code }) => code === wanted).flatMap(({ targetProfile = [] }) => targetProfile);
  const names = targets.map(lastSegment).sort();
  return names.length === 0 || names.includes('Resource') ? undefined : names;
}

function compileBinding({ strength, extension = [] }: NonNullable<ElementDefinition['binding']>, set: string): string {
  const limit = extension.find(({ url }) => url === MAX_VALUE_SET)?.valueCanonical;
  return [strength, set, ...(limit === undefined ? [] : [limit])].map((word) => word.split('|')[0]).join(' ');
}

/** Only quantities have a profile on their type in R4 itself: SimpleQuantity. */
function compileProfile({ type = [] }: ElementDefinition): { profile?: string } {
  const profile = type.find(({ code }) => code === 'Quantity')?.profile?.[0];
  return profile === undefined ? {} : { profile: lastSegment(profile) };
}

function readTypes(element: ElementDefinition): string[] {
  if (element.contentReference) return [element.contentReference.slice(element.contentReference.indexOf('#') + 1)];
  const types = (element.type ?? []).map(
    ({ code, extension }) => extension?.find(({ url }) => url === FHIR_TYPE)?.valueUrl ?? code,
  );
  if (types.length === 0) throw new Error(`${element.path} has no type`);
  return types;
}

function compileCompartments(definitions: readonly CompartmentDefinition[]): CompiledDefinitions['compartments'] {
  const compartments = definitions.filter(({ url }) => COMPARTMENTS.has(url)).map(compileCompartment);
  if (compartments.length === 0) throw new Error('The compartments are missing');
  return sortKeys(Object.fromEntries(compartments));
}

function compileCompartment({ code, url, resource = [] }: CompartmentDefinition): [string, Record<string, string[]>] {
  const members = resource.flatMap(({ code: type, param = [] }): [string, string[]][] => {
    // `{def}` stands for the resource itself, which is always in.
    const codes = param.filter((each) => each !== '{def}');
    return codes.length > 0 ? [[type, codes]] : [];
  });
  if (members.length === 0) throw new Error(`The compartment ${url} has no members`);
  return [code, sortKeys(Object.fromEntries(members))];
}

function lastSegment(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function sortKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
