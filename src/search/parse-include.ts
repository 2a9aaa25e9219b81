import { paramKey } from './param-key.ts';
import { findLink, printName } from './find-parameter.ts';
import { malformed, ok, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Include } from './query.ts';
import type { Setting } from './setting.ts';

/**
 * `_include` and `_revinclude`: `Type:reference`, `Type:reference:Target`, `Type:*`, and for `_include` also `*`.
 * @param name as the URL has it, `_include:iterate` for instance.
 * @param type of the matches; without `:iterate`, `_include` starts from it and `_revinclude` arrives at it.
 * See http://hl7.org/fhir/R4/search.html#revinclude.
 */
export function parseInclude(setting: Setting, type: string, name: string, value: string): Outcome<Include> {
  const [base = '', modifier, ...more] = name.split(':');
  if (more.length > 0 || (modifier !== undefined && modifier !== 'iterate')) {
    return unsupported('unsupported-modifier', `${base} knows no modifier but :iterate.`);
  }
  const iterate = modifier === 'iterate';
  if (value === '*' && base === '_include') return ok({ sourceType: type, params: linksOf(setting, type), iterate });
  const [sourceType = '', code, targetType, ...rest] = value.split(':');
  if (code === undefined || code === '' || rest.length > 0) {
    return malformed('bad-include', `${base} must be written as Type:reference, Type:reference:Target or Type:*.`);
  }
  const problem = checkTypes(setting, base, sourceType, targetType);
  if (problem) return problem;
  if (base === '_include' && !iterate && sourceType !== type) {
    return unsupported(
      'wrong-type',
      `_include starts from the matches, which are ${type}; use _include:iterate to go on from others.`,
    );
  }
  const params = code === '*' ? ok(linksOf(setting, sourceType)) : linkOf(setting, sourceType, code);
  if (!params.ok) return params;
  return ok({ sourceType, params: params.value, iterate, ...(targetType ? { targetType } : {}) });
}

function checkTypes(
  { definitions }: Setting,
  name: string,
  ...types: readonly (string | undefined)[]
): Outcome<never> | undefined {
  const unknown = types.find((type) => type !== undefined && type !== '' && !definitions.isResourceType(type));
  if (unknown === undefined) return undefined;
  return unsupported('unknown-type', `${printName(unknown)} in ${name} is no resource type of R4.`);
}

function linkOf(setting: Setting, type: string, code: string): Outcome<number[]> {
  const link = findLink(setting, type, code);
  return link.ok ? ok([paramKey(type, link.value.code)]) : link;
}

function linksOf(setting: Setting, type: string): number[] {
  return [...setting.definitions.searchParameters(type).values()]
    .filter(({ code }) => findLink(setting, type, code).ok)
    .map(({ code }) => paramKey(type, code));
}
