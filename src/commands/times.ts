const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;

/** A moment as it is typed, e.g. `2026-11-22T08:00:00Z`; undefined: it is none. */
export function parseInstant(text: string): Date | undefined {
  const at = new Date(text);
  return INSTANT.test(text) && !Number.isNaN(at.getTime()) ? at : undefined;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** A span for people: `90 s`, `5 h`; in the largest unit of which there are two. */
export function describeSpan(seconds: number): string {
  const [unit, size] = UNITS.find(([, one]) => seconds >= 2 * one) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}
