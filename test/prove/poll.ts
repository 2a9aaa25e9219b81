import { packet } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Partner } from '../support/house.ts';
import { Poller } from './poller.ts';
import type { Report } from './report.ts';

const WRITERS = 1000;
/** Requests on their way at most: connections are bounded, writers are not. */
const CONNECTIONS = 48;
const TYPES = ['Patient', 'Observation', 'Task'] as const;

/** 1,000 writers at once, each with a create, two updates or a whole case, and pollers that follow Bundle.meta.lastUpdated. */
export async function provePoll(report: Report): Promise<void> {
  const house = await startHouse();
  try {
    const home = await house.register('home', 'placer');
    await house.register('programme', 'programme');
    const second = await house.startSecond();
    const written = new Map<string, number>();
    const lanes = createLanes(CONNECTIONS);
    const started = performance.now();
    let writing = true;
    const pollers = TYPES.map((type) => new Poller(home, type));
    const naive = new Naive(home);
    const polling = [...pollers, naive].map(async (poller) => {
      while (writing) {
        await poller.poll();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const results = await Promise.allSettled(
      Array.from({ length: WRITERS }, (_, n) =>
        write(n % 2 === 0 ? '' : `${second.url}/fhir`, home, n, lanes, written),
      ),
    );
    const seconds = (performance.now() - started) / 1000;
    writing = false;
    await Promise.all(polling);
    for (const poller of [...pollers, naive]) await poller.poll();

    const failed = results.filter((result) => result.status === 'rejected');
    report.check(`${WRITERS} writers finished`, failed.length === 0, String(failed[0]?.reason));
    report.say(
      `     ${written.size} records in ${seconds.toFixed(1)} s through two servers; ${pollers.map((poller) => poller.polls).join(', ')} polls`,
    );
    for (const [n, type] of TYPES.entries()) {
      const poller = pollers[n]!;
      const current = [...written].filter(([ref]) => ref.startsWith(`${type}/`));
      const missed = current.filter(([ref, version]) => !poller.seen.has(`${ref}@${version}`));
      report.check(
        `${type}: ${current.length} records, ${missed.length} missed`,
        current.length > 0 && missed.length === 0,
        JSON.stringify(missed.slice(0, 5)),
      );
    }
    const passedOver = [...written].filter(
      ([ref, version]) => ref.startsWith('Patient/') && !naive.seen.has(`${ref}@${version}`),
    );
    report.say(`     for comparison: who follows the newest version seen missed ${passedOver.length} Patients`);
  } finally {
    await house.stop();
  }
}

/** Asks from the newest meta.lastUpdated that it has seen, as it would without a watermark. */
class Naive extends Poller {
  constructor(partner: Partner) {
    super(partner, 'Patient');
  }

  override async poll(): Promise<number> {
    this.since = this.newest;
    return super.poll();
  }
}

type Lanes = <T>(work: () => Promise<T>) => Promise<T>;

function createLanes(count: number): Lanes {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

async function write(
  server: string,
  home: Partner,
  n: number,
  lanes: Lanes,
  written: Map<string, number>,
): Promise<void> {
  const send = (method: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    lanes(() => retry(() => home.fetch(method, server + path, body, headers)));
  if (n % 5 === 0) {
    const answer = await send('POST', '', packet({ number: `case-${n}`, programme: 'programme' }), {
      prefer: 'return=representation',
    });
    const entries = answer.body.entry as {
      resource: { resourceType: string; id: string; meta: { versionId: string } };
    }[];
    for (const { resource } of entries) note(written, resource);
    const task = await lanes(() => home.fetch('GET', `/Task?based-on=ServiceRequest/${entries.at(-1)!.resource.id}`));
    note(written, task.body.entry[0].resource);
    return;
  }
  const created = await send('POST', '/Patient', { resourceType: 'Patient', name: [{ family: `Writer ${n}` }] });
  note(written, created.body);
  for (let k = 0; k < 2; k++) {
    const updated = await send('PUT', `/Patient/${created.body.id}`, {
      ...created.body,
      birthDate: `19${70 + k}-01-01`,
    });
    note(written, updated.body);
  }
}

function note(
  written: Map<string, number>,
  resource: { resourceType: string; id: string; meta: { versionId: string } },
): void {
  written.set(`${resource.resourceType}/${resource.id}`, Number(resource.meta.versionId));
}

/** As a client does: when told to come back, it comes back. */
async function retry(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask();
    if (answer.status < 300) return answer;
    if (answer.status !== 503 || attempt === 10) throw new Error(`answered ${answer.status}: ${answer.text}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
