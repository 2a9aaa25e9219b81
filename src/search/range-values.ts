import { dateInterval } from './date-interval.ts';
import { scaleKey, unitKey } from './emit-number.ts';
import { exactInterval, nextUp, precisionInterval } from './number-interval.ts';
import { malformed, ok } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { RangeMatch } from './query.ts';
import type { Interval, RangePrefix } from './range.ts';
import type { Knowledge } from './setting.ts';
import { splitValue, unescapeValue } from './split-value.ts';
import { scalesOf, UCUM } from './unit-scale.ts';

const PREFIXES: readonly string[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] satisfies RangePrefix[];

/** See http://hl7.org/fhir/R4/search.html#date. `now` (epoch milliseconds) is what `ap` measures from. */
export function parseDate(name: string, text: string, now: number): Outcome<RangeMatch> {
  const split = splitPrefix(name, text);
  if (!split.ok) return split;
  const { prefix, rest } = split.value;
  // A `+` that was not percent-encoded arrives as a blank.
  const interval = dateInterval(rest.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (interval === undefined) {
    return malformed(
      'bad-date',
      `The value of ${name} must be a date or time such as ge2024-03, 2024-03-14 or 2024-03-14T09:30:00Z.`,
    );
  }
  return ok({ unit: '', prefix, ...(prefix === 'ap' ? widenDate(interval, now) : interval) });
}

/** A tenth of the time between now and the date, as the specification recommends. */
function widenDate({ low, high }: Interval, now: number): Interval {
  const slack = Math.round(Math.abs(now - low) / 10);
  return { low: low - slack, high: high + slack };
}

/** See http://hl7.org/fhir/R4/search.html#number. */
export function parseNumber(
  name: string,
  text: string,
  scale: (number: number) => number = (number) => number,
): Outcome<RangeMatch> {
  const split = splitPrefix(name, text);
  if (!split.ok) return split;
  const { prefix, rest } = split.value;
  const interval = soughtInterval(prefix, rest, scale);
  if (interval === undefined) {
    return malformed('bad-number', `The value of ${name} must be a number such as 5.40, lt100 or 1.2e3.`);
  }
  return ok({ unit: '', prefix, ...interval });
}

/**
 * `5.4`, `5.4|system|code` or `5.4||code`; a UCUM unit that has a scale is asked for in base units, so that 5400 ug are
 * found, too. See http://hl7.org/fhir/R4/search.html#quantity.
 */
export function parseQuantity({ terminology }: Knowledge, name: string, text: string): Outcome<RangeMatch> {
  const [number = '', system = '', code = '', ...more] = splitValue(text, '|').map(unescapeValue);
  if (more.length > 0 || (system !== '' && code === '')) {
    return malformed('bad-quantity', `The value of ${name} must be number, number|system|code or number||code.`);
  }
  const scale = system === UCUM ? scalesOf(terminology)(code) : undefined;
  const match = parseNumber(name, number, scale?.scale);
  if (match.ok && scale !== undefined) return ok({ ...match.value, unit: scaleKey(scale) });
  return match.ok && code !== '' ? ok({ ...match.value, unit: unitKey(system, code) }) : match;
}

/** Equality goes by the precision of the text; other prefixes take the number as exact. */
function soughtInterval(prefix: RangePrefix, text: string, scale: (number: number) => number): Interval | undefined {
  const byPrecision = precisionInterval(text);
  if (byPrecision === undefined) return undefined;
  const number = scale(Number(text));
  const exact = exactInterval(number);
  if (prefix === 'eq' || prefix === 'ne') {
    // Digits beyond those of a float, or of a scale, would leave an interval without even the number itself.
    return {
      low: Math.min(scale(byPrecision.low), exact.low),
      high: Math.max(scale(byPrecision.high), exact.high),
    };
  }
  if (prefix !== 'ap') return exact;
  const slack = Math.abs(number) / 10;
  return { low: number - slack, high: nextUp(number + slack) };
}

function splitPrefix(name: string, text: string): Outcome<{ prefix: RangePrefix; rest: string }> {
  const letters = /^[A-Za-z]{2}(?=[-+\d])/.exec(text)?.[0];
  if (letters === undefined) return ok({ prefix: 'eq', rest: text });
  if (!isPrefix(letters)) {
    return malformed(
      'bad-prefix',
      `The value of ${name} begins with an unknown prefix; known are ${PREFIXES.join(', ')}.`,
    );
  }
  return ok({ prefix: letters, rest: text.slice(2) });
}

function isPrefix(letters: string): letters is RangePrefix {
  return PREFIXES.includes(letters);
}
