/** `undefined`: the text does not tell; what can be read in two ways is. */
export type DecimalMark = '.' | ',' | undefined;

/** Written with one mark before one, two or more than three digits: it can only be the decimal mark. */
const TELLING = /(?<![\d.,\p{L}-])\d{1,9}([.,])(?:\d{1,2}|\d{4,9})(?![\d.,]*\d)/gu;
/** English and Chinese have the point; Vietnamese and Arabic texts are written in both ways. */
const POINT: ReadonlySet<string> = new Set(['en', 'zh']);

/**
 * Which decimal mark a text uses, from its own unambiguous numbers: who writes 1,5 means one thousand by 1.000. A text of
 * English or Chinese uses the point unless all of its numbers say otherwise.
 */
export function decimalMark(texts: readonly string[], language: string | undefined): DecimalMark {
  const used = new Set(texts.flatMap((text) => [...text.matchAll(TELLING)].map(([, mark]) => mark)));
  const isCommaAlone = used.has(',') && !used.has('.');
  if (POINT.has(baseLanguage(language))) return isCommaAlone ? undefined : '.';
  if (used.size !== 1) return undefined;
  return isCommaAlone ? ',' : '.';
}

export function baseLanguage(language: string | undefined): string {
  return (language ?? '').split('-')[0]!.toLowerCase();
}

/**
 * What a run of digits and marks says: one number with its possible readings (1.234 is 1234 or 1.234 where the decimal
 * mark is not known), or several numbers where the marks separate (5,10,15).
 */
export function readDecimals(run: string, mark: DecimalMark): string[][] {
  const marks = run.match(/[.,'٫٬]/g) ?? [];
  const [first, ...rest] = run.split(/[.,'٫٬]/) as [string, ...string[]];
  const [only] = marks;
  const last = rest.at(-1);
  if (only === undefined || last === undefined) return [[decimal(run)]];
  const isGrouped = first.length <= 3 && first !== '0';
  if (marks.length > 1) {
    const sameBefore = marks.slice(0, -1).every((one) => one === only);
    if (!isGrouped || !sameBefore || rest.slice(0, -1).some(({ length }) => length !== 3)) return apart(first, rest);
    if (marks.at(-1) !== only) return [[decimal(run.slice(0, -last.length - 1).replace(/\D/g, ''), last)]];
    return last.length === 3 ? [[decimal(first + rest.join(''))]] : apart(first, rest);
  }
  if (only === '٫') return [[decimal(first, last)]];
  const isThousands = isGrouped && last.length === 3;
  if (only === '٬' || only === "'") return isThousands ? [[decimal(first + last)]] : apart(first, rest);
  // Thousands that are grouped wrongly: 12,5000.
  if (mark !== undefined && mark !== only && last.length > 3) return [[decimal(first + last)]];
  if (!isThousands) return [[decimal(first, last)]];
  if (mark === undefined) return [[decimal(first, last), decimal(first + last)]];
  return [[mark === only ? decimal(first, last) : decimal(first + last)]];
}

function apart(first: string, rest: readonly string[]): string[][] {
  return [first, ...rest].map((one) => [decimal(one)]);
}

/** One form for each number, of any length: `007` is `7`, `1.50` is `1.5`. */
export function decimal(whole: string, part = ''): string {
  const fraction = part.replace(/(?<!0)0+$/, '');
  return `${whole.replace(/^0+(?=\d)/, '')}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `1.5` and 6: 1500000. */
export function shift(value: string, zeros: number): string {
  const [whole = '', part = ''] = value.split('.');
  const digits = part.padEnd(zeros, '0');
  return decimal(whole + digits.slice(0, zeros), digits.slice(zeros));
}
