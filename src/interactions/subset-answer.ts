import { setImmediate as giveWay } from 'node:timers/promises';
import { Fault, fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { subsetText } from '../fhir/index.ts';
import type { Shape } from '../fhir/index.ts';
import { parseSearch } from '../search/index.ts';
import type { SearchQuery } from '../search/index.ts';
import type { House } from './house.ts';

export type Params = readonly (readonly [name: string, value: string])[];

/** The parameters that any answer takes. https://hl7.org/fhir/R4/http.html#parameters */
const GENERAL = new Set(['_format', '_pretty', '_summary', '_elements']);

/** What a read asks for besides the record. */
export interface Wanted {
  /** Undefined: the whole record. */
  readonly shape?: Shape;
  /** Warnings for parameters that mean nothing here, each naming the parameter. */
  readonly ignored: readonly Issue[];
}

const WHOLE: Wanted = { ignored: [] };

/** The shape that a search asks for; undefined: whole records. */
export function shapeOf({ summary, elements }: Pick<SearchQuery, 'summary' | 'elements'>): Shape | undefined {
  const reduced = summary === 'count' || summary === 'false' ? undefined : summary;
  if (reduced === undefined && elements === undefined) return undefined;
  return { ...(reduced === undefined ? {} : { summary: reduced }), ...(elements === undefined ? {} : { elements }) };
}

/**
 * Reads the parameters of a read, a vread or a history, on records of `types`.
 * @throws Fault (400) for malformed ones, and where the client wants strictness for those that mean nothing here.
 */
export function parseWanted(
  house: House,
  types: readonly string[],
  params: Params,
  { strict }: { strict: boolean },
  asked: 'read' | 'history' = 'read',
): Wanted {
  if (params.length === 0) return WHOLE;
  const general = params.filter(([name]) => GENERAL.has(name));
  const others = new Set(params.map(([name]) => name).filter((name) => !GENERAL.has(name)));
  const unknown = [...others].map(toUnknown);
  const parsed = parseSearch(house, { types }, general, {
    strict,
    maxCount: 1,
    defaultCount: 1,
    now: house.clock().getTime(),
  });
  const refused = [...(parsed.ok ? [] : parsed.issues), ...(strict ? unknown : [])];
  if (!parsed.ok || refused.length > 0) throw new Fault(400, refused.map(toError));
  if (parsed.query.summary === 'count') {
    const text = `_summary=count counts what a search finds. A ${asked} takes _summary as true, text, data or false.`;
    throw fault(400, 'value', 'bad-summary', text);
  }
  const shape = shapeOf(parsed.query);
  return { ignored: [...parsed.query.ignored, ...unknown], ...(shape === undefined ? {} : { shape }) };
}

/** Characters of texts that are reduced before others get their turn: about 5 ms of work. */
const TURN = 256 * 1024;

/** Stored texts in the shape that was asked for: as they are where it is the whole. */
export async function subsetTexts<T extends { readonly body: string }>(
  house: House,
  found: readonly T[],
  shape: Shape | undefined,
): Promise<readonly T[]> {
  if (shape === undefined) return found;
  const reduced: T[] = [];
  let done = 0;
  for (const one of found) {
    reduced.push({ ...one, body: subsetText(house.definitions, one.body, shape) });
    done += one.body.length;
    if (done < TURN) continue;
    done = 0;
    await giveWay();
  }
  return reduced;
}

function toUnknown(name: string): Issue {
  const told = name.slice(0, 64).replace(/[^\w\-:.]/g, '?');
  const text = `A read takes no parameter ${told}. It takes ${[...GENERAL].join(', ')}.`;
  return { severity: 'warning', code: 'not-supported', key: 'unknown-parameter', text };
}

function toError(issue: Issue): Issue {
  return { ...issue, severity: 'error' };
}
