/** A browser sends about ten ranges; nothing after this many is looked at. */
const MOST_RANGES = 50;

/**
 * The language tag (BCP 47) that `Accept-Language` wants most of those that there are: the highest weight wins, the first
 * among equals. A range fits its own tag, else one of the same language, whatever script or region; undefined when none
 * fits. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4
 */
export function chooseTag<Tag extends string>(
  acceptLanguage: string | undefined,
  tags: readonly Tag[],
): Tag | undefined {
  const ranges = (acceptLanguage ?? '').split(',', MOST_RANGES).map(parseRange);
  const refused = new Set(ranges.filter(({ weight }) => weight === 0).map(({ range }) => languageOf(range)));
  const others = tags.filter((tag) => !refused.has(languageOf(tag)));
  let best: Tag | undefined;
  let bestWeight = 0;
  for (const { range, weight } of ranges) {
    const fit = range === '*' ? others[0] : findTag(range, tags);
    if (fit === undefined || weight <= bestWeight) continue;
    best = fit;
    bestWeight = weight;
  }
  return best;
}

/** The tag of those that there are that is this one, else one of the same language. */
export function findTag<Tag extends string>(wanted: string, tags: readonly Tag[]): Tag | undefined {
  const lower = wanted.toLowerCase();
  return tags.find((tag) => tag.toLowerCase() === lower) ?? tags.find((tag) => languageOf(tag) === languageOf(wanted));
}

/** `zh` of `zh-Hant-TW`. */
export function languageOf(tag: string): string {
  return tag.toLowerCase().split('-', 1)[0]!;
}

/** `zh-Hant-TW;q=0.8` → zh-hant-tw, 0.8. A weight that is no weight counts as none. */
function parseRange(text: string): { range: string; weight: number } {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { range, weight: q === undefined ? 1 : /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(q) ? Number(q) : 0 };
}
