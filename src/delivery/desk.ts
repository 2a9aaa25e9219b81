import { Fault, uuidv7 } from '../base/index.ts';
import type { Clock, Issue } from '../base/index.ts';
import { holdForReplay, listAttempts, listDeliveries, replayDeliveries, writeIdentityAct } from '../store/index.ts';
import type { Database, NumberRange, ReplayState } from '../store/index.ts';
import { toStoredId, viewAttempt, viewDelivery } from './views.ts';
import type { AttemptView, DeliveryView } from './views.ts';

/** A part of a list, in order of id. */
export interface DeliveryPage {
  /** The id behind which it begins. */
  readonly after?: string;
  readonly limit: number;
}

/** Numbers of events, both included; without them, what waits. */
export interface ReplayRange {
  readonly from?: number;
  readonly until?: number;
}

/** Who has something sent again: an organisation's client, or without one who runs the server. */
export interface ReplayAsker {
  readonly organization: string;
  readonly client?: string;
  /** Under which the request is logged. */
  readonly request?: string;
}

/** What an organisation is sent, for people: how it stands, what was tried, and sending again. */
export interface DeliveryDesk {
  list(organization: string, page: DeliveryPage): Promise<{ entries: readonly DeliveryView[]; next?: string }>;
  /** With what was tried last. @throws Fault 404, the same where it is another organisation's */
  find(organization: string, id: string): Promise<DeliveryView & { readonly attempts: readonly AttemptView[] }>;
  /**
   * Sends what waits at once, whatever its next try was to be, and events once more where it is said which. Where sending
   * was given up, it begins anew with a handshake. @throws Fault 404, 409, 422
   */
  replay(asker: ReplayAsker, id: string, range?: ReplayRange): Promise<DeliveryView>;
}

interface Options {
  /** As requests work on it. */
  readonly database: Database;
  readonly clock: Clock;
  /** Called once there is something to be sent. */
  readonly wake?: () => void;
}

/** How far back tries are told, in ms: as long as they are kept. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const MOST_ATTEMPTS = 50;

export function createDeliveryDesk({ database, clock, wake }: Options): DeliveryDesk {
  async function view(organization: string, subscription: string): Promise<DeliveryView> {
    const [row] = await listDeliveries(database, { organization, subscription, limit: 1 });
    if (row === undefined) throw unknown();
    return viewDelivery(row, clock());
  }

  return {
    async list(organization, { after, limit }) {
      const behind = after === undefined ? {} : { after: toStoredId(after) };
      const rows = await listDeliveries(database, { organization, limit: limit + 1, ...behind });
      const entries = rows.slice(0, limit).map((row) => viewDelivery(row, clock()));
      const last = entries.at(-1);
      return { entries, ...(rows.length > limit && last !== undefined ? { next: last.id } : {}) };
    },
    async find(organization, id) {
      const subscription = toStoredId(id);
      const found = await view(organization, subscription);
      const since = new Date(clock().getTime() - KEPT_MS).toISOString();
      const tries = await listAttempts(database, { organization, subscription, since, limit: MOST_ATTEMPTS });
      return { ...found, attempts: tries.map(viewAttempt) };
    },
    async replay({ organization, client, request = uuidv7() }, id, range = {}) {
      const subscription = toStoredId(id);
      const now = clock();
      await database.transact(async (on) => {
        const state = await holdForReplay(on, organization, subscription);
        if (state === undefined) throw unknown();
        const again = decide(state, range);
        await replayDeliveries(on, organization, subscription, now.toISOString(), again);
        await writeIdentityAct(on, {
          at: now,
          request,
          interaction: 'delivery-replay',
          organization,
          client: client ?? null,
          status: 200,
          detail: again === undefined ? subscription : `${subscription}: ${again.first}-${again.last}`,
        });
      });
      wake?.();
      return await view(organization, subscription);
    },
  };
}

/** What is sent once more; what has not arrived yet follows of itself. @throws Fault 409, 422 */
function decide(
  { status, events, delivered, oldest }: ReplayState,
  { from, until }: ReplayRange,
): NumberRange | undefined {
  if (status === 'off') {
    const text =
      'It is turned off. Whoever registered it turns it on again: its Subscription with the status requested.';
    throw new Fault(409, problem('business-rule', 'replay-off', text));
  }
  if (from === undefined && until === undefined) {
    if (status !== 'active' || delivered < events) return undefined;
    const text = `Nothing waits to be sent. Name the events that are to be sent once more: ${describeKept(oldest, events)}.`;
    throw new Fault(422, problem('business-rule', 'replay-nothing', text));
  }
  const first = from ?? oldest ?? 1;
  const last = until ?? events;
  if (oldest === null || first < oldest || last > events || first > last) {
    const text = `${describeKept(oldest, events)}. Name the first and the last of those that are to be sent once more.`;
    throw new Fault(422, problem('value', 'replay-range', text, from === undefined ? 'until' : 'from'));
  }
  return first > delivered ? undefined : { first, last: Math.min(last, delivered) };
}

function describeKept(oldest: number | null, events: number): string {
  return oldest === null ? 'There are no events of the last 30 days' : `Events ${oldest} to ${events} are kept`;
}

function unknown(): Fault {
  const text = 'There is no subscription and no push of this id.';
  return new Fault(404, problem('not-found', 'subscription-unknown', text, 'id'));
}

function problem(code: string, key: string, text: string, expression?: string): Issue {
  return { severity: 'error', code, key, text, ...(expression === undefined ? {} : { expression }) };
}
