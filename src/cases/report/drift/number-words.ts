/** Cardinals count things; ordinals and once, twice, half seldom stand for a number that the other language writes. */
export interface NumberWord {
  readonly start: number;
  readonly end: number;
  /** Several where it means one of them: 两三周. */
  readonly values: readonly number[];
  readonly isOrdinal: boolean;
}

const list = (words: string): string[] => words.split(' ');
const ENGLISH = list('one two three four five six seven eight nine ten eleven twelve');
const ENGLISH_TENS = list('twenty thirty forty fifty sixty seventy eighty ninety');
const ENGLISH_ORDINALS = list('first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth');
const MULTIPLES: Readonly<Record<string, number>> = {
  once: 1,
  single: 1,
  twice: 2,
  double: 2,
  twofold: 2,
  thrice: 3,
  triple: 3,
};
const VIETNAMESE = list('một hai ba bốn năm sáu bảy tám chín mười');
/** As the last part of a compound. */
const VIETNAMESE_LAST: Readonly<Record<string, number>> = { mốt: 1, tư: 4, lăm: 5, nhăm: 5, bẩy: 7 };
const CHINESE = '零一二三四五六七八九';
const ARABIC: readonly (readonly [forms: string, value: number])[] = [
  ['واحد|واحده', 1],
  ['اثنان|اثنين|اثنتان|اثنتين|إثنان', 2],
  ['ثلاث|ثلاثه', 3],
  ['اربع|اربعه', 4],
  ['خمس|خمسه', 5],
  ['ست|سته', 6],
  ['سبع|سبعه', 7],
  ['ثمان|ثماني|ثمانيه', 8],
  ['تسع|تسعه', 9],
  ['عشر|عشره', 10],
];
const ARABIC_TENS: readonly (readonly [forms: string, value: number])[] = [
  ['عشرون|عشرين', 20],
  ['ثلاثون|ثلاثين', 30],
  ['اربعون|اربعين', 40],
  ['خمسون|خمسين', 50],
  ['ستون|ستين', 60],
  ['سبعون|سبعين', 70],
  ['ثمانون|ثمانين', 80],
  ['تسعون|تسعين', 90],
];
const ARABIC_ORDINALS: readonly (readonly [forms: string, value: number])[] = [
  ['صفر', 0],
  ['اول|اولى|اولي', 1],
  ['ثاني|ثان|ثانيه', 2],
  ['ثالث|ثالثه', 3],
  ['رابع|رابعه', 4],
  ['خامس|خامسه', 5],
  ['سادس|سادسه', 6],
  ['سابع|سابعه', 7],
  ['ثامن|ثامنه', 8],
  ['تاسع|تاسعه', 9],
  ['عاشر|عاشره', 10],
];

const NOT_LATIN = String.raw`(?![\p{Script=Latin}\p{M}\d])`;
const AFTER_NO_LATIN = String.raw`(?<![\p{Script=Latin}\p{M}\d])`;
const LATIN = new RegExp(
  `${AFTER_NO_LATIN}(?:` +
    `(?<ordinal>${[...ENGLISH_ORDINALS, ...Object.keys(MULTIPLES)].join('|')})|` +
    `(?<tens>${ENGLISH_TENS.join('|')})(?:[- ](?<ones>${ENGLISH.slice(0, 9).join('|')}))?|` +
    `(?<english>${ENGLISH.join('|')})|` +
    `(?:(?<viTens>${VIETNAMESE.slice(1, 9).join('|')}) mươi|(?<viTeen>mười))` +
    `(?: (?<last>${[...VIETNAMESE.slice(0, 9), ...Object.keys(VIETNAMESE_LAST)].join('|')}))?|` +
    `(?<vietnamese>${VIETNAMESE.join('|')}|bẩy)` +
    `)${NOT_LATIN}`,
  'giu',
);
const HAN = /(?<ordinal>第)?(?<run>[零一二两兩三四五六七八九十百]{1,9})/gu;

const forms = (table: typeof ARABIC): string => table.map(([one]) => one).join('|');
const ARABIC_WORD = new RegExp(
  String.raw`(?<!\p{Script=Arabic})(?:[وفبلك]{0,2}(?:ال|لل)?)` +
    `(?:(?<teen>${forms(ARABIC)}|احد|احدى|اثنا|اثنتا|اثني|اثنتي) (?:عشر|عشره)|` +
    `(?:(?<ones>${forms(ARABIC)}) و)?(?<tens>${forms(ARABIC_TENS)})|` +
    `(?<cardinal>${forms(ARABIC)})|(?<ordinal>${forms(ARABIC_ORDINALS)}))` +
    String.raw`(?!\p{Script=Arabic})`,
  'gu',
);
const TEENS: Readonly<Record<string, number>> = { احد: 1, احدى: 1, اثنا: 2, اثنتا: 2, اثني: 2, اثنتي: 2 };

const valuesOf = (table: typeof ARABIC): Map<string, number> =>
  new Map(table.flatMap(([one, value]) => one.split('|').map((form) => [form, value] as const)));
const ARABIC_VALUES = new Map([...valuesOf(ARABIC), ...valuesOf(ARABIC_TENS), ...Object.entries(TEENS)]);
const ARABIC_ORDINAL_VALUES = valuesOf(ARABIC_ORDINALS);

/** Small numbers written as words in English, Vietnamese, Chinese or Arabic. @param text folded, see `foldText` */
export function findNumberWords(text: string): NumberWord[] {
  return [...findLatin(text), ...findHan(text), ...findArabic(text)];
}

function* findLatin(text: string): Generator<NumberWord> {
  for (const { index, 0: whole, groups = {} } of text.matchAll(LATIN)) {
    const said = Object.fromEntries(Object.entries(groups).map(([name, word]) => [name, lower(word)]));
    const value = readEnglish(said) ?? readVietnamese(said);
    yield { start: index, end: index + whole.length, values: [value], isOrdinal: said['ordinal'] !== undefined };
  }
}

type Said = Readonly<Record<string, string | undefined>>;

function lower(word: string | undefined): string | undefined {
  return word?.toLowerCase();
}

function readEnglish({ ordinal, tens, ones, english }: Said): number | undefined {
  if (ordinal !== undefined) return MULTIPLES[ordinal] ?? ENGLISH_ORDINALS.indexOf(ordinal) + 1;
  if (english !== undefined) return ENGLISH.indexOf(english) + 1;
  if (tens === undefined) return undefined;
  return (ENGLISH_TENS.indexOf(tens) + 2) * 10 + (ones === undefined ? 0 : ENGLISH.indexOf(ones) + 1);
}

function readVietnamese({ viTens, viTeen, last, vietnamese }: Said): number {
  const one = (word: string): number => VIETNAMESE_LAST[word] ?? VIETNAMESE.indexOf(word) + 1;
  if (vietnamese !== undefined) return one(vietnamese);
  return (viTeen === undefined ? one(viTens!) : 1) * 10 + (last === undefined ? 0 : one(last));
}

function* findHan(text: string): Generator<NumberWord> {
  for (const { index, 0: whole, groups } of text.matchAll(HAN)) {
    const values = readHan(groups!['run']!.replace(/[两兩]/g, '二'));
    if (values === undefined) continue;
    yield { start: index, end: index + whole.length, values, isOrdinal: groups!['ordinal'] !== undefined };
  }
}

function readHan(run: string): number[] | undefined {
  const digit = (one: string | undefined): number => CHINESE.indexOf(one ?? '零');
  if (/^[零一二三四五六七八九]$/.test(run)) return [digit(run)];
  // 两三周: two or three weeks.
  if (/^[一二三四五六七八九]{2}$/.test(run)) return [digit(run[0]), digit(run[1])];
  const { h, ten, t, o } =
    /^(?:(?<h>[一二三四五六七八九])百零?)?(?:(?<t>[一二三四五六七八九])?(?<ten>十))?(?<o>[一二三四五六七八九])?$/.exec(
      run,
    )?.groups ?? {};
  if (h === undefined && ten === undefined) return undefined;
  return [digit(h) * 100 + (ten === undefined ? 0 : t === undefined ? 10 : digit(t) * 10) + digit(o)];
}

function* findArabic(text: string): Generator<NumberWord> {
  for (const { index, 0: whole, groups } of text.matchAll(ARABIC_WORD)) {
    const { teen, ones, tens, cardinal, ordinal } = groups as Said;
    const value = (word: string | undefined): number => ARABIC_VALUES.get(word ?? '') ?? 0;
    const said =
      ordinal === undefined
        ? value(teen) + (teen === undefined ? 0 : 10) + value(ones) + value(tens) + value(cardinal)
        : ARABIC_ORDINAL_VALUES.get(ordinal)!;
    yield { start: index, end: index + whole.length, values: [said], isOrdinal: ordinal !== undefined };
  }
}
