import { fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import type { House } from './house.ts';
import { parseWanted } from './subset-answer.ts';
import type { Params } from './subset-answer.ts';

/** What is asked of the CapabilityStatement. */
export interface StatementAsked {
  /** Undefined: the whole. */
  readonly summary?: 'true' | 'text' | 'data';
  /** Warnings for parameters that mean nothing here, each naming the parameter. */
  readonly ignored: readonly Issue[];
}

/**
 * Reads the parameters of /metadata. The statement is there as a whole and in its summaries, which are made once: whoever
 * asks has shown no token, so `_elements`, which would have to be worked out each time, is left out and told.
 * https://hl7.org/fhir/R4/http.html#capabilities
 * @throws Fault (400) for malformed ones, for a `mode` that is not served, and where the client wants strictness for those
 *   that mean nothing here
 */
export function parseStatementQuery(house: House, params: Params, options: { strict: boolean }): StatementAsked {
  for (const [name, value] of params) {
    if (name !== 'mode' || value === 'full') continue;
    const text = 'The one mode of /metadata that is served is full. Leave mode out.';
    throw fault(400, 'not-supported', 'mode-not-served', text);
  }
  const others = params.filter(([name]) => name !== 'mode');
  const wanted = parseWanted(house, ['CapabilityStatement'], others, options);
  const { summary, elements } = wanted.shape ?? {};
  if (elements !== undefined && options.strict) {
    throw fault(400, NOT_CHOSEN.code, NOT_CHOSEN.key, NOT_CHOSEN.text);
  }
  return {
    ignored: [...wanted.ignored, ...(elements === undefined ? [] : [NOT_CHOSEN])],
    ...(summary === undefined ? {} : { summary }),
  };
}

const NOT_CHOSEN: Issue = {
  severity: 'warning',
  code: 'not-supported',
  key: 'unknown-parameter',
  text: 'Of the CapabilityStatement no _elements can be chosen. It takes _summary as true, text, data or false.',
};
