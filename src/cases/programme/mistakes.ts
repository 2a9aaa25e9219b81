import type Joi from 'joi';
import type { Issue } from '../../base/index.ts';
import { suggest } from '../../base/index.ts';
import { refusal } from '../refusal.ts';
import { SCHEMA } from './schema.ts';
import { suggestZone } from './zones.ts';

/** Members and positions from the top of a file: `['services', 2, 'code']`. */
export type Path = readonly (string | number)[];

/** The key of all mistakes in a programme file; nobody but who writes the file is told them. */
const KEY = 'programme-rules';
const QUOTED_MOST = 60;

/** `services[2].turnaround.unit` */
export function tellPath(path: Path): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

/** What is wrong at a place of the file, and how to mend it. */
export function mistake(path: Path, text: string, code = 'value'): Issue {
  return refusal(code, KEY, text, path.length === 0 ? undefined : tellPath(path));
}

/** A text of the file as it can stand in a sentence. */
export function quote(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? 'nothing';
  return text.length > QUOTED_MOST ? `${text.slice(0, QUOTED_MOST)}…` : text;
}

/** What the form finds wrong, as joi tells it, in our words. */
export function formMistake({ type, path, context = {} }: Joi.ValidationErrorItem): Issue {
  const tell = TEXTS[type];
  if (tell === undefined) throw new Error(`There are no words for ${type}.`);
  const code = type === 'any.required' ? 'required' : type === 'object.unknown' ? 'structure' : 'value';
  return mistake(path, tell(context, path), code);
}

type Tell = (context: Joi.Context, path: Path) => string;

const sayKind =
  (kind: string): Tell =>
  ({ value }) =>
    `This has to be ${kind}, not ${quote(value)}.`;

const TEXTS: Readonly<Record<string, Tell>> = {
  'any.required': (_context, path) => `This is missing.${tellChoices(path)}`,
  'any.only': ({ value, valids }) => tellOneOf(value, valids as readonly string[]),
  'object.unknown': (_context, path) => {
    const names = membersOf(path.slice(0, -1));
    const name = String(path.at(-1));
    return `There is no such member.${suggest(name, names) || ` The members here are ${names.join(', ')}.`} Else remove it.`;
  },
  'object.base': sayKind('an object, { … }'),
  'array.base': sayKind('a list, [ … ]'),
  'string.base': sayKind('a text in quotation marks'),
  'boolean.base': sayKind('true or false'),
  'number.base': sayKind('a number without quotation marks'),
  'number.integer': sayKind('a whole number'),
  'number.unsafe': sayKind('a smaller number'),
  'number.infinity': sayKind('a smaller number'),
  'number.precision': ({ limit }) => `An amount of money has ${String(limit)} digits after the point at most.`,
  'number.min': ({ value, limit }) => `This has to be ${String(limit)} or more, not ${quote(value)}.`,
  'number.max': ({ value, limit }) => `This has to be ${String(limit)} or less, not ${quote(value)}.`,
  'string.empty': () => 'This is empty. Write it, or leave out the member where it may be left out.',
  'string.trim': () => 'Remove the blanks at the beginning and the end.',
  'string.max': ({ limit }) => `This is too long. It has ${String(limit)} characters at most.`,
  'string.pattern.name': ({ name, value }) => `This has to be ${String(name)}, not ${quote(value)}.`,
  'array.min': ({ limit }) =>
    `This list has to hold ${String(limit)} or more. Fill it, or leave out the member where it may be left out.`,
  'array.length': ({ limit }) => `This list holds ${String(limit)} values: from and to.`,
  'array.unique': ({ dupePos, value }) =>
    `${tellDouble(value)} stands in the list already, at [${String(dupePos)}]. Remove one of them.`,
  'date.form': ({ value }) => `${quote(value)} is no date of the calendar. Write it as 2027-01-31.`,
  'date.year': ({ value, from, to }) =>
    `The year of ${quote(value)} is not from ${String(from)} to ${String(to)}. Correct it.`,
  'zone.unknown': ({ value }) =>
    `There is no time zone ${quote(value)}.${suggestZone(String(value))} Name one of the IANA time zone database, such as Asia/Shanghai, or UTC.`,
  'icd.form': ({ value }) =>
    `${quote(value)} is no code or range of ICD-10. Write a code such as C50 or C50.9, or a range such as C18-C20.`,
  'icd.order': ({ value }) => `The range ${quote(value)} ends before it begins. Write the lower code first.`,
};

function tellOneOf(value: unknown, valid: readonly string[]): string {
  const near = typeof value === 'string' ? suggest(value, valid) : '';
  return `This has to be one of ${valid.join(', ')}, not ${quote(value)}.${near}`;
}

/** Of a rule that is an object the whole text would say too much. */
function tellDouble(value: unknown): string {
  if (typeof value !== 'object' || value === null) return quote(value);
  const { code, codes, item } = value as Record<string, unknown>;
  return quote(code ?? codes ?? item);
}

/** joi's own description of a part of the form. */
interface Described {
  readonly keys?: Readonly<Record<string, Described>>;
  readonly items?: readonly Described[];
  readonly allow?: readonly unknown[];
  readonly flags?: { readonly only?: boolean };
}

let described: Described | undefined;

function describedAt(path: Path): Described | undefined {
  described ??= SCHEMA.describe() as Described;
  return path.reduce<Described | undefined>(
    (part, step) => (typeof step === 'number' ? part?.items?.[0] : part?.keys?.[step]),
    described,
  );
}

function membersOf(path: Path): string[] {
  return Object.keys(describedAt(path)?.keys ?? {});
}

function tellChoices(path: Path): string {
  const part = describedAt(path);
  if (part?.flags?.only === true) return ` Give one of ${part.allow!.join(', ')}.`;
  const members = Object.keys(part?.keys ?? {});
  return members.length > 0 ? ` It has the members ${members.join(', ')}.` : ' Add it.';
}
