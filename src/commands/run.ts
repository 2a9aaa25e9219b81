import { suggest } from '../base/index.ts';
import { addClientCommand } from './client-add.ts';
import { approveClientCommand } from './client-approve.ts';
import { disableClientCommand } from './client-disable.ts';
import { listClientsCommand } from './client-list.ts';
import { setClientCommand } from './client-set.ts';
import type { Command, Setting } from './command.ts';
import { UsageError } from './command.ts';
import { deliveriesCommand } from './deliveries.ts';
import { demoCommand } from './demo.ts';
import { describeError } from './describe-error.ts';
import { doctorCommand } from './doctor.ts';
import { describeCommand, listCommands, PROGRAM } from './help.ts';
import { setEhrCommand } from './ehr-set.ts';
import { showEhrCommand } from './ehr-show.ts';
import { generateKeyCommand } from './key-generate.ts';
import { rotateKeysCommand } from './key-rotate.ts';
import { showKeysCommand } from './key-show.ts';
import { migrateCommand } from './migrate.ts';
import { addOrganizationCommand } from './organization-add.ts';
import { listOrganizationsCommand } from './organization-list.ts';
import { setOrganizationCommand } from './organization-set.ts';
import { parseOptions } from './parse-options.ts';
import { checkProgrammeCommand } from './programme-check.ts';
import { listProgrammesCommand } from './programme-list.ts';
import { setProgrammeCommand } from './programme-set.ts';
import { showProgrammeCommand } from './programme-show.ts';
import { reindexCommand } from './reindex.ts';
import { serveCommand } from './serve.ts';
import { tokenCommand } from './token.ts';
import { addUserCommand } from './user-add.ts';
import { disableUserCommand } from './user-disable.ts';
import { listUsersCommand } from './user-list.ts';
import { setUserCommand } from './user-set.ts';
import { verifyCommand } from './verify.ts';

const COMMANDS: readonly Command[] = [
  serveCommand,
  demoCommand,
  migrateCommand,
  reindexCommand,
  doctorCommand,
  generateKeyCommand,
  rotateKeysCommand,
  showKeysCommand,
  addOrganizationCommand,
  setOrganizationCommand,
  listOrganizationsCommand,
  setEhrCommand,
  showEhrCommand,
  checkProgrammeCommand,
  setProgrammeCommand,
  showProgrammeCommand,
  listProgrammesCommand,
  addClientCommand,
  setClientCommand,
  approveClientCommand,
  listClientsCommand,
  disableClientCommand,
  addUserCommand,
  setUserCommand,
  listUsersCommand,
  disableUserCommand,
  deliveriesCommand,
  tokenCommand,
  verifyCommand,
];

const HELP = new Set(['--help', '-h', 'help']);

/** Runs one command line; resolves to its exit status: 0 done, 1 failed, 2 wrongly called. Never rejects. */
export async function runCommandLine(setting: Setting, args: readonly string[]): Promise<number> {
  try {
    return (await dispatch(setting, args)) ?? 0;
  } catch (error) {
    setting.terminal.warn(describeError(error));
    if (!(error instanceof UsageError)) return 1;
    setting.terminal.warn(`How it goes: ${[PROGRAM, ...(error.command?.split(' ') ?? []), '--help'].join(' ')}`);
    return 2;
  }
}

async function dispatch(setting: Setting, args: readonly string[]): Promise<number | undefined> {
  const [first] = args;
  if (first === undefined) {
    setting.terminal.warn(listCommands(COMMANDS));
    return 2;
  }
  // `help client add` is `client add --help`.
  if (HELP.has(first))
    return args.length > 1 ? await dispatch(setting, [...args.slice(1), '--help']) : showList(setting);
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, at) => word === args[at]));
  if (command === undefined) return showGroup(setting, args);
  const values = parseOptions(command, args.slice(command.name.split(' ').length));
  if (values !== 'help') return await command.run(setting, values);
  setting.terminal.print(describeCommand(command));
  return undefined;
}

function showList({ terminal }: Setting, commands: readonly Command[] = COMMANDS): undefined {
  terminal.print(listCommands(commands));
}

/** `client --help` lists what there is about clients; everything else that is no command is refused. */
function showGroup(setting: Setting, args: readonly string[]): undefined {
  const [first = '', second] = args;
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && args.some((arg) => HELP.has(arg))) return showList(setting, group);
  const names = COMMANDS.map(({ name }) => name);
  if (group.length > 0 && (second === undefined || second.startsWith('-'))) {
    throw new UsageError(`"${first}" is half a command. There are ${group.map(({ name }) => name).join(', ')}.`);
  }
  const called = args.slice(0, 2).filter((arg) => !arg.startsWith('-'));
  const near = suggest(called.join(' '), names) || suggest(first, names);
  throw new UsageError(
    `There is no command "${called.join(' ') || first}".${near || ` There are ${names.join(', ')}.`}`,
  );
}
