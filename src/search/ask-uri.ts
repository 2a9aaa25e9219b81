import { askTexts } from './ask.ts';
import type { Ask } from './ask.ts';
import { splitCanonical } from './canonical.ts';
import { boundKey, KEPT_BYTES } from './param-key.ts';
import { all, malformed, ok } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition, TextMatch } from './query.ts';
import { splitValue, unescapeValue } from './split-value.ts';

/** Undefined where URIs do not know the modifier. See http://hl7.org/fhir/R4/search.html#uri. */
export function askUri(ask: Ask): Outcome<Condition> | undefined {
  const { keys, places } = ask;
  if (places.every(({ type }) => type === 'canonical')) return askCanonical(ask);
  const parse = { above: parseAbove, below: parseBelow }[ask.modifier ?? ''];
  if (parse !== undefined) return askTexts(ask, keys.value, (value) => parse(ask.parameter.code, unescapeValue(value)));
  if (ask.modifier !== undefined) return undefined;
  const versioned = hasVersions(ask) ? ask.values.filter(namesVersion) : [];
  return versioned.length === 0 ? askUrls(ask, ask.values) : askVersions(ask, versioned);
}

function askUrls(ask: Ask, values: readonly string[]): Outcome<Condition> {
  return askTexts({ ...ask, values }, ask.keys.value, (value) =>
    ok([{ op: 'equal', value: boundKey(unescapeValue(value)) }]),
  );
}

/** Whether the parameter is the canonical URL of resources that say their version. */
function hasVersions({ setting, type, parameter }: Ask): boolean {
  return parameter.code === 'url' && setting.definitions.searchParameters(type).get('version')?.type === 'token';
}

function namesVersion(value: string): boolean {
  const [url, version, ...more] = splitValue(value, '|');
  return Boolean(url) && Boolean(version) && more.length === 0;
}

/** `url|2` is what has this URL and is version 2. See http://hl7.org/fhir/R4/search.html#uri. */
function askVersions(ask: Ask, versioned: readonly string[]): Outcome<Condition> {
  const plain = ask.values.filter((value) => !versioned.includes(value));
  const ofPlain = plain.length > 0 ? [askUrls(ask, plain)] : [];
  const ofVersions = versioned.map((value): Outcome<Condition> => {
    const [url = '', version = ''] = splitValue(value, '|');
    const both = all([askUrls(ask, [url]), ask.askOther('version', version)]);
    return both.ok ? ok({ kind: 'all', conditions: both.value }) : both;
  });
  const conditions = all([...ofPlain, ...ofVersions]);
  if (!conditions.ok) return conditions;
  const [only] = conditions.value;
  const isOne = conditions.value.length === 1 && only !== undefined;
  return ok(isOne ? only : { kind: 'either', conditions: conditions.value });
}

/**
 * Canonicals stand in the index without their versions: `url` is found in every version, `url|2` in that one, and
 * `url|2` with `:below` in 2.1, too. See http://hl7.org/fhir/R4/search.html#versions.
 */
export function askCanonical(ask: Ask): Outcome<Condition> | undefined {
  const { keys, modifier, parameter } = ask;
  if (modifier !== undefined && modifier !== 'above' && modifier !== 'below') return undefined;
  return askTexts(ask, keys.value, (text) => {
    const { url, version } = splitCanonical(ask.setting.relative(unescapeValue(text)));
    if (version === '') {
      if (modifier === undefined) return ok([{ op: 'equal', value: boundKey(url) }]);
      return modifier === 'above' ? parseAbove(parameter.code, url) : parseBelow(parameter.code, url);
    }
    const value = boundKey(url);
    if (modifier === 'below') return ok([{ op: 'version', value, detail: boundKey(version) }]);
    const versions = modifier === 'above' ? beginnings(version, '.') : [version];
    return ok(versions.map((each) => ({ op: 'equal', value, detail: boundKey(each) })));
  });
}

/** What begins with the URL and goes on, if it does, with a new segment. */
function parseBelow(name: string, url: string): Outcome<TextMatch[]> {
  const stem = url.replace(/\/+$/, '');
  if (!isUrl(stem)) return notAUrl(name);
  if (Buffer.byteLength(stem) >= KEPT_BYTES) {
    return malformed('too-long', `The value of ${name}:below is longer than ${KEPT_BYTES} bytes.`);
  }
  return ok([
    { op: 'equal', value: stem },
    { op: 'prefix', value: `${stem}/` },
  ]);
}

/** The URL itself and all that are left where its last segments are taken away, each with a `/` at its end or without. */
function parseAbove(name: string, url: string): Outcome<TextMatch[]> {
  if (!isUrl(url)) return notAUrl(name);
  const [scheme = '', rest = ''] = url.split(/(?<=^[^/]*:\/\/)/);
  const paths = beginnings(rest.replace(/\/+$/, ''), '/');
  const urls = paths.flatMap((path) => [`${scheme}${path}`, `${scheme}${path}/`]);
  return ok(urls.map((each) => ({ op: 'equal', value: boundKey(each) })));
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text);
}

function notAUrl(name: string): Outcome<never> {
  return malformed('not-a-url', `With :above and :below the value of ${name} must be a URL: a URN has no segments.`);
}

/** `a`, `a/b` and `a/b/c` of `a/b/c`. */
function beginnings(text: string, separator: string): string[] {
  const parts = text.split(separator);
  return parts.map((_, at) => parts.slice(0, at + 1).join(separator));
}
