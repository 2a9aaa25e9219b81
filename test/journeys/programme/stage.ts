import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callConsilium, makeFolder } from '../../cli/consilium.ts';
import { runTimersDueBy } from '../../support/due-timers.ts';
import { startHouse } from '../../support/house.ts';
import type { Partner, TestHouse } from '../../support/house.ts';
import type { ProgrammeName } from '../../support/programme.ts';
import { TEST_MASTER_KEY } from '../../support/server.ts';

/** A server on which one shipped programme works, with all who take part in its cases, and a clock that is moved by hand. */
export interface Stage {
  readonly house: TestHouse;
  /** The hospital that asks. */
  readonly home: Partner;
  /** Under the id of its file. */
  readonly programme: Partner;
  readonly insurer: Partner;
  /** Another hospital, which has no part in anything. */
  readonly stranger: Partner;
  /** The instant of the clock by which cases go. */
  now(): string;
  /** Moves the clock on to an instant and has everything done that is due by then, step by step. */
  passTo(instant: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The programme's rules are set as its operator sets them: by the command line, with the file that is shipped.
 * @param opens instant at which the clock stands first
 */
export async function openStage(name: ProgrammeName, opens: string): Promise<Stage> {
  let now = Date.parse(opens);
  const house = await startHouse({ clock: () => new Date(now) });
  try {
    const programme = await house.register(name, 'programme');
    await setRules(house.database, name);
    return {
      house,
      programme,
      home: await house.register('home', 'placer'),
      insurer: await house.register('insurer', 'insurer'),
      stranger: await house.register('stranger', 'placer'),
      now: () => new Date(now).toISOString(),
      async passTo(instant) {
        const next = Date.parse(instant);
        if (!(next >= now)) throw new Error(`the clock stands after ${instant} already`);
        now = next;
        await runTimersDueBy(house.database, instant);
      },
      stop: () => house.stop(),
    };
  } catch (error) {
    await house.stop();
    throw error;
  }
}

async function setRules(database: string, name: ProgrammeName): Promise<void> {
  const file = fileURLToPath(new URL(`../../../profiles/programmes/${name}.json`, import.meta.url));
  const { folder, remove } = makeFolder();
  try {
    const settings = {
      DATABASE_URL: database,
      DATA_DIR: join(folder, 'data'),
      MASTER_KEY: TEST_MASTER_KEY,
      LOG_LEVEL: 'silent',
    };
    const { status, stderr } = await callConsilium(folder, settings, 'programme', 'set', file);
    if (status !== 0) throw new Error(stderr);
  } finally {
    remove();
  }
}
