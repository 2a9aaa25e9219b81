import { askRanges, askTexts } from './ask.ts';
import type { Ask } from './ask.ts';
import { areOfExtent, compositePart, compositeParts, compositeUnit, isOfWhole } from './composite.ts';
import type { Part } from './composite.ts';
import { keepingOf } from './keeping.ts';
import { MAX_NUMBER, MIN_NUMBER, numbersSought } from './number-interval.ts';
import { boundKey } from './param-key.ts';
import { all, malformed, ok } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition, RangeMatch } from './query.ts';
import { parseDate, parseNumber, parseQuantity } from './range-values.ts';
import type { Interval } from './range.ts';
import type { Setting } from './setting.ts';
import { splitValue, unescapeValue } from './split-value.ts';
import { isImplied, readReference } from './text-values.ts';

/** `part$part`, each part as its own parameter would take it. See http://hl7.org/fhir/R4/search.html#composite. */
export function askComposite(ask: Ask): Outcome<Condition> | undefined {
  const { setting, type, parameter, places, values, value } = ask;
  const parts = compositeParts(setting.definitions, type, parameter);
  if (parts === undefined || ask.modifier !== undefined) return undefined;
  const others = keptElsewhere(ask);
  if (others.length > 0) return eitherOf(others.map((code) => ask.askOther(code, value)));
  if (isOfWhole(places)) return eitherOf(values.map((each) => askWhole(ask, parts, each)));
  if (areOfExtent(parts)) return eitherOf(values.map((each) => askExtent(ask, parts, each)));
  return askElements(ask, parts);
}

/** Parameters that say together what this one says: `combo-code-value-quantity` is two others. */
function keptElsewhere({ setting, type, parameter }: Ask): readonly string[] {
  const { codes } = keepingOf(setting.definitions, type, parameter);
  return codes.includes(parameter.code) ? [] : codes;
}

/** Whether no element has all the parts, or whether one has; undefined where rows of its own tell it alone. */
export function askMissingParts(ask: Ask, missing: boolean): Outcome<Condition> | undefined {
  const { setting, type, parameter, places, value, keys } = ask;
  const others = keptElsewhere(ask);
  if (others.length > 0) {
    const ofOthers = all(others.map((code) => ask.askOther(`${code}:missing`, value)));
    return ofOthers.ok ? ok({ kind: missing ? 'all' : 'either', conditions: ofOthers.value }) : ofOthers;
  }
  const parts = compositeParts(setting.definitions, type, parameter) ?? [];
  const whole = isOfWhole(places);
  const asked = parts.filter(({ apart }) => whole || apart);
  if (asked.length === 0) return undefined;
  const own: Condition[] = whole ? [] : [{ kind: 'missing', params: keys.value, missing }];
  const ofParts = all(asked.map(({ code }) => ask.askOther(`${code}:missing`, value)));
  return ofParts.ok ? ok({ kind: missing ? 'either' : 'all', conditions: [...ofParts.value, ...own] }) : ofParts;
}

/** Each part by its own parameter: a resource has the element with its parts once. */
function askWhole(ask: Ask, parts: readonly Part[], text: string): Outcome<Condition> {
  const written = splitParts(ask, parts, text);
  if (!written.ok) return written;
  const conditions = all(parts.map(({ code }, at) => ask.askOther(code, written.value[at]!)));
  return conditions.ok ? ok({ kind: 'all', conditions: conditions.value }) : conditions;
}

/** What is said of the record by the parameters that say it, and where an element begins and ends by its own rows. */
function askExtent(ask: Ask, parts: readonly Part[], text: string): Outcome<Condition> {
  const written = splitParts(ask, parts, text);
  if (!written.ok) return written;
  const values = written.value;
  const whole = all(parts.flatMap(({ apart, code }, at) => (apart ? [ask.askOther(code, values[at]!)] : [])));
  if (!whole.ok) return whole;
  const numbers = all(parts.flatMap(({ apart }, at) => (apart ? [] : [parseNumber(ask.parameter.code, values[at]!)])));
  if (!numbers.ok) return numbers;
  const [first, last] = numbers.value.map(numbersSought);
  const any = first!.flatMap((start) => last!.map((end) => matchExtent(start, end)));
  return ok({ kind: 'all', conditions: [...whole.value, { kind: 'range', params: ask.keys.value, any }] });
}

/**
 * The rows that begin in `start` and of which the last number is in `end`. They are looked for by `ap`, which holds of
 * those that end before they begin, too: that is how some write an insertion between two bases.
 */
function matchExtent(start: Interval, end: Interval): RangeMatch {
  const across: RangeMatch = { unit: '', prefix: 'ap', low: end.low, high: start.high };
  const within: RangeMatch = { unit: '', prefix: 'eq', low: start.low, high: end.high };
  return within.low === MIN_NUMBER && within.high === MAX_NUMBER ? across : { ...across, and: within };
}

function splitParts(ask: Ask, parts: readonly Part[], text: string): Outcome<string[]> {
  const written = splitValue(text, '$');
  return written.length !== parts.length || written.includes('') ? badCount(ask, parts) : ok(written);
}

function badCount({ parameter }: Ask, parts: readonly Part[]): Outcome<never> {
  return malformed('bad-composite', `The value of ${parameter.code} must be ${parts.length} values joined by $.`);
}

function eitherOf(outcomes: readonly Outcome<Condition>[]): Outcome<Condition> {
  const conditions = all(outcomes);
  if (!conditions.ok) return conditions;
  const [only] = conditions.value;
  return ok(
    conditions.value.length === 1 && only !== undefined ? only : { kind: 'either', conditions: conditions.value },
  );
}

function askElements(ask: Ask, parts: readonly Part[]): Outcome<Condition> {
  const { setting, parameter, keys } = ask;
  const { kind } = parts.at(-1)!;
  const read = (text: string): Outcome<Pieces> => readPieces(ask, parts, text);
  switch (kind) {
    case 'date':
    case 'number':
    case 'quantity':
      return askRanges(ask, (text) => {
        const pieces = read(text);
        return pieces.ok ? matchRange(setting, parameter.code, kind, pieces.value) : pieces;
      });
    default:
      return askTexts(ask, keys.value, (text) => {
        const pieces = read(text);
        return pieces.ok ? ok(pieces.value.texts.map((value) => ({ op: 'equal', value: boundKey(value) }))) : pieces;
      });
  }
}

/** What a composite value asks for: any of `texts`, the codes and references, and what comes last. */
interface Pieces {
  readonly texts: readonly string[];
  /** The part that is no code or reference, as it was written. */
  readonly last: string;
}

function readPieces(ask: Ask, parts: readonly Part[], text: string): Outcome<Pieces> {
  const { setting, parameter } = ask;
  const name = parameter.code;
  const written = splitValue(text, '$');
  if (written.length !== parts.length) return badCount(ask, parts);
  const isText = ({ kind }: Part): boolean => kind === 'token' || kind === 'reference';
  const choices = all(parts.flatMap((part, at) => (isText(part) ? [readPart(setting, name, part, written[at]!)] : [])));
  if (!choices.ok) return choices;
  const texts = choices.value.reduce((starts, ends) => starts.flatMap((start) => ends.map((end) => `${start}$${end}`)));
  return ok({ texts, last: written.at(-1)! });
}

/** The ways in which rows may have a part. */
function readPart({ relative }: Setting, name: string, { kind, places }: Part, text: string): Outcome<string[]> {
  if (kind === 'reference') {
    const found = readReference(name, unescapeValue(text), { relative });
    return found.ok ? ok([compositePart(found.value.url)]) : found;
  }
  const [head = '', code, ...more] = splitValue(text, '|').map(unescapeValue);
  const last = code ?? head;
  if (last === '' || more.length > 0) {
    return malformed('bad-composite', `Each part of ${name} must be code, system|code or |code.`);
  }
  if (code === undefined) return ok([compositePart(head)]);
  const bare = head !== '' && isImplied(places, head) ? [compositePart(code, '')] : [];
  return ok([compositePart(code, head), ...bare]);
}

function matchRange(setting: Setting, name: string, kind: string, { texts, last }: Pieces): Outcome<RangeMatch[]> {
  const match = readRange(setting, name, kind, last);
  if (!match.ok) return match;
  return ok(texts.map((text) => ({ ...match.value, unit: compositeUnit(text, match.value.unit) })));
}

function readRange(setting: Setting, name: string, kind: string, text: string): Outcome<RangeMatch> {
  if (kind === 'date') return parseDate(name, text, setting.now);
  return kind === 'number' ? parseNumber(name, text) : parseQuantity(setting, name, text);
}
