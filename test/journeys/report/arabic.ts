import { ICD_10, SNOMED } from '../programme/words.ts';
import type { Coded, Story } from './story.ts';

const ATC = 'http://www.whocc.no/atc';

const OSTEOARTHRITIS: Coded = {
  said: ['Primary osteoarthritis of the left knee', 'الفصال العظمي الأولي في الركبة اليسرى'],
  coding: { system: ICD_10, code: 'M17.1' },
};
const STAGE: Coded = { said: ['Kellgren-Lawrence grade 4', 'الدرجة 4 بمقياس Kellgren-Lawrence'] };
const TOTAL: Coded = {
  said: ['Total replacement of the left knee', 'الاستبدال الكلي لمفصل الركبة اليسرى'],
  coding: { system: SNOMED, code: '609588000' },
};
const HYALURONIC: Coded = {
  said: [
    'Hyaluronic acid 20 mg into the left knee once a week, 5 times',
    'حمض الهيالورونيك 20 ملغم في الركبة اليسرى مرة في الأسبوع، 5 مرات',
  ],
};
const PARACETAMOL: Coded = {
  said: ['Paracetamol 1000 mg up to 3 times a day', 'باراسيتامول 1000 ملغم حتى 3 مرات في اليوم'],
  coding: { system: ATC, code: 'N02BE01' },
};
const PARTIAL: Coded = {
  said: [
    'Partial replacement of the left knee, medial compartment',
    'الاستبدال الجزئي لمفصل الركبة اليسرى، الحجرة الإنسية',
  ],
};
const EXERCISE: Coded = {
  said: ['Physiotherapy 2 times a week for 12 weeks', 'علاج طبيعي مرتين في الأسبوع لمدة 12 أسبوعًا'],
};

/** A knee of which one half is worn. */
export const ARABIC: Story = {
  language: 'ar',
  programme: 'orthopaedic-opinions',
  letterhead: {
    name: 'Alpine Orthopaedic Opinions',
    address: ['Seeweg 7', '8008 Zürich, Switzerland'],
    phone: '+41 44 000 00 00',
    email: 'opinions@alpine.example',
  },
  hospital: {
    name: 'مستشفى الواحة التخصصي',
    address: ['شارع النخيل 12', 'مدينة الواحة'],
    phone: '+962 6 000 0000',
  },
  patient: { name: { family: 'الحداد', given: ['سلمى', 'يوسف'] }, gender: 'female', birthDate: '1961-05-27' },
  doctor: { family: 'المصري', given: ['كريم'], prefix: ['د.'] },
  reviewer: {
    id: 'knee-surgeon',
    name: { text: 'Dr. med. Lukas Amstutz' },
    specialty: {
      said: ['Orthopaedic surgery', 'جراحة العظام'],
      coding: { system: SNOMED, code: '394801008' },
    },
    credentials: [
      {
        said: ['Specialist in orthopaedic surgery', 'اختصاصي جراحة العظام'],
        issuer: 'FMH',
        since: '2011',
      },
      { said: ['Head of knee surgery', 'رئيس قسم جراحة الركبة'], issuer: 'Alpine Klinik Zürich', since: '2018' },
    ],
  },
  condition: OSTEOARTHRITIS,
  stage: STAGE,
  planned: [TOTAL, HYALURONIC, PARACETAMOL],
  result: {
    code: { said: ['Haemoglobin', 'الهيموغلوبين'], coding: { system: 'http://loinc.org', code: '718-7' } },
    value: 118,
    unit: 'g/L',
  },
  questions: [
    {
      asked: 'هل أحتاج إلى تغيير مفصل الركبة بالكامل؟',
      english: 'Do I need a replacement of the whole knee?',
      answer: [
        '<p>No. In the left knee the medial compartment alone is worn, and replacing that is enough.</p>',
        '<p>لا. الحجرة الإنسية وحدها متآكلة في الركبة اليسرى، ويكفي استبدالها.</p>',
      ],
    },
    {
      asked: 'هل تنفع حقن حمض الهيالورونيك؟',
      english: 'Do injections of hyaluronic acid help?',
      answer: [
        '<p>Not for long. We advise against the 5 injections of 20 mg that are planned.</p>',
        '<p>ليس لمدة طويلة. ولا ننصح بالحقن المقررة وعددها 5 بجرعة 20 ملغم.</p>',
      ],
    },
    {
      asked: 'متى أستطيع المشي دون عكازات بعد العملية؟',
      english: 'When can I walk without crutches after the operation?',
      answer: [
        '<p>As a rule after 3 to 4 weeks:</p><ul><li>Day 1: standing with full weight</li><li>Week 2: stairs, and a look at the wound</li><li>Week 6: cycling, and a radiograph of the left knee</li></ul>',
        '<p>عادةً بعد 3 إلى 4 أسابيع:</p><ul><li>اليوم 1: الوقوف مع التحميل الكامل</li><li>الأسبوع 2: صعود الدرج وفحص الجرح</li><li>الأسبوع 6: ركوب الدراجة وصورة أشعة للركبة اليسرى</li></ul>',
      ],
    },
  ],
  compared: [
    { aspect: 'diagnosis', code: 'confirmed', first: OSTEOARTHRITIS, second: OSTEOARTHRITIS },
    {
      aspect: 'stage',
      code: 'revised',
      first: STAGE,
      second: {
        said: [
          'Kellgren-Lawrence grade 3, medial compartment alone',
          'الدرجة 3 بمقياس Kellgren-Lawrence، الحجرة الإنسية وحدها',
        ],
      },
    },
    { aspect: 'treatment', code: 'revised', first: TOTAL, second: PARTIAL },
    { aspect: 'treatment', code: 'removed', first: HYALURONIC },
    { aspect: 'treatment', code: 'confirmed', first: PARACETAMOL, second: PARACETAMOL },
    { aspect: 'treatment', code: 'added', second: EXERCISE },
  ],
  plan: [EXERCISE, PARACETAMOL, PARTIAL],
  travel: 'undetermined',
  estimate: {
    currency: 'CHF',
    items: [
      {
        said: [
          'Partial replacement of the left knee with 4 days in hospital',
          'الاستبدال الجزئي لمفصل الركبة اليسرى مع الإقامة في المستشفى 4 أيام',
        ],
        quantity: 1,
        unit: '18900.00',
        net: '18900.00',
      },
      { said: ['Physiotherapy, session', 'علاج طبيعي، جلسة'], quantity: 10, unit: '95.50', net: '955.00' },
    ],
    total: '19855.00',
  },
  texts: {
    summary: [
      '<p>The radiographs under load of 2027-01-14 show osteoarthritis of the medial compartment of the left knee alone (Kellgren-Lawrence grade 3); the joint space of the other compartment is still 5 mm wide. The anterior cruciate ligament is intact in the MRI of 2027-01-20.</p><p><b>We recommend a partial replacement of the left knee and no total one.</b></p>',
      '<p>تُظهر صور الأشعة مع التحميل بتاريخ 2027-01-14 فصالًا عظميًا في الحجرة الإنسية من الركبة اليسرى وحدها (الدرجة 3 بمقياس Kellgren-Lawrence)، ولا يزال عرض المسافة المفصلية في الحجرة الأخرى 5 مم. والرباط الصليبي الأمامي سليم في صور الرنين المغناطيسي بتاريخ 2027-01-20.</p><p><b>نوصي باستبدال جزئي لمفصل الركبة اليسرى لا باستبدال كلي.</b></p>',
    ],
    diagnosis: [
      '<p>Primary osteoarthritis of the left knee, medial compartment, with a degenerative tear of the medial meniscus. BMI 28.4 kg/m². No inflammatory disease: CRP 3 mg/L, rheumatoid factor negative.</p>',
      '<p>فصال عظمي أولي في الركبة اليسرى، الحجرة الإنسية، مع تمزق تنكسي في الغضروف الهلالي الإنسي. مؤشر كتلة الجسم (BMI) 28.4 كغم/م². لا يوجد مرض التهابي: CRP 3 ملغم/لتر، والعامل الروماتويدي سلبي.</p>',
    ],
    staging: [
      '<table><thead><tr><th>Examination</th><th>Date</th><th>Left knee</th></tr></thead><tbody><tr><td>Radiograph, standing</td><td>2027-01-14</td><td>Joint space 1.5 mm medially, 5 mm on the other side</td></tr><tr><td>View of the whole leg</td><td>2027-01-14</td><td>Varus of 6°</td></tr><tr><td>MRI</td><td>2027-01-20</td><td>Anterior cruciate ligament intact</td></tr><tr><td>Examination at home</td><td>2027-02-02</td><td>Flexion 120°, extension lacks 5°</td></tr></tbody></table><p>Kellgren-Lawrence grade 3.</p>',
      '<table><thead><tr><th>الفحص</th><th>التاريخ</th><th>الركبة اليسرى</th></tr></thead><tbody><tr><td>صورة أشعة وقوفًا</td><td>2027-01-14</td><td>المسافة المفصلية 1.5 مم في الجهة الإنسية و5 مم في الجهة الأخرى</td></tr><tr><td>صورة الساق كاملة</td><td>2027-01-14</td><td>تقوّس للداخل بمقدار 6°</td></tr><tr><td>الرنين المغناطيسي</td><td>2027-01-20</td><td>الرباط الصليبي الأمامي سليم</td></tr><tr><td>الفحص في بلد المريضة</td><td>2027-02-02</td><td>الثني 120°، ونقص البسط 5°</td></tr></tbody></table><p>الدرجة 3 بمقياس Kellgren-Lawrence.</p>',
    ],
    reasoning: [
      '<p>Grade 4 rested on a radiograph that was taken lying down. With an intact ligament, a varus below 10° and flexion above 90° a partial replacement gives better function and fewer complications.</p><p>At grade 3 injections of hyaluronic acid bring no lasting benefit.</p>',
      '<p>استندت الدرجة 4 إلى صورة أشعة أُخذت في وضع الاستلقاء. ومع سلامة الرباط وتقوّس أقل من 10° وثنيٍ يزيد على 90° يعطي الاستبدال الجزئي وظيفة أفضل ومضاعفات أقل.</p><p>وفي الدرجة 3 لا تحقق حقن حمض الهيالورونيك فائدة دائمة.</p>',
    ],
    plan: [
      '<p>The operation is not urgent: 12 weeks of exercise come first. In this order:</p>',
      '<p>العملية ليست عاجلة: تسبقها 12 أسبوعًا من التمارين. والخطوات بالترتيب:</p>',
    ],
    alternatives: [
      '<table><thead><tr><th>Alternative</th><th>Benefit</th><th>Risk</th></tr></thead><tbody><tr><td>High tibial osteotomy on the left side</td><td>Keeps the joint</td><td>6 weeks on crutches; less certain above 60 years of age</td></tr><tr><td>Total replacement on the left side</td><td>Fewest second operations: about 5 % in 10 years</td><td>Longer rehabilitation, less bending</td></tr></tbody></table>',
      '<table><thead><tr><th>البديل</th><th>الفائدة</th><th>الخطر</th></tr></thead><tbody><tr><td>قطع العظم الظنبوبي العلوي في الجهة اليسرى</td><td>يحافظ على المفصل</td><td>6 أسابيع على العكازات؛ ونتائجه أقل يقينًا فوق سن 60 سنة</td></tr><tr><td>الاستبدال الكلي في الجهة اليسرى</td><td>أقل العمليات المعادة: نحو 5 % خلال 10 سنوات</td><td>تأهيل أطول وثني أقل</td></tr></tbody></table>',
    ],
    uncertainties: [
      '<ul><li>The stress radiograph is missing that shows whether the varus can be corrected.</li><li>The right knee was not examined.</li></ul>',
      '<ul><li>لا توجد صورة أشعة تحت الشد تبين هل يمكن تصحيح التقوّس.</li><li>لم تُفحص الركبة اليمنى.</li></ul>',
    ],
    'further-tests': [
      '<ol><li>Stress radiograph of the left knee</li><li>Haemoglobin again before the operation (118 g/L on 2027-02-09)</li><li>HbA1c, aiming below 7.5 %</li></ol>',
      '<ol><li>صورة أشعة تحت الشد للركبة اليسرى</li><li>إعادة فحص الهيموغلوبين قبل العملية (118 g/L بتاريخ 2027-02-09)</li><li>HbA1c، والهدف أقل من 7.5 %</li></ol>',
    ],
    travel: [
      '<p>Not before the 12 weeks of exercise are over; then the patient may choose.</p>',
      '<p>ليس قبل انتهاء 12 أسبوعًا من التمارين؛ وبعدها يمكن للمريضة أن تختار.</p>',
    ],
    estimate: [
      '<p>Prices in Zürich, which hold until 2027-12-31:</p>',
      '<p>الأسعار في زيورخ، وهي سارية حتى 2027-12-31:</p>',
    ],
    evidence: [
      '<p>Invented Society of Knee Surgery: Partial or total replacement, 2025, chapter 3.</p>',
      '<p>Invented Society of Knee Surgery: الاستبدال الجزئي أو الكلي، 2025، الفصل 3.</p>',
    ],
  },
  slip: {
    right: 'الحجرة الإنسية من الركبة اليسرى',
    wrong: 'الحجرة الإنسية من الركبة اليمنى',
    told: 'section(summary): laterality',
  },
  change: {
    section: 'plan',
    from: ['12 weeks of exercise', 'تسبقها 12 أسبوعًا'],
    to: ['8 weeks of exercise', 'تسبقها 8 أسابيع'],
    said: [
      '<p>8 weeks of exercise come first, not 12: on 2027-03-15 the pain at rest had risen to 7 of 10.</p>',
      '<p>تسبق العملية 8 أسابيع من التمارين لا 12: ففي 2027-03-15 ارتفع الألم عند الراحة إلى 7 من 10.</p>',
    ],
  },
};
