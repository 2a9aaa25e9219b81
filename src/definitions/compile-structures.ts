import type { ElementRule, StructureDefinition } from './structure.ts';

/** All snapshots that HL7 publishes carry these on the type, not on its code as their own definition says. */
const CORRECTED_CONTEXTS: Readonly<Record<string, StructureDefinition['context']>> = {
  'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type': [
    { type: 'element', expression: 'ElementDefinition.type' },
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
    context: CORRECTED_CONTEXTS[url] ?? context,
    contextInvariant,
    snapshot: { element },
  };
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
    trimmed['type'] = type.map(({ code, profile, targetProfile }) => ({ code, profile, targetProfile }));
  }
  if (isModifier === false) delete trimmed['isModifier'];
  return trimmed as unknown as ElementRule;
}

/** An element without its id: two are the same where this is. */
function toText({ id: _id, ...rest }: ElementRule): string {
  return JSON.stringify(rest);
}
