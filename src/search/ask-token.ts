import type { Coding } from '../terminology/index.ts';
import { askTexts } from './ask.ts';
import type { Ask } from './ask.ts';
import { typedIdentifier } from './emit-token.ts';
import { boundKey, KEPT_BYTES } from './param-key.ts';
import type { Place } from './places.ts';
import { all, malformed, ok } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition, TextMatch } from './query.ts';
import { splitValue, unescapeValue } from './split-value.ts';
import { isImplied, parseString, parseToken } from './text-values.ts';
import { codesInHierarchy, codesInSet, readNames } from './value-sets.ts';

/** Undefined where tokens do not know the modifier. See http://hl7.org/fhir/R4/search.html#token. */
export function askToken(ask: Ask): Outcome<Condition> | undefined {
  const { setting, type, parameter, modifier, keys, places } = ask;
  const { code } = parameter;
  const isString = places.every((place) => place.type === 'string');
  const asToken = (value: string): Outcome<TextMatch[]> =>
    parseToken(setting.definitions, type, parameter, code, isString ? value.toLowerCase() : value);
  switch (modifier) {
    case undefined:
      return askTexts(ask, keys.value, asToken);
    case 'not':
      return askTexts(ask, keys.value, asToken, { negated: true });
    case 'text':
      return askTexts(ask, keys.text, (value) => parseString(code, value, 'prefix'));
    case 'of-type':
      // Only identifiers have a type.
      return places.some((place) => place.type === 'Identifier')
        ? askTexts(ask, keys.ofType, (value) => parseTyped(code, value))
        : undefined;
    case 'in':
      return askSet(ask);
    case 'not-in':
      return askSet(ask, { negated: true });
    case 'above':
      return askTexts(ask, keys.value, (value) => parseHierarchy(ask, 'generalizes', value));
    case 'below':
      return askTexts(ask, keys.value, (value) =>
        isMediaType(places) ? parseMediaType(ask, value) : parseHierarchy(ask, 'is-a', value),
      );
    default:
      return undefined;
  }
}

const MEDIA_TYPES = /\/mimetypes(?:\||$)/;

function isMediaType(places: readonly Place[]): boolean {
  return places.every(({ property }) => MEDIA_TYPES.test(property?.binding?.valueSet ?? ''));
}

/**
 * `text/xml` with whatever parameters (`text/xml; charset=UTF-8`), or `text`, which all of its kind are below.
 * See http://hl7.org/fhir/R4/search.html#mimetype.
 */
function parseMediaType({ parameter, places }: Ask, text: string): Outcome<TextMatch[]> {
  const [head = '', code, ...more] = splitValue(text, '|').map(unescapeValue);
  const base = code ?? head;
  const isOfSystem = code === undefined || head === '' || isImplied(places, head);
  if (base === '' || more.length > 0 || !isOfSystem || Buffer.byteLength(base) >= KEPT_BYTES) {
    return malformed('bad-token', `The value of ${parameter.code}:below must be a media type such as text/xml.`);
  }
  const ends = base.includes('/') ? [';', ' ;'] : ['/'];
  const below = ends.map((end): TextMatch => ({ op: 'prefix', value: `${base}${end}` }));
  return ok([{ op: 'equal', value: base }, ...below]);
}

/** `system|code|value`: of a type, with a value. */
function parseTyped(name: string, text: string): Outcome<TextMatch[]> {
  const [system = '', code = '', value = '', ...more] = splitValue(text, '|').map(unescapeValue);
  if (system === '' || code === '' || value === '' || more.length > 0) {
    return malformed(
      'bad-of-type',
      `The value of ${name}:of-type must be system|code|value: the system and code of the identifier's type, and its value.`,
    );
  }
  return ok([{ op: 'equal', value: typedIdentifier(system, code, value) }]);
}

/** Names of value sets hold characters that are escaped in other values, so they are read by themselves. */
function askSet(ask: Ask, more: { negated?: true } = {}): Outcome<Condition> {
  const { setting, parameter, modifier, value, keys } = ask;
  const name = `${parameter.code}:${modifier}`;
  const codes = all(readNames(value).map((set) => codesInSet(setting, name, set)));
  return codes.ok ? ok({ kind: 'text', params: keys.value, any: [among(ask, codes.value.flat())], ...more }) : codes;
}

function parseHierarchy(ask: Ask, op: 'is-a' | 'generalizes', text: string): Outcome<TextMatch[]> {
  const { setting, parameter, modifier } = ask;
  const name = `${parameter.code}:${modifier}`;
  const [system = '', code = '', ...more] = splitValue(text, '|').map(unescapeValue);
  if (system === '' || code === '' || more.length > 0) {
    return malformed('bad-token', `The value of ${name} must be system|code.`);
  }
  const codes = codesInHierarchy(setting, name, op, { system, code });
  return codes.ok ? ok([among(ask, codes.value)]) : codes;
}

function among({ places }: Ask, codes: readonly Coding[]): TextMatch {
  const implied = new Map<string, boolean>();
  const isCodeOf = (system: string): boolean => {
    if (!implied.has(system)) implied.set(system, isImplied(places, system));
    return implied.get(system)!;
  };
  const rows = codes.flatMap(({ system = '', code }) => {
    const row = { value: boundKey(code), detail: boundKey(system) };
    return isCodeOf(system) ? [row, { ...row, detail: '' }] : [row];
  });
  return { op: 'among', values: rows.map(({ value }) => value), details: rows.map(({ detail }) => detail) };
}
