import { isDeepStrictEqual } from 'node:util';
import { Fault, SERVER_ORGANIZATION, systemClock, uuidv7 } from '../base/index.ts';
import type { Caller } from '../base/index.ts';
import { readRules, serviceRecordIds, serviceRecords, specialtyNames } from '../cases/index.ts';
import type { ProgrammeRules } from '../cases/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { update } from '../interactions/index.ts';
import type { House } from '../interactions/index.ts';
import {
  currentRevision,
  findOrganization,
  lockCriteria,
  readProgrammeRules,
  readRecords,
  saveProgrammeRules,
  writeIdentityAct,
} from '../store/index.ts';
import type { Transaction } from '../store/index.ts';
import { defineCommand } from './command.ts';
import { joinTransaction, withDatabase, withHouse } from './connect.ts';
import type { Connection } from './connect.ts';
import { PROGRAM } from './help.ts';
import { readProgrammeFile } from './programme-file.ts';
import { warnOfCalendar } from './programme-summary.ts';

export const setProgrammeCommand = defineCommand({
  name: 'programme set',
  summary: 'Gives a programme the rules of a file, and publishes its services.',
  notes:
    'The file names the programme, an organisation with the role programme. New cases go by the new rules; those that are\n' +
    'open go on under the rules under which they were opened. Servers that run follow within seconds, without a restart.\n' +
    'Each service becomes HealthcareService/PROGRAMME-SERVICE in the directory; one that is not offered any more becomes\n' +
    'inactive. A file with mistakes changes nothing.',
  options: {
    file: { value: 'FILE', text: 'The rules as JSON.', required: true, positional: true },
  },
  example: 'programme set profiles/programmes/seven-days.json',
  async run(setting, { file }) {
    const { terminal } = setting;
    return await withDatabase(setting, async (connection) =>
      withHouse(connection, async (house) => {
        const rules = await readProgrammeFile(setting, file, house.terminology);
        if (rules === undefined) return 1;
        const { programme } = rules;
        const { revision, isNew, published } = await setAndPublish(connection, house, rules);
        terminal.print(`${programme}: the rules are those of revision ${revision}${isNew ? '' : ', as before'}.`);
        for (const line of published) terminal.print(`${programme}: ${line}`);
        for (const line of warnOfCalendar(rules, systemClock())) terminal.warn(line);
        return undefined;
      }),
    );
  },
});

interface Done {
  readonly revision: number;
  readonly isNew: boolean;
  readonly published: readonly string[];
}

/** The rules are kept back until the services are published, and fall with them. */
async function setAndPublish({ owner }: Connection, house: House, rules: ProgrammeRules): Promise<Done> {
  return await owner.transact(async (on) => {
    await refuseUnlessProgramme(on, rules.programme);
    const kept = await keepRules(on, rules);
    return { ...kept, published: await publishServices(house, rules) };
  });
}

async function refuseUnlessProgramme(on: Transaction, id: string): Promise<void> {
  const found = await findOrganization(on, id);
  if (found?.role === 'programme') return;
  throw new Error(
    found === undefined
      ? `There is no organisation ${id}. Correct "programme" in the file, or register it: ${PROGRAM} organization add --id ${id} --name NAME --role programme`
      : `${id} is registered as ${found.role}, not as programme. Correct "programme" in the file.`,
  );
}

/** Rules that are the current ones already make no new revision. */
async function keepRules(on: Transaction, rules: ProgrammeRules): Promise<Pick<Done, 'revision' | 'isNew'>> {
  const { programme } = rules;
  await lockCriteria(on, [`programme rules of ${programme}`]);
  const current = await currentRevision(on, programme);
  if (current !== undefined) {
    const text = await readProgrammeRules(on, programme, current);
    if (text !== undefined && isDeepStrictEqual(readRules(text), rules)) return { revision: current, isNew: false };
  }
  const revision = await saveProgrammeRules(on, programme, JSON.stringify(rules));
  await writeIdentityAct(on, {
    at: systemClock(),
    request: uuidv7(),
    interaction: 'organization-set',
    organization: programme,
    client: null,
    status: 200,
    detail: `rules=${revision}`,
  });
  return { revision, isNew: true };
}

/** Publishes as the programme what has changed, all or nothing; says what that was, a line each. */
async function publishServices(house: House, rules: ProgrammeRules): Promise<string[]> {
  const { programme } = rules;
  const scopes = ['system/HealthcareService.cu'];
  const caller: Caller = { client: SERVER_ORGANIZATION, organization: programme, role: 'programme', scopes };
  return await house.database.transact(async (on) => {
    const joined: House = { ...house, database: joinTransaction(house.database, on) };
    const refs = [...serviceRecordIds(programme).values()].map((id) => `HealthcareService/${id}`);
    const stored = (await readRecords(on, programme, refs)).flatMap(({ body }) =>
      body === null ? [] : [parseStored(body)],
    );
    const before = new Map(stored.map((record) => [record.id!, record]));
    const lines: string[] = [];
    for (const record of serviceRecords(rules, specialtyNames(house.terminology), before)) {
      const id = record.id!;
      if (isSame(before.get(id), record)) continue;
      await update(joined, { caller, request: 'command line' }, 'HealthcareService', id, record).catch(
        (error: unknown) => {
          throw explainRefusal(error, id);
        },
      );
      lines.push(`HealthcareService/${id} is ${record.active === false ? 'inactive' : 'published'}.`);
    }
    return lines;
  });
}

function isSame(before: Resource | undefined, after: Resource): boolean {
  // What a server says of a version is nothing of the programme's.
  return before !== undefined && isDeepStrictEqual({ ...before, meta: null }, { ...after, meta: null });
}

/** A partner may have sent a record under this id, and it stays theirs. */
function explainRefusal(error: unknown, id: string): unknown {
  if (!(error instanceof Fault) || ![403, 404, 409].includes(error.status)) return error;
  return new Error(
    `HealthcareService/${id} is the record of another partner, so that the service cannot be published.`,
    { cause: error },
  );
}
