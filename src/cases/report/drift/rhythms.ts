import type { Mentions } from './laterality.ts';

/** Daily, weekly …: what says it surely, and what may say a duration as well (`a week`). */
const RHYTHMS: readonly (readonly [rhythm: string, sure: string, loose: string])[] = [
  [
    'hour',
    '(?<![-\\d])\\bhourly|(?:per|each|every) hour|(?<=(?:once|twice|times|mg|mcg|g|ml|tablets?|units) )an? hour|(?<=lần )(?:một |trong )?giờ|giờ(?= (?:\\d|một|hai|ba|bốn|năm|sáu) ?lần)|mỗi giờ|hàng giờ|每小时|كل ساعه',
    'an hour|/ ?h\\b|/ ?giờ|/ ?小时|في الساعه|/ ?ساعه',
  ],
  [
    'day',
    '(?<![-\\d])\\bdaily|(?:per|each|every) day|(?<=(?:once|twice|times|mg|mcg|g|ml|tablets?|units) )a day|(?<=lần )(?:một |trong )?ngày|ngày(?= (?:\\d|một|hai|ba|bốn|năm|sáu) ?lần)|/ ?day|mỗi ngày|h[àằ]ng ngày|/ ?ngày|每日|每天|一日(?=[一二三四\\d]次)|/ ?[天日]|يوميا|في اليوم|كل يوم|/ ?يوم|باليوم',
    'a day|một ngày|[一1][天日]|اليوم|يومي|يوميه|everyday|nightly|mỗi (?:sáng|tối|đêm)|每[早晚]',
  ],
  [
    'week',
    '(?<![-\\d])\\bweekly|(?:per|each|every) week|(?<=(?:once|twice|times|mg|mcg|g|ml|tablets?|units) )a week|(?<=lần )(?:một |trong )?tuần|tuần(?= (?:\\d|một|hai|ba|bốn|năm|sáu) ?lần)|/ ?week|mỗi tuần|h[àằ]ng tuần|/ ?tuần|一周(?=[一二两三四\\d]次)|每周|每週|每星期|/ ?[周週]|اسبوعيا|في الاسبوع|كل اسبوع(?!ي)|/ ?اسبوع|بالاسبوع',
    'a week|một tuần|[一1]周|اسبوع|اسبوعي|اسبوعيه',
  ],
  [
    'month',
    '(?<![-\\d])\\bmonthly|(?:per|each|every) month|(?<=(?:once|twice|times|mg|mcg|g|ml|tablets?|units) )a month|(?<=lần )(?:một |trong )?tháng|tháng(?= (?:\\d|một|hai|ba|bốn|năm|sáu) ?lần)|/ ?month|mỗi tháng|h[àằ]ng tháng|/ ?tháng|每月|每个月|/ ?月|شهريا|في الشهر|كل شهر(?!ي)|/ ?شهر|بالشهر',
    'a month|một tháng|[一1]个月|شهر|شهري|شهريه',
  ],
  [
    'year',
    '(?<![-\\d])\\b(?:yearly|annually)|(?:per|each|every) year|(?<=(?:once|twice|times|mg|mcg|g|ml|tablets?|units) )a year|(?<=lần )(?:một |trong )?năm|năm(?= (?:\\d|một|hai|ba|bốn|năm|sáu) ?lần)|/ ?year|mỗi năm|h[àằ]ng năm|/ ?năm|每年|/ ?年|سنويا|في السنه|كل سنه|كل عام',
    'a year|annual|một năm|[一1]年|سنه|سنوي|سنويه|عام',
  ],
];
/** 'Three-weekly' is a number with a unit. */
const COUNTED_BEFORE = '(?<!(?:two|three|four|six|bi|tri)[- ]?)';
const SIGNS = RHYTHMS.map(([rhythm, sure, loose]) => ({
  rhythm,
  sure: new RegExp(
    `${COUNTED_BEFORE}(?<!\\p{Script=Arabic})(?:${sure})(?!\\p{Script=Latin}|\\p{Script=Arabic})`,
    'giu',
  ),
  loose: new RegExp(
    `(?<!\\p{Script=Latin})[وفبلك]{0,2}(?:ال|لل)?(?:${loose})(?!\\p{Script=Latin}|\\p{Script=Arabic})`,
    'giu',
  ),
}));

/** How often something is done. @param text folded */
export function findRhythms(text: string): Mentions {
  const sure = new Map<string, number>();
  const possible = new Map<string, number>();
  for (const one of SIGNS) {
    const certain = text.match(one.sure)?.length ?? 0;
    const loose = text.match(one.loose)?.length ?? 0;
    if (certain > 0) sure.set(one.rhythm, certain);
    if (certain + loose > 0) possible.set(one.rhythm, certain + loose);
  }
  return { sure, possible };
}
