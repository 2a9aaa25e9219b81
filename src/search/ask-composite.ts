import { askRanges, askTexts } from './ask.ts';
import type { Ask } from './ask.ts';
import { compositePart, compositeParts, compositeUnit, isOfWhole } from './composite.ts';
import type { Part } from './composite.ts';
import { keepingOf } from './keeping.ts';
import { boundKey } from './param-key.ts';
import { all, malformed, ok } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition, RangeMatch } from './query.ts';
import { parseDate, parseNumber, parseQuantity } from './range-values.ts';
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
  if (!isOfWhole(places)) return askElements(ask, parts);
  return eitherOf(values.map((each) => askWhole(ask, parts, each)));
}

/** Parameters that say together what this one says: `combo-code-value-quantity` is two others. */
function keptElsewhere({ setting, type, parameter }: Ask): readonly string[] {
  const { codes } = keepingOf(setting.definitions, type, parameter);
  return codes.includes(parameter.code) ? [] : codes;
}

/** Whether no element has all the parts, or whether one has; undefined where rows of its own tell. */
export function askMissingParts(ask: Ask, missing: boolean): Outcome<Condition> | undefined {
  const { setting, type, parameter, places, value } = ask;
  const others = keptElsewhere(ask);
  if (others.length > 0) {
    const ofOthers = all(others.map((code) => ask.askOther(`${code}:missing`, value)));
    return ofOthers.ok ? ok({ kind: missing ? 'all' : 'either', conditions: ofOthers.value }) : ofOthers;
  }
  if (!isOfWhole(places)) return undefined;
  const parts = compositeParts(setting.definitions, type, parameter) ?? [];
  const ofParts = all(parts.map(({ code }) => ask.askOther(`${code}:missing`, value)));
  return ofParts.ok ? ok({ kind: missing ? 'either' : 'all', conditions: ofParts.value }) : ofParts;
}

/** Each part by its own parameter: a resource has its code and its value once. */
function askWhole(ask: Ask, parts: readonly Part[], text: string): Outcome<Condition> {
  const written = splitValue(text, '$');
  if (written.length !== parts.length || written.some((part) => part === '')) return badCount(ask, parts);
  const conditions = all(parts.map(({ code }, at) => ask.askOther(code, written[at]!)));
  return conditions.ok ? ok({ kind: 'all', conditions: conditions.value }) : conditions;
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
