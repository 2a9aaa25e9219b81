/** Some words of a HumanName, whatever was sent in their place. */
interface Name {
  readonly use?: unknown;
  readonly text?: unknown;
  readonly prefix?: unknown;
  readonly given?: unknown;
  readonly family?: unknown;
  readonly suffix?: unknown;
}

/**
 * What somebody is called, of all that `names` holds: the official name, as its owner writes it (`text`), else its parts
 * in the order in which such names are written. https://hl7.org/fhir/R4/datatypes.html#HumanName
 */
export function humanName(names: unknown): string | undefined {
  const all = (Array.isArray(names) ? names : [names]).filter(
    (one): one is Name => typeof one === 'object' && one !== null && !Array.isArray(one),
  );
  const name = all.find(({ use }) => use === 'official') ?? all.find(({ use }) => use !== 'old') ?? all[0];
  if (name === undefined) return undefined;
  return wordsOf(name.text)[0] ?? wordsOf(inOrder(name))[0];
}

/** Of Han, kana or Hangul: such names are written without blanks, the family first and titles last. */
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** Letters that Vietnamese alone writes: its names have the family first. Without them nothing tells such a name apart. */
const VIETNAMESE = /[ơưƠƯ\u1EA0-\u1EF9]/;

function inOrder(name: Name): string {
  const [prefix, given, family, suffix] = [name.prefix, name.given, name.family, name.suffix].map(wordsOf);
  const own = [...family!, ...given!].join(' ').normalize('NFC');
  if (EAST_ASIAN.test(own)) return [[...family!, ...given!].join(''), ...prefix!, ...suffix!].join(' ').trim();
  const ordered = VIETNAMESE.test(own) ? [...family!, ...given!] : [...given!, ...family!];
  return [...prefix!, ...ordered, ...suffix!].join(' ');
}

function wordsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');
}
