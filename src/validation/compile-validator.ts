import type { Issue } from '../base/index.ts';
import type { Definitions, Property, TypeDefinition } from '../definitions/index.ts';
import { Findings } from './findings.ts';
import { nearNames } from '../base/index.ts';
import { compilePrimitive } from './primitives.ts';
import type { Primitive } from './primitives.ts';
import { checkAsContained, withContained } from './contained.ts';
import { TYPE_RULES, refuseImplicitRules, refuseModifierExtension } from './rules.ts';
import { checkShape, fillShape } from './shape.ts';
import type { Shape } from './shape.ts';
import { compileCompanionSlot, compileObjectSlot, compilePrimitiveSlot, compileReferenceSlot } from './slots.ts';
import type { Check, Tree } from './slots.ts';

/**
 * Everything that is wrong with a resource of any type, in the order of its elements; empty for a valid one. With
 * `expectedType` another type is an error as well.
 */
export type Validate = (resource: unknown, expectedType?: string) => Issue[];

/**
 * A validator for FHIR R4 (http://hl7.org/fhir/R4/validation.html: structure, cardinality, value domains, required
 * codes). Each type is compiled into closures when a resource first needs it.
 */
export function compileValidator(definitions: Definitions): Validate {
  const shapes = new Map<string, Shape>();
  const primitives = new Map<string, Primitive>();

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
      ...(TYPE_RULES[type] === undefined ? {} : { rule: TYPE_RULES[type] }),
    };
    // Known before it is filled: Extension, Questionnaire.item and others hold themselves.
    shapes.set(type, shape);
    fillShape(shape, definition, (name) => compileChecks(definition, name));
    return shape;
  }

  function compileChecks(definition: TypeDefinition, name: string): { check: Check; companion?: Check } {
    const property = definition.properties.get(name)!;
    if (property.kind === 'primitive') return compilePrimitiveChecks(definition, property);
    if (property.kind === 'resource') {
      const isContained = definition.kind === 'resource' && name === 'contained';
      return { check: compileObjectSlot(property, isContained ? checkContained : checkResource) };
    }
    const shape = lazily(() => shapeOf(property.type));
    if (property.type === 'Reference') {
      const check = compileReferenceSlot(definitions, property, (value, findings) =>
        checkShape(shape(), value, findings),
      );
      return { check };
    }
    const check = compileObjectSlot(property, (value, findings) => checkShape(shape(), value, findings));
    return { check: name === 'modifierExtension' ? refuseModifierExtension(check) : check };
  }

  function compilePrimitiveChecks(definition: TypeDefinition, property: Property): { check: Check; companion?: Check } {
    const primitive = primitives.get(property.type) ?? compilePrimitive(definitions, property.type);
    primitives.set(property.type, primitive);
    const check = compilePrimitiveSlot(definitions, property, primitive);
    const element = lazily(() => shapeOf('Element'));
    return {
      check: definition.kind === 'resource' && property.name === 'implicitRules' ? refuseImplicitRules(check) : check,
      companion: compileCompanionSlot(property, (value, findings) => checkShape(element(), value, findings)),
    };
  }

  function checkResource(value: unknown, findings: Findings): void {
    const shape = resourceShape(value, findings);
    if (shape !== undefined) withContained(value as Tree, findings, () => checkShape(shape, value, findings));
  }

  function checkContained(value: unknown, findings: Findings): void {
    const shape = resourceShape(value, findings);
    if (shape !== undefined) checkAsContained(value as Tree, findings, () => checkShape(shape, value, findings));
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

  return (resource, expectedType) => {
    const findings = new Findings();
    const type = typeof resource === 'object' && resource !== null ? (resource as Tree)['resourceType'] : undefined;
    findings.enter(typeof type === 'string' && definitions.isResourceType(type) ? type : 'Resource', -1);
    if (expectedType !== undefined && typeof type === 'string' && type !== expectedType) {
      findings.add(
        'invalid',
        'wrong-resource-type',
        `Here belongs a ${expectedType}. Send one, or use the address of the other type.`,
      );
    }
    checkResource(resource, findings);
    return findings.issues;
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
