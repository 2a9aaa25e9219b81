/** Sides that a text names, each with how often at least (`sure`) and at most (`possible`): 'right' may mean 'at once'. */
export interface Mentions {
  readonly sure: ReadonlyMap<string, number>;
  readonly possible: ReadonlyMap<string, number>;
}

/** A pattern whose first group, where it has taken part, says that something else may be meant. */
interface Sign {
  readonly side: 'left' | 'right' | 'both';
  readonly pattern: RegExp;
}

const word = (body: string): string => `(?<!\\p{Script=Latin})(?:${body})(?!\\p{Script=Latin}|\\p{M})`;
const arabic = (body: string): string =>
  `(?<!\\p{Script=Arabic})[وفبلك]{0,2}(?:ال|لل)?(?:${body})(?!\\p{Script=Arabic})`;
const sign = (side: Sign['side'], ...bodies: string[]): Sign => ({
  side,
  pattern: new RegExp(bodies.join('|'), 'giu'),
});

/** Behind these, or before those, the English words are no sides. */
const ENGLISH_LEFT_ALONE =
  '(?= (?:untreated|alone|out|behind|over|unchanged|off|open|without|with|for|in place|at|to the)(?!\\p{L}))';
const ENGLISH_RIGHT_ALONE =
  '(?= (?:away|now|choice|treatment|time|to|answer|decision|after|before|drug|dose|approach|diagnosis|option|question|moment|thing|balance|and proper)(?!\\p{L}))';
/** After these the Vietnamese word is a side; else it may be 'must'. */
const VIETNAMESE_BODY =
  'bên|phổi|vú|thận|tay|chân|mắt|tai|gan|đùi|vai|gối|háng|não|cầu|trên|dưới|giữa|trứng|tinh hoàn|tràng|vùng|nách|cổ|má|ngực|bụng|hông|giáp|thượng thận|niệu quản|cẳng|bàn|thái dương|trán|đỉnh|chẩm|thất|nhĩ|tim|phía|nửa|đòn|quản|chậu|mũi|hàm|thùy|thuỳ|khớp|sườn|phế quản|màng phổi|lưng|mông|bẹn|cánh|mạch';
const VIETNAMESE_LEFT_ALONE = '(?= (?:cây|tim|lại|với|phép|ngược|chiều)(?!\\p{L}))';

const SIGNS: readonly Sign[] = [
  sign(
    'both',
    word('bilateral(?:ly)?|both sides|(?:cả )?(?:hai|2) bên'),
    '双侧|雙側|两侧|兩側',
    arabic('ثنائيه? (?:ال)?جانب|جانبين|جانبيه الثنائيه|جهتين'),
  ),
  sign(
    'both',
    `(${word('both|cả hai|hai (?:phổi|vú|thận|mắt|tai|tay|chân|buồng trứng|gối|thùy)')})`,
    '([双雙两兩](?=[肺乳肾眼耳下上手足腿膝髋肩附锁颈腋卵]))',
    `(${arabic('كلا|كلتا|رئتين|كليتين|ثديين|مبيضين|عينين|ساقين|ذراعين|ركبتين|رئتان|كليتان')})`,
  ),
  sign(
    'left',
    `(${word(`left${ENGLISH_LEFT_ALONE}`)}|(?<=(?<!\\p{L})(?:is|are|was|were|be|been|has|have|had|nothing|weeks|days|months|cycles) )left(?!\\p{L}))`,
    word('left(?:-sided|wards?)?'),
    `(${word(`trái${VIETNAMESE_LEFT_ALONE}`)}|\\(T\\))`,
    word('trái'),
    '([左](?:右|氧|旋|乙|甲|西|炔|卡|亚))',
    '左',
    arabic('ايسر|يسرى|يسري|يسار'),
    `(${word('LVEF|LV|LAD|LUL|LLL')})`,
  ),
  sign(
    'right',
    `(${word(`right${ENGLISH_RIGHT_ALONE}`)}|(?<=(?<!\\p{L})(?:all|the patient's|a|your) )right(?!\\p{L}))`,
    word('right(?:-sided|wards?)?'),
    `(?<=(?<!\\p{L})(?:${VIETNAMESE_BODY}) )phải(?!\\p{L})`,
    `(${word('phải')}|\\(P\\))`,
    '(?<=左)(右)',
    '(右(?:美|旋|佐))',
    '右',
    arabic('ايمن|يمنى|يمين'),
    `(${arabic('يمني')}|${word('RV|RCA|RUL|RML|RLL')})`,
  ),
];

/** @param text folded */
export function findSides(text: string): Mentions {
  const sure = new Map<string, number>();
  const possible = new Map<string, number>();
  for (const { side, pattern } of SIGNS) {
    for (const found of text.matchAll(pattern)) {
      possible.set(side, (possible.get(side) ?? 0) + 1);
      if (found.slice(1).every((loose: string | undefined) => loose === undefined))
        sure.set(side, (sure.get(side) ?? 0) + 1);
    }
  }
  return { sure, possible };
}
