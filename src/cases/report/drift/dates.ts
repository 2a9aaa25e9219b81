import { READ } from './codes.ts';
import { baseLanguage } from './decimals.ts';
import type { Value } from './value.ts';

const list = (words: string): string[] => words.split(' ');
const ENGLISH = list('January February March April May June July August September October November December');
const ENGLISH_SHORT = list('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec');
const VIETNAMESE = 'một|giêng,hai,ba,tư|bốn,năm,sáu,bảy,tám,chín,mười,mười một,mười hai|chạp'.split(',');
const CHINESE = list('一 二 三 四 五 六 七 八 九 十 十一 十二');
/** Of Egypt and the Gulf, of the Levant, and of the Maghreb. */
const ARABIC = [
  'يناير|كانون الثاني|جانفي',
  'فبراير|شباط|فيفري',
  'مارس|اذار',
  'ابريل|نيسان|افريل',
  'مايو|ايار|ماي',
  'يونيو|يونيه|حزيران|جوان',
  'يوليو|يوليه|تموز|جويليه',
  'اغسطس|اب|اوت',
  'سبتمبر|ايلول',
  'اكتوبر|تشرين الاول',
  'نوفمبر|تشرين الثاني',
  'ديسمبر|كانون الاول',
];
const MONTHS = new Map<string, number>();
for (const names of [ENGLISH, ENGLISH_SHORT, VIETNAMESE, CHINESE, ARABIC]) {
  for (const [index, forms] of names.entries())
    for (const form of forms.split('|')) MONTHS.set(form.toLowerCase(), index + 1);
}
MONTHS.set('sept', 9);

const longestFirst = (names: readonly string[]): string =>
  names
    .flatMap((forms) => forms.split('|'))
    .toSorted((a, b) => b.length - a.length)
    .join('|');
const EN = `(?<!\\p{L})(?<en>${longestFirst(ENGLISH)}|Sept|${ENGLISH_SHORT.join('|')})(?!\\p{L})\\.?`;
const VI = `(?<vi>\\d{1,2}(?!\\d)|${longestFirst(VIETNAMESE)})(?!\\p{L})`;
const ZH = `(?<zh>\\d{1,2}|${longestFirst(CHINESE)})月`;
const AR = `(?<!\\p{L})(?:[وفب])?(?<ar>${longestFirst(ARABIC)})(?!\\p{L})(?: ?\\/ ?(?<ar2>${longestFirst(ARABIC)})(?!\\p{L}))?`;
const YEAR = '(?<y>(?:19|20)\\d{2})(?!\\d)';
const DAY = '(?<!\\d)(?<d>\\d{1,2})(?!\\d)';
const UNIT_NEXT = '(?! ?(?:tháng|tuần|ngày|giờ|năm(?! ?\\d{4})))';

/** In the order in which they are tried: what says more comes first. */
const FORMS: readonly RegExp[] = [
  `(?<!\\d)${YEAR} ?[-/.年] ?(?<m>\\d{1,2}) ?[-/.月] ?(?<d>\\d{1,2})(?!\\d) ?[日号]?(?:T\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:\\d\\d)?)?`,
  `(?<![\\d/.])(?<a>\\d{1,2})(?<mark>[-/.])(?<b>\\d{1,2})\\k<mark>${YEAR}`,
  `${DAY}(?:st|nd|rd|th)? (?:of )?${EN},? ${YEAR}`,
  `${EN} ${DAY}(?:st|nd|rd|th)?,? ${YEAR}`,
  `(?:ngày )?${DAY} tháng ${VI},? ?(?:năm |\\/ ?|- ?)?${YEAR}`,
  `${DAY} (?:من )?${AR},? (?:(?:عام|سنه) )?${YEAR}`,
  `(?<!\\d)${YEAR} ?年 ?${ZH}`,
  `${EN},? (?:of )?${YEAR}`,
  `tháng ${VI},? ?(?:năm |\\/ ?|- ?)${YEAR}`,
  `${AR},? (?:(?:من )?(?:عام|سنه) )?${YEAR}`,
  `(?<![\\d/.])(?<m>0?[1-9]|1[0-2]) ?\\/ ?${YEAR}(?!\\/)`,
  `${DAY}(?:st|nd|rd|th)? (?:of )?${EN}`,
  `${EN} ${DAY}(?:st|nd|rd|th)?`,
  `ngày ${DAY}(?: tháng |\\/)${VI}${UNIT_NEXT}`,
  `(?<!个)${ZH} ?(?<d>\\d{1,2}) ?[日号]`,
  `${DAY} (?:من )?${AR}`,
].map((form) => new RegExp(form, 'gu'));
/** A month alone may also be the third month of something: the number stays what it is. */
const MONTH_ALONE: readonly RegExp[] = [
  `(?<!\\p{L})(?<en>${ENGLISH.filter((name) => name !== 'May').join('|')})(?!\\p{L})`,
  `(?<!\\p{L})[Tt]háng ${VI}${UNIT_NEXT}`,
  `(?<![个\\d一二三四五六七八九十])${ZH}`,
  AR,
].map((form) => new RegExp(form, 'gu'));

export interface FoundDates {
  readonly dates: readonly Value[];
  /** Months without day and year. */
  readonly months: readonly string[];
  /** Numbers that such months are written with: the third month of something says them, too. */
  readonly numbers: readonly Value[];
  /** The text without them. */
  readonly rest: string;
}

/** Dates as the four languages write them. @param text folded; `language` decides whether 4/3 is in March or may be in April */
export function takeDates(text: string, language: string | undefined): FoundDates {
  const dates: Value[] = [];
  const months: string[] = [];
  const numbers: Value[] = [];
  const isDayFirst = ['vi', 'ar'].includes(baseLanguage(language));
  let rest = text;
  if (!/\d|月/.test(text) && !MONTH_ALONE.some((form) => text.search(form) >= 0))
    return { dates, months, numbers, rest };
  for (const form of FORMS) {
    rest = rest.replace(form, (shown: string, ...more: unknown[]) => {
      const readings = readDate(more.at(-1) as Groups, isDayFirst);
      if (readings.length === 0) return shown;
      dates.push({ readings, shown });
      return READ;
    });
  }
  for (const form of MONTH_ALONE) {
    rest = rest.replace(form, (shown: string, ...more: unknown[]) => {
      const [month] = monthOf(more.at(-1) as Groups);
      if (month === undefined) return shown;
      months.push(String(month));
      numbers.push({ readings: [String(month)], isLoose: true, shown });
      return READ;
    });
  }
  return { dates, months, numbers, rest };
}

type Groups = Readonly<Partial<Record<'y' | 'm' | 'd' | 'a' | 'b' | 'en' | 'vi' | 'zh' | 'ar' | 'ar2', string>>>;

/** `2026-03-04`, `2026-03`, `--03-04`; none for what is no date after all. */
function readDate(groups: Groups, isDayFirst: boolean): string[] {
  const { y = '-', a, b, d } = groups;
  if (a !== undefined && b !== undefined) {
    const dayFirst = write(y, Number(b), Number(a));
    if (isDayFirst && dayFirst.length > 0) return dayFirst;
    return [...new Set([...dayFirst, ...write(y, Number(a), Number(b))])];
  }
  return monthOf(groups).flatMap((month) => write(y, month, d === undefined ? undefined : Number(d)));
}

/** A month has two names in many Arabic texts: آذار/مارس. */
function monthOf({ m, en, vi, zh, ar, ar2 = ar }: Groups): number[] {
  if (ar !== undefined && ar2 !== undefined && MONTHS.get(ar) !== MONTHS.get(ar2)) return [];
  const written = m ?? en ?? vi ?? zh ?? ar ?? '';
  const month = MONTHS.get(written.toLowerCase()) ?? Number(written);
  return month >= 1 && month <= 12 ? [month] : [];
}

function write(year: string, month: number, day: number | undefined): string[] {
  if (month < 1 || month > 12 || (day !== undefined && (day < 1 || day > 31))) return [];
  return [[year, month, ...(day === undefined ? [] : [day])].map((part) => String(part).padStart(2, '0')).join('-')];
}
