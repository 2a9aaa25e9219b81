import type { Clock } from '../base/index.ts';
import { listAsked, readNumberingLoad, readOriginLoads } from '../store/index.ts';
import type { Outcome, Queryable } from '../store/index.ts';
import { LANES } from './lanes.ts';

/** Counts what this process sends, and tells how all of it stands. */
export interface DeliveryMeter {
  /** A try has ended. */
  note(origin: string, outcome: Pick<Outcome, 'result' | 'ms'>): void;
  /** Text of https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
  read(): Promise<string>;
}

interface Tally {
  readonly delivered: number;
  readonly later: number;
  readonly dead: number;
  readonly ms: number;
}

const NONE: Tally = { delivered: 0, later: 0, dead: 0, ms: 0 };
const OUTCOMES = ['delivered', 'later', 'dead'] as const;
/** Origins that are counted by name: who registers ever new ones must not fill the memory. */
const MOST_ORIGINS = 1000;
const OTHERS = 'others';

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** Behind the name: `_sum`, `_count`. */
  readonly part?: string;
}

/** @param options.worker under a role that sees all subscriptions and the outbox */
export function createDeliveryMeter({ worker, clock }: { worker: Queryable; clock: Clock }): DeliveryMeter {
  const tallies = new Map<string, Tally>();

  return {
    note(origin, { result, ms }) {
      const name = tallies.has(origin) || tallies.size < MOST_ORIGINS ? origin : OTHERS;
      const before = tallies.get(name) ?? NONE;
      tallies.set(name, { ...before, [result]: before[result] + 1, ms: before.ms + ms });
    },
    async read() {
      const now = clock().toISOString();
      const loads = await readOriginLoads(worker, now);
      const asked = await listAsked(worker);
      const unnumbered = await Promise.all(
        LANES.map(({ consumer, kindsFor }) => readNumberingLoad(worker, consumer, now, kindsFor(asked))),
      );
      const of = (pick: 'subscriptions' | 'waiting' | 'lag'): Sample[] =>
        loads.map(({ origin, status, ...load }) => ({ labels: { origin, status }, value: load[pick] }));
      const failures = new Map(loads.map((load) => [load.origin, load.failures]));
      const tried = [...tallies];
      return [
        write(
          'deliveries_subscriptions',
          'gauge',
          'Subscriptions and pushes, by where they send.',
          of('subscriptions'),
        ),
        write('deliveries_waiting_events', 'gauge', 'Events that have not arrived.', of('waiting')),
        write('deliveries_lag_seconds', 'gauge', 'How long the oldest event that has not arrived waits.', of('lag')),
        write(
          'deliveries_origin_failures',
          'gauge',
          'Tries that failed in a row, of all that is sent there.',
          [...failures].map(([origin, value]) => ({ labels: { origin }, value })),
        ),
        write(
          'deliveries_attempts_total',
          'counter',
          'Tries of this process since it started, by how they ended.',
          tried.flatMap(([origin, tally]) =>
            OUTCOMES.map((outcome) => ({ labels: { origin, outcome }, value: tally[outcome] })),
          ),
        ),
        write(
          'deliveries_attempt_seconds',
          'summary',
          'How long tries of this process took.',
          tried.flatMap(([origin, { delivered, later, dead, ms }]) => [
            { labels: { origin }, part: '_sum', value: ms / 1000 },
            { labels: { origin }, part: '_count', value: delivered + later + dead },
          ]),
        ),
        write('outbox_waiting_events', 'gauge', 'Announcements that nobody was told of yet.', [
          { value: unnumbered.reduce((sum, { waiting }) => sum + waiting, 0) },
        ]),
        write('outbox_lag_seconds', 'gauge', 'How long the oldest of them waits.', [
          { value: Math.max(...unnumbered.map(({ lag }) => lag)) },
        ]),
      ].join('');
    },
  };
}

function write(name: string, type: 'counter' | 'gauge' | 'summary', help: string, samples: readonly Sample[]): string {
  const whole = `consilium_${name}`;
  const lines = samples.map(({ labels = {}, value, part = '' }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`);
    return `${whole}${part}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
  });
  return [`# HELP ${whole} ${help}`, `# TYPE ${whole} ${type}`, ...lines, ''].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
