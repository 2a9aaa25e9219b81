import { Fault } from '../base/index.ts';
import { uuidv7 } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { issuesToOutcome } from '../fhir/index.ts';
import { readSubscriptionEvents } from '../store/index.ts';
import type { StoredRecord, SubscriptionEventRow, SubscriptionProgress } from '../store/index.ts';
import { PAYLOAD_CONTENTS, writeNotification } from '../subscriptions/index.ts';
import type { NotifiedEvent, PayloadContent } from '../subscriptions/index.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { readSeveral } from './read-several.ts';
import { describeProgress, findSubscription, planOf } from './subscription-find.ts';

const PARAMETERS = {
  eventsSinceNumber: { type: 'string' },
  eventsUntilNumber: { type: 'string' },
  content: { type: 'code' },
} as const;

/** Events in one answer at most. */
const MOST = 100;
/** Of records in one answer at most, in bytes: what goes beyond is told by its reference. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Events of a Subscription once more, by their numbers, with what the caller may see of them now.
 * http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events
 */
export async function eventsOfSubscription(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<string> {
  const asked = readInput(PARAMETERS, request);
  const row = await findSubscription(house, context, id);
  const { first, last, content } = readWindow(asked, row);
  const { organization } = context.caller;
  const found = await readSubscriptionEvents(house.database, organization, row.id, first, last, MOST);
  const focuses = content === 'empty' ? [] : found.map(({ focus }) => focus).filter((focus) => focus !== '');
  const remarks = describeLeft(row, first, last, found);
  return writeNotification({
    ...describeProgress(house, row),
    type: 'query-event',
    events: toEvents(found, content, await readSeveral(house, context, focuses)),
    content,
    at: house.clock().toISOString(),
    id: uuidv7(),
    ...(remarks.length === 0 ? {} : { outcome: issuesToOutcome(remarks) }),
  });
}

interface Window {
  readonly first: number;
  readonly last: number;
  readonly content: PayloadContent;
}

function readWindow(asked: { readonly [N in keyof typeof PARAMETERS]?: string }, row: SubscriptionProgress): Window {
  const first = readNumber(asked.eventsSinceNumber, 1);
  const last = readNumber(asked.eventsUntilNumber, row.events);
  const content = readContent(asked.content ?? planOf(row).content ?? 'id-only');
  const texts: string[] = [];
  if (first === undefined) texts.push('eventsSinceNumber is the number of an event, from 1 on.');
  if (last === undefined) texts.push('eventsUntilNumber is the number of an event, from 1 on.');
  if (asked.eventsUntilNumber !== undefined && first !== undefined && last !== undefined && last < first)
    texts.push('eventsUntilNumber is not below eventsSinceNumber: both are numbers of events, and counted in.');
  if (content === undefined) texts.push(`content is one of ${PAYLOAD_CONTENTS.join(', ')}.`);
  if (texts.length === 0) return { first: first!, last: last!, content: content! };
  throw new Fault(
    400,
    texts.map((text) => ({ severity: 'error', code: 'value', key: 'bad-parameter', text })),
  );
}

function readNumber(text: string | undefined, otherwise: number): number | undefined {
  if (text === undefined) return otherwise;
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

function readContent(code: string): PayloadContent | undefined {
  return PAYLOAD_CONTENTS.find((one) => one === code);
}

function toEvents(
  found: readonly SubscriptionEventRow[],
  content: PayloadContent,
  records: ReadonlyMap<string, StoredRecord>,
): NotifiedEvent[] {
  const shown = new Set<string>();
  let left = MOST_BYTES;
  for (const [ref, { body }] of content === 'full-resource' ? records : []) {
    left -= Buffer.byteLength(body ?? '');
    if (left < 0) break;
    shown.add(ref);
  }
  return found.map(({ number, at, focus }) => {
    const event = { number, at: new Date(at).toISOString() };
    const body = records.get(focus)?.body;
    if (body == null) return event;
    return shown.has(focus) ? { ...event, focus, body } : { ...event, focus };
  });
}

/** What of the events that were asked for is not told. */
function describeLeft(
  { events }: SubscriptionProgress,
  first: number,
  last: number,
  found: readonly SubscriptionEventRow[],
): Issue[] {
  const issues: Issue[] = [];
  const end = Math.min(last, events);
  const goneUntil = (found[0]?.number ?? end + 1) - 1;
  if (goneUntil >= first) {
    const text = `Events ${first} to ${goneUntil} are kept no more, after 30 days. Read the records themselves.`;
    issues.push({ severity: 'warning', code: 'incomplete', key: 'subscription-events-gone', text });
  }
  const told = found.at(-1)?.number ?? end;
  if (told < end) {
    const text = `${MOST} events are told at a time. Ask for the next with eventsSinceNumber=${told + 1}.`;
    issues.push({ severity: 'information', code: 'incomplete', key: 'subscription-events-more', text });
  }
  return issues;
}
