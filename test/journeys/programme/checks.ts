import { expect } from '@jest/globals';
import { Client } from 'pg';
import type { Answer, Json, Partner } from '../../support/house.ts';
import { issues, until } from '../packet.ts';
import type { SentCase } from '../packet.ts';
import { done, read } from './moves.ts';
import type { Stage } from './stage.ts';

/** An operation's answer as a story: what happened, in order. */
export interface Timeline {
  readonly status: string;
  /** Instant. */
  readonly due: string | undefined;
  /** Days by who held the case. */
  readonly held: Readonly<Record<string, number>>;
  readonly types: readonly string[];
  /** `when: text`. */
  readonly lines: readonly string[];
  readonly body: Json;
}

export async function timelineOf(partner: Partner, { request }: SentCase, language = 'en'): Promise<Timeline> {
  const body = await done(partner.fetch('GET', `/${request}/$timeline?language=${language}`));
  const all = (name: string): Json[] => body.parameter.filter((one: Json) => one.name === name);
  const part = (one: Json, name: string): Json => one.part.find((other: Json) => other.name === name);
  const told = all('event');
  return {
    status: `${all('status')[0].valueCode} ${all('businessStatus')[0].valueCodeableConcept.coding[0].code}`,
    due: all('due')[0]?.valueDateTime,
    held: Object.fromEntries(
      all('held').map((one) => [part(one, 'holder').valueCoding.code, part(one, 'time').valueDuration.value]),
    ),
    types: told.map((one) => part(one, 'type').valueCoding.code),
    lines: told.map((one) => `${part(one, 'when').valueString}: ${part(one, 'text').valueString}`),
    body,
  };
}

/** Who held the case from when to when, as it is kept: `programme 2027-03-01T02:00:00.000Z`, a line each. */
export async function ledgerOf(stage: Stage, { task }: SentCase): Promise<string[]> {
  const client = new Client({ connectionString: stage.house.database });
  await client.connect();
  try {
    const { rows } = await client.query<{ state: string }>('select state::text from cases where task = $1', [task]);
    const { ledger } = JSON.parse(rows[0]!.state) as { ledger: { holder: string; from: string; to?: string }[] };
    // Without a gap, and nothing twice.
    for (const [n, span] of ledger.entries()) expect(span.from).toBe(n === 0 ? span.from : ledger[n - 1]!.to);
    const end = ledger.at(-1)!.to;
    return [...ledger.map(({ holder, from }) => `${holder} ${from}`), ...(end === undefined ? [] : [`closed ${end}`])];
  } finally {
    await client.end();
  }
}

/** The keys of an answer's issues, with those of errors alone where `severity` says so. */
export function keysOf(answer: Answer, severity?: 'error' | 'warning' | 'information'): string[] {
  const told = (answer.body?.issue ?? []) as Json[];
  const keys = issues(answer).map(({ key }, n) => [key, told[n].severity] as const);
  return keys.flatMap(([key, is]) => (severity === undefined || is === severity ? [key] : []));
}

/** All of the case that a partner may see. */
export async function everythingOf(partner: Partner, { request }: SentCase): Promise<Json[]> {
  const found: Json[] = [];
  let path: string | undefined = `/${request}/$everything`;
  while (path !== undefined) {
    const page: Json = await done(partner.fetch('GET', path));
    found.push(...(page.entry ?? []).map(({ resource }: Json) => resource));
    path = page.link?.find(({ relation }: Json) => relation === 'next')?.url;
  }
  return found;
}

/** Waits for the letters of all reports of the case, which are made aside, and sees that they can be read. */
async function expectLetters(partner: Partner, { task }: SentCase): Promise<void> {
  const { output } = await read(partner, task);
  const reports: string[] = output
    .map(({ valueReference }: Json) => valueReference?.reference)
    .filter((ref: string | undefined) => ref?.startsWith('DiagnosticReport/') === true);
  expect(reports).not.toEqual([]);
  for (const report of reports) {
    const { body } = await until(
      () => partner.fetch('GET', `/${report}`),
      (answer) => answer.body.presentedForm !== undefined,
    );
    const bytes = await partner.fetch('GET', `/${body.presentedForm[0].url}`);
    expect({ status: bytes.status, start: bytes.text.slice(0, 5) }).toEqual({ status: 200, start: '%PDF-' });
  }
}

/**
 * What holds at the end of every journey: both parties see the same record and the same story, each record is as the guide
 * wants it, and nobody else sees any of it. Gives the record.
 */
export async function expectGoodEnd({ home, programme, stranger }: Stage, sent: SentCase): Promise<Json[]> {
  await expectLetters(home, sent);
  const record = await everythingOf(home, sent);
  const refs = (all: readonly Json[]): string[] => all.map(({ resourceType, id }) => `${resourceType}/${id}`).sort();
  expect(refs(await everythingOf(programme, sent))).toEqual(refs(record));
  for (const language of ['en', 'vi', 'zh']) {
    const told = await timelineOf(home, sent, language);
    expect((await timelineOf(programme, sent, language)).lines).toEqual(told.lines);
    for (const line of told.lines) expect(line).toMatch(/^[^{}]+: [^{}]+[.。]$/);
    const times = told.body.parameter
      .filter(({ name }: Json) => name === 'event')
      .map(({ part }: Json) => Date.parse(part.find(({ name }: Json) => name === 'at').valueInstant));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  }
  const faults: string[] = [];
  for (const { resourceType, id } of record) {
    const ref = `${resourceType}/${id}`;
    const checked = await home.fetch('GET', `/${ref}/$validate`);
    for (const { severity, details } of checked.body.issue)
      if (severity === 'error') faults.push(`${ref} ${details.text}`);
  }
  expect(faults).toEqual([]);
  for (const path of [
    sent.request,
    sent.task,
    sent.patient,
    `${sent.request}/$timeline`,
    `${sent.request}/$everything`,
  ])
    expect({ path, status: (await stranger.fetch('GET', `/${path}`)).status }).toEqual({ path, status: 404 });
  return record;
}
