/**
 * Whether a transaction had been committed when a snapshot was taken, of transactions that are committed by now.
 *
 * @param xid of a top-level transaction
 * @param snapshot `xmin:xmax:xip,…`, as PostgreSQL writes one
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
export function isWithin(xid: string, snapshot: string): boolean {
  const [xmin, xmax, open] = snapshot.split(':') as [string, string, string];
  const id = BigInt(xid);
  if (id < BigInt(xmin)) return true;
  return id < BigInt(xmax) && !open.split(',').includes(xid);
}

/** Whether all transactions from `xid` on began after the snapshot was taken. */
export function isBehind(xid: string, snapshot: string): boolean {
  return BigInt(xid) >= BigInt(snapshot.split(':')[1]!);
}
