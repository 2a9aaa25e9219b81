/** `npm run prove -- NAME`: long proofs, against the real server. Prints what it does and a last line `N passed, N failed`. */
import { setUp, tearDown } from '../support/run.ts';
import { Report } from './report.ts';

type Proof = (report: Report, args: readonly string[]) => Promise<void>;

/** Those that need a test server beside them say so; the others bring their own. */
const PROOFS: Readonly<Record<string, { about: string; testServer: boolean; load: () => Promise<Proof> }>> = {
  kill: {
    about: '50 times kill -9 in the middle of case transactions: each case is whole or absent',
    testServer: false,
    load: async () => (await import('./kill.ts')).proveKill,
  },
  linear: {
    about:
      'reads, PUTs and transactions on one record through two servers, which are killed, as PostgreSQL is: linearizable',
    testServer: false,
    load: async () => (await import('./linear.ts')).proveLinear,
  },
  cases: {
    about: '10,000 cases and their timers: done within seconds, once each, memory flat, none lost over a kill -9',
    testServer: false,
    load: async () => (await import('./cases.ts')).proveCases,
  },
  beside: {
    about: 'Bundles of 3,500 entries and 11 MB, and what others wait meanwhile',
    testServer: false,
    load: async () => (await import('./beside.ts')).proveBeside,
  },
  poll: {
    about: '1,000 writers at once and a poller that misses nothing',
    testServer: true,
    load: async () => (await import('./poll.ts')).provePoll,
  },
  isolation: {
    about:
      'organisations with the same identifiers, a sponsor, patients of one hospital: nothing crosses, nor under load',
    testServer: true,
    load: async () => (await import('./isolation.ts')).proveIsolation,
  },
  scale: {
    about: 'the commonest questions in stores of 10,000, 100,000 and 1,000,000 requests (other sizes may be named)',
    testServer: true,
    load: async () => (await import('./scale.ts')).proveScale,
  },
  plans: {
    about: 'the commonest questions over 100,000 requests, explained: no sequential scan, few pages read',
    testServer: true,
    load: async () => (await import('./plans.ts')).provePlans,
  },
  load: {
    about: '100 patients’ histories of 200 to 600 resources over four connections, beside plain inserts',
    testServer: true,
    load: async () => (await import('./load.ts')).proveLoad,
  },
  deliveries: {
    about:
      'commit to arrival beside misbehaving receivers; 100,000 queued events; 50 times kill -9: all told, once numbered',
    testServer: false,
    load: async () => (await import('./deliveries.ts')).proveDeliveries,
  },
  letter: {
    about: 'letters of ten pages in four languages: how long, with and without the start, and how much memory',
    testServer: false,
    load: async () => (await import('./letter.ts')).proveLetter,
  },
  mutate: {
    about: 'right resources made wrong in one place, by what the published definitions say: each is refused',
    testServer: false,
    load: async () => (await import('./mutate.ts')).proveMutants,
  },
};

async function main(name: string | undefined, args: readonly string[]): Promise<number> {
  const proof = name === undefined ? undefined : PROOFS[name];
  if (proof === undefined) {
    const list = Object.entries(PROOFS).map(([known, { about }]) => `  ${known.padEnd(10)} ${about}`);
    process.stderr.write(`npm run prove -- NAME, where NAME is one of\n${list.join('\n')}\n`);
    return 2;
  }
  const report = new Report();
  if (proof.testServer) await setUp({ testPathPatterns: { patterns: ['test/prove'] } });
  try {
    const prove = await proof.load();
    await prove(report, args);
  } finally {
    if (proof.testServer) await tearDown();
  }
  return report.end();
}

process.exitCode = await main(process.argv[2], process.argv.slice(3));
