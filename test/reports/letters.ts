import { readFileSync } from 'node:fs';
import type { Block, Letter, Section } from '../../src/reports/letter/model.ts';
import { fontFiles } from '../../src/reports/index.ts';
import type { FontName, LetterFonts } from '../../src/reports/index.ts';

const FILES = fontFiles();
const read = new Map<FontName, Uint8Array>();

/** The fonts of the house, each file read once and only if a letter asks for it. */
export const FONTS: LetterFonts = (name) => {
  const bytes = read.get(name) ?? readFileSync(FILES[name]);
  read.set(name, bytes);
  return bytes;
};

export const LANGUAGES = ['en', 'vi', 'zh', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Invented words of an invented case, in one language. */
interface Words {
  readonly title: string;
  readonly programme: Letter['programme'];
  readonly foot: string;
  readonly pageOf: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly headings: readonly [
    facts: string,
    summary: string,
    answers: string,
    plan: string,
    people: string,
    about: string,
  ];
  readonly prose: readonly string[];
  readonly question: string;
  readonly answer: string;
  readonly steps: readonly string[];
  readonly differences: Omit<Extract<Block, { kind: 'table' }>, 'kind'>;
  readonly estimate: Omit<Extract<Block, { kind: 'table' }>, 'kind'>;
  readonly person: readonly [name: string, ...lines: string[]];
  readonly notice: string;
  readonly verify: readonly [heading: string, text: string, digestLabel: string];
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Second opinion SO-26-7K3M-9QTX',
    programme: {
      name: 'Invented Centre for Second Opinions',
      lines: ['12 Friendship Road, 700000 Nowhere', '+84 00 0000 0000 · opinions@programme.example'],
    },
    foot: 'Case SO-26-7K3M-9QTX',
    pageOf: 'Page {page} of {pages}',
    facts: [
      ['Patient', 'Nguyễn Thị Ánh Tuyết (阮氏映雪), also written نغوين'],
      ['Born', '1961-07-09'],
      ['Service', 'Written opinion of a multidisciplinary team'],
    ],
    headings: ['Case', 'Summary of findings', 'Answers', 'Recommended plan', 'Attested by', 'About this opinion'],
    prose: [
      'The lesion in the right upper lobe measures 34 mm and takes up tracer (SUVmax 11.2); the nodes in stations 4R and 7 ' +
        'do not. Review of the slides confirms an adenocarcinoma with acinar pattern, TTF-1 positive, p40 negative. The ' +
        'staging given at home, cT2a cN0 cM0, is confirmed.',
      'Surgery (lobectomy with lymph node dissection) is preferred over stereotactic radiotherapy because lung function ' +
        'allows it: FEV1 ≥ 80 % of predicted, DLCO ≤ 5 % below. Creatinine 88 µmol/L → no change of dose; α = 0.05.',
    ],
    question: 'Is an operation better than radiotherapy for this patient?',
    answer: 'It is, as far as the records show; see the table of differences.',
    steps: ['Lobectomy of the right upper lobe', 'Cisplatin 75 mg/m² on day 1 of 21, four times', 'CT after 3 months'],
    differences: {
      caption: 'First and second opinion side by side',
      head: ['Aspect', 'First opinion', 'Second opinion', 'Difference'],
      rows: [
        ['Diagnosis', 'Adenocarcinoma of lung', 'Adenocarcinoma of lung, acinar', 'Confirmed'],
        ['Stage', 'cT2a cN0 cM0', 'cT2a cN1 cM0', 'Revised'],
        ['Treatment', 'Stereotactic radiotherapy, 5 × 11 Gy', 'Lobectomy, then cisplatin and vinorelbine', 'Revised'],
      ],
    },
    estimate: {
      caption: 'What the treatment is expected to cost',
      head: ['Item', 'Quantity', 'Unit price', 'Amount'],
      rows: [
        ['Lobectomy with stay of seven days', '1', '18,400.00 USD', '18,400.00 USD'],
        ['Cycle of cisplatin and vinorelbine', '4', '1,250.00 USD', '5,000.00 USD'],
      ],
      foot: ['Total', '', '', '23,400.00 USD'],
      amounts: [1, 2, 3],
    },
    person: ['Prof. Ada Fictional', 'Doctor of Medicine, Invented University, 1999', 'Thoracic oncology'],
    notice:
      'This second opinion is advisory. It rests on the records that were sent and on no examination of the patient.\n\n' +
      'This is not an emergency service.',
    verify: ['Is this letter genuine?', 'Scan the code, or open this address:', 'SHA-256 of the document'],
  },
  vi: {
    title: 'Ý kiến thứ hai SO-26-7K3M-9QTX',
    programme: {
      name: 'Trung tâm Ý kiến Thứ hai Thử Nghiệm',
      lines: ['12 Đường Hữu Nghị, 700000 Thành phố Hư Cấu', '+84 00 0000 0000 · opinions@programme.example'],
    },
    foot: 'Hồ sơ SO-26-7K3M-9QTX',
    pageOf: 'Trang {page} / {pages}',
    facts: [
      ['Người bệnh', 'Nguyễn Thị Ánh Tuyết'],
      ['Ngày sinh', '09/07/1961'],
      ['Dịch vụ', 'Ý kiến bằng văn bản của hội đồng đa chuyên khoa'],
    ],
    headings: ['Hồ sơ', 'Tóm tắt kết quả', 'Trả lời câu hỏi', 'Kế hoạch đề nghị', 'Người ký', 'Về ý kiến này'],
    prose: [
      'Tổn thương ở thùy trên phổi phải đo được 34 mm và tăng hấp thu chất đánh dấu (SUVmax 11,2); các hạch nhóm 4R và 7 ' +
        'không tăng hấp thu. Xem lại tiêu bản xác nhận ung thư biểu mô tuyến dạng nang, TTF-1 dương tính, p40 âm tính. ' +
        'Giai đoạn được xác định tại tuyến dưới, cT2a cN0 cM0, là chính xác.',
      'Phẫu thuật (cắt thùy phổi kèm nạo vét hạch) được ưu tiên hơn xạ trị định vị thân vì chức năng hô hấp cho phép: ' +
        'FEV1 ≥ 80 % giá trị dự đoán. Người bệnh nên được tư vấn kỹ về nguy cơ và lợi ích của từng phương án trước khi quyết định.',
    ],
    question: 'Phẫu thuật có tốt hơn xạ trị cho người bệnh này không?',
    answer: 'Có, theo những gì hồ sơ thể hiện; xem bảng so sánh.',
    steps: ['Cắt thùy trên phổi phải', 'Cisplatin 75 mg/m² ngày 1 mỗi 21 ngày, bốn chu kỳ', 'Chụp CT sau 3 tháng'],
    differences: {
      caption: 'Ý kiến thứ nhất và ý kiến thứ hai',
      head: ['Nội dung', 'Ý kiến thứ nhất', 'Ý kiến thứ hai', 'Khác biệt'],
      rows: [
        ['Chẩn đoán', 'Ung thư biểu mô tuyến của phổi', 'Ung thư biểu mô tuyến của phổi, dạng nang', 'Xác nhận'],
        ['Giai đoạn', 'cT2a cN0 cM0', 'cT2a cN1 cM0', 'Sửa đổi'],
        ['Điều trị', 'Xạ trị định vị thân, 5 × 11 Gy', 'Cắt thùy phổi, sau đó cisplatin và vinorelbin', 'Sửa đổi'],
      ],
    },
    estimate: {
      caption: 'Chi phí dự kiến',
      head: ['Hạng mục', 'Số lượng', 'Đơn giá', 'Thành tiền'],
      rows: [
        ['Cắt thùy phổi, nằm viện bảy ngày', '1', '18.400,00 USD', '18.400,00 USD'],
        ['Chu kỳ cisplatin và vinorelbin', '4', '1.250,00 USD', '5.000,00 USD'],
      ],
      foot: ['Tổng cộng', '', '', '23.400,00 USD'],
      amounts: [1, 2, 3],
    },
    person: ['PGS. TS. Trần Đức Hưởng', 'Bác sĩ y khoa, Đại học Y Thử Nghiệm, 1999', 'Ung bướu lồng ngực'],
    notice:
      'Ý kiến thứ hai này chỉ có giá trị tham khảo, dựa trên hồ sơ được gửi và không dựa trên việc khám người bệnh.\n\n' +
      'Đây không phải là dịch vụ cấp cứu.',
    verify: ['Văn bản này có thật không?', 'Quét mã hoặc mở địa chỉ sau:', 'SHA-256 của văn bản'],
  },
  zh: {
    title: '第二诊疗意见 SO-26-7K3M-9QTX',
    programme: {
      name: '虚构第二诊疗意见中心',
      lines: ['虚构市友谊路12号，邮编 700000', '+86 00 0000 0000 · opinions@programme.example'],
    },
    foot: '病例 SO-26-7K3M-9QTX',
    pageOf: '第 {page} 页，共 {pages} 页',
    facts: [
      ['患者', '阮氏映雪（Nguyễn Thị Ánh Tuyết）'],
      ['出生日期', '1961年7月9日'],
      ['服务', '多学科团队书面意见'],
    ],
    headings: ['病例', '检查结果摘要', '问题解答', '建议方案', '签署人', '关于本意见'],
    prose: [
      '右肺上叶病灶大小为34 mm，示踪剂摄取增高（SUVmax 11.2）；4R组及7组淋巴结未见摄取增高。复阅病理切片，证实为腺泡型腺癌，' +
        'TTF-1阳性，p40阴性。当地医院给出的分期“cT2a cN0 cM0”得到确认。患者肺功能良好，未见手术禁忌；既往有高血压病史，目前血压控制平稳。',
      '鉴于肺功能允许（FEV1 ≥ 预计值的80%），首选手术治疗——肺叶切除加淋巴结清扫，而非立体定向放疗。术后根据病理结果决定是否辅助化疗：' +
        '顺铂75 mg/m²，每21天为一个周期，共四个周期……请与主治医师充分沟通各方案的风险与获益，再作决定。',
    ],
    question: '对该患者而言，手术是否优于放疗？',
    answer: '就现有病历资料而言，是的；详见对照表。',
    steps: ['右肺上叶切除术', '顺铂75 mg/m²，第1天给药，每21天一次，共四次', '三个月后复查CT'],
    differences: {
      caption: '第一意见与第二意见对照',
      head: ['方面', '第一意见', '第二意见', '差异'],
      rows: [
        ['诊断', '肺腺癌', '肺腺癌，腺泡型', '确认'],
        ['分期', 'cT2a cN0 cM0', 'cT2a cN1 cM0', '修改'],
        ['治疗', '立体定向放疗，5 × 11 Gy', '肺叶切除术，术后顺铂联合长春瑞滨化疗', '修改'],
      ],
    },
    estimate: {
      caption: '预计费用',
      head: ['项目', '数量', '单价', '金额'],
      rows: [
        ['肺叶切除术（含七天住院）', '1', '18,400.00 美元', '18,400.00 美元'],
        ['顺铂联合长春瑞滨化疗（每周期）', '4', '1,250.00 美元', '5,000.00 美元'],
      ],
      foot: ['合计', '', '', '23,400.00 美元'],
      amounts: [1, 2, 3],
    },
    person: ['虚构 教授', '医学博士，虚构大学，1999年', '胸部肿瘤科'],
    notice: '本第二诊疗意见仅供参考，以所提供的病历资料为依据，未对患者进行体格检查。\n\n本服务不是急救服务。',
    verify: ['如何核验本文件？', '请扫描二维码，或打开以下网址：', '文件的 SHA-256 摘要'],
  },
  ar: {
    title: 'رأي طبي ثانٍ SO-26-7K3M-9QTX',
    programme: {
      name: 'المركز الافتراضي للآراء الطبية الثانية',
      lines: ['12 شارع الصداقة، مدينة الخيال 700000', '+84 00 0000 0000 · opinions@programme.example'],
    },
    foot: 'الحالة SO-26-7K3M-9QTX',
    pageOf: 'صفحة {page} من {pages}',
    facts: [
      ['المريضة', 'نغوين ثي آنه تويت (Nguyễn Thị Ánh Tuyết)'],
      ['تاريخ الميلاد', '1961-07-09'],
      ['الخدمة', 'رأي مكتوب من فريق متعدد التخصصات'],
      ['الهاتف', '+84 00 0000 0000'],
    ],
    headings: ['الحالة', 'ملخص النتائج', 'الإجابات', 'الخطة الموصى بها', 'المصادقة', 'حول هذا الرأي'],
    prose: [
      'يبلغ قياس الآفة في الفص العلوي من الرئة اليمنى 34 مم، وهي تلتقط المادة المشعّة (SUVmax 11.2)؛ أما العقد اللمفية في ' +
        'المحطتين 4R و7 فلا تلتقطها. تؤكد مراجعة الشرائح وجود سرطانة غدّية عِنَبية، TTF-1 إيجابي، p40 سلبي. والمرحلة ' +
        'المحدَّدة محلياً cT2a cN0 cM0 مؤكَّدة، والحمد لله.',
      'يُفضَّل الاستئصال الجراحي (استئصال الفص مع تجريف العقد اللمفية) على المعالجة الإشعاعية التجسيمية لأن وظائف الرئة ' +
        'تسمح بذلك: FEV1 ≥ 80 % من القيمة المتوقعة. الجرعة المقترحة: سيسبلاتين 75 mg/m² في اليوم الأول، كل 21 يوماً، ' +
        'أربع مرات؛ والكرياتينين ٨٨ ميكرومول/لتر. لا حاجة إلى تعديل الجرعة.',
    ],
    question: 'هل الجراحة أفضل من المعالجة الإشعاعية لهذه المريضة؟',
    answer: 'نعم، بحسب ما تُظهره السجلات؛ انظر جدول المقارنة.',
    steps: [
      'استئصال الفص العلوي الأيمن',
      'سيسبلاتين 75 mg/m² في اليوم 1 من 21، أربع مرات',
      'تصوير مقطعي (CT) بعد 3 أشهر',
    ],
    differences: {
      caption: 'الرأي الأول والرأي الثاني',
      head: ['الجانب', 'الرأي الأول', 'الرأي الثاني', 'الفرق'],
      rows: [
        ['التشخيص', 'سرطانة غدية في الرئة', 'سرطانة غدية عنبية في الرئة', 'مؤكَّد'],
        ['المرحلة', 'cT2a cN0 cM0', 'cT2a cN1 cM0', 'معدَّل'],
        ['العلاج', 'معالجة إشعاعية تجسيمية، 5 × 11 Gy', 'استئصال الفص، ثم سيسبلاتين وفينوريلبين', 'معدَّل'],
      ],
    },
    estimate: {
      caption: 'التكلفة المتوقعة',
      head: ['البند', 'الكمية', 'سعر الوحدة', 'المبلغ'],
      rows: [
        ['استئصال الفص مع إقامة سبعة أيام', '1', '18,400.00 USD', '18,400.00 USD'],
        ['دورة سيسبلاتين وفينوريلبين', '4', '1,250.00 USD', '5,000.00 USD'],
      ],
      foot: ['المجموع', '', '', '23,400.00 USD'],
      amounts: [1, 2, 3],
    },
    person: ['أ. د. ليلى المتخيَّلة', 'دكتورة في الطب، جامعة الخيال، 1999', 'أورام الصدر'],
    notice: 'هذا الرأي الثاني استشاري، ويستند إلى السجلات المرسلة دون فحص المريضة.\n\nهذه ليست خدمة طوارئ.',
    verify: ['هل هذه الرسالة أصلية؟', 'امسح الرمز أو افتح هذا العنوان:', 'بصمة SHA-256 للوثيقة'],
  },
};

/** An invented letter; each of `rounds` adds a page or so. */
export function letterIn(language: Language, rounds = 1): Letter {
  const words = WORDS[language];
  const [facts, summary, answers, plan, people, about] = words.headings;
  const [name, ...credentials] = words.person;
  const table = (given: Omit<Extract<Block, { kind: 'table' }>, 'kind'>): Block => ({ kind: 'table', ...given });
  const prose = words.prose.map((text): Block => ({ kind: 'paragraph', runs: [{ text }] }));
  const [first = ''] = words.prose;
  const rounded = Array.from({ length: rounds }, (_, round): Section[] => [
    {
      heading: summary,
      blocks: [
        ...prose,
        {
          kind: 'paragraph',
          runs: [
            { text: `${words.steps[0]}: `, bold: true },
            { text: first.slice(0, 60), italic: true },
            { text: ` (${round + 1})` },
          ],
        },
        ...prose,
        table(words.differences),
      ],
    },
    {
      heading: answers,
      blocks: [
        { kind: 'heading', level: 3, text: words.question },
        { kind: 'paragraph', runs: [{ text: words.answer }] },
        ...prose,
      ],
    },
    {
      heading: plan,
      blocks: [
        { kind: 'list', numbered: true, items: words.steps.map((text) => [{ text }]) },
        { kind: 'list', numbered: false, items: words.steps.map((text) => [{ text, bold: true }, { text: ' …' }]) },
        table(words.estimate),
      ],
    },
  ]).flat();
  const [heading, text, digestLabel] = words.verify;
  return {
    language,
    title: words.title,
    subject: 'Second opinion',
    createdAt: '2026-03-02T08:15:00.250+07:00',
    programme: words.programme,
    foot: words.foot,
    pageOf: words.pageOf,
    sections: [
      { heading: facts, blocks: [{ kind: 'fields', rows: words.facts }] },
      ...rounded,
      { heading: people, blocks: [{ kind: 'person', name, lines: credentials }] },
      { heading: about, blocks: [{ kind: 'notice', text: words.notice }] },
    ],
    verification: {
      heading,
      text,
      digestLabel,
      address: 'https://opinions.example/verify/0d9b5a3e-6c1f-4c8e-9f60-3f3c2b1a0d9b',
      digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
    undrawable: 'Some characters cannot be shown; each stands as \uFFFD.',
    shortened: '(shortened; the full text is in the records of the case)',
  };
}

/** As {@link letterIn}, with a section in each other language. */
export function mixedLetter(): Letter {
  const letter = letterIn('en');
  const foreign = LANGUAGES.slice(1).flatMap((language): Section[] => {
    const [, summary, , plan] = letterIn(language).sections;
    return [summary, plan].flatMap((section) => (section === undefined ? [] : [{ ...section, language }]));
  });
  return { ...letter, sections: [...letter.sections, ...foreign] };
}
