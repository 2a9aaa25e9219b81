import { referenceTargets } from './compile-parameter.ts';
import { keepingOf, keptKeys } from './keeping.ts';
import { findLink, printName } from './find-parameter.ts';
import { malformed, ok, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Include } from './query.ts';
import type { Setting } from './setting.ts';

/**
 * `_include` and `_revinclude`: `Type:reference`, `Type:reference:Target`, `Type:*` and `*`.
 * @param name as the URL has it, `_include:iterate` for instance.
 * @param types of the matches; without `:iterate`, `_include` starts from them and `_revinclude` arrives at them.
 * See http://hl7.org/fhir/R4/search.html#revinclude.
 */
export function parseInclude(
  setting: Setting,
  types: readonly string[],
  name: string,
  value: string,
): Outcome<Include> {
  const [base = '', modifier, ...more] = name.split(':');
  if (more.length > 0 || (modifier !== undefined && modifier !== 'iterate')) {
    return unsupported('unsupported-modifier', `${base} knows no modifier but :iterate.`);
  }
  const iterate = modifier === 'iterate';
  if (value === '*') return ok(includeAll(setting, types, base, iterate));
  const [sourceType = '', code, targetType, ...rest] = value.split(':');
  if (code === undefined || code === '' || rest.length > 0) {
    return malformed('bad-include', `${base} must be written as Type:reference, Type:reference:Target, Type:* or *.`);
  }
  const problem = checkTypes(setting, base, sourceType, targetType);
  if (problem) return problem;
  if (base === '_include' && !iterate && !types.includes(sourceType)) {
    return unsupported(
      'wrong-type',
      `_include starts from the matches, and ${sourceType} is not searched; use _include:iterate to go on from others.`,
    );
  }
  const link = code === '*' ? ok<Link>({ params: linksOf(setting, sourceType) }) : linkOf(setting, sourceType, code);
  if (!link.ok) return link;
  const { params, target } = link.value;
  const wanted = targetType === undefined || targetType === '' ? target : targetType;
  // References to other types stand under the same keys.
  const never =
    target !== undefined && (wanted !== target || (base === '_revinclude' && !iterate && !types.includes(target)));
  return ok({ sourceType, params: never ? [] : params, iterate, ...(wanted ? { targetType: wanted } : {}) });
}

/** Everything that the matches refer to, or that refers to them. */
function includeAll(setting: Setting, types: readonly string[], base: string, iterate: boolean): Include {
  const [only] = types;
  if (base === '_include' && !iterate && types.length === 1 && only !== undefined) {
    return { sourceType: only, params: linksOf(setting, only), iterate };
  }
  const { resourceTypes } = setting.definitions;
  if (base === '_include') {
    const sources = iterate ? resourceTypes : types;
    return { sourceType: '*', params: sources.flatMap((type) => linksOf(setting, type)), iterate };
  }
  const arriving = iterate ? undefined : types;
  return { sourceType: '*', params: resourceTypes.flatMap((type) => linksOf(setting, type, arriving)), iterate };
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
  readonly params: readonly number[];
  readonly target?: string;
}

function linkOf(setting: Setting, type: string, code: string): Outcome<Link> {
  const link = findLink(setting, type, code);
  if (!link.ok) return link;
  const { target } = keepingOf(setting.definitions, type, link.value);
  const params = keptKeys(setting.definitions, type, link.value).value;
  return ok({ params, ...(target === undefined ? {} : { target }) });
}

/** All reference parameters of a type; with `arriving` those that may lead to one of these types. */
function linksOf(setting: Setting, type: string, arriving?: readonly string[]): number[] {
  const { definitions } = setting;
  const links = [...definitions.searchParameters(type).values()].filter((parameter) => {
    if (parameter.type !== 'reference' || !findLink(setting, type, parameter.code).ok) return false;
    const targets = referenceTargets(parameter);
    return arriving === undefined || targets.length === 0 || targets.some((target) => arriving.includes(target));
  });
  return [...new Set(links.flatMap((link) => keptKeys(definitions, type, link).value))];
}
