import type { Definitions, Property } from '../definitions/index.ts';
import { elementName } from './findings.ts';
import type { Findings } from './findings.ts';
import type { Primitive } from './primitives.ts';
import { checkReference } from './references.ts';
import { isTree } from './tree.ts';
import type { Tree } from './tree.ts';

/** Checks the value of one property of `parent`. */
export type Check = (value: unknown, parent: Tree, findings: Findings) => void;

/** Checks one value that does not repeat; the findings stand at its place. */
export type CheckValue = (value: unknown, findings: Findings) => void;

/** Codes are named in a text up to this many. */
const MAX_NAMED_CODES = 40;

/** Whether a value is missing by JSON's own means; reports it, as FHIR has no null outside of primitive arrays. */
function isNull(value: unknown, name: string, index: number, findings: Findings): boolean {
  if (value !== null && value !== undefined) return false;
  findings.add('structure', 'null-value', `FHIR has no null here. Leave ${name} out instead.`, name, index);
  return true;
}

/**
 * Turns the check of one item into that of the property, array or not. What repeats in R4 does so without a limit, and
 * what is required is so once: that is left to the shape.
 */
function repeat(
  property: Property,
  checkItem: (value: unknown, index: number, parent: Tree, findings: Findings) => void,
): Check {
  const name = elementName(property);
  if (!property.array) {
    const text = `${name} does not repeat. Give the value itself, not an array.`;
    return (value, parent, findings) => {
      if (Array.isArray(value)) findings.add('structure', 'unexpected-array', text, name);
      else checkItem(value, -1, parent, findings);
    };
  }
  return (value, parent, findings) => {
    if (!Array.isArray(value)) {
      findings.add('structure', 'expected-array', `${name} can repeat. Give an array, even of one.`, name);
      return;
    }
    if (value.length === 0) {
      findings.add('structure', 'empty-array', `FHIR has no empty arrays. Leave ${name} out instead.`, name);
    }
    for (let index = 0; index < value.length && !findings.isFull; index++) {
      checkItem(value[index], index, parent, findings);
    }
  };
}

/** A property whose values are objects. */
export function compileObjectSlot(property: Property, checkValue: CheckValue): Check {
  const name = elementName(property);
  return repeat(property, (value, index, _parent, findings) => {
    if (isNull(value, name, index, findings)) return;
    findings.enter(property, index);
    checkValue(value, findings);
    findings.leave();
  });
}

/** A Reference: an object, and what its text may name. */
export function compileReferenceSlot(definitions: Definitions, property: Property, checkValue: CheckValue): Check {
  return compileObjectSlot(property, (value, findings) => {
    checkValue(value, findings);
    checkReference(definitions, property.targets, value, findings);
  });
}

/** A property whose values are strings, numbers or booleans; `checkMore` is asked of those that are of their type. */
export function compilePrimitiveSlot(
  definitions: Definitions,
  property: Property,
  primitive: Primitive,
  checkMore?: CheckValue,
): Check {
  const name = elementName(property);
  const companion = `_${property.name}`;
  const codes =
    property.binding?.strength === 'required' && property.type === 'code'
      ? definitions.codes(property.binding.valueSet)
      : undefined;
  const { json, mend } = primitive;
  return repeat(property, (value, index, parent, findings) => {
    if (value === null && index >= 0 && hasItem(parent[companion], index)) return;
    if (isNull(value, name, index, findings)) return;
    if (typeof value !== json && !(json === 'number' && JSON.isRawJSON(value))) {
      findings.add(
        'structure',
        'wrong-json-type',
        `${name} is a JSON ${json} (${property.type}). ${mend}`,
        name,
        index,
      );
    } else if (!primitive.isValid(value)) {
      const why = primitive.explain?.(value) ?? mend;
      findings.add('value', 'invalid-value', `${name} is not a valid ${property.type}. ${why}`, name, index);
    } else if (codes !== undefined && !codes.has(value as string)) {
      findings.enter(property, index);
      findings.add('code-invalid', 'code-not-allowed', `${name} ${allowed(codes, property)}`);
      findings.leave();
    } else if (checkMore !== undefined) {
      findings.enter(property, index);
      checkMore(value, findings);
      findings.leave();
    }
  });
}

function hasItem(companion: unknown, index: number): boolean {
  return Array.isArray(companion) && companion[index] !== null && companion[index] !== undefined;
}

function allowed(codes: ReadonlySet<string>, { binding }: Property): string {
  if (codes.size > MAX_NAMED_CODES) return `has to be a code of ${binding?.valueSet}.`;
  return `has to be one of: ${[...codes].join(', ')}.`;
}

/** `_name`: id and extensions of a primitive (http://hl7.org/fhir/R4/json.html#primitive). */
export function compileCompanionSlot(property: Property, checkValue: CheckValue): Check {
  const name = elementName(property);
  const checkItem = (value: unknown, index: number, beside: unknown, findings: Findings): void => {
    findings.enter(property, index);
    checkValue(value, findings);
    if ((beside === undefined || beside === null) && hasOnlyId(value)) reportEmptyElement(findings);
    findings.leave();
  };
  if (!property.array) {
    return (value, parent, findings) => {
      if (!isNull(value, name, -1, findings)) checkItem(value, -1, parent[property.name], findings);
    };
  }
  return (value, parent, findings) => {
    if (!Array.isArray(value)) {
      findings.add(
        'structure',
        'expected-array',
        `${name} can repeat. Give _${property.name} as an array as well.`,
        name,
      );
      return;
    }
    const values = parent[property.name];
    if (value.length === 0) {
      findings.add('structure', 'empty-array', `FHIR has no empty arrays. Leave _${property.name} out instead.`, name);
    } else if (Array.isArray(values) && values.length !== value.length) {
      const text = `Give ${property.name} and _${property.name} the same length; fill in null where one has nothing.`;
      findings.add('structure', 'misaligned-arrays', text, name);
    }
    for (let index = 0; index < value.length && !findings.isFull; index++) {
      const isHole = value[index] === null && Array.isArray(values);
      if (isHole || isNull(value[index], name, index, findings)) continue;
      checkItem(value[index], index, Array.isArray(values) ? values[index] : undefined, findings);
    }
  };
}

function hasOnlyId(value: unknown): boolean {
  return isTree(value) && 'id' in value && Object.keys(value).length === 1;
}

export function reportEmptyElement(findings: Findings): void {
  findings.add('structure', 'empty-element', 'An element needs content beside its id. Fill it, or leave it out.');
}
