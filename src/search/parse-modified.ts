import type { SearchParameterDefinition } from '../definitions/index.ts';
import { compositeKinds } from './composite.ts';
import { parameterPlaces, referenceTargets } from './compile-parameter.ts';
import { shownType } from './emit-reference.ts';
import { dateKey, keepingOf, keptKeys } from './keeping.ts';
import type { Place } from './places.ts';
import { all, malformed, ok, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition, RangeMatch, TextMatch } from './query.ts';
import { parseDate, parseNumber, parseQuantity } from './range-values.ts';
import { splitValue } from './split-value.ts';
import { parseComposite, parseIdentifier, parseReference, parseString, parseToken, parseUri } from './text-values.ts';
import type { Setting } from './setting.ts';

/** A parameter with its modifier and its values, of which any may hold (`a,b`). */
export function parseModified(
  setting: Setting,
  type: string,
  parameter: SearchParameterDefinition,
  modifier: string | undefined,
  value: string,
): Outcome<Condition> {
  const { now, relative, definitions } = setting;
  const keys = keptKeys(definitions, type, parameter);
  const { target } = keepingOf(definitions, type, parameter);
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false') {
      return malformed('bad-missing', `The value of ${parameter.code}:missing must be true or false.`);
    }
    const missing = value === 'true';
    if (target === undefined) return ok({ kind: 'missing', params: keys.value, missing });
    const { unshown } = keys;
    return ok({ kind: 'missing', params: [...keys.value, unshown], missing, target: { type: target, unshown } });
  }
  const parts = splitValue(value, ',').filter((part) => part !== '');
  const { code, type: kind } = parameter;
  const text = (
    params: number[],
    parse: (part: string) => Outcome<TextMatch[]>,
    more: { negated?: true; dated?: number } = {},
  ): Outcome<Condition> => {
    const matches = all(parts.map(parse));
    if (!matches.ok) return matches;
    return ok({ kind: 'text', params, any: matches.value.flat(), ...more });
  };
  const range = (parse: (part: string) => Outcome<RangeMatch>): Outcome<Condition> => {
    const matches = all(parts.map(parse));
    return matches.ok ? ok({ kind: 'range', params: keys.value, any: matches.value }) : matches;
  };
  const places = (): Place[] => parameterPlaces(definitions, type, parameter);
  const references = (targets: readonly string[], only?: string): Outcome<Condition> => {
    // Rows of canonicals have the version where those of references have the date.
    const literal = places().every((place) => place.type === 'Reference' || place.type === 'Resource');
    const read = { targets, relative, versioned: !literal, ...(only === undefined ? {} : { only }) };
    const dated = literal ? dateKey(definitions, type) : undefined;
    const found = text(keys.value, (part) => parseReference(code, part, read), dated === undefined ? {} : { dated });
    return found.ok && target !== undefined && found.value.kind === 'text'
      ? ok(withUnshown(found.value, keys.unshown))
      : found;
  };
  switch (modifier === undefined ? kind : `${kind}:${modifier}`) {
    case 'token':
      return text(keys.value, (part) => parseToken(definitions, type, parameter, code, part));
    case 'token:not':
      return text(keys.value, (part) => parseToken(definitions, type, parameter, code, part), { negated: true });
    case 'token:text':
      return text(keys.text, (part) => parseString(code, part, 'prefix'));
    case 'string':
      return text(keys.value, (part) => parseString(code, part, 'prefix'));
    case 'string:exact':
      return text(keys.value, (part) => parseString(code, part, 'exact'));
    case 'string:contains':
      return text(keys.value, (part) => parseString(code, part, 'contains'));
    case 'uri':
      return text(keys.value, parseUri);
    case 'reference':
      return target === undefined ? references(referenceTargets(parameter)) : references([target], target);
    case 'reference:identifier':
      return text(keys.identifier, (part) => parseIdentifier(code, part));
    case 'date':
      return range((part) => parseDate(code, part, now));
    case 'number':
      return range((part) => parseNumber(code, part));
    case 'quantity':
      return range((part) => parseQuantity(code, part));
    case 'composite': {
      const kinds = compositeKinds(definitions, type, parameter);
      return text(keys.value, (part) => parseComposite(code, part, kinds, relative));
    }
  }
  if (kind === 'reference' && modifier !== undefined && referenceTargets(parameter).includes(modifier)) {
    return references([modifier], modifier);
  }
  return unsupported('unsupported-modifier', describeModifiers(parameter));
}

/** References that do not show what they lead to stand under a key of their own (`emitUnshownReference`). */
function withUnshown(condition: Extract<Condition, { kind: 'text' }>, unshown: number): Condition {
  const isShown = (match: TextMatch): boolean => 'value' in match && shownType(match.value) !== undefined;
  const [shown, others] = [condition.any.filter(isShown), condition.any.filter((match) => !isShown(match))];
  if (others.length === 0) return condition;
  const apart: Condition = { ...condition, params: [unshown], any: others };
  return shown.length === 0 ? apart : { kind: 'either', conditions: [{ ...condition, any: shown }, apart] };
}

const MODIFIERS: Readonly<Record<string, readonly string[]>> = {
  token: ['text', 'not', 'missing'],
  string: ['exact', 'contains', 'missing'],
  reference: ['identifier', 'missing'],
};

/** The modifier itself is not repeated: it came from the request. */
function describeModifiers(parameter: SearchParameterDefinition): string {
  const { code, type: kind } = parameter;
  const known = [...(MODIFIERS[kind] ?? ['missing'])];
  const targets = kind === 'reference' ? referenceTargets(parameter) : [];
  if (targets.length > 0) known.push(targets.length > 10 ? 'a resource type' : targets.join(', :'));
  return `The modifier of the search parameter ${code} is not supported; supported are :${known.join(', :')}.`;
}
