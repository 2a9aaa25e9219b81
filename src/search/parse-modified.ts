import type { SearchParameterDefinition } from '../definitions/index.ts';
import { compositeKinds } from './composite.ts';
import { parameterPlaces, referenceTargets } from './compile-parameter.ts';
import { dateKey, keepingOf, keptKeys } from './keeping.ts';
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
    const known = { kind: 'missing', params: keys.value, ...(target === undefined ? {} : { target }) } as const;
    if (value === 'true') return ok({ ...known, missing: true });
    if (value === 'false') return ok({ ...known, missing: false });
    return malformed('bad-missing', `The value of ${parameter.code}:missing must be true or false.`);
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
  const references = (parse: (part: string) => Outcome<TextMatch[]>): Outcome<Condition> => {
    const places = parameterPlaces(definitions, type, parameter);
    // Rows of canonicals have the version there.
    const literal = places.every((place) => place.type === 'Reference' || place.type === 'Resource');
    const dated = literal ? dateKey(definitions, type) : undefined;
    return text(keys.value, parse, dated === undefined ? {} : { dated });
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
      return target === undefined
        ? references((part) => parseReference(code, part, referenceTargets(parameter), relative))
        : references((part) => parseTyped(code, part, target, relative));
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
    return references((part) => parseTyped(code, part, modifier, relative));
  }
  return unsupported('unsupported-modifier', describeModifiers(parameter));
}

/** `subject:Patient=23`, and `patient=23` where that means the same. */
function parseTyped(code: string, part: string, type: string, relative: (url: string) => string): Outcome<TextMatch[]> {
  const matches = parseReference(code, part, [type], relative);
  const isOther =
    matches.ok &&
    matches.value.some(
      (match) => match.op === 'equal' && /^[A-Z]/.test(match.value) && !match.value.startsWith(`${type}/`),
    );
  return isOther ? malformed('bad-reference', `The value of ${code} refers to another type than ${type}.`) : matches;
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
