import { packet } from '../journeys/packet.ts';
import { launch, openSmartStage } from '../smart/stage.ts';
import type { SmartStage } from '../smart/stage.ts';
import { send } from '../support/house.ts';
import type { Partner } from '../support/house.ts';
import { sponsorCase } from '../support/sponsored.ts';
import { probeAll, probeConfined } from './probes.ts';
import type { Findings } from './probes.ts';
import type { Report } from './report.ts';
import { marksOf, plantTwin, plantTwins } from './twins.ts';
import type { Twin } from './twins.ts';

const CALLS_UNDER_LOAD = 10_000;
const IN_FLIGHT = 32;

/**
 * Two placers with the same identifiers, beside them a programme, an insurer that sponsors a case of one of them, and an
 * employer; and within one hospital two patients: nothing crosses.
 */
export async function proveIsolation(report: Report): Promise<void> {
  const stage = await openSmartStage();
  const { house } = stage;
  try {
    const home = await house.register('home', 'placer');
    const other = await house.register('other', 'placer');
    const programme = await house.register('programme', 'programme');
    const insurer = await house.register('insurer', 'insurer');
    const outsiders = [
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
    await proveSponsor(report, insurer, home, programme, twins);
    await provePatient(report, stage, programme);
    await proveUnderLoad(report, home, other, twins);
  } finally {
    await stage.end();
  }
}

/** What an insurer is shown of a case that it sponsors is no way into that case's other records, nor into other cases. */
async function proveSponsor(
  report: Report,
  insurer: Partner,
  home: Partner,
  programme: Partner,
  twins: { home: Twin; other: Twin },
): Promise<void> {
  const sent = await sponsorCase(home, programme, 'sponsored', ['Organization/insurer']);
  const views = [sent.request, sent.task, sent.quote, sent.claim, sent.invoice, ...sent.coverages];
  for (const ref of views) {
    const { status } = await insurer.fetch('GET', `/${ref}`);
    report.check(`the insurer is shown ${ref.split('/')[0]!} of its case`, status === 200, `${status}`);
  }
  for (const twin of [twins.home, twins.other]) {
    tell(report, `the sponsor about ${twin.organization}`, await probeAll(insurer, twin, undefined, true));
  }
  // The patient's id stands in what is shown.
  const hidden = sent.refs.filter((ref) => !views.includes(ref) && ref !== sent.patient);
  const behind = { ...twins.home, refs: hidden, secret: sent.canaries.at(-1)! };
  tell(report, 'the sponsor about what is behind its views', await probeAll(insurer, behind, undefined, true));
}

/** People whose tokens reach one patient's records, about another patient of their own hospital. */
async function provePatient(report: Report, stage: SmartStage, programme: Partner): Promise<void> {
  const own = await plantTwin(stage.ehr, programme, 'this-patient');
  const foreign = await plantTwin(stage.ehr, programme, 'that-patient');
  const patient = own.refs.find((ref) => ref.startsWith('Patient/'))!;
  await stage.addUser('the-patient', patient, { patients: [patient] });
  const app = await stage.addApp();
  for (const [who, login, scope] of [
    ['an app at the bedside', 'binh', 'launch/patient patient/*.cruds'],
    ['a patient', 'the-patient', 'user/*.cruds'],
  ] as const) {
    const { token } = await launch(stage, app, scope, { login, patient: patient.slice('Patient/'.length) });
    const access = String(token.access_token);
    const caller: Partner = {
      ...stage.ehr,
      token: access,
      fetch: (method, path, content, headers) => send(stage.fhir, access, method, path, content, headers),
    };
    for (const ref of own.refs.filter((one) => one !== own.loose)) {
      const { status } = await caller.fetch('GET', `/${ref}`);
      report.check(`${who} reads ${ref.split('/')[0]!} of its own patient`, status === 200, `${status}`);
    }
    tell(report, `${who} about another patient`, await probeConfined(caller, foreign));
  }
}

async function proveCalls(report: Report, caller: Partner, foreign: Twin, own?: Twin): Promise<void> {
  tell(report, `${caller.organization} about ${foreign.organization}`, await probeAll(caller, foreign, own));
}

function tell(report: Report, who: string, { calls, leaks, wrong }: Findings): void {
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
