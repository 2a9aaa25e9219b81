import type { Definitions } from '../../definitions/index.ts';
import { program } from './program.ts';
import type { Program } from './program.ts';
import { ExpressionError } from './tokens.ts';
import { EMPTY, FALSE, TRUE, isObject } from './values.ts';

/** The types of the language itself, which FHIR's primitives stand for. */
const SYSTEM: Readonly<Record<string, string>> = {
  Boolean: 'boolean',
  String: 'string',
  Integer: 'integer',
  Decimal: 'decimal',
  Date: 'date',
  DateTime: 'dateTime',
  Time: 'time',
};

/** `as` and `ofType`: those of the items that are of a type. */
export function narrowTo(definitions: Definitions, operand: Program, name: string): Program {
  const type = typeNamed(definitions, name);
  if (operand.narrow !== undefined) return operand.narrow(type) ?? program(() => EMPTY);
  if (operand.type !== undefined && !isResource(definitions, operand.type)) {
    return isA(definitions, operand.type, type) ? operand : program(() => EMPTY);
  }
  const test = testOf(definitions, type);
  return program((item, scope) => operand.run(item, scope).filter(test), type);
}

/** `is`: whether the one item is of a type. */
export function compileIs(definitions: Definitions, operand: Program, name: string): Program {
  const type = typeNamed(definitions, name);
  const { run } = operand;
  if (operand.narrow !== undefined) {
    const narrowed = operand.narrow(type)?.run;
    return program((item, scope) => {
      if (run(item, scope).length === 0) return EMPTY;
      return narrowed !== undefined && narrowed(item, scope).length > 0 ? TRUE : FALSE;
    });
  }
  if (operand.type !== undefined && !isResource(definitions, operand.type)) {
    const answer = isA(definitions, operand.type, type) ? TRUE : FALSE;
    return program((item, scope) => (run(item, scope).length === 0 ? EMPTY : answer));
  }
  const test = testOf(definitions, type);
  return program((item, scope) => {
    const items = run(item, scope);
    if (items.length === 0) return EMPTY;
    return test(items[0]) ? TRUE : FALSE;
  });
}

function typeNamed(definitions: Definitions, name: string): string {
  if (definitions.type(name) !== undefined) return name;
  const type = SYSTEM[name];
  if (type === undefined) throw new ExpressionError(`No type ${name}`);
  return type;
}

function isResource(definitions: Definitions, type: string): boolean {
  return definitions.type(type)?.kind === 'resource';
}

/** Whether `type` is `wanted` or based on it. */
export function isA(definitions: Definitions, type: string, wanted: string): boolean {
  for (let name: string | undefined = type; name !== undefined; name = definitions.type(name)?.base) {
    if (name === wanted) return true;
  }
  return false;
}

/** Only resources tell their type. */
function testOf(definitions: Definitions, type: string): (item: unknown) => boolean {
  if (!isResource(definitions, type)) throw new ExpressionError(`Items do not tell whether they are ${type}`);
  return (item) => {
    const name = isObject(item) ? item['resourceType'] : undefined;
    return typeof name === 'string' && isA(definitions, name, type);
  };
}
