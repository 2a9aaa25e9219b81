import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { buildHouse } from '../../src/app.ts';
import { silentLogger } from '../../src/base/index.ts';
import { addSpan, toInstant } from '../../src/cases/clock/calendar.ts';
import { dueAt } from '../../src/cases/clock/due.ts';
import { parseRules } from '../../src/cases/programme/parse.ts';
import type { ProgrammeRules } from '../../src/cases/programme/rules.ts';
import type { CaseState } from '../../src/cases/state.ts';
import type { Config } from '../../src/config.ts';
import { openDatabase } from '../../src/store/index.ts';
import { SERVICE, SYSTEM } from '../journeys/packet.ts';

const RULES = new URL('../../profiles/programmes/seven-days.json', import.meta.url);
const BUNDLE = 50;
const SENDERS = 4;

/** Lets a programme go by the rules of seven days, which come along. */
export async function giveRules(config: Config, owner: Client, programme: string): Promise<ProgrammeRules> {
  const database = openDatabase({ url: config.databaseUrl!, role: 'consilium_app', size: 1, logger: silentLogger });
  const { house, close } = await buildHouse(config, database, silentLogger);
  const parsed = parseRules(await readFile(RULES, 'utf8'), house.terminology);
  await close();
  await database.close();
  if (Array.isArray(parsed)) throw new Error(parsed.map(({ text }) => text).join('\n'));
  const rules: ProgrammeRules = { ...parsed, programme };
  await owner.query('insert into programme_rules (organization, revision, rules) values ($1, 1, $2)', [
    programme,
    JSON.stringify(rules),
  ]);
  return rules;
}

/** Cases without a packet, in Bundles of fifty. */
export async function openCases(config: Config, token: string, count: number): Promise<void> {
  let next = 0;
  const senders = Array.from({ length: SENDERS }, async () => {
    while (next < count) {
      const first = next;
      next += BUNDLE;
      const entry = Array.from({ length: BUNDLE }, (_, n) => caseEntries(String(first + n))).flat();
      const answer = await fetch(`${config.publicUrl}/fhir`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
        body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
      });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`cases were refused: ${answer.status} ${text.slice(0, 1000)}`);
    }
  });
  await Promise.all(senders);
}

function caseEntries(number: string): object[] {
  const patient = `urn:uuid:${randomUUID()}`;
  return [
    {
      fullUrl: patient,
      resource: { resourceType: 'Patient', identifier: [{ system: SYSTEM, value: number }], gender: 'female' },
      request: { method: 'POST', url: 'Patient' },
    },
    {
      fullUrl: `urn:uuid:${randomUUID()}`,
      resource: {
        resourceType: 'ServiceRequest',
        identifier: [{ system: SYSTEM, value: number }],
        status: 'active',
        intent: 'order',
        code: SERVICE,
        subject: { reference: patient },
        performer: [{ reference: 'Organization/programme' }],
      },
      request: { method: 'POST', url: 'ServiceRequest' },
    },
  ];
}

/**
 * Lets all cases have been sent as long ago as it takes for their reports to be due, one after the other, within `spread`
 * ms from `start` on. Only the breach is left to be told. Returns the position of the last event before.
 */
export async function retime(owner: Client, rules: ProgrammeRules, start: number, spread: number): Promise<string> {
  const { rows: events } = await owner.query<{ last: string }>(
    'select coalesce(max(position), 0) as last from case_event',
  );
  const { rows } = await owner.query<{ id: string; state: string }>('select id, state from cases order by id');
  const { turnaround } = rules.services.find(({ code }) => code === SERVICE.coding[0]!.code)!;
  const states = rows.map(({ state }, n) => {
    const due = toInstant(start + (spread * n) / rows.length);
    const from = addSpan(due, { ...turnaround!, amount: -turnaround!.amount }, rules.calendar);
    const kept: CaseState = { ...(JSON.parse(state) as CaseState), ledger: [{ holder: 'programme', from }] };
    if (dueAt(kept, rules, from, due) !== due) throw new Error('a report is due at another time');
    return { ...kept, dueAt: due, done: ['first-contact', 'warned'] };
  });
  await owner.query(
    `update cases c set state = u.state, timer_at = u.at
      from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as u(id, state, at) where c.id = u.id`,
    [rows.map(({ id }) => id), states.map((state) => JSON.stringify(state)), states.map((state) => state.dueAt)],
  );
  await owner.query('select count(set_case_timer(id, timer_at)) from cases');
  await owner.query('analyze');
  return events[0]!.last;
}
