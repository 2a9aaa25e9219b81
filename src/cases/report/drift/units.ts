/*
 * What stands behind a number, in English, Vietnamese, Chinese and Arabic (folded, see `foldText`; Latin in lower case).
 * A unit is a name for comparison alone: 80 mg and 80 毫克 are `mg`. Nothing is converted: a translation that makes 1000 mg
 * of 1 g has changed what was written.
 */

/** Of doses and measures: where one side has none, something is missing. */
const MEASURES: Readonly<Record<string, string>> = {
  mg: 'mg|milligrams?|milligrammes?|miligam|miligram|毫克|ملغ|ملغم|مغ|مجم|ملجم|ملليغرام|مليغرام|ميليغرام|ملليجرام|مليجرام|ميليجرام|ملليجراما|ملليغراما|مليغراما',
  g: 'g|grams?|grammes?|gam|gram|克|غ|غم|جم|غرام|جرام|غراما|جراما|غرامات|جرامات',
  kg: 'kg|kilograms?|kilogrammes?|kilos?|kilôgam|kilogam|ki-lô-gam|千克|公斤|كغ|كغم|كجم|كلغ|كلغم|كيلوغرام|كيلوجرام|كيلوغراما|كيلوجراما|كيلو',
  ug: 'μg|ug|mcg|micrograms?|microgrammes?|microgam|micrôgam|微克|ميكروغرام|ميكروجرام|مكغ|مكجم|ميكغ',
  ng: 'ng|nanograms?|nanogam|纳克|نانوغرام|نانوجرام|نغ',
  pg: 'pg|picograms?|皮克|بيكوغرام|بيكوجرام',
  ml: 'ml|millilit(?:re|er)s?|mililit|mi-li-lít|毫升|مل|ملل|ملي|ملليلتر|مليلتر|ميليلتر|ميلليلتر',
  ul: 'μl|ul|microlit(?:re|er)s?|微升|ميكرولتر',
  l: 'l|lit(?:re|er)s?|lít|升(?![至到高为])|لتر|لترات|ل',
  dl: 'dl|decilit(?:re|er)s?|分升|ديسيلتر|دل',
  iu: 'iu|ui|u|units?|international units?|đơn vị quốc tế|đơn vị|đvqt|国际单位|國際單位|单位|單位|وحده دوليه|وحدات دوليه|وحده|وحدات',
  gy: 'gy|grays?|戈瑞|戈|غراي|جراي|غري|جري',
  cgy: 'cgy|厘戈瑞|厘戈|سنتيغراي|سنتيجراي',
  mm: 'mm|millimet(?:re|er)s?|milimet|mi-li-mét|毫米|مم|ملم|مليمتر|ملليمتر|ميليمتر|مليمترات|ملليمترات',
  cm: 'cm|centimet(?:re|er)s?|xentimet|centimet|xăng-ti-mét|厘米|公分|سم|سنتيمتر|سنتمتر|سنتيمترات',
  m2: 'm\\^?2(?!\\d)|square met(?:re|er)s?|mét vuông|平方米|م\\^?2(?!\\d)|متر مربع|مترا مربعا',
  cm3: 'cm\\^?3(?!\\d)|立方厘米|سم\\^?3(?!\\d)',
  mm3: 'mm\\^?3(?!\\d)|立方毫米|مم\\^?3(?!\\d)',
  um: 'μm|um|微米|ميكرون|ميكرومتر',
  m: 'm|met(?:re|er)s?|mét|米|متر|امتار',
  '%': '%|percent|per cent|phần trăm|في المئه|في المائه|بالمئه|بالمائه',
  mol: 'mol|摩尔|مول',
  mmol: 'mmol|millimoles?|milimol|毫摩尔|毫摩|مليمول|ملليمول|ميليمول',
  umol: 'μmol|umol|micromoles?|micromol|微摩尔|微摩|ميكرومول',
  nmol: 'nmol|nanomoles?|nanomol|纳摩尔|نانومول',
  pmol: 'pmol|picomoles?|皮摩尔|بيكومول',
  meq: 'meq|毫当量|ملي مكافئ|ميلي مكافئ',
  mmhg: 'mm ?hg|毫米汞柱|ملم زئبق|مم زئبق|ملم زئبقي|مم زئبقي|ملليمتر زئبق',
  '°c': '° ?c|độ c|degrees c(?:elsius)?|摄氏度|درجه مئويه',
  mbq: 'mbq|兆贝可|ميغابيكريل|ميجابيكريل',
  gbq: 'gbq|吉贝可|غيغابيكريل|جيجابيكريل',
  mci: 'mci|毫居里|ملي كوري|ميلي كوري',
  msv: 'msv|毫西弗|ملي سيفرت|ميلي سيفرت',
  tesla: 't|tesla|特斯拉|تسلا',
  kcal: 'kcal|千卡|سعره حراريه',
};

/** Of what is counted: many languages leave them out. */
const COUNTS: Readonly<Record<string, string>> = {
  hour: 'h|hrs?|hours?|giờ|tiếng|小时|小時|ساعه|ساعات',
  minute: 'min|mins|minutes?|phút|分钟|分鐘|دقيقه|دقائق',
  second: 'seconds?|giây|秒|ثانيه|ثوان|ثواني',
  day: 'days?|ngày|天|日|يوم|يوما|ايام',
  week: 'wks?|weeks?|tuần|周|週|星期|礼拜|禮拜|اسبوع|اسبوعا|اسابيع',
  month: 'mos?|months?|tháng|月|شهر|شهرا|اشهر|شهور',
  year: 'y|yo|yrs?|years?|tuổi|năm(?! ?(?:19|20)\\d\\d)|年|岁|歲|周岁|سنه(?! ?(?:19|20)\\d\\d)|سنوات|سنين|عام(?! ?(?:19|20)\\d\\d)|عاما|اعوام',
  time: 'times?|-?fold|lần|次|倍|مره|مرات|اضعاف',
  cycle: 'cycles?|courses?|chu kỳ|chu kì|đợt|周期|週期|疗程|療程|دوره|دورات',
  tablet: 'tablets?|tabs?|capsules?|viên|片|粒|胶囊|قرص|اقراص|قرصا|حبه|حبات|حبوب|كبسوله|كبسولات',
  stage: '期|级|級|型',
  usd: 'usd|dollars?|us dollars?|đô la(?: mỹ)?|đô-la|美元|美金|دولارا?(?: امريكي[اه]?)?',
  eur: 'eur|euros?|欧元|يورو',
  cny: 'cny|rmb|yuan|元|人民币|nhân dân tệ|tệ|يوان(?: صيني)?',
  vnd: 'vnd|vnđ|đồng|dong|越南盾|دونغ(?: فيتنامي)?',
};

const FORMS = Object.entries({ ...MEASURES, ...COUNTS }).flatMap(([code, forms]) =>
  forms.split(/\|(?![^(]*\))/).map((form) => ({ code, form })),
);
/** The longest first: 周期 before 周. */
const LONGEST_FIRST = FORMS.toSorted((a, b) => b.form.length - a.form.length);
const NAMED = LONGEST_FIRST.map(({ code, form }) => ({ code, exact: new RegExp(`^(?:${form})$`, 'iu') }));
const byScript = (script: RegExp): string =>
  LONGEST_FIRST.filter(({ form }) => script.test(form))
    .map(({ form }) => form)
    .join('|');
const ANY_UNIT =
  String.raw`(?:(?:${byScript(/^(?![^(]*\p{Script=Han})(?!.*\p{Script=Arabic})/u)})(?!\p{Script=Latin}|\p{M})|` +
  String.raw`个?(?:${byScript(/\p{Script=Han}/u)})|` +
  String.raw`(?:${byScript(/\p{Script=Arabic}/u)})(?!\p{Script=Arabic}))`;
const UNIT = new RegExp(String.raw`(?: ?- ?| )?(?<unit>${ANY_UNIT})`, 'iuy');
const TAIL = new RegExp(String.raw` ?(?:\/ ?|\bper |mỗi |trên |每|لكل )(?<unit>${ANY_UNIT})`, 'iuy');

export interface FoundUnit {
  readonly unit: string;
  /** Of `mg/kg`: kg. */
  readonly tail?: string;
  readonly end: number;
}

/** The unit at a place of a folded text, behind at most a space or a hyphen. */
export function unitAt(text: string, at: number): FoundUnit | undefined {
  const found = match(UNIT, text, at);
  if (found === undefined) return undefined;
  const unit = nameUnit(found.form);
  const tail = match(TAIL, text, found.end);
  return tail === undefined ? { unit, end: found.end } : { unit, tail: nameUnit(tail.form), end: tail.end };
}

function match(pattern: RegExp, text: string, at: number): { form: string; end: number } | undefined {
  pattern.lastIndex = at;
  const groups = pattern.exec(text)?.groups;
  return groups === undefined ? undefined : { form: groups['unit']!, end: pattern.lastIndex };
}

const named = new Map<string, string>();

function nameUnit(form: string): string {
  const written = form.replace(/^个/, '').toLowerCase();
  const known = named.get(written);
  if (known !== undefined) return known;
  // Forms that look ahead have nothing ahead here: they match what they matched.
  const code = NAMED.find(({ exact }) => exact.test(written))!.code;
  named.set(written, code);
  return code;
}

/** Whether the letters are a unit, as in `80mg`. */
export function isUnit(letters: string): boolean {
  return unitAt(letters, 0)?.end === letters.length;
}

/** Whether a number that has the unit says nothing without it. */
export function isMeasure(unit: string | undefined): boolean {
  return unit !== undefined && Object.hasOwn(MEASURES, unit);
}

const STAGE_BEFORE =
  /(?:(?<!\p{Script=Latin})(?:stages?|grades?|phase|class|types?|giai đoạn|gđ|cấp độ|pha|típ|týp|loại|(?<!(?:nhiệt|tốc|nồng|mật|cường|chế|góc) )độ(?: mô học| ác tính| biệt hóa| biệt hoá)?)|مرحله|المرحله|درجه|الدرجه|الطور|الفئه|النوع)[ :(-]{0,3}(?:ال)?$/iu;
const PERCENT_BEFORE = /百分之$|(?<!\d)%$/;
const CURRENCY_BEFORE: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [/(?:us ?\$|\$|usd) ?$/i, 'usd'],
  [/(?:€|eur) ?$/i, 'eur'],
  [/(?:¥|cny|rmb|人民币) ?$/i, 'cny'],
  [/(?:vnd|vnđ) ?$/i, 'vnd'],
];
/** Day 8 is 第8天. */
const COUNT_BEFORE: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [/(?<!\p{L})(?:days?|ngày(?: thứ)?|(?:ال)?يوم(?:ين)?|(?:ال)?ايام) ?$/iu, 'day'],
  [/(?<!\p{L})(?:weeks?|tuần(?: thứ)?|(?:ال)?اسبوع|(?:ال)?اسابيع) ?$/iu, 'week'],
  [/(?<!\p{L})(?:months?|(?:ال)?شهر|(?:ال)?اشهر) ?$/iu, 'month'],
  [/(?<!\p{L})(?:ال)?سنوات ?$/iu, 'year'],
  [/(?<!\p{L})(?:cycles?|chu kỳ(?: thứ)?|(?:ال)?دوره) ?$/iu, 'cycle'],
];
const LONGEST_LABEL = 24;

/** What says before a number what it is: `stage 3`, `百分之60`, `USD 400`. */
export function unitBefore(text: string, at: number): string | undefined {
  const before = text.slice(Math.max(0, at - LONGEST_LABEL), at);
  if (STAGE_BEFORE.test(before)) return 'stage';
  if (PERCENT_BEFORE.test(before)) return '%';
  return [...CURRENCY_BEFORE, ...COUNT_BEFORE].find(([pattern]) => pattern.test(before))?.[1];
}
