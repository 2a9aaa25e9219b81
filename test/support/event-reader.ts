import type { Json } from './house.ts';
import { waitUntil } from './wait-until.ts';

/** One server-sent event, or a comment. */
export interface ReadEvent {
  readonly event?: string;
  readonly id?: string;
  readonly comment?: string;
  /** The data parsed as JSON. */
  readonly body?: Json;
}

/** A screen that reads a stream of events. */
export interface EventReader {
  readonly status: number;
  readonly headers: Headers;
  /** What came so far, in order. */
  readonly read: readonly ReadEvent[];
  /** The notification Bundles of events. */
  events(): Json[];
  /** The last id that came, as a browser keeps it. */
  lastId(): string;
  isOver(): boolean;
  /** Waits until there are so many events. */
  until(count: number): Promise<void>;
  leave(): Promise<void>;
}

/** Opens a stream by fetch, as pages do. `url` is the whole address. */
export async function openReader(
  url: string,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventReader> {
  const leaving = new AbortController();
  const answer = await fetch(url, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${token}`, ...headers },
    signal: leaving.signal,
  });
  const read: ReadEvent[] = [];
  let isOver = false;
  const reading = readAll(answer, read)
    .catch(() => undefined)
    .finally(() => (isOver = true));
  const events = (): Json[] => read.filter(({ event }) => event === 'event-notification').map(({ body }) => body);
  return {
    status: answer.status,
    headers: answer.headers,
    read,
    events,
    lastId: () => read.findLast(({ id }) => id !== undefined)!.id!,
    isOver: () => isOver,
    async until(count) {
      if (await waitUntil(() => events().length >= count || isOver)) return;
      throw new Error(`${events().length} events came, not ${count}`);
    },
    async leave() {
      leaving.abort();
      await reading;
    },
  };
}

async function readAll(answer: Response, read: ReadEvent[]): Promise<void> {
  let text = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      read.push(parseEvent(text.slice(0, end)));
      text = text.slice(end + 2);
    }
  }
}

function parseEvent(block: string): ReadEvent {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
  }
  const data = fields.get('data');
  const told = (name: string, as: string): object => (fields.has(name) ? { [as]: fields.get(name) } : {});
  return {
    ...told('event', 'event'),
    ...told('id', 'id'),
    ...told('', 'comment'),
    ...(data === undefined ? {} : { body: JSON.parse(data) }),
  };
}

/** What a notification says in its first entry, by the names of the parameters. */
export function toldBy(bundle: Json): Record<string, Json> {
  const { parameter } = bundle.entry[0].resource as { parameter: Json[] };
  return Object.fromEntries(
    parameter.map(({ name, part, ...value }) => [
      name,
      part === undefined ? Object.values(value)[0] : toldByParts(part),
    ]),
  );
}

function toldByParts(parts: Json[]): Record<string, Json> {
  return Object.fromEntries(parts.map(({ name, ...value }) => [name, Object.values(value)[0]]));
}

/** Focus of an event, `Type/id`, and its number. */
export function focusOfEvent(bundle: Json): readonly [number: string, focus: string | undefined] {
  const event = toldBy(bundle)['notification-event'];
  const { reference } = event.focus ?? {};
  return [event['event-number'], (reference as string | undefined)?.split('/fhir/')[1]];
}
