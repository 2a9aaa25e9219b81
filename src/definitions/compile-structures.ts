import type { ElementRule, StructureDefinition } from './structure.ts';

/** The resources that say what others may be: HL7 marks all of them with how settled they are. */
const CANONICALS = [
  'CapabilityStatement',
  'CodeSystem',
  'CompartmentDefinition',
  'ConceptMap',
  'ImplementationGuide',
  'NamingSystem',
  'OperationDefinition',
  'Questionnaire',
  'SearchParameter',
  'StructureMap',
  'ValueSet',
];

/**
 * Where HL7 itself puts extensions beside the places that their definitions name: in the definitions of R4, or in those
 * of US Core. Tools copy these into every snapshot and guide they make, so nobody could send one otherwise.
 */
const FURTHER_CONTEXTS: Readonly<Record<string, readonly string[]>> = {
  // The definition names the code of the type, every snapshot has it on the type.
  'structuredefinition-fhir-type': ['ElementDefinition.type'],
  // The patterns of primitive types stand on the type of their value, in 4.0.0 on its code.
  regex: ['ElementDefinition.type', 'ElementDefinition.type.code'],
  // Single elements became normative, and value sets, code systems and operations, too.
  'structuredefinition-normative-version': ['ElementDefinition', ...CANONICALS],
  // The code system of DICOM explains its concepts by it.
  'valueset-concept-comments': ['CodeSystem.concept'],
  // Search parameters of US Core say by it what servers have to support of them, as its profiles are named with it.
  'capabilitystatement-expectation': [
    'CapabilityStatement.rest.resource',
    'CapabilityStatement.rest.resource.operation',
    'CapabilityStatement.rest.resource.supportedProfile',
    'SearchParameter.chain',
    'SearchParameter.comparator',
    'SearchParameter.modifier',
    'SearchParameter.multipleAnd',
    'SearchParameter.multipleOr',
  ],
};

/** What says nothing about validity is left out: texts, mappings, examples. */
const KEPT = [
  'id',
  'path',
  'sliceName',
  'min',
  'max',
  'maxLength',
  'type',
  'contentReference',
  'isModifier',
  'binding',
  'constraint',
  'slicing',
];
const KEPT_PATTERN = /^(fixed|pattern|minValue|maxValue)[A-Z]/;
const BASE = 'http://hl7.org/fhir/StructureDefinition/';
const MAX_VALUE_SET = `${BASE}elementdefinition-maxValueSet`;

/**
 * R4's profiles and extension definitions as `r4-structures.ndjson`: of each the elements that say more than its type
 * does. `types` are the definitions of the types themselves.
 */
export function printStructures(
  structures: readonly StructureDefinition[],
  types: readonly StructureDefinition[],
): string {
  const bases = new Map(types.map((type) => [type.url, indexElements(type)]));
  return structures
    .filter(({ derivation, fhirVersion }: StructureDefinition & { fhirVersion?: string }) => {
      return derivation === 'constraint' && fhirVersion === '4.0.1';
    })
    .map((structure) => JSON.stringify(trimStructure(structure, bases.get(BASE + structure.type) ?? new Map())))
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}

function indexElements({ snapshot }: StructureDefinition): Map<string, string> {
  return new Map((snapshot?.element ?? []).map((element) => [element.path, toText(trimElement(element))]));
}

function trimStructure(structure: StructureDefinition, base: ReadonlyMap<string, string>): object {
  const { url, name, type, kind, derivation, baseDefinition, context, contextInvariant } = structure;
  const [root, ...elements] = (structure.snapshot?.element ?? []).map(trimElement);
  const kept = elements.filter(
    (element) => element.sliceName !== undefined || toText(element) !== base.get(element.path),
  );
  const element = [root, ...kept].map((each) => ({ ...each, ...withoutGeneral(each!) }));
  return {
    url,
    resourceType: 'StructureDefinition',
    name,
    type,
    kind,
    derivation,
    baseDefinition,
    context: withFurther(url, context),
    contextInvariant,
    snapshot: { element },
  };
}

function withFurther(url: string, context: StructureDefinition['context']): StructureDefinition['context'] {
  const further = url.startsWith(BASE) ? FURTHER_CONTEXTS[url.slice(BASE.length)] : undefined;
  return further === undefined
    ? context
    : [...(context ?? []), ...further.map((expression) => ({ type: 'element', expression }))];
}

/** ele-1 and ext-1 are rules of the types and stand on every element. */
function withoutGeneral({ constraint = [] }: ElementRule): Pick<ElementRule, 'constraint'> {
  const own = constraint.filter(({ key }) => !/^(ele-1|ext-1|dom-\d)$/.test(key));
  return { constraint: own.length === 0 ? undefined! : own };
}

function trimElement(element: ElementRule): ElementRule {
  const trimmed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(element)) {
    if (KEPT.includes(name) || KEPT_PATTERN.test(name)) trimmed[name] = value;
  }
  const { binding, constraint, type, isModifier } = element;
  if (binding !== undefined) {
    const extension = (binding.extension ?? []).filter(({ url }) => url === MAX_VALUE_SET);
    trimmed['binding'] = {
      strength: binding.strength,
      valueSet: binding.valueSet,
      ...(extension.length > 0 ? { extension } : {}),
    };
  }
  if (constraint !== undefined) {
    trimmed['constraint'] = constraint.map(({ key, severity, human, expression }) => ({
      key,
      severity,
      human,
      expression,
    }));
  }
  if (type !== undefined) {
    trimmed['type'] = type.map(({ code, profile, targetProfile, aggregation, versioning }) => ({
      code,
      profile,
      targetProfile,
      aggregation,
      versioning,
    }));
  }
  if (isModifier === false) delete trimmed['isModifier'];
  return trimmed as unknown as ElementRule;
}

/** An element without its id: two are the same where this is. */
function toText({ id: _id, ...rest }: ElementRule): string {
  return JSON.stringify(rest);
}
