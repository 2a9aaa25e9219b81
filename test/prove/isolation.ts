import { packet } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Partner } from '../support/house.ts';
import { probeAll } from './probes.ts';
import type { Report } from './report.ts';
import { marksOf, plantTwins } from './twins.ts';
import type { Twin } from './twins.ts';

const CALLS_UNDER_LOAD = 10_000;
const IN_FLIGHT = 32;

/** Two placers with the same identifiers, beside them a programme, an insurer and an employer: nothing crosses. */
export async function proveIsolation(report: Report): Promise<void> {
  const house = await startHouse();
  try {
    const home = await house.register('home', 'placer');
    const other = await house.register('other', 'placer');
    const programme = await house.register('programme', 'programme');
    const outsiders = [
      await house.register('insurer', 'insurer'),
      await house.register('employer', 'employer'),
      await house.register('second-programme', 'programme'),
    ];
    const twins = await plantTwins(home, other, programme);
    await proveCalls(report, home, twins.other, twins.home);
    await proveCalls(report, other, twins.home, twins.other);
    for (const outsider of outsiders) {
      await proveCalls(report, outsider, twins.home);
      await proveCalls(report, outsider, twins.other);
    }
    await proveUnderLoad(report, home, other, twins);
  } finally {
    await house.stop();
  }
}

async function proveCalls(report: Report, caller: Partner, foreign: Twin, own?: Twin): Promise<void> {
  const { calls, leaks, wrong } = await probeAll(caller, foreign, own);
  const who = `${caller.organization} about ${foreign.organization}`;
  report.check(
    `${who}: ${calls} calls, 0 foreign ids or bytes`,
    leaks.length === 0,
    `${leaks.length}: ${leaks.slice(0, 3).join('; ')}`,
  );
  report.check(
    `${who}: answered as if there were nothing`,
    wrong.length === 0,
    `${wrong.length}: ${wrong.slice(0, 3).join('; ')}`,
  );
}

/** Reads, searches and writes of both organisations in turn over the same few connections. */
async function proveUnderLoad(
  report: Report,
  home: Partner,
  other: Partner,
  twins: { home: Twin; other: Twin },
): Promise<void> {
  const sides = [
    { partner: home, own: twins.home, foreign: twins.other, marks: marksOf(twins.other) },
    { partner: other, own: twins.other, foreign: twins.home, marks: marksOf(twins.home) },
  ];
  const mixUps: string[] = [];
  const statuses: Record<string, number> = {};
  let next = 0;
  const began = performance.now();
  const lane = async (): Promise<void> => {
    for (let n = next++; n < CALLS_UNDER_LOAD; n = next++) {
      const { partner, own, foreign, marks } = sides[n % 2]!;
      const { method, path, body, status } = callNumber(n, own, foreign);
      const answer = await partner.fetch(method, path, body);
      const key = `${method} ${answer.status}`;
      statuses[key] = (statuses[key] ?? 0) + 1;
      if (answer.status !== status)
        mixUps.push(`${partner.organization} ${method} ${path}: ${answer.status} instead of ${status}`);
      // What the caller itself named may come back in the refusal.
      const text = status === 404 ? answer.text.replaceAll(path.slice(1), '') : answer.text;
      for (const mark of marks)
        if (text.includes(mark)) mixUps.push(`${partner.organization} ${method} ${path} shows ${mark}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  report.say(`     ${JSON.stringify(statuses)} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  report.check(
    `${CALLS_UNDER_LOAD} calls of two organisations in turn: 0 mix-ups`,
    mixUps.length === 0,
    `${mixUps.length}: ${mixUps.slice(0, 3).join('; ')}`,
  );
}

function callNumber(
  n: number,
  own: Twin,
  foreign: Twin,
): { method: string; path: string; body?: unknown; status: number } {
  const at = Math.floor(n / 2);
  const ref = own.refs[at % own.refs.length]!;
  switch (at % 8) {
    case 0:
      return { method: 'GET', path: `/${ref}`, status: 200 };
    case 1:
      return { method: 'GET', path: `/${foreign.refs[at % foreign.refs.length]!}`, status: 404 };
    case 2:
      return { method: 'GET', path: '/Patient?_include=*&_revinclude=Observation:subject', status: 200 };
    case 3:
      return {
        method: 'GET',
        path: '/Observation?subject.gender=female&_sort=-_lastUpdated&_total=accurate',
        status: 200,
      };
    case 4:
      return {
        method: 'POST',
        path: '/Basic',
        body: { resourceType: 'Basic', code: { text: own.organization } },
        status: 201,
      };
    case 5:
      return { method: 'GET', path: `/${ref}/_history`, status: 200 };
    case 6:
      return {
        method: 'PUT',
        path: `/${own.loose}`,
        body: { resourceType: 'Basic', id: own.loose.split('/')[1], code: { text: own.organization } },
        status: 200,
      };
    default:
      return {
        method: 'POST',
        path: '',
        body: {
          ...packet({ number: 'twin', programme: 'programme' }),
          entry: [{ request: { method: 'GET', url: ref } }],
        },
        status: 200,
      };
  }
}
