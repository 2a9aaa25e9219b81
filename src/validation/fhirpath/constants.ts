import type { Expression } from './parse.ts';
import type { Program } from './program.ts';

/*
 * What comes to the same for every item, such as `%resource.code.coding`, is worked out once. Rules ask for it again for
 * each of what may be tens of thousands.
 */

const FIXED = new Set(['resource', 'rootResource', 'context']);

/** Whether an expression is a path from a variable, with no part that depends on the item. */
export function isConstant(expression: Expression): boolean {
  return (expression.kind === 'member' || expression.kind === 'call') && isFixed(expression);
}

function isFixed(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'variable':
      return FIXED.has(expression.name);
    case 'member':
      return expression.target !== undefined && isFixed(expression.target);
    case 'call':
      return expression.target !== undefined && isFixed(expression.target) && expression.args.every(isLiteral);
    default:
      return false;
  }
}

function isLiteral({ kind }: Expression): boolean {
  return kind === 'literal';
}

export function once(expression: Expression, program: Program): Program {
  const { run } = program;
  return {
    ...program,
    run: (item, scope) => {
      scope.constants ??= new Map();
      let items = scope.constants.get(expression);
      if (items === undefined) scope.constants.set(expression, (items = run(item, scope)));
      return items;
    },
  };
}
