import type { CompiledSearchParameter } from './compiled.ts';
import type { SearchParameter } from './published.ts';
import { scrubSearchParameters } from './scrub.ts';
import type { SearchParameterType } from './types.ts';

/** The search parameters of R4, each with its expression for every type it serves. Throws where one has none. */
export function compileSearchParameters(parameters: readonly SearchParameter[]): CompiledSearchParameter[] {
  const kept = scrubSearchParameters(parameters);
  const codes = new Map(kept.map(({ url, code }) => [url, code]));
  return kept.sort((a, b) => (a.url < b.url ? -1 : 1)).map((parameter) => compileParameter(parameter, codes));
}

/**
 * Search parameters besides those of R4; references that name no target may lead to any of `resourceTypes`, which R4
 * lists in its own. Throws where a type has a parameter of the same name already.
 */
export function compileAdditions(
  known: readonly CompiledSearchParameter[],
  additions: readonly SearchParameter[],
  resourceTypes: readonly string[],
): CompiledSearchParameter[] {
  const codes = new Map([...known, ...additions].map(({ url, code }) => [url, code]));
  const taken = new Set(known.flatMap(({ code, on }) => Object.keys(on).map((type) => `${type}.${code}`)));
  for (const { url, code, base } of additions) {
    for (const type of base) {
      const name = `${type}.${code}`;
      if (taken.has(name)) throw new Error(`${url} takes the name ${code}, which ${type} has already`);
      taken.add(name);
    }
  }
  return additions.map((parameter) => {
    const isOpen = parameter.type === 'reference' && parameter.target === undefined;
    return compileParameter(isOpen ? { ...parameter, target: resourceTypes } : parameter, codes);
  });
}

function compileParameter(parameter: SearchParameter, codes: ReadonlyMap<string, string>): CompiledSearchParameter {
  return {
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
  };
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
