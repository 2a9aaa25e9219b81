import { Fault } from '../../../src/base/index.ts';
import type { Issue } from '../../../src/base/index.ts';
import { createXmlCodec } from '../../../src/fhir/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { definitions } from '../../definitions/r4.ts';

export const codec = createXmlCodec(definitions);

export function parse(text: string): Resource {
  return codec.parse(Buffer.from(text, 'utf8'));
}

/** The issues with which a document is refused, and the status. */
export function refusalOf(read: () => unknown): { status: number; issues: readonly Issue[] } {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { status: error.status, issues: error.issues };
  }
  throw new Error('nothing was refused');
}

/** Another value in the place of a member's, or undefined to leave it out. */
type Replace = (name: string, value: unknown) => unknown;

/** One text for all trees that say the same: members sorted, the digits of numbers as they are. */
export function canonical(value: unknown, replace: Replace = (_name, member) => member): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, replace)).join(',')}]`;
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .map(([name, member]): [string, unknown] => [name, replace(name, member)])
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item, replace)}`).join(',')}}`;
}
