import type { Definitions } from '../definitions/index.ts';
import { compileFallback } from './fallback.ts';
import type { Evaluate } from './fallback.ts';
import { ExpressionError, compileExpression, truth } from './fhirpath/index.ts';
import type { Scope } from './fhirpath/index.ts';
import type { Findings } from './findings.ts';

/** What rules may ask beside the resource itself. */
export type Knowledge = Pick<Scope, 'conforms' | 'isMember' | 'toBaseUnits'>;

/** For one rule: more than any honest resource needs, and little enough to be walked in a fraction of a second. */
const BUDGET = 2_000_000;

/** The verdict of an expression; what is not compiled here goes to the full engine, when it is first needed. */
export function compileEvaluation(definitions: Definitions, expression: string, type: string | undefined): Evaluate {
  let compiled: Evaluate | undefined;
  return (item, scope) => {
    compiled ??= compileOwn(definitions, expression, type) ?? compileFallback(expression, type);
    return compiled(item, scope);
  };
}

function compileOwn(definitions: Definitions, expression: string, type: string | undefined): Evaluate | undefined {
  try {
    const { run } = compileExpression(definitions, expression, type);
    return (item, scope) => {
      try {
        return truth(run(item, scope));
      } catch (error) {
        if (error instanceof ExpressionError) return 'failed';
        throw error;
      }
    };
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/**
 * The verdict on an item where the findings stand; `extension` is what a rule about an extension's context speaks of.
 * What it walks over counts for the whole resource, whose many elements could each cost as much as is allowed for one.
 */
export function ask(
  evaluate: Evaluate,
  item: unknown,
  findings: Findings,
  knowledge: Knowledge,
  extension?: unknown,
): ReturnType<Evaluate> {
  // What is told then refuses the resource: that rules were not tried need not be said of each.
  if (!findings.mayAsk()) return true;
  const scope = createScope(item, findings, knowledge);
  const answer = evaluate(item, extension === undefined ? scope : Object.assign(scope, { extension }));
  findings.charge(BUDGET - scope.budget);
  return answer;
}

function createScope(item: unknown, findings: Findings, knowledge: Knowledge): Scope {
  return {
    resource: findings.resource,
    rootResource: findings.rootResource,
    context: item,
    index: 0,
    budget: BUDGET,
    resolve: (reference) => findings.resolve(reference),
    ...knowledge,
  };
}
