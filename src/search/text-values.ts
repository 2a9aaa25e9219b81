import type { Definitions, SearchParameterDefinition } from '../definitions/index.ts';
import { parameterPlaces } from './compile-parameter.ts';
import { splitCanonical } from './canonical.ts';
import { shownType, withoutVersion } from './emit-reference.ts';
import { impliesSystem } from './implied-system.ts';
import { normaliseString } from './normalise-string.ts';
import { boundKey, KEPT_BYTES } from './param-key.ts';
import type { Place } from './places.ts';
import { malformed, ok } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { TextMatch } from './query.ts';
import { splitValue, unescapeValue } from './split-value.ts';

/** `code`, `system|code`, `|code` (without a system) or `system|` (any code). */
export function parseToken(
  definitions: Definitions,
  type: string,
  parameter: SearchParameterDefinition,
  name: string,
  text: string,
): Outcome<TextMatch[]> {
  const parts = splitValue(text, '|').map(unescapeValue);
  if (parts.length > 2 || parts.every((part) => part === '')) return badToken(name);
  const [head = '', code] = parts;
  if (code === undefined) return ok([{ op: 'equal', value: boundKey(head) }]);
  if (code === '') return ok([{ op: 'system', detail: boundKey(head) }]);
  const match: TextMatch = { op: 'equal', value: boundKey(code), detail: boundKey(head) };
  if (head === '') return ok([match]);
  const implied = isImplied(parameterPlaces(definitions, type, parameter), head);
  return ok(implied ? [match, { op: 'equal', value: boundKey(code), detail: '' }] : [match]);
}

/** Whether elements of a parameter, though they do not say so, have their codes from `system`. */
export function isImplied(places: readonly Place[], system: string): boolean {
  return places.some(({ property }) => property !== undefined && impliesSystem(property, system));
}

/** `system|value` of an identifier, or the value alone. */
export function parseIdentifier(name: string, text: string): Outcome<TextMatch[]> {
  const parts = splitValue(text, '|').map(unescapeValue);
  if (parts.length > 2 || parts.every((part) => part === '')) return badToken(name);
  const [head = '', value] = parts;
  if (value === undefined) return ok([{ op: 'equal', value: boundKey(head) }]);
  if (value === '') return ok([{ op: 'system', detail: boundKey(head) }]);
  return ok([{ op: 'equal', value: boundKey(value), detail: boundKey(head) }]);
}

function badToken(name: string): Outcome<never> {
  return malformed('bad-token', `The value of ${name} must be code, system|code, |code or system|.`);
}

export type StringOperator = 'prefix' | 'contains' | 'exact';

export function parseString(name: string, text: string, op: StringOperator): Outcome<TextMatch[]> {
  const wanted = unescapeValue(text);
  const value = normaliseString(wanted);
  if (value === '') return malformed('bad-string', `The value of ${name} is blank.`);
  if (op === 'exact') return ok([{ op, value: boundKey(value), detail: boundKey(wanted) }]);
  if (Buffer.byteLength(value) > KEPT_BYTES) {
    return malformed('too-long', `The value of ${name} is longer than ${KEPT_BYTES} bytes; use ${name}:exact for it.`);
  }
  return ok([{ op, value }]);
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;
const RELATIVE = /^([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}$/;

/** How a parameter takes references. */
export interface ReferenceReading {
  /** Types that a bare id may be of. */
  readonly targets: readonly string[];
  /** Turns an URL below this server's own base into `Type/id`. */
  readonly relative: (url: string) => string;
  /** Whether `url|version` is a canonical with its version. */
  readonly versioned?: boolean;
  /** References that show another type are refused. */
  readonly only?: string;
}

/**
 * `Type/id`, a bare id (of any of `targets`), or a URL; below this server's own base it is taken as `Type/id`.
 * Parameters on canonicals also take `url|version`. See http://hl7.org/fhir/R4/search.html#reference.
 */
export function parseReference(name: string, text: string, reading: ReferenceReading): Outcome<TextMatch[]> {
  const { targets, only } = reading;
  const id = unescapeValue(text);
  if (ID.test(id) && targets.length > 0) {
    return ok(targets.map((target) => ({ op: 'equal', value: `${target}/${id}` })));
  }
  const found = readReference(name, id, reading);
  if (!found.ok) return found;
  const { url, version } = found.value;
  if (only !== undefined && (shownType(url) ?? only) !== only) {
    return malformed('bad-reference', `The value of ${name} refers to another type than ${only}.`);
  }
  return ok([{ op: 'equal', value: boundKey(url), ...(version === '' ? {} : { detail: boundKey(version) }) }]);
}

export function readReference(
  name: string,
  text: string,
  { relative, versioned }: Pick<ReferenceReading, 'relative' | 'versioned'>,
): Outcome<{ url: string; version: string }> {
  const { url, version } = versioned === true ? splitCanonical(relative(text)) : { url: relative(text), version: '' };
  const value = withoutVersion(url);
  if (RELATIVE.test(value) || ABSOLUTE.test(value)) return ok({ url: value, version });
  return malformed('bad-reference', `The value of ${name} must be Type/id or an absolute URL.`);
}
