import { parseSearch } from '../../src/search/index.ts';
import type { Condition, SearchOptions, SearchPart, SearchQuery, SearchTarget } from '../../src/search/index.ts';
import { definitions } from '../definitions/r4.ts';
import { terminology } from '../terminology/r4.ts';
import { BASE } from './extract.ts';

const OPTIONS: SearchOptions = {
  strict: false,
  maxCount: 100,
  defaultCount: 20,
  now: Date.UTC(2014, 0, 1),
  base: BASE,
};

/** @param target a type, or where else is searched. */
export function parse(
  target: string | SearchTarget,
  url: string,
  options: Partial<SearchOptions> = {},
): ReturnType<typeof parseSearch> {
  const place = typeof target === 'string' ? { types: [target] } : target;
  return parseSearch({ definitions, terminology }, place, [...new URLSearchParams(url)], { ...OPTIONS, ...options });
}

/** The query of a search that is not refused, and its only part. */
export function query(
  type: string | SearchTarget,
  url: string,
  options: Partial<SearchOptions> = {},
): SearchQuery & SearchPart {
  const parsed = parse(type, url, options);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ text }) => text).join());
  return { ...parsed.query, ...parsed.query.parts[0]! };
}

/** The condition of a search with one parameter that is used. */
export function onlyCondition(
  type: string,
  name: string,
  value: string,
  options: Partial<SearchOptions> = {},
): Condition {
  const { conditions, ignored } = query(type, new URLSearchParams([[name, value]]).toString(), options);
  if (conditions.length !== 1) throw new Error(ignored.map(({ text }) => text).join());
  return conditions[0]!;
}

/** The keys of what was ignored. */
export function ignored(type: string, url: string): string[] {
  return query(type, url).ignored.map(({ key }) => key);
}

/** The keys of what was refused. */
export function refused(type: string | SearchTarget, url: string, options: Partial<SearchOptions> = {}): string[] {
  const parsed = parse(type, url, options);
  return parsed.ok ? [] : parsed.issues.map(({ key }) => key);
}
