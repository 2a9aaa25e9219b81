import { Fault, fault, suggest } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { permitOf } from '../access/index.ts';
import {
  drawCommand,
  inputIssues,
  isDrawn,
  legalCommands,
  NAMED_COMMANDS,
  namedCommand,
  partyOf,
  sayParameter,
} from '../cases/index.ts';
import type { CaseRow, CommandInput, Drawn, LegalCommand, NamedCommand, Party } from '../cases/index.ts';
import { issuesToOutcome, localReference, splitReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { readRecords } from '../store/index.ts';
import { readCaseOf } from './case-of-request.ts';
import { toCaseRow } from './case-state.ts';
import { checkResource, checkType } from './check.ts';
import { commit } from './commit.ts';
import type { Committed } from './commit.ts';
import { parseStored } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { Input, OperationRequest } from './parameters.ts';
import { patchDraft } from './patch.ts';
import { keepReadable } from './permit-record.ts';
import { note } from './read.ts';
import { createDraft } from './write.ts';

const PARAMETERS = {
  command: { type: 'code' },
  reason: { type: 'code' },
  text: { type: 'string' },
  task: { type: 'Reference' },
  focus: { type: 'Reference', repeats: true },
  owner: { type: 'Reference' },
  service: { type: 'code' },
  language: { type: 'code' },
  price: { type: 'Money' },
  number: { type: 'string' },
  until: { type: 'dateTime' },
  replaces: { type: 'Reference' },
  override: { type: 'code' },
  provenance: { type: 'Reference', repeats: true },
} as const;

/**
 * Gives a case one command by its name, or without one lists those that the caller may give as the case stands. A command
 * is a plain write under another name: the same door, the same rules, the same refusals.
 * https://consilium.example/fhir/OperationDefinition/case-command
 */
export async function commandCase(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<Resource> {
  const asked = readInput(PARAMETERS, request);
  const { row, party, patient } = await findCase(house, context, id);
  if (request.body === undefined) return listCommands(house, context, row, party, asked);
  const command = asked.command === undefined ? undefined : namedCommand(asked.command);
  if (command === undefined) {
    const rules = await house.rules.at(house.database, row.programme, row.rules);
    throw noSuchCommand(asked.command, legalCommands({ row, rules, records: new Map() }, party));
  }
  const input = toInput(house, asked);
  const unfit = inputIssues(command, input);
  if (unfit.length > 0) throw new Fault(400, unfit);
  refuseOthers(command, party);
  const now = house.clock().toISOString();
  const drawn = drawCommand(command, input, { row, party, now, patient });
  if (!isDrawn(drawn)) throw new Fault(422, drawn);
  const drafts: Draft[] = [];
  for (const one of drawn) drafts.push(await toDraft(house, context, one));
  const committed = await commitCommand(house, context, command, drafts);
  return answer(house, context, row, committed);
}

/** Whoever gives a command is told of its parameters, where they mend what a plain write is refused for. */
async function commitCommand(
  house: House,
  context: Context,
  command: NamedCommand,
  drafts: readonly Draft[],
): Promise<Committed[]> {
  try {
    return await commit(house, context, 'case-command', drafts);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      error.status,
      error.issues.map((issue) => sayParameter(command, issue)),
      error.headers,
    );
  }
}

/** The case, for a party to it. */
async function findCase(
  house: House,
  context: Context,
  id: string,
): Promise<{ readonly row: CaseRow; readonly party: Party; readonly patient: string | undefined }> {
  const { row: stored, request } = await readCaseOf(house, context, id);
  const { organization, role } = context.caller;
  const row = toCaseRow(stored);
  const party = partyOf({ row, actor: { organization, role } });
  if (party !== undefined) {
    return { row, party, patient: localReference((request.subject as Reference | undefined)?.reference) };
  }
  const text = 'Commands to a case are for its parties alone: the placer and the programme.';
  throw fault(403, 'forbidden', 'not-your-move', text);
}

/** Names the commands that are possible now first. */
function noSuchCommand(code: string | undefined, legal: readonly LegalCommand[]): Fault {
  if (code === undefined) {
    const text = 'The parameter command is missing. Ask by GET for the commands that may be given now.';
    return fault(400, 'required', 'parameter-missing', text, 'Parameters.parameter');
  }
  const codes = NAMED_COMMANDS.map((one) => one.code);
  const possible = legal.filter(({ against }) => against.length === 0).map((one) => one.command.code);
  const others = codes.filter((one) => !possible.includes(one));
  const now = possible.length === 0 ? 'None is possible for you now' : `Possible for you now: ${possible.join(', ')}`;
  const text = `There is no command ${code.slice(0, 40)}.${suggest(code, codes)} ${now}. Others: ${others.join(', ')}.`;
  return fault(400, 'not-found', 'unknown-command', text, 'Parameters.parameter');
}

function refuseOthers({ code, by }: NamedCommand, party: Party): void {
  if (by === 'either' || by === party) return;
  const whose = by === 'placer' ? 'the placer' : 'the programme';
  const text = `The command ${code} is for ${whose} of the case alone. Ask by GET for those that you may give.`;
  throw fault(403, 'forbidden', 'not-your-move', text);
}

type Asked = Input<typeof PARAMETERS>;

/** Absolute addresses of this server are the records that they name. */
function toInput({ base }: House, { command: _command, ...asked }: Asked): CommandInput {
  const refOf = ({ reference }: Reference, name: string): string => {
    const own = `${base}/`;
    const ref = localReference(reference?.startsWith(own) === true ? reference.slice(own.length) : reference);
    if (ref !== undefined) return ref;
    const text = `The parameter ${name} names a record of this server, as Type/id.`;
    throw fault(400, 'value', 'parameter-type', text, 'Parameters.parameter');
  };
  const { task, focus, owner, replaces, provenance, price, ...plain } = asked;
  return {
    ...plain,
    ...(task === undefined ? {} : { task: refOf(task, 'task') }),
    ...(focus === undefined ? {} : { focus: focus.map((one) => refOf(one, 'focus')) }),
    ...(owner === undefined ? {} : { owner: refOf(owner, 'owner') }),
    ...(replaces === undefined ? {} : { replaces: refOf(replaces, 'replaces') }),
    ...(provenance === undefined ? {} : { provenance: provenance.map((one) => refOf(one, 'provenance')) }),
    ...(price === undefined ? {} : { price }),
  };
}

async function toDraft(house: House, context: Context, drawn: Drawn): Promise<Draft> {
  if ('made' in drawn) {
    const type = drawn.made.resourceType;
    checkType(house, context, type, 'c');
    return createDraft(house, checkResource(house, context, drawn.made, type), type, type);
  }
  const [type] = splitReference(drawn.ref);
  checkType(house, context, type, 'u');
  return patchDraft(house, context, drawn.ref, Object.assign(drawn.edit, { asks: false }), type);
}

/** Names of the parameters in which records are shown; the request is the other one that is written. */
const SHOWN_AS: Readonly<Record<string, string>> = { Task: 'step', Communication: 'message' };

/** T0 and what else was written, as they stand now, as far as the caller may read them; and what there is to say. */
async function answer(
  house: House,
  context: Context,
  { task }: CaseRow,
  committed: readonly Committed[],
): Promise<Resource> {
  const refs = [...new Set([task, ...committed.map(({ ref }) => ref)])];
  const stored = await readRecords(house.database, context.caller, refs);
  const readable = new Map((await keepReadable(house, context, house.database, stored)).map((one) => [one.ref, one]));
  const shown = refs.flatMap((ref) => {
    const resource = parseStored(readable.get(ref));
    if (resource === undefined) return [];
    return [{ name: ref === task ? 'case' : (SHOWN_AS[resource.resourceType] ?? 'request'), resource }];
  });
  const said: readonly Issue[] = committed.flatMap(({ ref, remarks = [] }) => (readable.has(ref) ? remarks : []));
  const outcome = said.length === 0 ? [] : [{ name: 'outcome', resource: issuesToOutcome(said) }];
  return { resourceType: 'Parameters', parameter: [...shown, ...outcome] };
}

async function listCommands(
  house: House,
  context: Context,
  row: CaseRow,
  party: Party,
  asked: Asked,
): Promise<Resource> {
  if (Object.keys(asked).length > 0) {
    const text =
      'A command is given by POST, with a Parameters resource. A GET takes none, and lists those that may be given.';
    throw fault(400, 'not-supported', 'unknown-parameter', text);
  }
  // Where the case stands is said by its Task.
  checkType(house, context, 'Task', 'r');
  const [t0] = await keepReadable(
    house,
    context,
    house.database,
    await readRecords(house.database, context.caller, [row.task]),
  );
  note(house, context, 'case-command', row.serviceRequest, undefined, 200);
  const rules = await house.rules.at(house.database, row.programme, row.rules);
  const mayWrite = permitOf(house, context.caller, 'Task', 'u') !== undefined;
  const task = parseStored(t0);
  const records = new Map(task === undefined ? [] : [[row.task, task]]);
  const legal = task === undefined || !mayWrite ? [] : legalCommands({ row, rules, records }, party);
  return { resourceType: 'Parameters', parameter: legal.map(toParameter) };
}

function toParameter({ command: { code, text }, tasks, needs, against }: LegalCommand): unknown {
  return {
    name: 'legal',
    part: [
      { name: 'command', valueCode: code },
      { name: 'text', valueString: text },
      { name: 'possible', valueBoolean: against.length === 0 },
      ...needs.map((name) => ({ name: 'needs', valueCode: name })),
      ...tasks.map((reference) => ({ name: 'task', valueReference: { reference } })),
      ...against.map((words) => ({ name: 'against', valueString: words })),
    ],
  };
}
