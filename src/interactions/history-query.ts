import { Fault, suggest } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { dateInterval } from '../search/index.ts';
import type { Interval } from '../search/index.ts';

const DEFAULT_COUNT = 50;
const MAX_COUNT = 500;

/** What is asked of a history. */
export interface HistoryQuery {
  /** Versions on a page; 0: their number alone. */
  readonly count: number;
  readonly since?: Interval;
  readonly at?: Interval;
  /** As they were sent; undefined: all. */
  readonly types?: readonly string[];
  readonly cursor?: string;
  /** The parameters that were really used, for the links; without the cursor. */
  readonly applied: readonly (readonly [name: string, value: string])[];
  /** Warnings for parameters that were left out, each naming the parameter. */
  readonly ignored: readonly Issue[];
}

type Params = readonly (readonly [name: string, value: string])[];

const NAMES = ['_count', '_since', '_at', '_summary', '_elements', '_cursor', '_format', '_pretty'];

/**
 * Reads the parameters of a history; `_type` only where the whole server is asked.
 * https://hl7.org/fhir/R4/http.html#history
 * @throws Fault (400) with all that is wrong; unknown parameters are among that where the client wants strictness.
 */
export function parseHistory(params: Params, options: { strict: boolean; ofSystem?: boolean }): HistoryQuery {
  const names = options.ofSystem === true ? [...NAMES, '_type'] : NAMES;
  const unknown = [...new Set(params.map(([name]) => name))].filter((name) => !names.includes(name));
  const ignored = unknown.map((name) => toUnknown(name, names, options.strict));
  const issues: Issue[] = options.strict ? [...ignored] : [];
  const refuse = (name: string, text: string): undefined =>
    void issues.push({ severity: 'error', code: 'value', key: 'bad-parameter', text: `${name} ${text}` });

  const once = (name: string): string | undefined => {
    const values = params.filter(([other]) => other === name).map(([, value]) => value);
    return values.length > 1 ? refuse(name, 'stands there more than once. Send it once.') : values[0];
  };
  const moment = (name: string): Interval | undefined => {
    const text = once(name);
    return text === undefined
      ? undefined
      : (dateInterval(text) ?? refuse(name, 'is a time, such as 2026-01-31T12:00:00Z or 2026-01-31.'));
  };
  const [since, at, cursor, format] = [moment('_since'), moment('_at'), once('_cursor'), once('_format')];
  for (const name of ['_summary', '_elements']) once(name);
  const sent = once('_count');
  const count = sent === undefined ? DEFAULT_COUNT : toCount(sent);
  if (count === undefined) refuse('_count', 'is a whole number; 0 asks for the number of versions alone.');
  const named = params.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','));
  const types = options.ofSystem === true && named.length > 0 ? [...new Set(named)] : undefined;
  if (issues.length > 0) throw new Fault(400, issues);

  const isCounted = once('_summary') === 'count';
  const applied: [string, string][] = isCounted ? [] : [['_count', String(count)]];
  for (const name of ['_since', '_at', '_summary', '_elements']) {
    const value = once(name);
    if (value !== undefined) applied.push([name, value]);
  }
  if (types !== undefined) applied.push(['_type', types.join(',')]);
  if (format !== undefined) applied.push(['_format', format]);
  return {
    count: isCounted ? 0 : count!,
    ...(since === undefined ? {} : { since }),
    ...(at === undefined ? {} : { at }),
    ...(types === undefined ? {} : { types }),
    ...(cursor === undefined ? {} : { cursor }),
    applied,
    ignored,
  };
}

function toCount(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Math.min(Number(text), MAX_COUNT) : undefined;
}

function toUnknown(name: string, names: readonly string[], strict: boolean): Issue {
  // Cursors stand in links, and are for nobody to write.
  const told = names.filter((each) => each !== '_cursor');
  const text = `A history has no parameter ${name.slice(0, 40)}. It has ${told.join(', ')}.${suggest(name, told)}`;
  return { severity: strict ? 'error' : 'warning', code: 'not-supported', key: 'unknown-parameter', text };
}
