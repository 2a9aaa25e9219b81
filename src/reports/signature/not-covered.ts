import type { Resource } from '../../fhir/index.ts';
import { isObject } from './entries.ts';

/** Decimals that are named one by one. */
const NAMED_MOST = 20;

/** What may be changed in a signed document without the signature telling it; places and rules, no value. */
export function listNotCovered(bundle: Resource): string[] {
  const frame = bundle['signature'];
  const unsigned = isObject(frame) ? listUnsigned(frame) : [];
  const decimals = findInexact(bundle, 'Bundle');
  return [
    'Bundle.id',
    'Bundle.meta',
    ...unsigned.sort().map((name) => `Bundle.signature.${name}`),
    'white space between the parts of the JSON, the order of its members, how its characters are escaped',
    ...decimals.slice(0, NAMED_MOST).map((path) => `${path}: the precision in which the number is written`),
    ...(decimals.length > NAMED_MOST ? [`${decimals.length - NAMED_MOST} more numbers: their precision`] : []),
  ];
}

/** Time and signer have to agree with what is signed; all else that stands around the signature is free. */
function listUnsigned({ data: _data, when: _when, who, ...others }: Readonly<Record<string, unknown>>): string[] {
  const beside = isObject(who) ? Object.keys(who).filter((name) => name !== 'reference') : [];
  return [...Object.keys(others), ...beside.map((name) => `who.${name}`)];
}

/** Numbers that are written otherwise than their canonical text (940.00): that covers the value, not its digits. */
function findInexact(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (JSON.isRawJSON(value)) return [path];
  const items: [string, unknown][] = Array.isArray(value)
    ? value.map((item, at) => [`${path}[${at}]`, item])
    : Object.entries(value).map(([name, item]) => [`${path}.${name}`, item]);
  return items.flatMap(([place, item]) => findInexact(item, place));
}
