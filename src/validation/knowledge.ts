import type { Terminology } from '../terminology/index.ts';
import type { Knowledge } from './evaluate.ts';
import { plain } from './fhirpath/index.ts';
import { isTree } from './tree.ts';

/** What rules may ask of the terminology: `memberOf`, and which of two quantities is more. */
export function createKnowledge(terminology: Terminology | undefined): Knowledge {
  if (terminology === undefined) return {};
  const isMember = (item: unknown, valueSet: string): boolean | undefined => {
    const value = plain(item);
    if (typeof value === 'string') return toAnswer(terminology.membership(valueSet, undefined, value));
    if (!isTree(value)) return undefined;
    const { coding } = value;
    const codings = Array.isArray(coding) ? coding.filter(isTree) : [value];
    let isUnknown = false;
    for (const { system, code } of codings) {
      if (typeof code !== 'string') continue;
      const membership = terminology.membership(valueSet, typeof system === 'string' ? system : undefined, code);
      if (membership === 'in') return true;
      isUnknown ||= membership === 'unknown';
    }
    return isUnknown ? undefined : false;
  };
  return { isMember, toBaseUnits: (value, unit) => terminology.canonicalQuantity(value, unit) };
}

function toAnswer(membership: 'in' | 'out' | 'unknown'): boolean | undefined {
  return membership === 'unknown' ? undefined : membership === 'in';
}
