import { readFileSync } from 'node:fs';
import { createTerminology } from '../../src/terminology/index.ts';
import type { Answer, TerminologyResource, TerminologyService } from '../../src/terminology/index.ts';

export const BYTES = readFileSync(new URL('../../src/terminology/r4-terminology.ndjson', import.meta.url));

/** The committed terminology, for tests of any room. */
export const terminology = createTerminology(BYTES);

/** R4's terminology with resources of the test's own. */
export function terminologyWith(...additions: readonly TerminologyResource[]): TerminologyService {
  return createTerminology(BYTES, additions);
}

interface Part {
  readonly name: string;
  readonly part?: readonly Part[];
  readonly [value: string]: unknown;
}

/** Values of Parameters by name; parts by name in their turn. Several of a name: a list. */
export function readParameters(answer: Answer): Record<string, unknown> {
  if (Array.isArray(answer)) return { issues: answer };
  return readParts((answer as { parameter: readonly Part[] }).parameter);
}

function readParts(parts: readonly Part[]): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const { name, part, ...values } of parts) {
    const value = part ? readParts(part) : Object.values(values)[0];
    read[name] = name in read ? [read[name], value].flat() : value;
  }
  return read;
}

/** Codes of an expansion, and what it says of itself. */
export function readExpansion(answer: Answer): { codes: string[]; total: number; contains: Record<string, unknown>[] } {
  const { expansion } = answer as { expansion: { total: number; contains?: Record<string, unknown>[] } };
  const { total, contains = [] } = expansion;
  return { codes: contains.map(({ code }) => String(code)), total, contains };
}

/** Code and key of each issue. */
export function readIssues(answer: Answer): string[] {
  if (!Array.isArray(answer)) throw new Error('This is an answer, not a refusal');
  return answer.map(({ code, key }: { code: string; key: string }) => `${code} ${key}`);
}
