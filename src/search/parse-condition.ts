import type { SearchParameterDefinition } from '../definitions/index.ts';
import { parameterPlaces, referenceTargets, STORE_PARAMETERS } from './compile-parameter.ts';
import { keptKeys } from './keeping.ts';
import { findLink, findParameter, printName, splitModifier } from './find-parameter.ts';
import { paramKey } from './param-key.ts';
import { parseModified } from './parse-modified.ts';
import { parseWords } from './parse-words.ts';
import { all, malformed, ok, refused, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition } from './query.ts';
import { parseDate } from './range-values.ts';
import type { Setting } from './setting.ts';
import { isWordScope } from './words.ts';
import { splitValue, unescapeValue } from './split-value.ts';

/** Links that chains and `_has` may have together: each multiplies the work. */
export const MAX_LINKS = 5;
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
  if (code === '_list') return parseList(setting, type, modifier, value);
  if (STORE_PARAMETERS.has(code)) return parseStored(setting, type, code, modifier, value);
  const parameter = findParameter(setting, type, code);
  if (!parameter.ok) return parameter;
  if (isWordScope(code)) return parseWords(code, modifier, value);
  return parseModified(setting, type, parameter.value, modifier, value);
}

const LIST_ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** `_list=42`: what an entry of that List refers to. See http://hl7.org/fhir/R4/search.html#list. */
function parseList(setting: Setting, type: string, modifier: string | undefined, value: string): Outcome<Condition> {
  if (modifier !== undefined)
    return unsupported('unsupported-modifier', 'The search parameter _list takes no modifier.');
  const ids = splitValue(value, ',').filter((id) => id !== '');
  if (ids.some((id) => id.startsWith('$'))) {
    return refused(
      'not-supported',
      'functional-list',
      'This server keeps no functional lists such as $current-problems.',
    );
  }
  if (!ids.every((id) => LIST_ID.test(id))) return malformed('bad-list', '_list must be the id of a List.');
  return parseHas(setting, type, '_has:List:item:_id', ids.join(), 0);
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
  return ok({ kind: 'has', sourceType, params, conditions: conjunctsOf(inner.value) });
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
  if (leadsInside(setting, type, link.value)) return inlineChain(type, code);
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
      ? [
          {
            kind: 'chain',
            params,
            targetType,
            ...thereOf(targetType, inner.value),
            conditions: conjunctsOf(inner.value),
          },
        ]
      : [],
  );
  if (found.length > MAX_TARGETS) return openChain(type, code);
  if (found.length === 1) return ok(found[0]!);
  if (found.length > 1) return ok({ kind: 'either', conditions: found });
  const refused = outcomes.map(({ inner }) => inner).filter((inner) => !inner.ok);
  // A value that one of the types finds malformed says more than a parameter that the others do not have.
  return refused.find(({ problem }) => problem.always) ?? refused[0] ?? openChain(type, code);
}

/** The conditions that have to hold for this one. */
export function conjunctsOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'all' ? condition.conditions : [condition];
}

/** What has no row is not the same as what does not exist. */
function thereOf(type: string, condition: Condition): { there?: number } {
  return holdsOfNothing(condition) ? { there: paramKey(type, '_id') } : {};
}

/** Whether it may hold of what has no rows at all: a reference to what the caller does not have. */
function holdsOfNothing(condition: Condition): boolean {
  switch (condition.kind) {
    case 'either':
      return condition.conditions.some(holdsOfNothing);
    case 'all':
      return condition.conditions.every(holdsOfNothing);
    case 'missing':
      return condition.missing;
    case 'text':
      return condition.negated === true;
    default:
      return condition.kind === 'id' || condition.kind === 'has' || condition.kind === 'words';
  }
}

/** `Bundle.composition` is the resource itself, as it stands in the Bundle: it has no rows of its own. */
function leadsInside({ definitions }: Setting, type: string, link: SearchParameterDefinition): boolean {
  return parameterPlaces(definitions, type, link).some((place) => place.type === 'Resource');
}

function inlineChain(type: string, code: string): Outcome<never> {
  const text = `This server does not look into what stands within a ${type}: ${code} can be searched for by its reference only.`;
  return refused('not-supported', 'inline-chain', text);
}

function openChain(type: string, code: string): Outcome<never> {
  return unsupported('open-chain', `${code} of ${type} may refer to many types: say which, as in ${code}:Patient.`);
}

function tooDeep(): Outcome<never> {
  return refused('too-costly', 'chain-too-deep', `Chains and _has may have ${MAX_LINKS} links together at most.`);
}
