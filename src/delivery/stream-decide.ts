import { readSeveral } from '../interactions/index.ts';
import type { Context, House } from '../interactions/index.ts';
import { focusOf, isAbout, topicOf } from '../subscriptions/index.ts';
import type { NotifiedEvent, StreamPlan } from '../subscriptions/index.ts';
import { seesAll } from './announced.ts';
import type { Announced, Wanted } from './announced.ts';
import { MOST_BYTES } from './message.ts';

/** What a reader is told of one announcement, under one topic. */
export interface Told extends Omit<NotifiedEvent, 'number'> {
  /** Canonical. */
  readonly topic: string;
}

/** An announcement under a topic that was asked for. */
export interface Asked extends Wanted {
  /** Canonical. */
  readonly topic: string;
}

/** Under which of its topics a stream asks for an announcement, where its organisation may be told of it at all. */
export function findAsked(organization: string, { asks }: StreamPlan, announced: Announced): Asked[] {
  const { happening, readers } = announced;
  if (happening === undefined || !(readers.includes(organization) || readers.includes('*'))) return [];
  return asks.flatMap((one) => {
    if (!isAbout({ asks: one, echo: true }, organization, happening)) return [];
    const topic = topicOf(one.topic)!;
    return [{ ...announced, topic: topic.url, focus: focusOf(topic, happening.event, happening.facts) }];
  });
}

/**
 * What of some announcements a caller is told at this moment, each under the topics that it was asked for. What is shown is
 * noted in the audit trail.
 */
export async function decideTold(
  house: House,
  context: Context,
  plan: StreamPlan,
  asked: readonly (readonly Asked[])[],
): Promise<Told[][]> {
  const { caller } = context;
  const all = asked.flat();
  const refs = [...new Set(all.map(({ focus }) => focus))];
  const isOpen = plan.content !== 'full-resource' && seesAll(house, caller, all);
  const records = isOpen ? undefined : await readSeveral(house, context, refs);
  return asked.map((events) =>
    events.flatMap(({ focus, topic, happening }) => {
      const record = records?.get(focus);
      if (records !== undefined && record === undefined) return [];
      const told = { topic, at: new Date(happening!.event.at).toISOString() };
      if (plan.content === 'empty') return [told];
      note(house, context, focus, record?.version);
      const body = plan.content === 'full-resource' ? record?.body : undefined;
      return [body != null && Buffer.byteLength(body) <= MOST_BYTES ? { ...told, focus, body } : { ...told, focus }];
    }),
  );
}

function note(house: House, { caller, request }: Context, ref: string, version: number | undefined): void {
  const { organization, client, user } = caller;
  house.trail.note({
    request,
    organization,
    client,
    ...(user === undefined ? {} : { person: user }),
    interaction: 'stream',
    ref,
    ...(version === undefined ? {} : { version }),
    status: 200,
  });
}
