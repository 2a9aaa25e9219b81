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
 * in the order of FHIR's elements. https://hl7.org/fhir/R4/datatypes.html#HumanName
 */
export function humanName(names: unknown): string | undefined {
  const all = (Array.isArray(names) ? names : [names]).filter(
    (one): one is Name => typeof one === 'object' && one !== null && !Array.isArray(one),
  );
  const name = all.find(({ use }) => use === 'official') ?? all.find(({ use }) => use !== 'old') ?? all[0];
  if (name === undefined) return undefined;
  const parts = [name.prefix, name.given, name.family, name.suffix].flatMap(wordsOf);
  return wordsOf(name.text)[0] ?? wordsOf(parts.join(' '))[0];
}

function wordsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');
}
