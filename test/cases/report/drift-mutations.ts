/** One side of a pair with one thing changed that no translation may change. */
export interface Mutation {
  readonly kind: 'number' | 'unit' | 'word' | 'side' | 'stage' | 'code' | 'mark' | 'date' | 'sign';
  readonly text: string;
}

type Swap = readonly [pattern: RegExp, instead: string];
type Language = 'en' | 'vi' | 'zh' | 'ar';

/** By hand and apart from the tables of the house: what those have forgotten shows here. */
const UNITS: Readonly<Record<Language, readonly Swap[]>> = {
  en: [
    [/\bmg\b/g, 'g'],
    [/\bmcg\b|µg/g, 'mg'],
    [/\bcm\b/g, 'mm'],
    [/\bmm\b/g, 'cm'],
    [/\bGy\b/g, 'cGy'],
    [/\bmL\b/g, 'L'],
    [/\bng\b/g, 'µg'],
    [/\bkg\b/g, 'g'],
    [/\bmmol\b/g, 'µmol'],
    [/(?<=\d)%/g, ''],
    [/(?<=\d | three | two | four | five | ten | six )weeks/g, 'months'],
    [/(?<=\d | three | two | six )months/g, 'weeks'],
    [/(?<=\d | five | ten )days/g, 'weeks'],
    [/\bdaily\b/g, 'weekly'],
    [/\bweekly\b/g, 'daily'],
    [/\bmg\/kg/g, 'mg/m2'],
  ],
  vi: [
    [/ mg(?!\p{L})/gu, ' g'],
    [/ mcg| µg/g, ' mg'],
    [/ cm(?!\p{L})/gu, ' mm'],
    [/ mm(?!\p{L})/gu, ' cm'],
    [/ Gy/g, ' cGy'],
    [/ mL/g, ' L'],
    [/(?<=\d)%/g, ''],
    [/(?<=(?:\d|hai|ba|bốn|tám|mười) )tuần/g, 'tháng'],
    [/(?<=(?:\d|hai|ba|sáu) )tháng(?! \d)/g, 'tuần'],
    [/(?<=(?:\d|năm|mười) )ngày(?! \d)/g, 'tuần'],
    [/ngày(?= [18] )/g, 'tuần'],
    [/mỗi ngày|hàng ngày/g, 'mỗi tuần'],
    [/mỗi tuần|hàng tuần/g, 'mỗi ngày'],
  ],
  zh: [
    [/毫克/g, '克'],
    [/微克/g, '毫克'],
    [/厘米|(?<=\d ?)cm/g, '毫米'],
    [/毫米|(?<=\d ?)mm(?!H)/g, '厘米'],
    [/Gy/g, 'cGy'],
    [/(?<=[\d两三四十])个月/g, '周'],
    [/(?<=[\d两三四八十])周(?!期)/g, '个月'],
    [/(?<=[\d五十])天/g, '周'],
    [/每日/g, '每周'],
    [/每周(?!期)/g, '每日'],
    [/(?<=\d)%(?![～至])/g, ''],
    [/公斤/g, '克'],
  ],
  ar: [
    [/ملغ/g, 'غ'],
    [/ميكروغرام/g, 'ملغ'],
    [/(?<= )سم/g, 'مم'],
    [/(?<= )مم|(?<=\d )ملم(?! ز)/g, 'سم'],
    [/غراي/g, 'سنتيغراي'],
    [/أسابيع/g, 'أشهر'],
    [/أشهر/g, 'أسابيع'],
    [/(?<=\d )أيام|(?<=خمسة )أيام/g, 'أسابيع'],
    [/يوميًا/g, 'أسبوعيًا'],
    [/أسبوعيًا/g, 'يوميًا'],
    [/٪|(?<=\d)%/g, ''],
  ],
};
const SIDES: Readonly<Record<Language, readonly Swap[]>> = {
  en: [
    [/\bleft\b/gi, 'right'],
    [/\bright\b(?! answer)/gi, 'left'],
    [/\bbilateral\b/gi, 'right'],
    [/\b(?:left|right)(?= (?:breast|lung|upper|lower|knee|axilla|ovary|side|arm)\b)/gi, 'bilateral'],
  ],
  vi: [
    [/trái(?!\s(?:với|lại))/g, 'phải'],
    [/(?<=(?:phổi|vú|bên|gối|trứng|tay|gan) )phải/g, 'trái'],
    [/hai bên/g, 'bên trái'],
  ],
  zh: [
    [/左(?!甲)/g, '右'],
    [/右/g, '左'],
    [/双侧/g, '左侧'],
  ],
  ar: [
    [/الأيسر/g, 'الأيمن'],
    [/الأيمن/g, 'الأيسر'],
    [/اليمنى/g, 'اليسرى'],
    [/ثنائي الجانب/g, 'في الجانب الأيسر'],
  ],
};
const STAGES: Readonly<Record<Language, readonly Swap[]>> = {
  en: [
    [/\bIIIB\b/g, 'IIIA'],
    [/\b(?:III|(?<!kg )IV|II)\b/g, 'I'],
    [/\bIA2\b/g, 'IA3'],
  ],
  vi: [
    [/\bIIIB\b/g, 'IIIC'],
    [/\b(?:III|IV|II)\b/g, 'I'],
    [/\bIA2\b/g, 'IB2'],
  ],
  zh: [
    [/IIIB期/g, 'IIIA期'],
    [/Ⅳ期/g, 'Ⅲ期'],
    [/(?:III|II)(?=期|级)/g, 'I'],
  ],
  ar: [
    [/المرحلة الثالثة ب/g, 'المرحلة الثالثة أ'],
    [/المرحلة الرابعة/g, 'المرحلة الثالثة'],
    [/المرحلة الثالثة/g, 'المرحلة الثانية'],
    [/الدرجة الثانية/g, 'الدرجة الثالثة'],
    [/المرحلة الثانية/g, 'المرحلة الأولى'],
  ],
};
const WORDS: Readonly<Record<Language, readonly Swap[]>> = {
  en: [
    [/\b(?:two|three|four|ten|twelve|six)(?= (?:weeks|months|tablets|days))/gi, 'seven'],
    [/\bfive(?= days|-year)/gi, 'nine'],
    [/\b(?:three times|twice)(?= (?:a day|daily|per week))/gi, 'four times'],
  ],
  vi: [
    [/(?<!\p{L})(?:hai|ba|bốn|tám|sáu|mười)(?= (?:tuần|tháng|viên|lần))/gu, 'bảy'],
    [/(?<!\p{L})(?:năm|mười)(?= ngày| năm)/gu, 'chín'],
    [/mười hai(?= tuần)/g, 'mười một'],
  ],
  zh: [
    [/[两三四八](?=周|个月|片|年|次)/g, '七'],
    [/[五十](?=天|年)/g, '九'],
    [/六(?=个月)/g, '三'],
  ],
  ar: [
    [/ثلاثة(?= أ)/g, 'سبعة'],
    [/(?:أربعة|عشرة|ثمانية|ستة)(?= أ)/g, 'تسعة'],
    [/خمسة(?= أ)/g, 'ستة'],
    [/ثلاث(?= مرات)/g, 'أربع'],
    [/(?<= )مرتين(?= )/g, 'ثلاث مرات'],
    [/أسبوعين/g, 'ثلاثة أسابيع'],
    [/سنتين/g, 'ثلاث سنوات'],
  ],
};
const MONTHS: Readonly<Record<Language, readonly Swap[]>> = {
  en: [[/March|May/g, 'June']],
  vi: [],
  zh: [],
  ar: [[/مارس|مايو/g, 'يوليو']],
};
const SIGNS: Readonly<Record<Language, readonly Swap[]>> = {
  en: [
    [/\bpositive\b/gi, 'negative'],
    [/\bnegative\b/gi, 'positive'],
  ],
  vi: [
    [/dương tính/gi, 'âm tính'],
    [/âm tính/gi, 'dương tính'],
  ],
  zh: [
    [/阳性/g, '阴性'],
    [/阴性/g, '阳性'],
  ],
  ar: [
    [/إيجابي/g, 'سلبي'],
    [/سلبي/g, 'إيجابي'],
  ],
};
const GLYPHS: readonly Swap[] = [
  [/(?<=(?:\bER|\bPR|HER2|CD20)\(?)\+/g, '−'],
  [/(?<=(?:\bER|\bPR|HER2|CD20)\(?)[-−](?![\p{L}\d])/gu, '+'],
];
const CODES: readonly Swap[] = [
  [/T790M/g, 'T790S'],
  [/G12C/g, 'G12D'],
  [/HER2/g, 'HER3'],
  [/PD-L1/g, 'PD-1'],
  [/cT3N2M0/g, 'cT3N2M1'],
  [/BI-RADS 4A/g, 'BI-RADS 4B'],
  [/NCT01234567/g, 'NCT01234568'],
  [/C34\.1/g, 'C34.2'],
  [/1056\/NEJMoa1713137/g, '1056/NEJMoa1713138'],
];

/** All that can be changed in a text, one thing each time. */
export function mutate(text: string, language: Language): Mutation[] {
  return [
    ...changeDigits(text),
    ...change(text, 'unit', UNITS[language]),
    ...change(text, 'side', SIDES[language]),
    ...change(text, 'stage', STAGES[language]),
    ...change(text, 'word', WORDS[language]),
    ...change(text, 'date', MONTHS[language]),
    ...change(text, 'sign', [...SIGNS[language], ...GLYPHS]),
    ...change(text, 'code', CODES),
  ];
}

/** Each number one more, ten times as much, and with its last two digits exchanged; each decimal mark left out or moved. */
function changeDigits(text: string): Mutation[] {
  return [...text.matchAll(/[\d٠-٩]+/g)].flatMap(({ index, 0: digits }) => {
    const put = (kind: Mutation['kind'], instead: string, until = index + digits.length): Mutation => ({
      kind,
      text: text.slice(0, index) + instead + text.slice(until),
    });
    const last = digits.at(-1)!;
    const zero = last >= '٠' ? 0x660 : 0x30;
    const next = String.fromCharCode(zero + ((last.charCodeAt(0) - zero + 1) % 10));
    const turned = digits.slice(0, -2) + last + (digits.at(-2) ?? '');
    const [, rest] = /^[.,٫]([\d٠-٩]{1,2})(?![\d٠-٩.,])/.exec(text.slice(index + digits.length)) ?? [];
    return [
      put('number', digits.slice(0, -1) + next),
      // 3.20 is 3.2, and 00 is 0.
      ...(/[.,٫]$/.test(text.slice(0, index)) || Number(digits) === 0
        ? []
        : [put('number', digits + String.fromCharCode(zero))]),
      ...(digits.length > 1 && turned !== digits ? [put('number', turned)] : []),
      ...(rest === undefined ? [] : [put('mark', digits + rest, index + digits.length + 1 + rest.length)]),
    ];
  });
}

function change(text: string, kind: Mutation['kind'], swaps: readonly Swap[]): Mutation[] {
  return swaps.flatMap(([pattern, instead]) =>
    [...text.matchAll(pattern)].flatMap(({ index, 0: found }) => {
      const changed = text.slice(0, index) + instead + text.slice(index + found.length);
      return changed === text ? [] : [{ kind, text: changed }];
    }),
  );
}
