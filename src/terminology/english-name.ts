type Kind = 'currency' | 'language' | 'region' | 'script';

const names = new Map<Kind, Intl.DisplayNames>();

/** What English calls a currency, language, region or script; undefined where it has no name. */
export function englishName(kind: Kind, code: string): string | undefined {
  let known = names.get(kind);
  if (known === undefined) {
    known = new Intl.DisplayNames('en', { type: kind, fallback: 'none' });
    names.set(kind, known);
  }
  try {
    return known.of(code);
  } catch {
    // The code has not even the form of one.
    return undefined;
  }
}
