import type { Role } from '../../base/index.ts';
import type { Condition, Include, SearchPart, SearchQuery } from '../../search/index.ts';
import { orderOf } from './order.ts';
import type { Cursor, KeysOf, Order } from './order.ts';
import type { FoundRecord } from './records.ts';
import { SqlBuilder } from './sql.ts';

export interface SearchContext {
  readonly organization: string;
  /** Without it, no views are found. */
  readonly role?: Role;
  /** Types of which the directory may hold records. */
  readonly sharedTypes: ReadonlySet<string>;
  readonly keys: KeysOf;
  /** Those of linked records that the caller may see, asked after each round; absent where all are. What is left out leads nowhere. */
  readonly keepLinked?: (records: readonly FoundRecord[]) => Promise<readonly FoundRecord[]>;
  /** How much is looked at before another way is taken; other than the usual only in tests. */
  readonly bounds?: Bounds;
}

export interface Bounds {
  /** Rows that are collected and sorted; of more, the page's order is walked instead. */
  readonly collected: number;
  /** Rows that are looked at on such a walk. */
  readonly walked: number;
  /** Bytes of all bodies on one page. */
  readonly bytes: number;
}

/** Each row that is collected and sorted takes some 3 µs, each look on a walk some 5 µs for each condition. */
const USUAL: Bounds = { collected: 2000, walked: 20_000, bytes: 32 * 1024 * 1024 };

/** A search as it is carried out: what all of its statements need to know. */
export interface Ask {
  readonly context: SearchContext;
  readonly bounds: Bounds;
  readonly parts: readonly SearchPart[];
  readonly order: Order;
  readonly cursor?: Cursor;
  readonly includes: readonly Include[];
  readonly revincludes: readonly Include[];
  /** Records to show. */
  readonly count: number;
  /** Records to find at most, one more than are shown or a few. */
  readonly limit: number;
}

/** How the matches of one part are found: from one of its conditions, or along the order of the page. */
export type Way =
  | { readonly kind: 'collect'; readonly start: Condition }
  | { readonly kind: 'walk'; readonly start?: Condition }
  /** Behind the end of a walk: the records without the key. */
  | { readonly kind: 'tail' }
  /** Every record of the type is asked. */
  | { readonly kind: 'all' };

/** Rows of `target` and the keys, and SQL of whether some may be missing behind or among them. */
export interface Stage {
  readonly rows: string;
  readonly incomplete: string;
}

export function createAsk(context: SearchContext, query: SearchQuery, cursor: Cursor | undefined): Ask {
  return {
    context,
    bounds: boundsOf(context),
    parts: query.parts,
    order: orderOf(query.parts, context.keys),
    ...(cursor === undefined ? {} : { cursor }),
    includes: query.includes,
    revincludes: query.revincludes,
    count: query.count,
    limit: pageLimit(query.count),
  };
}

export function boundsOf({ bounds }: SearchContext): Bounds {
  return bounds ?? USUAL;
}

export function builderFor({ context }: Pick<Ask, 'context'>): SqlBuilder {
  return new SqlBuilder(context, context.sharedTypes);
}

/** Of these many rows one is fetched, the next above what is asked for. */
const PAGE_LIMITS = [2, 11, 21, 51, 101, 201, 501];

/**
 * The limit stands in the text, because PostgreSQL takes a limit that it does not know for a tenth of all candidates and
 * plans for those. A few sizes only, so that there are few statements.
 */
function pageLimit(count: number): number {
  return PAGE_LIMITS.find((limit) => limit > count) ?? count + 1;
}
