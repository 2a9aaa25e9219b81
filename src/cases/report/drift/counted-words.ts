import type { Value } from './value.ts';

const ARABIC_SINGULAR: Readonly<Record<string, string>> = {
  يوم: 'day',
  اسبوع: 'week',
  شهر: 'month',
  سنه: 'year',
  عام: 'year',
  ساعه: 'hour',
  دقيقه: 'minute',
  مره: 'time',
  دوره: 'cycle',
  قرص: 'tablet',
  حبه: 'tablet',
};
const ARABIC_DUAL: Readonly<Record<string, string>> = {
  يوم: 'day',
  اسبوع: 'week',
  شهر: 'month',
  سنت: 'year',
  عام: 'year',
  ساعت: 'hour',
  دقيقت: 'minute',
  مرت: 'time',
  دورت: 'cycle',
  قرص: 'tablet',
  حبت: 'tablet',
};
/** Many other Arabic words end like a dual: those may stand for two. */
const COUNTED = new RegExp(
  String.raw`(?<!\p{Script=Arabic})(?:[وفبلك]{0,2}(?:ال|لل)?(?:(?<singular>${Object.keys(ARABIC_SINGULAR).join('|')})|` +
    String.raw`(?<dual>${Object.keys(ARABIC_DUAL).join('|')})(?:ين|ان)(?! ?\d))|\p{Script=Arabic}{3,20}?(?:ين|ان))(?!\p{Script=Arabic})|` +
    String.raw`(?<!\p{Script=Latin})an? (?<english>day|week|month|year|hour|minute|tablet|cycle)(?!\p{Script=Latin})`,
  'giu',
);

/** Units that stand alone for one (`a week`, أسبوع), and the Arabic dual, which is a word for two. @param text folded */
export function findCountedWords(text: string): Value[] {
  return [...text.matchAll(COUNTED)].map(({ 0: shown, groups }): Value => {
    const { singular, dual, english } = groups as Readonly<Record<string, string | undefined>>;
    if (dual !== undefined) return { readings: ['2'], unit: ARABIC_DUAL[dual]!, shown };
    if (singular !== undefined) return { readings: ['1'], unit: ARABIC_SINGULAR[singular]!, isLoose: true, shown };
    if (english !== undefined) return { readings: ['1'], unit: english.toLowerCase(), isLoose: true, shown };
    return { readings: ['2'], isLoose: true, shown };
  });
}
