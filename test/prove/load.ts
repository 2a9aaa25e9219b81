import { availableParallelism, loadavg } from 'node:os';
import { Client } from 'pg';
import { makeFloor, writeToFloor } from '../../bench/floor-tables.ts';
import type { Json } from '../../bench/records.ts';
import { startHouse } from '../support/house.ts';
import type { Partner } from '../support/house.ts';
import { patientHistory } from './patient-history.ts';
import type { Report } from './report.ts';

const BUNDLES = 100;
const LANES = 4;

/** Loads 100 patients' histories of 200 to 600 resources over four connections, and the same into plain tables. */
export async function proveLoad(report: Report): Promise<void> {
  const bundles = Array.from({ length: BUNDLES }, (_, n) => patientHistory(n, 200 + ((n * 137) % 401)));
  const entries = bundles.reduce((sum, bundle) => sum + entriesOf(bundle).length, 0);
  const texts = bundles.map((bundle) => JSON.stringify(bundle));
  const house = await startHouse();
  try {
    const home = await house.register('home', 'placer');
    const began = performance.now();
    const answers = await loadAll(home, texts);
    const rate = (entries * 1000) / (performance.now() - began);
    const wrong = answers.filter(
      ({ status, created }, n) => status !== 200 || created !== entriesOf(bundles[n]!).length,
    );
    report.check(
      `${BUNDLES} bundles, ${entries} entries: all are created`,
      wrong.length === 0,
      JSON.stringify(wrong[0]),
    );
    const stored = await home.fetch('GET', '/Encounter?_summary=count');
    const visits = bundles.flatMap(entriesOf).filter(({ resource }) => resource['resourceType'] === 'Encounter').length;
    report.check('and can be found', stored.body.total === visits, `${String(stored.body.total)} of ${visits} visits`);
    const floor = await loadFloor(house.database, bundles, entries);
    const load = loadavg()[0]!;
    report.say(
      `     ${rate.toFixed(0)} entries/s over HTTP, validated, indexed and audited; plain inserts: ${floor.toFixed(0)}/s; ratio ${(rate / floor).toFixed(2)}`,
    );
    if (load > availableParallelism() + LANES)
      report.say('Other programs keep this machine busy: run it again when it is idle.');
  } finally {
    await house.stop();
  }
}

function entriesOf(bundle: Json): { resource: Json }[] {
  return bundle['entry'] as { resource: Json }[];
}

async function loadAll(partner: Partner, texts: readonly string[]): Promise<{ status: number; created: number }[]> {
  const answers = new Array<{ status: number; created: number }>(texts.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let n = next++; n < texts.length; n = next++) {
      const { status, text } = await partner.fetch('POST', '', texts[n], { prefer: 'return=minimal' });
      answers[n] = { status, created: text.split('"status":"201').length - 1 };
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return answers;
}

/** Entries a second of the floor: the same texts with five index rows each, a statement for each bundle. */
async function loadFloor(database: string, bundles: readonly Json[], entries: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: LANES }, async () => {
      const client = new Client({ connectionString: database });
      await client.connect();
      return client;
    }),
  );
  await makeFloor(clients[0]!);
  const began = performance.now();
  let next = 0;
  await Promise.all(
    clients.map(async (client) => {
      const write = writeToFloor(client);
      for (let n = next++; n < bundles.length; n = next++) {
        await write(entriesOf(bundles[n]!).map(({ resource }) => resource));
      }
    }),
  );
  const took = performance.now() - began;
  await Promise.all(clients.map((client) => client.end()));
  return (entries * 1000) / took;
}
