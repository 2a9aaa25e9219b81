import { Fault } from '../base/index.ts';

/** Of one organisation, and of one round, in ms: whoever goes over the first is told no more until they ask anew. */
export interface MatchTerms {
  readonly organizationMs: number;
  readonly roundMs: number;
}

/** Something to be found out for an organisation. */
export interface Matching {
  readonly id: string;
  readonly organization: string;
  readonly find: () => Promise<void>;
}

/** Of the pool that requests work on, too. */
const AT_ONCE = 2;

/**
 * Finds out all of it, several organisations beside each other, and none of them at the cost of the others.
 * @throws TooSlow with those that took too long, or whose question the database cannot answer
 */
export async function matchAll(all: readonly Matching[], { organizationMs, roundMs }: MatchTerms): Promise<void> {
  const groups = [...Map.groupBy(all, ({ organization }) => organization).values()];
  const end = performance.now() + roundMs;
  const slow: string[] = [];
  const longest = { id: '', ms: 0 };
  const round = { isOver: false };

  async function matchGroup(group: readonly Matching[]): Promise<void> {
    const began = performance.now();
    for (const [n, { id, find }] of group.entries()) {
      const before = performance.now();
      const [own, all] = [began + organizationMs - before, end - before];
      const ended = await endsWithin(find(), Math.min(own, all));
      const now = performance.now();
      if (now - before > longest.ms) Object.assign(longest, { id, ms: now - before });
      if (ended === 'unanswerable') slow.push(id);
      if (ended !== 'late') continue;
      // When the round is over the others were not late by themselves.
      if (own <= all) slow.push(...group.slice(n).map((one) => one.id));
      else round.isOver = true;
      return;
    }
  }

  async function work(): Promise<void> {
    for (let next = groups.shift(); next !== undefined; next = groups.shift()) {
      if (performance.now() >= end) round.isOver = true;
      if (round.isOver) return;
      await matchGroup(next);
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (slow.length > 0) throw new TooSlow(slow);
  // The next round has to get further than this one.
  if (round.isOver) throw new TooSlow([longest.id]);
}

/** Whose questions take too long: the round is to be done anew without them. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
  readonly ids: readonly string[];

  constructor(ids: readonly string[]) {
    super('criteria take too long');
    this.ids = ids;
  }
}

type Ended = 'in-time' | 'late' | 'unanswerable';

async function endsWithin(work: Promise<void>, ms: number): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Ended>((resolve) => {
    timer = setTimeout(() => resolve('late'), Math.max(0, ms));
  });
  try {
    return await Promise.race([work.then((): Ended => 'in-time', judge), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the store says of a question itself. That it cannot be reached is nobody's fault. */
function judge(error: unknown): Ended {
  if (error instanceof Fault && [400, 413, 422, 504].includes(error.status)) return 'unanswerable';
  const { code } = error as { readonly code?: unknown };
  // Data exceptions, limits, a statement that took too long: https://www.postgresql.org/docs/18/errcodes-appendix.html
  if (typeof code === 'string' && /^(22|54|57014)/.test(code)) return 'unanswerable';
  throw error;
}
