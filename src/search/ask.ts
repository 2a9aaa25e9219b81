import type { SearchParameterDefinition } from '../definitions/index.ts';
import { parameterPlaces } from './compile-parameter.ts';
import { keepingOf, keptKeys } from './keeping.ts';
import type { KeptKeys } from './keeping.ts';
import type { Place } from './places.ts';
import { all, ok } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition, RangeMatch, TextMatch } from './query.ts';
import type { Setting } from './setting.ts';
import { splitValue } from './split-value.ts';

/** A parameter as it is asked about: with its modifier and its values, of which any may hold (`a,b`). */
export interface Ask {
  readonly setting: Setting;
  readonly type: string;
  readonly parameter: SearchParameterDefinition;
  readonly modifier: string | undefined;
  readonly value: string;
  readonly values: readonly string[];
  readonly keys: KeptKeys;
  /** Of the rows under `keys`, only references to this type count. */
  readonly target: string | undefined;
  /** Where the parameter looks. */
  readonly places: readonly Place[];
  /** Asks another parameter of the type, without a modifier or with one (`code:missing`). */
  readonly askOther: (name: string, value: string) => Outcome<Condition>;
}

export function prepareAsk(
  setting: Setting,
  type: string,
  parameter: SearchParameterDefinition,
  modifier: string | undefined,
  value: string,
  askOther: Ask['askOther'],
): Ask {
  const { definitions } = setting;
  return {
    setting,
    type,
    parameter,
    modifier,
    value,
    values: splitValue(value, ',').filter((part) => part !== ''),
    keys: keptKeys(definitions, type, parameter),
    target: keepingOf(definitions, type, parameter).target,
    places: parameterPlaces(definitions, type, parameter),
    askOther,
  };
}

export type TextCondition = Extract<Condition, { kind: 'text' }>;

/** Text rows under `params` of which each value is read to some matches. */
export function askTexts(
  { values }: Ask,
  params: readonly number[],
  parse: (value: string) => Outcome<readonly TextMatch[]>,
  more: Pick<TextCondition, 'negated' | 'dated' | 'single'> = {},
): Outcome<TextCondition> {
  const matches = all(values.map(parse));
  return matches.ok ? ok({ kind: 'text', params, any: matches.value.flat(), ...more }) : matches;
}

export function askRanges(
  { parameter, values, keys, places }: Ask,
  parse: (value: string) => Outcome<readonly RangeMatch[]>,
): Outcome<Condition> {
  const matches = all(values.map(parse));
  if (!matches.ok) return matches;
  const single = ONE_ROW.has(parameter.type) && keys.value.length === 1 && isOneElement(places);
  return ok({ kind: 'range', params: keys.value, any: matches.value.flat(), ...(single ? { single } : {}) });
}

/** Kinds of parameters that make one row of an element; a quantity makes one for each way to name its unit. */
const ONE_ROW: ReadonlySet<string> = new Set(['date', 'number']);

/** Whether there is one such element in a record at most: all places are the same one, or types of one choice. */
export function isOneElement(places: readonly Place[]): boolean {
  const paths = new Set(places.map(({ property }) => property?.path));
  return paths.size === 1 && places.every(({ steps, property }) => steps.length === 1 && property?.array === false);
}
