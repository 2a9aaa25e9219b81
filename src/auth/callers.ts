import type { Clock } from '../base/index.ts';
import { findClient, IDENTITY_CHANNEL } from '../store/index.ts';
import type { ClientRow, Database } from '../store/index.ts';

/** How long a client may be remembered when nothing is heard of it, in ms. */
const REMEMBER_MS = 10_000;
const CLIENTS_MOST = 10_000;

interface Remembered {
  readonly row: ClientRow;
  readonly until: number;
}

/** The clients as the database has them, remembered for moments. */
export interface ClientCache {
  /** At once when remembered. */
  get(id: string): ClientRow | undefined;
  /** Asks the database when it has to. */
  find(id: string): Promise<ClientRow | undefined>;
  close(): Promise<void>;
}

/** Every process hears of a change to a client or its organisation through NOTIFY and forgets at once; without word it forgets after ten seconds. */
export async function openClientCache(database: Database, clock: Clock): Promise<ClientCache> {
  const remembered = new Map<string, Remembered>();
  /** Counts what was heard: a row read before the word and delivered after it must not be kept. */
  let heard = 0;
  const stop = await database.listen(IDENTITY_CHANNEL, (id) => {
    heard++;
    if (id === '') remembered.clear();
    else remembered.delete(id);
  });

  function get(id: string): ClientRow | undefined {
    const found = remembered.get(id);
    return found !== undefined && found.until > clock().getTime() ? found.row : undefined;
  }

  async function find(id: string): Promise<ClientRow | undefined> {
    const found = get(id);
    if (found !== undefined) return found;
    const before = heard;
    const row = await findClient(database, id);
    if (row !== undefined && before === heard) {
      if (remembered.size >= CLIENTS_MOST) remembered.clear();
      remembered.set(id, { row, until: clock().getTime() + REMEMBER_MS });
    }
    return row;
  }

  return { get, find, close: stop };
}
