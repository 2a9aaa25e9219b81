import { parseSearch } from '../../src/search/index.ts';
import type { Condition, SearchOptions, SearchQuery } from '../../src/search/index.ts';
import { definitions } from '../definitions/r4.ts';
import { BASE } from './extract.ts';

const OPTIONS: SearchOptions = {
  strict: false,
  maxCount: 100,
  defaultCount: 20,
  now: Date.UTC(2014, 0, 1),
  base: BASE,
};

export function parse(type: string, url: string, options: Partial<SearchOptions> = {}): ReturnType<typeof parseSearch> {
  return parseSearch(definitions, type, [...new URLSearchParams(url)], { ...OPTIONS, ...options });
}

/** The query of a search that is not refused. */
export function query(type: string, url: string): SearchQuery {
  const parsed = parse(type, url);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ text }) => text).join());
  return parsed.query;
}

/** The condition of a search with one parameter that is used. */
export function onlyCondition(type: string, name: string, value: string): Condition {
  const { conditions, ignored } = query(type, new URLSearchParams([[name, value]]).toString());
  if (conditions.length !== 1) throw new Error(ignored.map(({ text }) => text).join());
  return conditions[0]!;
}

/** The keys of what was ignored. */
export function ignored(type: string, url: string): string[] {
  return query(type, url).ignored.map(({ key }) => key);
}

/** The keys of what was refused. */
export function refused(type: string, url: string, options: Partial<SearchOptions> = {}): string[] {
  const parsed = parse(type, url, options);
  return parsed.ok ? [] : parsed.issues.map(({ key }) => key);
}
