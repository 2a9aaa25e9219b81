/*
 * Whether what clients saw of one record can be explained by one order of all that was done, in which each read sees the
 * last write before it and nothing comes before what was finished when it began (linearizability: Herlihy and Wing, 1990).
 * In general that is hard to find out; here the server's versions are the order, and it is enough to hold it to them.
 */

/** What one client did, and what it was told. Times in ms, of one clock. */
export interface Step {
  readonly kind: 'read' | 'write';
  readonly began: number;
  /** Infinity: no answer came, so that it may still happen at any time, or never. */
  readonly ended: number;
  /** What was written, or read. */
  readonly value: string;
  /** The version that was told; undefined: none was, and whether a write happened is not known. */
  readonly version?: number;
  /** A write that was refused, and so must not have happened. */
  readonly refused?: true;
}

/** Complaints; none: the steps are linearizable, and the store holds what was told. `stored`: values by version, from 1. */
export function checkRegister(steps: readonly Step[], stored: readonly string[]): string[] {
  return [...checkStore(steps, stored), ...checkOrder(steps)];
}

function checkStore(steps: readonly Step[], stored: readonly string[]): string[] {
  const complaints: string[] = [];
  const written = new Map(steps.filter(({ kind }) => kind === 'write').map((step) => [step.value, step]));
  const versions = new Map<string, number>();
  for (const [n, value] of stored.entries()) {
    const write = written.get(value);
    if (write === undefined) complaints.push(`version ${n + 1} holds what nobody wrote`);
    else if (write.refused) complaints.push(`version ${n + 1} holds what was refused`);
    const other = versions.get(value);
    if (other !== undefined) complaints.push(`versions ${other} and ${n + 1} are the same write`);
    versions.set(value, n + 1);
  }
  for (const { kind, version, value } of steps) {
    if (version === undefined || stored[version - 1] === value) continue;
    complaints.push(`a ${kind} was told version ${version} with another content than is stored`);
  }
  return complaints;
}

/** Whoever begins after another has ended sees at least what that one saw, and writes behind it. */
function checkOrder(steps: readonly Step[]): string[] {
  const complaints: string[] = [];
  const told = steps.filter((step) => step.version !== undefined);
  const byEnd = [...told].sort((a, b) => a.ended - b.ended);
  let finished = 0;
  let newest = 0;
  for (const step of [...told].sort((a, b) => a.began - b.began)) {
    for (; finished < byEnd.length && byEnd[finished]!.ended < step.began; finished++) {
      newest = Math.max(newest, byEnd[finished]!.version!);
    }
    const version = step.version!;
    if (step.kind === 'read' && version < newest)
      complaints.push(`a read saw version ${version} after ${newest} was told`);
    if (step.kind === 'write' && version <= newest)
      complaints.push(`a write became ${version} after ${newest} was told`);
  }
  const begun = new Map(told.filter(({ kind }) => kind === 'write').map((step) => [step.version, step.began]));
  for (const { kind, version, ended } of told) {
    if (kind === 'read' && ended < (begun.get(version) ?? 0))
      complaints.push(`version ${version!} was read before it was sent`);
  }
  return complaints;
}
