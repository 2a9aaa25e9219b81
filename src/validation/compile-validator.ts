import type { Issue } from '../base/index.ts';
import { nearNames } from '../base/index.ts';
import type { Definitions, Property, StructureDefinition, TypeDefinition } from '../definitions/index.ts';
import type { Terminology } from '../terminology/index.ts';
import { compileBinding, compileCodingCheck, compileUnitCheck } from './bindings.ts';
import { checkBundle, withEntries } from './bundle.ts';
import { compileCanonical, createRecognise } from './canonicals.ts';
import { checkAsContained, withContained } from './contained.ts';
import { createKnowledge } from './knowledge.ts';
import { compileExtensions } from './extensions.ts';
import { isA } from './fhirpath/index.ts';
import { Findings } from './findings.ts';
import { compileRules } from './invariants.ts';
import type { Rule } from './invariants.ts';
import { compilePrimitive } from './primitives.ts';
import type { Primitive } from './primitives.ts';
import { createEngine } from './profile/profiles.ts';
import { checkClaims } from './claims.ts';
import { checkExtension, refuseImplicitRules } from './rules.ts';
import { checkShape, fillShape } from './shape.ts';
import type { Shape } from './shape.ts';
import { compileCompanionSlot, compileObjectSlot, compilePrimitiveSlot, compileReferenceSlot } from './slots.ts';
import type { Check, CheckValue } from './slots.ts';
import type { Tree } from './tree.ts';

export interface ValidateOptions {
  /** The resource type that belongs here: another is an error. */
  readonly type?: string;
  /** Profiles that the resource has to conform to, whether it claims them or not, by canonical URL. */
  readonly profiles?: readonly string[];
}

/**
 * Everything that is wrong with a resource of any type: first its own elements in the order of the specification, then
 * what its profiles demand; empty for a valid one. A text instead of options is the expected type.
 */
export type Validate = (resource: unknown, options?: string | ValidateOptions) => Issue[];

/**
 * A validator for FHIR R4 (http://hl7.org/fhir/R4/validation.html: structure, cardinality, value domains, bindings,
 * invariants, profiles). Each type and each profile is compiled into closures when a resource first needs it. Without
 * terminology only the required codes are checked that the definitions list; `profiles` are known beside those of R4.
 */
export function compileValidator(
  definitions: Definitions,
  terminology?: Terminology,
  profiles: Iterable<StructureDefinition> = [],
): Validate {
  const shapes = new Map<string, Shape>();
  const primitives = new Map<string, Primitive>();
  const knowledge = createKnowledge(terminology);
  const engine = createEngine(definitions, terminology, profiles, knowledge);
  const checkExtensions = compileExtensions(definitions, engine);
  const recognise = createRecognise(definitions, terminology, (url) => engine.structure(url) !== undefined);

  function shapeOf(type: string): Shape {
    const known = shapes.get(type);
    if (known !== undefined) return known;
    const definition = definitions.type(type);
    if (definition === undefined) throw new Error(`The definitions do not have the type ${type}`);
    const shape: Shape = {
      type,
      isResource: definition.kind === 'resource',
      slots: new Map(),
      required: [],
      requiredBits: 0,
      rules: [],
    };
    // Known before it is filled: Extension, Questionnaire.item and others hold themselves.
    shapes.set(type, shape);
    fillShape(shape, definition, (name) => compileChecks(definition, name));
    shape.rules.push(...compileTypeRules(definition));
    return shape;
  }

  function compileTypeRules({ name, binding }: TypeDefinition): readonly Rule[] {
    const rules: Rule[] = [...compileRules(definitions, definitions.constraints(name), name, knowledge)];
    if (name === 'Extension') rules.push((value, findings) => checkExtension(value as Tree, findings));
    if (name === 'Bundle') rules.push((value, findings) => checkBundle(definitions, value as Tree, findings));
    const bound = binding && terminology && compileBinding(terminology, binding, name);
    if (bound !== undefined) rules.push(bound);
    if (name === 'Coding' && terminology !== undefined) rules.push(compileCodingCheck(terminology));
    if (terminology !== undefined && isA(definitions, name, 'Quantity')) rules.push(compileUnitCheck(terminology));
    return rules;
  }

  /** What the element adds to its type: its binding, its rules. */
  function compileElementCheck(property: Property): CheckValue | undefined {
    const checks: CheckValue[] = [];
    const { binding, type, path } = property;
    // Rules of a backbone element are those of its type.
    const constraints = [
      ...(path === type ? [] : definitions.constraints(path)),
      ...(property.profile === undefined ? [] : definitions.constraints(property.profile)),
    ];
    checks.push(...compileRules(definitions, constraints, type, knowledge));
    const isListed = binding?.strength === 'required' && type === 'code' && definitions.codes(binding.valueSet);
    const bound = binding && terminology && !isListed ? compileBinding(terminology, binding, type) : undefined;
    if (bound !== undefined) checks.push(bound);
    if (type === 'canonical') checks.push(compileCanonical(recognise, property.targets));
    const [first, ...others] = checks;
    if (first === undefined || others.length === 0) return first;
    return (value, findings) => {
      for (const check of checks) check(value, findings);
    };
  }

  function compileChecks(definition: TypeDefinition, name: string): { check: Check; companion?: Check } {
    const property = definition.properties.get(name)!;
    if (property.kind === 'primitive') return compilePrimitiveChecks(definition, property);
    if (property.kind === 'resource') {
      const isContained = definition.kind === 'resource' && name === 'contained';
      return {
        check: compileObjectSlot(
          property,
          isContained ? checkContained : (value, findings) => checkResource(value, findings),
        ),
      };
    }
    const shape = lazily(() => shapeOf(property.type));
    const checkMore = compileElementCheck(property);
    const checkValue: CheckValue =
      checkMore === undefined
        ? (value, findings) => checkShape(shape(), value, findings)
        : (value, findings) => {
            checkShape(shape(), value, findings);
            checkMore(value, findings);
          };
    if (property.type === 'Reference') return { check: compileReferenceSlot(definitions, property, checkValue) };
    const check = compileObjectSlot(property, checkValue);
    const isExtension = property.type === 'Extension' && (name === 'extension' || name === 'modifierExtension');
    return { check: isExtension ? checkExtensions(definition, check, name === 'modifierExtension') : check };
  }

  function compilePrimitiveChecks(definition: TypeDefinition, property: Property): { check: Check; companion?: Check } {
    const primitive = primitives.get(property.type) ?? compilePrimitive(definitions, property.type);
    primitives.set(property.type, primitive);
    const check = compilePrimitiveSlot(definitions, property, primitive, compileElementCheck(property));
    if (isBare(definition, property)) return { check };
    const element = lazily(() => shapeOf('Element'));
    return {
      check: definition.kind === 'resource' && property.name === 'implicitRules' ? refuseImplicitRules(check) : check,
      companion: compileCompanionSlot(property, (value, findings) => checkShape(element(), value, findings)),
    };
  }

  function checkResource(value: unknown, findings: Findings, wanted: readonly string[] = []): void {
    const shape = resourceShape(value, findings);
    if (shape === undefined) return;
    const tree = value as Tree;
    const check = (): void => {
      withContained(tree, findings, () => {
        checkShape(shape, tree, findings);
        checkClaims(engine, tree, findings, wanted);
      });
    };
    if (shape.type === 'Bundle') withEntries(tree, findings, check);
    else check();
  }

  function checkContained(value: unknown, findings: Findings): void {
    const shape = resourceShape(value, findings);
    if (shape === undefined) return;
    checkAsContained(value as Tree, findings, () => {
      checkShape(shape, value, findings);
      checkClaims(engine, value as Tree, findings);
    });
  }

  function resourceShape(value: unknown, findings: Findings): Shape | undefined {
    const type = typeof value === 'object' && value !== null ? (value as Tree)['resourceType'] : undefined;
    if (typeof type === 'string' && definitions.isResourceType(type)) return shapeOf(type);
    if (type === undefined) {
      findings.add('structure', 'missing-resource-type', 'A resource is a JSON object with a resourceType. Give it.');
      return undefined;
    }
    const near = typeof type === 'string' ? nearNames(type, definitions.resourceTypes)[0] : undefined;
    const hint = near === undefined ? 'Give one of R4, such as ServiceRequest.' : `Did you mean ${near}?`;
    findings.add('structure', 'unknown-resource-type', `The resourceType is none that FHIR R4 has. ${hint}`);
    return undefined;
  }

  return (resource, options = {}) => {
    const { type: expectedType, profiles: wanted = [] } = typeof options === 'string' ? { type: options } : options;
    const findings = new Findings();
    const type = typeof resource === 'object' && resource !== null ? (resource as Tree)['resourceType'] : undefined;
    const name = typeof type === 'string' && definitions.isResourceType(type) ? type : 'Resource';
    findings.enter({ name, path: name, type: name }, -1);
    if (expectedType !== undefined && typeof type === 'string' && type !== expectedType) {
      findings.add(
        'invalid',
        'wrong-resource-type',
        `Here belongs a ${expectedType}. Send one, or use the address of the other type.`,
      );
    }
    checkResource(resource, findings, wanted);
    return findings.issues;
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/**
 * Whether a primitive has neither id nor extensions: it is an attribute in XML (the id of an element, the url of an
 * extension), or a narrative. http://hl7.org/fhir/R4/element.html#id, narrative.html#xhtml
 */
function isBare(definition: TypeDefinition, { name, type }: Property): boolean {
  if (definition.kind === 'resource') return false;
  return name === 'id' || type === 'xhtml' || (name === 'url' && definition.name === 'Extension');
}
