import type { SectionKey } from './sections.ts';

/** What a summary says by itself, in one language. `{count}` stands where a number goes. */
export interface SummaryWords {
  readonly title: string;
  readonly sections: Readonly<Record<SectionKey, string>>;
  readonly columns: readonly [what: string, when: string, detail: string];
  /** Why a section is empty, or not whole. */
  readonly unavailable: string;
  readonly withheld: string;
  readonly partial: string;
  readonly latest: string;
  readonly yes: string;
  readonly no: string;
}

const ENGLISH: SummaryWords = {
  title: 'International Patient Summary',
  sections: {
    medications: 'Medication summary',
    allergies: 'Allergies and intolerances',
    problems: 'Problems',
    immunizations: 'Immunizations',
    procedures: 'History of procedures',
    devices: 'Medical devices',
    results: 'Results',
    vitalSigns: 'Vital signs',
    pastProblems: 'History of past problems',
    socialHistory: 'Social history',
    plan: 'Plan of care',
    alerts: 'Alerts',
  },
  columns: ['What', 'Date', 'Details'],
  unavailable: 'No information is held here. This does not mean that there is none.',
  withheld: 'Information of this kind may not be read with the access that was used.',
  partial: 'Only a part of this information may be read with the access that was used.',
  latest: 'The latest {count} entries.',
  yes: 'Yes',
  no: 'No',
};

const VIETNAMESE: SummaryWords = {
  title: 'Bản tóm tắt bệnh nhân quốc tế',
  sections: {
    medications: 'Tóm tắt thuốc',
    allergies: 'Dị ứng và không dung nạp',
    problems: 'Vấn đề sức khỏe',
    immunizations: 'Tiêm chủng',
    procedures: 'Tiền sử thủ thuật và phẫu thuật',
    devices: 'Thiết bị y tế',
    results: 'Kết quả xét nghiệm và chẩn đoán',
    vitalSigns: 'Dấu hiệu sinh tồn',
    pastProblems: 'Tiền sử bệnh',
    socialHistory: 'Tiền sử xã hội',
    plan: 'Kế hoạch chăm sóc',
    alerts: 'Cảnh báo',
  },
  columns: ['Nội dung', 'Ngày', 'Chi tiết'],
  unavailable: 'Ở đây không có thông tin. Điều này không có nghĩa là không có vấn đề gì.',
  withheld: 'Quyền truy cập đã dùng không cho phép đọc loại thông tin này.',
  partial: 'Quyền truy cập đã dùng chỉ cho phép đọc một phần thông tin này.',
  latest: '{count} mục gần đây nhất.',
  yes: 'Có',
  no: 'Không',
};

const CHINESE: SummaryWords = {
  title: '国际患者摘要',
  sections: {
    medications: '用药摘要',
    allergies: '过敏与不耐受',
    problems: '健康问题',
    immunizations: '免疫接种',
    procedures: '手术和操作史',
    devices: '医疗器械',
    results: '检查检验结果',
    vitalSigns: '生命体征',
    pastProblems: '既往疾病史',
    socialHistory: '社会史',
    plan: '诊疗计划',
    alerts: '警示',
  },
  columns: ['项目', '日期', '详情'],
  unavailable: '此处没有相关信息，但这并不表示不存在相关情况。',
  withheld: '所用的访问权限不允许读取此类信息。',
  partial: '所用的访问权限只允许读取其中一部分信息。',
  latest: '最近的 {count} 条记录。',
  yes: '是',
  no: '否',
};

const WORDS: Readonly<Record<string, SummaryWords>> = { en: ENGLISH, vi: VIETNAMESE, zh: CHINESE };

/** English where there are no words in the language. */
export function summaryWordsIn(language: string): { readonly language: string; readonly words: SummaryWords } {
  const words = WORDS[language];
  return words === undefined ? { language: 'en', words: ENGLISH } : { language, words };
}
