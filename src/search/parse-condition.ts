import { referenceTargets, STORE_PARAMETERS } from './compile-parameter.ts';
import { keptKeys } from './keeping.ts';
import { findLink, findParameter, printName, splitModifier } from './find-parameter.ts';
import { paramKey } from './param-key.ts';
import { parseModified } from './parse-modified.ts';
import { all, malformed, ok, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition } from './query.ts';
import { parseDate } from './range-values.ts';
import type { Setting } from './setting.ts';
import { splitValue, unescapeValue } from './split-value.ts';

/** Links that chains and `_has` may have together: each multiplies the work. */
const MAX_LINKS = 3;
/** Types that one link may lead to without saying which. */
const MAX_TARGETS = 8;

/** One search parameter as the URL has it, e.g. `subject:Patient.name:exact`. See http://hl7.org/fhir/R4/search.html. */
export function parseCondition(
  setting: Setting,
  type: string,
  name: string,
  value: string,
  links = 0,
): Outcome<Condition> {
  if (name.startsWith('_has:')) return parseHas(setting, type, name, value, links);
  const dot = name.indexOf('.');
  if (dot >= 0) return parseChain(setting, type, name.slice(0, dot), name.slice(dot + 1), value, links);
  const { code, modifier } = splitModifier(name);
  if (STORE_PARAMETERS.has(code)) return parseStored(setting, type, code, modifier, value);
  const parameter = findParameter(setting, type, code);
  return parameter.ok ? parseModified(setting, type, parameter.value, modifier, value) : parameter;
}

function parseStored(
  { now }: Setting,
  type: string,
  code: string,
  modifier: string | undefined,
  value: string,
): Outcome<Condition> {
  if (modifier !== undefined) {
    return unsupported('unsupported-modifier', `The search parameter ${code} takes no modifier.`);
  }
  const parts = splitValue(value, ',').filter((part) => part !== '');
  if (code === '_id') return ok({ kind: 'id', any: parts.map(unescapeValue) });
  const matches = all(parts.map((part) => parseDate(code, part, now)));
  return matches.ok ? ok({ kind: 'lastUpdated', params: [paramKey(type, code)], any: matches.value }) : matches;
}

function parseHas(setting: Setting, type: string, name: string, value: string, links: number): Outcome<Condition> {
  const match = /^_has:([A-Za-z]+):([\w-]+):(.+)$/.exec(name);
  if (match === null) return malformed('bad-has', '_has must be written as _has:Type:reference:parameter=value.');
  if (links >= MAX_LINKS) return tooDeep();
  const [, sourceType = '', code = '', rest = ''] = match;
  const { definitions } = setting;
  if (!definitions.isResourceType(sourceType)) {
    return unsupported('unknown-type', `${printName(sourceType)} in _has is no resource type of R4.`);
  }
  const link = findLink(setting, sourceType, code);
  if (!link.ok) return link;
  const targets = referenceTargets(link.value);
  if (targets.length > 0 && !targets.includes(type)) {
    return unsupported('wrong-type', `The search parameter ${code} of ${sourceType} never refers to ${type}.`);
  }
  const inner = parseCondition(setting, sourceType, rest, value, links + 1);
  if (!inner.ok) return inner;
  const params = keptKeys(definitions, sourceType, link.value).value;
  return ok({ kind: 'has', sourceType, params, conditions: [inner.value] });
}

function parseChain(
  setting: Setting,
  type: string,
  head: string,
  rest: string,
  value: string,
  links: number,
): Outcome<Condition> {
  const { code, modifier } = splitModifier(head);
  const link = findLink(setting, type, code);
  if (!link.ok) return link;
  if (links >= MAX_LINKS) return tooDeep();
  const targets = referenceTargets(link.value);
  if (modifier !== undefined && !targets.includes(modifier)) {
    return unsupported(
      'wrong-type',
      `${code} of ${type} never refers to ${printName(modifier)}; it may to ${targets.join(', ')}.`,
    );
  }
  const params = keptKeys(setting.definitions, type, link.value).value;
  const outcomes = (modifier === undefined ? targets : [modifier]).map((targetType) => ({
    targetType,
    inner: parseCondition(setting, targetType, rest, value, links + 1),
  }));
  const found = outcomes.flatMap(({ targetType, inner }): Condition[] =>
    inner.ok
      ? [{ kind: 'chain', params, targetType, ...thereOf(targetType, inner.value), conditions: [inner.value] }]
      : [],
  );
  if (found.length > MAX_TARGETS) return openChain(type, code);
  if (found.length === 1) return ok(found[0]!);
  if (found.length > 1) return ok({ kind: 'either', conditions: found });
  const refused = outcomes.map(({ inner }) => inner).filter((inner) => !inner.ok);
  // A value that one of the types finds malformed says more than a parameter that the others do not have.
  return refused.find(({ problem }) => problem.always) ?? refused[0] ?? openChain(type, code);
}

/** What has no row is not the same as what does not exist. */
function thereOf(type: string, condition: Condition): { there?: number } {
  const isNegative =
    (condition.kind === 'missing' && condition.missing) || (condition.kind === 'text' && condition.negated === true);
  return isNegative ? { there: paramKey(type, '_id') } : {};
}

function openChain(type: string, code: string): Outcome<never> {
  return unsupported('open-chain', `${code} of ${type} may refer to many types: say which, as in ${code}:Patient.`);
}

function tooDeep(): Outcome<never> {
  return unsupported('chain-too-deep', `Chains and _has may have ${MAX_LINKS} links together at most.`);
}
