import { setTimeout as pause } from 'node:timers/promises';
import { Fault, fault, framesOf, uuidv7 } from '../base/index.ts';
import type { Caller } from '../base/index.ts';
import { issuesToOutcome } from '../fhir/index.ts';
import type { House } from '../interactions/index.ts';
import { isBehind, isWithin } from '../store/index.ts';
import type { StreamPlace } from '../store/index.ts';
import { topicOf, writeNotification } from '../subscriptions/index.ts';
import type { NotificationType, NotifiedEvent, StreamPlan } from '../subscriptions/index.ts';
import { sealProgress } from './stream-cursor.ts';
import type { StreamProgress } from './stream-cursor.ts';
import { decideTold, findAsked } from './stream-decide.ts';
import type { Told } from './stream-decide.ts';
import { placeAt, placeBehind } from './stream-place.ts';
import type { AnnouncedPart, StreamSource } from './stream-source.ts';

/** What a reader is given. */
export interface StreamMessage {
  /** `end`: an OperationOutcome says why nothing more comes; `heartbeat` has no body. */
  readonly type: 'handshake' | 'event-notification' | 'heartbeat' | 'end';
  /** JSON text. */
  readonly body?: string;
  /** With it a stream that is opened later goes on behind this message. */
  readonly cursor?: string;
}

/** The way to one reader. */
export interface StreamOutlet {
  /** Ends once there is room for more, or it is closed. */
  write(message: StreamMessage): Promise<void>;
  /** Says the last word, and closes. */
  end(message: StreamMessage): void;
  /** Closes at once: what was not taken is lost. */
  cut(): void;
}

/** In ms, and announcements. */
export interface StreamTerms {
  readonly heartbeatMs: number;
  /** How often it is asked whether the caller is let in still; and how long it goes on where nobody answers. */
  readonly checkMs: number;
  readonly unansweredMs: number;
  /** How long a reader may leave what was written. */
  readonly stallMs: number;
  /** That wait for a reader at most. */
  readonly mostWaiting: number;
}

export interface SessionOptions {
  readonly house: House;
  readonly source: StreamSource;
  readonly terms: StreamTerms;
  readonly plan: StreamPlan;
  /** Under which it is logged and audited. */
  readonly request: string;
  readonly progress: StreamProgress;
  /** Who listens, as of now. @throws Fault where nobody is let in any more */
  readonly authenticate: () => Promise<Caller>;
  /** Who opened it: the same organisation all the time. */
  readonly organization: string;
  readonly outlet: StreamOutlet;
  readonly onEnd: () => void;
}

export interface StreamSession {
  /** The reader is gone, or is to go: why is said to it. */
  end(reason?: Fault): void;
  /** Settles when all is put away. */
  readonly ended: Promise<void>;
}

/** Announcements that are decided at once: who listens is asked before each. */
const SLICE = 20;
const SOON_MS = 50;

/** Tells one reader what happens, from a place on, until it is gone or is let in no more. */
export function startSession(options: SessionOptions): StreamSession {
  const { house, source, terms, plan, request, authenticate, organization, outlet, onEnd } = options;
  const { stream } = options.progress;
  let { told, place, begun } = options.progress;
  let isOver = false;
  const waiting: AnnouncedPart[] = [];
  let waitingCount = 0;
  let wakeUp: (() => void) | undefined;
  let writingSince: number | undefined;
  let quietSince = performance.now();
  let sealedPlace: StreamPlace | undefined;
  let goodAt = performance.now();
  let isAsking = false;
  const tickMs = Math.min(terms.checkMs, terms.heartbeatMs);

  async function identify(): Promise<Caller> {
    const caller = await authenticate();
    goodAt = performance.now();
    return caller;
  }

  async function write(message: StreamMessage): Promise<void> {
    if (isOver) return;
    writingSince = performance.now();
    await outlet.write(message);
    writingSince = undefined;
    quietSince = performance.now();
  }

  function seal(): string {
    sealedPlace = place;
    return sealProgress(house, organization, { stream, told, place, ...(begun === undefined ? {} : { begun }) });
  }

  function compose(type: NotificationType, topic: string | undefined, events: readonly NotifiedEvent[]): string {
    return writeNotification({
      base: house.base,
      subscription: `Subscription/${stream}`,
      ...(topic === undefined ? {} : { topic }),
      status: 'active',
      type,
      total: told,
      events,
      content: plan.content,
      at: house.clock().toISOString(),
      id: uuidv7(),
    });
  }

  async function shakeHands(): Promise<void> {
    const [only, ...others] = plan.asks;
    const topic = others.length === 0 ? only && topicOf(only.topic)?.url : undefined;
    await write({ type: 'handshake', body: compose('handshake', topic, []), cursor: seal() });
  }

  async function tell(part: AnnouncedPart): Promise<void> {
    const { horizon } = place;
    const asked = part.announced
      .filter(({ row }) => BigInt(row.xid) >= BigInt(horizon) && (begun === undefined || !isWithin(row.xid, begun)))
      .map((announced) => ({ announced, events: findAsked(organization, plan, announced) }))
      .filter(({ events }) => events.length > 0);
    for (let from = 0; from < asked.length && !isOver; from += SLICE) {
      const slice = asked.slice(from, from + SLICE);
      const context = { caller: await identify(), request };
      const told = await decideTold(
        house,
        context,
        plan,
        slice.map(({ events }) => events),
      );
      for (const [n, events] of told.entries()) await tellOne(events, placeAt(part, horizon, slice[n]!.announced));
    }
    goBehind(part);
  }

  function goBehind(part: AnnouncedPart): void {
    place = placeBehind(part, place.horizon);
    if (begun !== undefined && isBehind(place.horizon, begun)) begun = undefined;
  }

  /** Under several topics it is one announcement still: only the last one's cursor is behind it. */
  async function tellOne(events: readonly Told[], behind: StreamPlace): Promise<void> {
    for (const [n, { topic, ...event }] of events.entries()) {
      if (isOver) return;
      told += 1;
      const body = compose('event-notification', topic, [{ ...event, number: told }]);
      const isLast = n === events.length - 1;
      if (isLast) place = behind;
      await write({ type: 'event-notification', body, ...(isLast ? { cursor: seal() } : {}) });
    }
  }

  function offer(part: AnnouncedPart): void {
    if (isOver) return;
    // Few commits are events, and nobody need wake up for the others.
    if (part.announced.length === 0 && wakeUp !== undefined) {
      goBehind(part);
      return;
    }
    waitingCount += part.announced.length + 1;
    if (waitingCount > terms.mostWaiting) {
      cut();
      return;
    }
    waiting.push(part);
    wakeUp?.();
  }

  async function catchUp(): Promise<void> {
    while (!isOver) {
      const part = await source.read(place);
      await tell(part);
      if (part.place.window !== undefined) continue;
      if (join()) return;
      await pause(SOON_MS);
    }
  }

  /** Who has left meanwhile joins nobody. */
  function join(): boolean {
    return isOver || source.join(offer, place.horizon);
  }

  async function work(): Promise<void> {
    await shakeHands();
    await catchUp();
    while (!isOver) {
      const part = waiting.shift();
      if (part === undefined) {
        await new Promise<void>((resolve) => (wakeUp = resolve));
        wakeUp = undefined;
        continue;
      }
      await tell(part);
      waitingCount -= part.announced.length + 1;
    }
  }

  /** Denied by default: nobody is told anything by an access that could not be asked about. */
  function check(): void {
    const now = performance.now();
    if (writingSince !== undefined && now - writingSince > terms.stallMs) return cut();
    if (now - goodAt > terms.unansweredMs) return finish(AWAY);
    if (!isAsking) {
      isAsking = true;
      identify()
        .catch((error: unknown) => (error instanceof Fault && error.status === 401 ? finish(error) : undefined))
        .finally(() => (isAsking = false));
    }
    if (writingSince !== undefined || now + tickMs - quietSince < terms.heartbeatMs) return;
    void write({ type: 'heartbeat', ...(sealedPlace === place ? {} : { cursor: seal() }) });
  }

  function close(): boolean {
    if (isOver) return false;
    isOver = true;
    clearInterval(timer);
    source.leave(offer);
    waiting.length = 0;
    wakeUp?.();
    onEnd();
    return true;
  }

  function cut(): void {
    if (close()) outlet.cut();
  }

  function finish({ issues }: Fault): void {
    if (close()) outlet.end({ type: 'end', body: JSON.stringify(issuesToOutcome(issues)) });
  }

  const timer = setInterval(check, tickMs);
  const ended = work().catch((error: unknown) => {
    if (error instanceof Fault) return finish(error);
    house.logger.warn({ request, reason: (error as Error).name, at: framesOf(error as Error) }, 'a stream failed');
    finish(AWAY);
  });
  return { end: (reason) => (reason === undefined ? cut() : finish(reason)), ended };
}

const AWAY = fault(
  503,
  'transient',
  'stream-away',
  'The stream cannot be read on right now. Open it again with the last id that came, in Last-Event-ID or after.',
);
