/** What a draft says where nobody has written yet. */
export interface DraftWords {
  readonly toWrite: string;
  readonly toTranslate: string;
  /** Of an activity that stands in the first plan. */
  readonly fromFirst: string;
  /** Of an item of an estimate. */
  readonly item: string;
}

const ENGLISH: DraftWords = {
  toWrite: 'To be written.',
  toTranslate: 'To be translated.',
  fromFirst: 'From the first plan: keep it, change it, or take it out.',
  item: 'To be itemised',
};

const WORDS: Readonly<Record<string, DraftWords>> = {
  en: ENGLISH,
  vi: {
    toWrite: 'Cần viết.',
    toTranslate: 'Cần dịch.',
    fromFirst: 'Theo kế hoạch thứ nhất: giữ lại, thay đổi hoặc bỏ đi.',
    item: 'Cần liệt kê từng khoản',
  },
  zh: {
    toWrite: '待撰写。',
    toTranslate: '待翻译。',
    fromFirst: '来自第一治疗方案：请保留、修改或删除。',
    item: '待逐项列出',
  },
  ar: {
    toWrite: 'قيد الكتابة.',
    toTranslate: 'قيد الترجمة.',
    fromFirst: 'من الخطة الأولى: أبقه أو غيّره أو احذفه.',
    item: 'يُفصَّل لاحقًا',
  },
};

/** The words for a BCP 47 tag, by its language alone; English where there are none. */
export function draftWords(tag: string): DraftWords {
  const [language = ''] = tag.toLowerCase().split('-', 1);
  return Object.hasOwn(WORDS, language) ? (WORDS[language] ?? ENGLISH) : ENGLISH;
}
