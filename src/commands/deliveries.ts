import { systemClock } from '../base/index.ts';
import { createDeliveryDesk, toShownId, toStoredId, viewAttempt, viewDelivery } from '../delivery/index.ts';
import type { DeliveryView } from '../delivery/index.ts';
import { listAttempts, listDeliveries } from '../store/index.ts';
import type { AttemptReport, DeliveryReport } from '../store/index.ts';
import { defineCommand, UsageError } from './command.ts';
import type { Setting, Terminal } from './command.ts';
import { withDatabase } from './connect.ts';
import { alignColumns, PROGRAM } from './help.ts';
import { describeSpan, parseInstant } from './times.ts';

const NAME = 'deliveries';
const DAY_MS = 86_400_000;
/** Lines of each table at most. */
const MOST = 1000;
const MOST_ATTEMPTS = 20;

export const deliveriesCommand = defineCommand({
  name: NAME,
  summary: 'Lists what subscribers are sent, what waits and what was tried last; sends again.',
  notes:
    "One line for each subscription, and for each push of reports into a partner's own server (push:ORG). DELIVERED is the\n" +
    'number of the last event that arrived, of all that there were; LAG is how long the oldest that has not arrived waits.\n' +
    'Below it, what was tried last: when, which message (its webhook-id), the outcome, the HTTP status or why not.\n' +
    'With --replay what waits is sent at once, by the servers that run; where sending was given up, after a handshake. With\n' +
    '--from and --until events that arrived are sent once more, as far as they are kept (30 days). An address at which much\n' +
    'failed rests for up to five minutes all the same.',
  options: {
    failed: { text: 'Those that fail or have given up something alone, and tries that failed.' },
    organization: { value: 'ORG', text: 'Of one organisation alone.' },
    subscription: { value: 'ID', text: 'One alone: the id of the Subscription, or push:ORG.' },
    since: {
      value: 'INSTANT',
      text: 'What was tried since then, e.g. 2026-11-22T08:00:00Z. Without it: in the last day.',
    },
    replay: { value: 'ID', text: 'Sends what waits at once: the id of the Subscription, or push:ORG.' },
    from: { value: 'N', text: 'With --replay: sends events once more, from this number on.' },
    until: { value: 'N', text: 'With --replay: up to this number.' },
    json: { text: 'As JSON: { "deliveries", "attempts" }, or with --replay how it stands now.' },
  },
  example: 'deliveries --failed',
  async run(setting, { replay, from, until, ...asked }) {
    if (replay === undefined) {
      if (from !== undefined || until !== undefined) throw new UsageError('--from and --until go with --replay.', NAME);
      await list(setting, asked);
      return undefined;
    }
    const { failed, organization, subscription, since, json } = asked;
    if (failed || [organization, subscription, since].some((one) => one !== undefined)) {
      throw new UsageError('--replay stands alone, with --from, --until and --json.', NAME);
    }
    const [first, last] = [readNumber('from', from), readNumber('until', until)];
    const range = { ...(first === undefined ? {} : { from: first }), ...(last === undefined ? {} : { until: last }) };
    const now = await sendAgain(setting, replay, range);
    setting.terminal.print(json ? JSON.stringify(now, null, 2) : describeReplay(now));
    return undefined;
  },
});

interface Asked {
  readonly failed: boolean;
  readonly organization: string | undefined;
  readonly subscription: string | undefined;
  readonly since: string | undefined;
  readonly json: boolean;
}

async function list(setting: Setting, { failed, organization, subscription, since: from, json }: Asked): Promise<void> {
  const { terminal } = setting;
  const now = systemClock();
  const since = (readInstant(from) ?? new Date(now.getTime() - DAY_MS)).toISOString();
  const window = {
    ...(organization === undefined ? {} : { organization }),
    ...(subscription === undefined ? {} : { subscription: toStoredId(subscription) }),
  };
  const { rows, attempts } = await withDatabase(setting, async ({ owner }) => ({
    rows: await listDeliveries(owner, { ...window, ...(failed ? { failedSince: since } : {}), limit: MOST }),
    attempts: await listAttempts(owner, { ...window, since, failedOnly: failed, limit: MOST_ATTEMPTS }),
  }));
  if (json) printJson(rows, attempts, now, terminal);
  else if (rows.length === 0) terminal.print(failed ? 'Nothing fails.' : 'Nobody has subscribed to anything yet.');
  else printTables(rows, attempts, now, terminal);
}

function printJson(
  rows: readonly DeliveryReport[],
  attempts: readonly AttemptReport[],
  now: Date,
  terminal: Terminal,
): void {
  const tried = attempts.map((row) => ({ subscription: toShownId(row.subscription), ...viewAttempt(row) }));
  terminal.print(JSON.stringify({ deliveries: rows.map((row) => viewDelivery(row, now)), attempts: tried }, null, 2));
}

function sayGivenUp({ givenUp }: DeliveryView): string[] {
  return givenUp === undefined ? [] : [`given up: ${givenUp.join(' ')}`];
}

function printTables(
  rows: readonly DeliveryReport[],
  attempts: readonly AttemptReport[],
  now: Date,
  terminal: Terminal,
): void {
  const head = [
    'ID',
    'ORGANISATION',
    'STATUS',
    'TOPIC',
    'TO',
    'DELIVERED',
    'WAITING',
    'LAG',
    'FAILED',
    'NEXT',
    'REASON',
  ];
  const lines = rows.map((row) => {
    const view = viewDelivery(row, now);
    return [
      view.id,
      view.organization,
      view.status,
      view.topic,
      view.origin,
      `${view.delivered}/${view.events}`,
      String(view.waiting),
      view.lag === undefined ? '-' : describeSpan(view.lag),
      String(view.failedTries),
      describeNext(view, now),
      [...(view.reason === undefined ? [] : [view.reason]), ...sayGivenUp(view)].join(', ') || '-',
    ];
  });
  for (const line of alignColumns([head, ...lines], '')) terminal.print(line);
  if (attempts.length === 0) return;
  const columns = ['TRIED', 'ID', 'MESSAGE', 'KIND', 'TRY', 'OUTCOME', 'HTTP', 'REASON', 'MS'];
  const tries = attempts.map((row) => {
    const { at, message, kind, attempt, outcome, status, reason, ms } = viewAttempt(row);
    const id = toShownId(row.subscription);
    return [at, id, message, kind, String(attempt), outcome, status ? String(status) : '-', reason ?? '-', String(ms)];
  });
  terminal.print('');
  for (const line of alignColumns([columns, ...tries], '')) terminal.print(line);
}

async function sendAgain(
  setting: Setting,
  id: string,
  range: { readonly from?: number; readonly until?: number },
): Promise<DeliveryView> {
  return await withDatabase(setting, async ({ database, owner }) => {
    const [row] = await listDeliveries(owner, { subscription: toStoredId(id), limit: 1 });
    if (row === undefined) throw new Error(`There is no subscription ${id}. Which there are: ${PROGRAM} ${NAME}`);
    const desk = createDeliveryDesk({ database, clock: systemClock });
    return await desk.replay({ organization: row.organization }, id, range);
  });
}

function describeReplay({ id, status, resending, delivered, events, waiting }: DeliveryView): string {
  const parts = [
    ...(status === 'requested' ? ['is asked for a handshake'] : []),
    ...(resending === undefined ? [] : [`is sent events ${resending.from} to ${resending.until} once more`]),
    ...(waiting === 0 ? [] : [`is sent events ${delivered + 1} to ${events}`]),
  ];
  return `${id} ${parts.join(', then ')}.`;
}

function describeNext({ nextTry, status }: DeliveryView, now: Date): string {
  if (nextTry === undefined || status === 'error' || status === 'off') return '-';
  const seconds = Math.round((Date.parse(nextTry) - now.getTime()) / 1000);
  return seconds <= 0 ? 'now' : `in ${describeSpan(seconds)}`;
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} is the number of an event, from 1 on, not "${text}".`, NAME);
}

function readInstant(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const at = parseInstant(text);
  if (at !== undefined) return at;
  throw new UsageError(`--since is a moment, such as 2026-11-22T08:00:00Z, not "${text}".`, NAME);
}
