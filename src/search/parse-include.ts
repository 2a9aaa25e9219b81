import { keepingOf, keptKeys } from './keeping.ts';
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
  const link = code === '*' ? ok<Link>({ params: linksOf(setting, sourceType) }) : linkOf(setting, sourceType, code);
  if (!link.ok) return link;
  const { params, target } = link.value;
  const wanted = targetType === undefined || targetType === '' ? target : targetType;
  // References to other types stand under the same keys.
  const never = target !== undefined && (wanted !== target || (base === '_revinclude' && !iterate && type !== target));
  return ok({ sourceType, params: never ? [] : params, iterate, ...(wanted ? { targetType: wanted } : {}) });
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

interface Link {
  readonly params: number[];
  readonly target?: string;
}

function linkOf(setting: Setting, type: string, code: string): Outcome<Link> {
  const link = findLink(setting, type, code);
  if (!link.ok) return link;
  const { target } = keepingOf(setting.definitions, type, link.value);
  const params = keptKeys(setting.definitions, type, link.value).value;
  return ok({ params, ...(target === undefined ? {} : { target }) });
}

function linksOf(setting: Setting, type: string): number[] {
  const links = [...setting.definitions.searchParameters(type).values()].filter(
    ({ code }) => findLink(setting, type, code).ok,
  );
  return [...new Set(links.flatMap((link) => keptKeys(setting.definitions, type, link).value))];
}
