import type { Definitions, SearchParameterDefinition } from '../definitions/index.ts';
import { parameterPlaces } from './compile-parameter.ts';
import { compositePart } from './composite.ts';
import { shownType, splitCanonical, withoutVersion } from './emit-reference.ts';
import { impliesSystem } from './implied-system.ts';
import { normaliseString } from './normalise-string.ts';
import { boundKey, KEPT_BYTES } from './param-key.ts';
import { all, malformed, ok } from './problem.ts';
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
  const implied = parameterPlaces(definitions, type, parameter).some(
    ({ property }) => property !== undefined && impliesSystem(property, head),
  );
  return ok(implied ? [match, { op: 'equal', value: boundKey(code), detail: '' }] : [match]);
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

export function parseUri(text: string): Outcome<TextMatch[]> {
  return ok([{ op: 'equal', value: boundKey(unescapeValue(text)) }]);
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

function readReference(
  name: string,
  text: string,
  { relative, versioned }: Pick<ReferenceReading, 'relative' | 'versioned'>,
): Outcome<{ url: string; version: string }> {
  const { url, version } = versioned === true ? splitCanonical(relative(text)) : { url: relative(text), version: '' };
  const value = withoutVersion(url);
  if (RELATIVE.test(value) || ABSOLUTE.test(value)) return ok({ url: value, version });
  return malformed('bad-reference', `The value of ${name} must be Type/id or an absolute URL.`);
}

/** `part$part`, each part as its own parameter would take it. */
export function parseComposite(
  name: string,
  text: string,
  kinds: readonly string[],
  relative: (url: string) => string,
): Outcome<TextMatch[]> {
  const parts = splitValue(text, '$');
  if (parts.length !== kinds.length) {
    return malformed('bad-composite', `The value of ${name} must be ${kinds.length} values joined by $.`);
  }
  const written = all(parts.map((part, at) => parsePart(name, part, kinds[at], relative)));
  return written.ok ? ok([{ op: 'equal', value: boundKey(written.value.join('$')) }]) : written;
}

function parsePart(
  name: string,
  part: string,
  kind: string | undefined,
  relative: (url: string) => string,
): Outcome<string> {
  if (kind === 'reference') {
    const found = readReference(name, unescapeValue(part), { relative });
    return found.ok ? ok(compositePart(found.value.url)) : found;
  }
  const [head = '', code, ...more] = splitValue(part, '|').map(unescapeValue);
  const last = code ?? head;
  if (last === '' || more.length > 0) {
    return malformed('bad-composite', `Each part of ${name} must be code, system|code or |code.`);
  }
  return ok(code === undefined ? compositePart(head) : compositePart(code, head));
}
