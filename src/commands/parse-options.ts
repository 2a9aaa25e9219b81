import { parseArgs } from 'node:util';
import { suggest } from '../base/index.ts';
import { UsageError, writeOption } from './command.ts';
import type { Command, Option, Options, ValuesOf } from './command.ts';

const HELP = new Set(['help', 'h']);

type Value = string | true | (string | true)[];

/** The values of a command's options, or `help` when that was asked for. @throws UsageError that says what is right */
export function parseOptions(command: Command, args: readonly string[]): ValuesOf<Options> | 'help' {
  const { options } = command;
  // Node's own strictness knows neither near names nor which options a command has.
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...toParserOptions(options), help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  if (tokens.some((token) => token.kind === 'option' && HELP.has(token.name))) return 'help';
  const values = new Map<string, Value>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      const name = Object.keys(options).find((one) => options[one]?.positional === true);
      if (name === undefined || values.has(name)) throw refuse(command, describeStray(token.value, options));
      values.set(name, readValue(command, name, options[name]!, token.value, true));
      continue;
    }
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined || option.positional === true)
      throw refuse(command, describeUnknown(token.rawName, options));
    const value = readValue(command, token.name, option, token.value, token.inlineValue === true);
    const before = values.get(token.name);
    if (before === undefined) values.set(token.name, option.many === true ? [value] : value);
    else if (Array.isArray(before)) before.push(value);
    else throw refuse(command, `--${token.name} is given twice. Give it once.`);
  }
  return complete(command, values);
}

function toParserOptions(options: Options) {
  const named = Object.entries(options).filter(([, { positional }]) => positional !== true);
  const entries = named.map(([name, { value }]) => {
    const type: 'boolean' | 'string' = value === undefined ? 'boolean' : 'string';
    return [name, { type }] as const;
  });
  return Object.fromEntries(entries);
}

function readValue(
  command: Command,
  name: string,
  option: Option,
  value: string | undefined,
  inline: boolean,
): string | true {
  if (option.value === undefined) {
    if (value === undefined) return true;
    throw refuse(command, `--${name} takes no value.`);
  }
  // `--id --name X` means that the id was forgotten; who wants a value with a hyphen in front writes --id=-x. A hyphen
  // alone is standard input.
  if (value === undefined || value.trim() === '' || (!inline && /^-./.test(value))) {
    const text =
      option.positional === true ? `${option.value} is empty.` : `--${name} needs a value: --${name} ${option.value}`;
    throw refuse(command, text);
  }
  if (option.choices !== undefined && !option.choices.includes(value)) {
    const near = suggest(value, option.choices);
    throw refuse(command, `--${name} is one of ${option.choices.join(', ')}, not "${value}".${near}`);
  }
  return value;
}

function complete(command: Command, values: ReadonlyMap<string, Value>): ValuesOf<Options> {
  const missing = Object.entries(command.options).filter(([name, { required }]) => required && !values.has(name));
  if (missing.length > 0) {
    const list = missing.map(([name, option]) => writeOption(name, option)).join(', ');
    throw refuse(command, `${list} ${missing.length === 1 ? 'is' : 'are'} missing.`);
  }
  const entries = Object.entries(command.options).map(([name, option]) => {
    const absent = option.many === true ? [] : option.value === undefined ? false : option.fallback;
    return [name, values.get(name) ?? absent] as const;
  });
  return Object.fromEntries(entries) as ValuesOf<Options>;
}

function describeUnknown(rawName: string, options: Options): string {
  const named = Object.keys(options).filter((name) => options[name]?.positional !== true);
  const names = [...named, 'help'].map((name) => `--${name}`);
  return `There is no option ${rawName}.${suggest(rawName, names)} The options are ${names.join(', ')}.`;
}

function describeStray(value: string, options: Options): string {
  const [name, { positional } = {}] = Object.entries(options).find(([, option]) => option.value !== undefined) ?? [];
  if (name === undefined || positional === true) return `"${value}" is too much here.`;
  return `"${value}" belongs to no option. Values follow their option, and one with blanks stands in quotation marks.`;
}

function refuse(command: Command, text: string): UsageError {
  return new UsageError(text, command.name);
}
