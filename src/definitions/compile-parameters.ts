import type { CompiledSearchParameter } from './compiled.ts';
import type { SearchParameter } from './published.ts';
import { scrubSearchParameters } from './scrub.ts';
import type { SearchParameterType } from './types.ts';

/** The search parameters of R4, each with its expression for every type it serves. Throws where one has none. */
export function compileSearchParameters(parameters: readonly SearchParameter[]): CompiledSearchParameter[] {
  const kept = scrubSearchParameters(parameters);
  const codes = new Map(kept.map(({ url, code }) => [url, code]));
  return kept
    .sort((a, b) => (a.url < b.url ? -1 : 1))
    .map((parameter) => ({
      code: parameter.code,
      url: parameter.url,
      type: parameter.type as SearchParameterType,
      on: Object.fromEntries(parameter.base.map((type) => [type, expressionFor(type, parameter)])),
      ...(parameter.target ? { targets: [...parameter.target].sort() } : {}),
      ...(parameter.component
        ? {
            components: parameter.component.map((part) => ({
              code: codeOf(part.definition, codes),
              expression: part.expression,
            })),
          }
        : {}),
    }));
}

function codeOf(url: string, codes: ReadonlyMap<string, string>): string {
  const code = codes.get(url);
  if (code === undefined) throw new Error(`A component names the unknown search parameter ${url}`);
  return code;
}

/** One expression serves many types (`Patient.name | Person.name`): the part for one of them. */
function expressionFor(type: string, { url, expression }: SearchParameter): string {
  if (expression === undefined) return '';
  const parts = splitUnion(expression).filter((part) => new RegExp(`^\\(*${type}\\b`).test(part));
  if (parts.length === 0) throw new Error(`${url} has no expression for ${type}`);
  return parts.join(' | ');
}

/** Parts at `|`, except within brackets. */
function splitUnion(expression: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < expression.length; at++) {
    const character = expression[at];
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === '|' && depth === 0) {
      parts.push(expression.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, expression.slice(start)].map((part) => part.trim());
}
