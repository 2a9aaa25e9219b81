import { writeOption } from './command.ts';
import type { Command, Option } from './command.ts';

/** How the command line is called from the project's folder. */
export const PROGRAM = 'npm run -s consilium --';

const STATUSES = 'Exit status: 0 done, 1 failed, 2 the command line is wrong.';

/** The list of commands: of all, or of those whose names begin with the same word. */
export function listCommands(commands: readonly Command[]): string {
  return [
    `Usage: ${PROGRAM} COMMAND [OPTIONS]`,
    '',
    ...alignColumns(commands.map(({ name, summary }) => [name, summary])),
    '',
    `More on a command: ${PROGRAM} COMMAND --help`,
    `For example: ${PROGRAM} ${commands.at(-1)!.example}`,
    'Settings come from the environment (HOST, PORT, PUBLIC_URL, DATABASE_URL, DATA_DIR, MASTER_KEY, LOG_LEVEL).',
    STATUSES,
  ].join('\n');
}

/** The help of one command. */
export function describeCommand({ name: commandName, summary, notes, options, example }: Command): string {
  const entries: [string, Option][] = [...Object.entries(options), ['help', { text: 'Shows this.' }]];
  const usage = Object.entries(options).map(([name, option]) => {
    const text = writeOption(name, option);
    return (option.required ? text : `[${text}]`) + (option.many ? '…' : '');
  });
  return [
    summary,
    ...(notes === undefined ? [] : ['', notes]),
    '',
    `Usage: ${[PROGRAM, commandName, ...usage].join(' ')}`,
    '',
    ...alignColumns(entries.map(([name, option]) => [writeOption(name, option), textOf(option)])),
    '',
    `Example: ${PROGRAM} ${example}`,
    STATUSES,
  ].join('\n');
}

function textOf({ text, choices, fallback }: Option): string {
  const details = [
    ...(choices === undefined ? [] : [`One of ${choices.join(', ')}.`]),
    ...(fallback === undefined ? [] : [`Without it: ${fallback}.`]),
  ];
  return [text, ...details].join(' ');
}

/** Lines of a table, two blanks in front and between the columns. */
export function alignColumns(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(
    (row) =>
      indent +
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
  );
}
