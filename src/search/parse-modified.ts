import type { SearchParameterDefinition } from '../definitions/index.ts';
import { askRanges, askTexts, prepareAsk } from './ask.ts';
import type { Ask } from './ask.ts';
import { askComposite, askMissingParts } from './ask-composite.ts';
import { askReference } from './ask-reference.ts';
import { askToken } from './ask-token.ts';
import { askUri } from './ask-uri.ts';
import { referenceTargets } from './compile-parameter.ts';
import { hasFamilyNames } from './emit-string.ts';
import { findParameter, splitModifier } from './find-parameter.ts';
import { hierarchyKeys } from './hierarchy.ts';
import { parseNear } from './near.ts';
import { all, malformed, ok, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition } from './query.ts';
import { parseDate, parseNumber, parseQuantity } from './range-values.ts';
import type { Setting } from './setting.ts';
import { parseString } from './text-values.ts';

/** A parameter with its modifier and its values, of which any may hold (`a,b`). */
export function parseModified(
  setting: Setting,
  type: string,
  parameter: SearchParameterDefinition,
  modifier: string | undefined,
  value: string,
): Outcome<Condition> {
  const ask = prepareAsk(setting, type, parameter, modifier, value, (name, other) => {
    const { code, modifier: own } = splitModifier(name);
    const found = findParameter(setting, type, code);
    return found.ok ? parseModified(setting, type, found.value, own, other) : found;
  });
  if (modifier === 'missing') return askMissing(ask);
  return askByKind(ask) ?? unsupported('unsupported-modifier', describeModifiers(ask));
}

function askMissing(ask: Ask): Outcome<Condition> {
  const { parameter, value, keys, target } = ask;
  if (value !== 'true' && value !== 'false') {
    return malformed('bad-missing', `The value of ${parameter.code}:missing must be true or false.`);
  }
  const missing = value === 'true';
  const ofParts = parameter.type === 'composite' ? askMissingParts(ask, missing) : undefined;
  if (ofParts !== undefined) return ofParts;
  if (target === undefined) return ok({ kind: 'missing', params: keys.value, missing });
  const { unshown } = keys;
  return ok({ kind: 'missing', params: [...keys.value, unshown], missing, target: { type: target, unshown } });
}

/** Undefined where the kind of parameter does not know the modifier. */
function askByKind(ask: Ask): Outcome<Condition> | undefined {
  switch (ask.parameter.type) {
    case 'token':
      return askToken(ask);
    case 'reference':
      return askReference(ask);
    case 'uri':
      return askUri(ask);
    case 'string':
      return askString(ask);
    case 'composite':
      return askComposite(ask);
    default:
      return ask.modifier === undefined ? askRange(ask) : undefined;
  }
}

/** See http://hl7.org/fhir/R4/search.html#string. */
function askString(ask: Ask): Outcome<Condition> | undefined {
  const { modifier = 'prefix', parameter, keys, places } = ask;
  if (ask.modifier === 'prefix' || (modifier !== 'prefix' && modifier !== 'exact' && modifier !== 'contains')) {
    return undefined;
  }
  const params = modifier === 'prefix' && hasFamilyNames(places) ? [...keys.value, ...keys.parts] : keys.value;
  return askTexts(ask, params, (value) => parseString(parameter.code, value, modifier));
}

function askRange(ask: Ask): Outcome<Condition> {
  const { setting, parameter, keys } = ask;
  const { code } = parameter;
  const one = <T>(outcome: Outcome<T>): Outcome<T[]> => all([outcome]);
  switch (parameter.type) {
    case 'date':
      return askRanges(ask, (value) => one(parseDate(code, value, setting.now)));
    case 'number':
      return askRanges(ask, (value) => one(parseNumber(code, value)));
    case 'quantity':
      return askRanges(ask, (value) => one(parseQuantity(setting, code, value)));
    default: {
      const circles = all(ask.values.map((value) => parseNear(setting, code, value)));
      return circles.ok ? ok({ kind: 'near', params: keys.value, any: circles.value }) : circles;
    }
  }
}

const MODIFIERS: Readonly<Record<string, readonly string[]>> = {
  token: ['text', 'not', 'in', 'not-in', 'above', 'below', 'missing'],
  string: ['exact', 'contains', 'missing'],
  uri: ['above', 'below', 'missing'],
  reference: ['identifier', 'missing'],
};

/** The modifier itself is not repeated: it came from the request. */
function describeModifiers({ setting, parameter, places }: Ask): string {
  const { code, type: kind } = parameter;
  const known = [...(MODIFIERS[kind] ?? ['missing'])];
  if (kind === 'token' && places.some(({ type }) => type === 'Identifier')) known.push('of-type');
  const targets = kind === 'reference' ? referenceTargets(parameter) : [];
  if (targets.some((type) => hierarchyKeys(setting.definitions, type) !== undefined)) known.push('above', 'below');
  if (targets.length > 0) known.push(targets.length > 10 ? 'a resource type' : targets.join(', :'));
  return `The modifier of the search parameter ${code} is not supported; supported are :${known.join(', :')}.`;
}
