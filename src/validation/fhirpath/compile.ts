import type { Definitions } from '../../definitions/index.ts';
import { isConstant, once } from './constants.ts';
import { compileCall } from './functions.ts';
import { compileStep } from './navigate.ts';
import { compileBinary } from './operators.ts';
import { parseExpression } from './parse.ts';
import type { Expression } from './parse.ts';
import { program, spend } from './program.ts';
import type { Place, Program } from './program.ts';
import { ExpressionError } from './tokens.ts';
import { compileIs, narrowTo } from './types.ts';
import { EMPTY, plain } from './values.ts';

const VARIABLES: Readonly<Record<string, string>> = {
  ucum: 'http://unitsofmeasure.org',
  sct: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
};

/**
 * Compiles FHIRPath (http://hl7.org/fhirpath/N1/ with http://hl7.org/fhir/R4/fhirpath.html) to closures that are asked
 * of an item of `type`. Throws ExpressionError for what is wrong or not compiled here.
 */
export function compileExpression(definitions: Definitions, text: string, type: string | undefined): Program {
  const compile = (expression: Expression, within: string | undefined): Program => {
    const place: Place = { definitions, type: within, compile };
    const compiled = compileNode(place, expression);
    return isConstant(expression) ? once(expression, compiled) : compiled;
  };
  return compile(parseExpression(text), type);
}

function compileNode(place: Place, node: Expression): Program {
  switch (node.kind) {
    case 'literal': {
      const items = [node.value];
      return program(() => items);
    }
    case 'date': {
      const items = [node.text];
      return { run: () => items, isDate: true };
    }
    case 'empty':
      return program(() => EMPTY);
    case 'this':
      return thisItem(place);
    case 'index':
      return program((_item, scope) => [scope.index]);
    case 'variable':
      return compileVariable(node.name);
    case 'member':
      return compileMember(place, node);
    case 'call':
      return compileCall(
        place,
        node.name,
        node.target === undefined ? undefined : place.compile(node.target, place.type),
        node.args,
      );
    case 'at':
      return compileAt(place, node);
    case 'minus':
      return compileMinus(place.compile(node.operand, place.type));
    case 'type': {
      const operand = place.compile(node.operand, place.type);
      return node.operator === 'is'
        ? compileIs(place.definitions, operand, node.type)
        : narrowTo(place.definitions, operand, node.type);
    }
    case 'binary':
      return compileBinary(node.operator, place.compile(node.left, place.type), place.compile(node.right, place.type));
  }
}

/** A primitive without a value and extensions does not get here, so the item is one. */
function thisItem({ type }: Place): Program {
  return program((item) => (item === undefined ? EMPTY : [item]), type);
}

function compileVariable(name: string): Program {
  const text = VARIABLES[name];
  if (text !== undefined) return program(() => [text]);
  if (name === 'resource') return program((_item, { resource }) => [resource]);
  if (name === 'rootResource') return program((_item, { rootResource }) => [rootResource]);
  if (name === 'context') return program((_item, { context }) => [context]);
  if (name === 'extension') return program((_item, { extension }) => (extension === undefined ? EMPTY : [extension]));
  if (name.startsWith('vs-')) return program(() => [`http://hl7.org/fhir/ValueSet/${name.slice(3)}`]);
  if (name.startsWith('ext-')) return program(() => [`http://hl7.org/fhir/StructureDefinition/${name.slice(4)}`]);
  throw new ExpressionError(`No variable %${name}`);
}

function compileMember(place: Place, { target, name }: Extract<Expression, { kind: 'member' }>): Program {
  const { definitions, type } = place;
  if (target === undefined) {
    // A path may begin with the type of its context: Appointment.status.
    const isType = /^[A-Z]/.test(name) && (type === name || definitions.isResourceType(name));
    return isType ? thisItem(place) : compileStep(definitions, type, name);
  }
  const before = place.compile(target, type);
  const step = compileStep(definitions, before.type, name);
  const chain = ({ run: second }: Program): Program['run'] => {
    const first = before.run;
    return (item, scope) => {
      const items = first(item, scope);
      if (items.length === 1) {
        const found = second(items[0], scope);
        if (found.length > 1) spend(scope, found.length);
        return found;
      }
      if (items.length === 0) return EMPTY;
      spend(scope, items.length);
      return items.flatMap((each) => second(each, scope));
    };
  };
  const { narrow } = step;
  return {
    ...step,
    run: chain(step),
    ...(narrow === undefined
      ? {}
      : {
          narrow: (wanted: string): Program | undefined => {
            const narrowed = narrow(wanted);
            return narrowed === undefined ? undefined : { ...narrowed, run: chain(narrowed) };
          },
        }),
  };
}

function compileAt(place: Place, { target, position }: Extract<Expression, { kind: 'at' }>): Program {
  const before = place.compile(target, place.type);
  const { run: where } = place.compile(position, place.type);
  return {
    ...before,
    run: (item, scope) => {
      const at = plain(where(item, scope)[0]);
      const items = before.run(item, scope);
      return typeof at === 'number' && at >= 0 && at < items.length ? [items[at]] : EMPTY;
    },
  };
}

function compileMinus({ run }: Program): Program {
  return program((item, scope) => {
    const value = plain(run(item, scope)[0]);
    if (value === undefined) return EMPTY;
    if (typeof value !== 'number') throw new ExpressionError('Only numbers have a sign');
    return [-value];
  });
}
