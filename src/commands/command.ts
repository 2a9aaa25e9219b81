import type { Config } from '../config.ts';

/** Where a command writes: its result, and what goes beside it. A line each. */
export interface Terminal {
  print(line: string): void;
  warn(line: string): void;
}

/** What a command works in. */
export interface Setting {
  /** Reads the environment; a command that needs none of it works whatever stands there. */
  readonly loadConfig: () => Config;
  readonly terminal: Terminal;
  /** Absolute; what relative paths of the command line start from. */
  readonly folder: string;
}

/** An option of a command: a switch, or with `value` one that takes a value. */
export interface Option {
  /** What stands for the value in the help, e.g. `FILE`. */
  readonly value?: string;
  readonly text: string;
  readonly required?: boolean;
  readonly choices?: readonly string[];
  readonly fallback?: string;
  /** It stands alone on the command line, without its name; one option of a command at most. */
  readonly positional?: true;
  /** It may be given several times. */
  readonly many?: true;
}

export type Options = Readonly<Record<string, Option>>;

/**
 * The values of a command's options: texts (absent when neither required nor given), lists of texts where several may be
 * given, and yes or no for switches.
 */
export type ValuesOf<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> };

type ValueOf<O extends Option> = O extends { many: true }
  ? readonly string[]
  : O extends { value: string }
    ? O extends { required: true } | { fallback: string }
      ? string
      : string | undefined
    : boolean;

export interface Command {
  /** One or two words, e.g. `client add`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs for the command's own help. */
  readonly notes?: string;
  readonly options: Options;
  /** The rest of a command line that works, e.g. `client disable --id ehr-1`. */
  readonly example: string;
  /** Does it, and gives the exit status when that is not 0. */
  run(setting: Setting, values: ValuesOf<Options>): Promise<number | undefined>;
}

/** How an option stands on a command line: `--id ID`, `FILE`. */
export function writeOption(name: string, { value, positional }: Option): string {
  if (value === undefined) return `--${name}`;
  return positional === true ? value : `--${name} ${value}`;
}

/** A command whose options give their values their types. */
export function defineCommand<const O extends Options>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    run(setting: Setting, values: ValuesOf<O>): Promise<number | undefined>;
  },
): Command {
  return command;
}

/** The command line itself is wrong. */
export class UsageError extends Error {
  /** The command whose help explains it; undefined: the list of commands. */
  readonly command: string | undefined;

  constructor(text: string, command?: string) {
    super(text);
    this.command = command;
  }
}
