import { ICD_10, SNOMED } from '../programme/words.ts';
import type { Coded, Story } from './story.ts';

const ATC = 'http://www.whocc.no/atc';

const RHEUMATIC: Coded = {
  said: ['Severe rheumatic mitral regurgitation', '重度风湿性二尖瓣反流'],
  coding: { system: ICD_10, code: 'I05.1' },
};
const STAGE: Coded = { said: ['Stage D, NYHA class III', 'D期，NYHA III级'] };
const REPLACEMENT: Coded = {
  said: ['Replacement of the mitral valve by a mechanical valve, 29 mm', '29 mm机械二尖瓣置换术'],
  coding: { system: SNOMED, code: '53059001' },
};
const AMIODARONE: Coded = {
  said: ['Amiodarone 200 mg once a day', '胺碘酮200 mg，每日一次'],
  coding: { system: ATC, code: 'C01BD01' },
};
const REPAIR: Coded = {
  said: [
    'Repair of the mitral valve with a ring of 32 mm, ablation and closure of the left atrial appendage',
    '二尖瓣修复术（32 mm成形环），同期消融并封闭左心耳',
  ],
};
const BISOPROLOL: Coded = {
  said: ['Bisoprolol 2.5 mg once a day', '比索洛尔2.5 mg，每日一次'],
  coding: { system: ATC, code: 'C07AB07' },
};

/** A valve of the heart that can be repaired. */
export const CHINESE: Story = {
  language: 'zh',
  programme: 'heart-valve-centre',
  letterhead: {
    name: 'Northgate Heart Valve Centre',
    address: ['3 Northgate Row', 'London W1G 0ZZ, United Kingdom'],
    phone: '+44 20 0000 0000',
    email: 'opinions@northgate.example',
  },
  hospital: {
    name: '临江市第一人民医院',
    address: ['江滨路18号', '浙江省临江市'],
    phone: '+86 571 0000 0000',
  },
  patient: { name: { family: '王', given: ['建国'] }, gender: 'male', birthDate: '1962-11-03' },
  doctor: { family: '李', given: ['晓梅'], suffix: ['主任医师'] },
  reviewer: {
    id: 'valve-cardiologist',
    name: { text: 'Dr Amara Whitfield' },
    specialty: { said: ['Cardiology', '心脏病学'], coding: { system: SNOMED, code: '394579002' } },
    credentials: [
      {
        said: ['Certificate of completion of training in cardiology', '心脏病学专科培训证书'],
        issuer: 'General Medical Council',
        since: '2009',
      },
    ],
  },
  condition: RHEUMATIC,
  stage: STAGE,
  planned: [REPLACEMENT, AMIODARONE],
  result: {
    code: { said: ['NT-proBNP', 'N末端B型利钠肽原'], coding: { system: 'http://loinc.org', code: '33762-6' } },
    value: 1240,
    unit: 'ng/L',
  },
  questions: [
    {
      asked: '必须换瓣吗？',
      english: 'Does the valve have to be replaced?',
      answer: [
        '<p>No. An isolated P2 prolapse can be repaired with a ring of 32 mm.</p>',
        '<p>不必。单纯P2脱垂可用32 mm成形环修复。</p>',
      ],
    },
    {
      asked: '手术前可以继续服用胺碘酮吗？',
      english: 'May amiodarone be taken until the operation?',
      answer: [
        '<p>We would stop it: TSH is 6.8 mU/L. Instead bisoprolol 2.5 mg once a day, aiming at a heart rate of 60 to 70 beats per minute.</p>',
        '<p>建议停用：TSH为6.8 mU/L。改用比索洛尔2.5 mg，每日一次，目标心率为每分钟60至70次。</p>',
      ],
    },
    {
      asked: '术后需要抗凝多久？',
      english: 'How long is anticoagulation needed after the operation?',
      answer: [
        '<p>Apixaban 5 mg twice a day for 3 months, then by the rhythm:</p><ul><li>Sinus rhythm in the 24-hour ECG: stop</li><li>Atrial fibrillation: go on with the same dose</li></ul>',
        '<p>阿哌沙班5 mg，每日两次，共3个月，之后视心律而定：</p><ul><li>24小时心电图为窦性心律：停药</li><li>心房颤动：以相同剂量继续服用</li></ul>',
      ],
    },
  ],
  compared: [
    {
      aspect: 'diagnosis',
      code: 'revised',
      first: RHEUMATIC,
      second: {
        said: ['Severe degenerative mitral regurgitation with P2 prolapse', '重度退行性二尖瓣反流伴P2脱垂'],
        coding: { system: ICD_10, code: 'I34.0' },
      },
    },
    { aspect: 'stage', code: 'confirmed', first: STAGE, second: STAGE },
    { aspect: 'treatment', code: 'removed', first: REPLACEMENT },
    { aspect: 'treatment', code: 'added', second: REPAIR },
    { aspect: 'treatment', code: 'revised', first: AMIODARONE, second: BISOPROLOL },
  ],
  plan: [
    BISOPROLOL,
    REPAIR,
    {
      said: ['Apixaban 5 mg twice a day for 3 months after the operation', '术后阿哌沙班5 mg，每日两次，共3个月'],
      coding: { system: ATC, code: 'B01AF02' },
    },
  ],
  travel: 'travel',
  estimate: {
    currency: 'GBP',
    items: [
      {
        said: ['Repair of the mitral valve with 8 days in hospital', '二尖瓣修复术，含住院8天'],
        quantity: 1,
        unit: '38200.00',
        net: '38200.00',
      },
      { said: ['Transoesophageal echocardiography', '经食管超声心动图'], quantity: 2, unit: '890.50', net: '1781.00' },
      { said: ['Interpreter, per hour', '口译，每小时'], quantity: 6, unit: '75.00', net: '450.00' },
    ],
    total: '40431.00',
  },
  texts: {
    summary: [
      '<p>The echocardiogram of 2027-01-19 shows a prolapse of the middle part (P2) of the posterior leaflet with a ruptured chord, an effective regurgitant orifice of 0.52 cm² and a regurgitant volume of 78 mL. There are no signs of rheumatic disease.</p><p><b>We recommend to repair the valve and not to replace it.</b></p>',
      '<p>2027-01-19的超声心动图显示二尖瓣后叶中部（P2）脱垂伴腱索断裂，有效反流口面积0.52 cm²，反流量78 mL。未见风湿性病变征象。</p><p><b>我们建议修复瓣膜，而非置换瓣膜。</b></p>',
    ],
    diagnosis: [
      '<p>Severe primary (degenerative) mitral regurgitation, Carpentier type II, prolapse of P2. Paroxysmal atrial fibrillation, CHA₂DS₂-VASc score 2.</p>',
      '<p>重度原发性（退行性）二尖瓣反流，Carpentier II型，P2脱垂。阵发性心房颤动，CHA₂DS₂-VASc评分2。</p>',
    ],
    staging: [
      '<table><thead><tr><th>Measurement</th><th>Value</th><th>Operation indicated</th></tr></thead><tbody><tr><td>Left ventricular ejection fraction</td><td>58 %</td><td>up to 60 %</td></tr><tr><td>Left ventricular end-systolic diameter</td><td>41 mm</td><td>from 40 mm</td></tr><tr><td>Systolic pulmonary artery pressure</td><td>52 mmHg</td><td>above 50 mmHg</td></tr><tr><td>NT-proBNP</td><td>1240 ng/L</td><td>–</td></tr></tbody></table><p>Stage D, NYHA class III.</p>',
      '<table><thead><tr><th>测量项目</th><th>数值</th><th>手术指征</th></tr></thead><tbody><tr><td>左室射血分数</td><td>58%</td><td>不超过60%</td></tr><tr><td>左室收缩末期内径</td><td>41 mm</td><td>40 mm起</td></tr><tr><td>肺动脉收缩压</td><td>52 mmHg</td><td>超过50 mmHg</td></tr><tr><td>NT-proBNP</td><td>1240 ng/L</td><td>–</td></tr></tbody></table><p>D期，NYHA III级。</p>',
    ],
    reasoning: [
      '<p>Against rheumatic disease speak: no fusion of the commissures, no thickening below the valve, a mean gradient of 2 mmHg.</p><p>Repair of an isolated P2 prolapse succeeds in about 97 % and spares the patient warfarin for life with an INR of 2.5 to 3.5. Operative mortality is about 1 %, that of replacement about 3 %.</p>',
      '<p>不支持风湿性病变的依据：无交界融合，无瓣下增厚，平均压差2 mmHg。</p><p>单纯P2脱垂的修复成功率约97%，患者无需终身服用华法林（INR 2.5至3.5）。手术死亡率约1%，瓣膜置换约3%。</p>',
    ],
    plan: [
      '<p>Operation within 6 weeks, in a centre with at least 50 repairs a year. In this order:</p>',
      '<p>6周内手术，应在每年至少完成50例修复的中心进行。步骤依次为：</p>',
    ],
    alternatives: [
      '<table><thead><tr><th>Alternative</th><th>Benefit</th><th>Risk</th></tr></thead><tbody><tr><td>Transcatheter edge-to-edge repair</td><td>Chest stays closed, 3 days in hospital</td><td>Regurgitation of grade 2 or more remains in about 10 %</td></tr><tr><td>Mechanical valve</td><td>Durable</td><td>Warfarin for life; bleeding in about 2 % a year</td></tr></tbody></table>',
      '<table><thead><tr><th>替代方案</th><th>获益</th><th>风险</th></tr></thead><tbody><tr><td>经导管缘对缘修复</td><td>无需开胸，住院3天</td><td>约10%残留2级或以上反流</td></tr><tr><td>机械瓣</td><td>耐久</td><td>终身服用华法林；每年约2%发生出血</td></tr></tbody></table>',
    ],
    uncertainties: [
      '<ul><li>The coronary arteries are known only from a CT that is more than 12 months old.</li><li>Of 6 loops of the echocardiogram 3 could be opened.</li></ul>',
      '<ul><li>冠状动脉情况仅来自12个月以前的CT。</li><li>6段超声动态图像中有3段可以打开。</li></ul>',
    ],
    'further-tests': [
      '<ol><li>Transoesophageal echocardiography (3D)</li><li>CT angiography of the coronary arteries; creatinine was 92 µmol/L on 2027-02-09</li><li>24-hour ECG</li></ol>',
      '<ol><li>经食管超声心动图（3D）</li><li>冠状动脉CT血管造影；2027-02-09肌酐为92 µmol/L</li><li>24小时心电图</li></ol>',
    ],
    travel: [
      '<p>Travelling to London is advised. With NYHA class III the flight is safe if oxygen saturation is at least 92 %.</p>',
      '<p>建议前往伦敦治疗。NYHA III级患者在血氧饱和度至少92%时乘机安全。</p>',
    ],
    estimate: ['<p>These prices hold until 2027-09-30:</p>', '<p>以下价格有效期至2027-09-30：</p>'],
    evidence: [
      '<p>Invented Heart Society: Guideline on valve disease, 2026, section 7.2. Registry of mitral repair, 2025, 4120 patients.</p>',
      '<p>Invented Heart Society：心脏瓣膜病指南，2026，第7.2节。二尖瓣修复登记研究，2025，4120例患者。</p>',
    ],
  },
  slip: { right: '比索洛尔2.5 mg', wrong: '比索洛尔25 mg', told: 'section(answers).section(2): doses' },
  change: {
    section: 'plan',
    from: ['within 6 weeks', '6周内手术'],
    to: ['within 4 weeks', '4周内手术'],
    said: [
      '<p>The operation should take place within 4 weeks, not 6: NT-proBNP rose to 2310 ng/L on 2027-03-16.</p>',
      '<p>手术应在4周内进行，而非6周：2027-03-16 NT-proBNP升至2310 ng/L。</p>',
    ],
  },
};
