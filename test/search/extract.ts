import { compileExtractor, paramKey } from '../../src/search/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { definitions } from '../definitions/r4.ts';
import { terminology } from '../terminology/r4.ts';

export const BASE = 'https://consilium.example/fhir';
export const extract = compileExtractor({ definitions, terminology }, BASE);

/** The text rows of one parameter as `value` or `value ← detail`. */
export function texts(resource: Resource, code: string): string[] {
  const param = paramKey(resource.resourceType, code);
  const rows = extract(resource).text.filter((row) => row.param === param);
  return rows.map(({ value, detail }) => (detail === '' ? value : `${value} ← ${detail}`));
}

/** The range rows of one parameter as `[unit, low, high]`. */
export function ranges(resource: Resource, code: string): [string, number, number][] {
  const param = paramKey(resource.resourceType, code);
  const rows = extract(resource).range.filter((row) => row.param === param);
  return rows.map(({ unit, low, high }) => [unit, low, high]);
}
