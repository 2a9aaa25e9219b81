import { findMasterKey } from '../app.ts';
import { systemClock } from '../base/index.ts';
import type { Config } from '../config.ts';
import type { ReportKeys } from '../jobs/index.ts';
import type { Database } from '../store/index.ts';

/** @throws Error where none was made yet, for it cannot be that of the server then */
export async function needMasterKey(config: Config): Promise<Uint8Array> {
  const masterKey = await findMasterKey(config);
  if (masterKey !== undefined) return masterKey;
  throw new Error("There is no master key here. Set MASTER_KEY, or DATA_DIR to the server's folder.");
}

/** What the keys of reports are opened with. */
export async function openReportKeys(config: Config, owner: Database): Promise<ReportKeys> {
  return {
    database: owner,
    masterKey: await needMasterKey(config),
    clock: systemClock,
    base: `${config.publicUrl}/fhir`,
  };
}
