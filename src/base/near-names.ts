/** Up to three of `names` that `name` may have been meant to be, the likeliest first. */
export function nearNames(name: string, names: Iterable<string>): string[] {
  // Names come from requests, so the work for one must stay small.
  const wanted = name.slice(0, 40).toLowerCase();
  return [...names]
    .map((candidate) => ({ candidate, distance: distanceBetween(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Levenshtein distance; 1 where one is the beginning of the other. */
function distanceBetween(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length > 2 && b.length > 2 && (a.startsWith(b) || b.startsWith(a))) return 1;
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}

/** ` Did you mean a, b?`, or nothing. */
export function suggest(name: string, names: Iterable<string>): string {
  const near = nearNames(name, names);
  return near.length > 0 ? ` Did you mean ${near.join(', ')}?` : '';
}
