import type { Definitions, SearchParameterDefinition } from '../definitions/index.ts';
import { paramKeys } from './emitter.ts';
import { paramKey } from './param-key.ts';
import { remember } from './remember.ts';

/**
 * Where the rows of a parameter are kept. Many parameters of R4 say what others say, too: `patient` is the part of
 * `subject` that leads to a Patient, `combo-code` is `code` and `component-code`. Their rows are kept once.
 */
export interface Keeping {
  /** The parameters that the rows stand under; only its own for most. */
  readonly codes: readonly string[];
  /** Of those rows, only references to this type count. */
  readonly target?: string;
}

export const keepingOf = remember(findKeeping);

export interface KeptKeys {
  readonly value: readonly number[];
  readonly text: readonly number[];
  readonly identifier: readonly number[];
  readonly ofType: readonly number[];
  readonly parts: readonly number[];
  /** Of references to `target` that do not show by their text what they lead to. */
  readonly unshown: number;
}

/** The keys that the rows of a parameter stand under. */
export const keptKeys = remember((definitions, type, parameter): KeptKeys => {
  const { codes, target } = keepingOf(definitions, type, parameter);
  const keys = codes.map((code) => paramKeys(type, code));
  const own = paramKeys(type, parameter.code);
  return {
    value: keys.map(({ value }) => value),
    text: keys.map(({ text }) => text),
    ofType: keys.map(({ ofType }) => ofType),
    parts: keys.map(({ parts }) => parts),
    // An identifier does not tell what it leads to: these rows are always its own.
    identifier: target === undefined ? keys.map(({ identifier }) => identifier) : [own.identifier],
    unshown: own.value,
  };
});

/** Parameters that say when a record is about, the one that lists are commonly sorted by first. */
const DATES = [
  'authored',
  'authored-on',
  'authoredon',
  'date',
  'recorded-date',
  'recorded',
  'issued',
  'sent',
  'started',
  'start-date',
  'start',
  'created',
  'effective',
  'effective-time',
  'whenprepared',
  'datewritten',
  'datetime',
  'occurrence',
  'collected',
  'timestamp',
  'period',
  'birthdate',
];

/** The key of the date that rows of references carry along, so that a patient's records need no second look to be sorted. */
export function dateKey(definitions: Definitions, type: string): number | undefined {
  const parameters = definitions.searchParameters(type);
  const code = DATES.find((date) => parameters.get(date)?.type === 'date');
  return code === undefined ? undefined : paramKey(type, code);
}

function findKeeping(definitions: Definitions, type: string, parameter: SearchParameterDefinition): Keeping {
  const own = { codes: [parameter.code] };
  if (parameter.expression === '') return own;
  const others = [...definitions.searchParameters(type).values()].filter(
    (other) =>
      other !== parameter &&
      other.type === parameter.type &&
      other.expression !== '' &&
      composition(other) === composition(parameter),
  );
  const same = others
    .map(({ code, expression }) => (expression === parameter.expression ? code : parameter.code))
    .sort()[0];
  if (same !== undefined && same < parameter.code) return { codes: [same] };
  const wider = others.find(({ expression }) => isNarrowed(parameter.expression, expression));
  if (wider !== undefined) {
    const target = /\((?:resolve\(\) is )(\w+)\)$/.exec(parameter.expression)![1]!;
    return { codes: keepingOf(definitions, type, wider).codes, target };
  }
  const parts = partsOf(parameter);
  const within = others.filter((other) => partsOf(other).size < parts.size && partsOf(other).isSubsetOf(parts));
  const covered = new Set(within.flatMap((other) => [...partsOf(other)]));
  return covered.size === parts.size && within.length > 0 ? { codes: within.map(({ code }) => code) } : own;
}

/** What the parts of a composite look at; the parameters that they are named after may have other names. */
function composition({ components = [] }: SearchParameterDefinition): string {
  return components.map(({ expression }) => expression).join('$');
}

function isNarrowed(expression: string, wider: string): boolean {
  return (
    !wider.includes('|') &&
    expression.startsWith(wider) &&
    /^\.where\(resolve\(\) is \w+\)$/.test(expression.slice(wider.length))
  );
}

function partsOf({ expression }: SearchParameterDefinition): Set<string> {
  return new Set(expression.split('|').map((part) => part.trim()));
}
