import { ICD_10, SNOMED } from '../programme/words.ts';
import type { Coded, Story } from './story.ts';

const ATC = 'http://www.whocc.no/atc';

const ADENOCARCINOMA: Coded = {
  said: [
    'Adenocarcinoma of the right upper lobe of the lung, EGFR exon 19 deletion',
    'Ung thư biểu mô tuyến thùy trên phổi phải, mất đoạn exon 19 của EGFR',
  ],
  coding: { system: ICD_10, code: 'C34.1' },
};
const STAGE: Coded = { said: ['Stage IIIA (cT2aN2M0)', 'Giai đoạn IIIA (cT2aN2M0)'] };
const CHEMORADIATION: Coded = {
  said: [
    'Cisplatin 75 mg/m² every 3 weeks with radiotherapy, 60 Gy in 30 fractions',
    'Cisplatin 75 mg/m² mỗi 3 tuần kết hợp xạ trị 60 Gy chia 30 lần',
  ],
  coding: { system: SNOMED, code: '703423002' },
};
const OSIMERTINIB: Coded = {
  said: ['Osimertinib 80 mg by mouth once a day for 3 years', 'Osimertinib 80 mg uống mỗi ngày một lần trong 3 năm'],
  coding: { system: ATC, code: 'L01EB04' },
};
const LOBECTOMY: Coded = {
  said: [
    'Video-assisted lobectomy of the right upper lobe with lymph node dissection',
    'Phẫu thuật nội soi lồng ngực cắt thùy trên phổi phải kèm nạo hạch',
  ],
  coding: { system: SNOMED, code: '173171007' },
};

/** A cancer of the lung that can be operated on after all. */
export const VIETNAMESE: Story = {
  language: 'vi',
  programme: 'specialist-or-panel',
  letterhead: {
    name: 'Meridian Second Opinion Programme',
    address: ['18 Harbour Walk', '20457 Hamburg, Germany'],
    phone: '+49 40 0000 0000',
    email: 'opinions@meridian.example',
  },
  hospital: {
    name: 'Bệnh viện Đa khoa Hoa Sen',
    address: ['25 Đường Hoa Phượng', 'Thành phố Đà Nẵng, Việt Nam'],
    phone: '+84 236 000 0000',
  },
  patient: { name: { family: 'Nguyễn', given: ['Thị', 'Ánh', 'Tuyết'] }, gender: 'female', birthDate: '1965-07-09' },
  doctor: { family: 'Trần', given: ['Quốc', 'Đạt'], prefix: ['BS.'] },
  reviewer: {
    id: 'thoracic-oncologist',
    name: { text: 'Prof. Dr. Helena Brandt' },
    specialty: {
      said: ['Medical oncology', 'Nội khoa ung bướu'],
      coding: { system: SNOMED, code: '394593009' },
    },
    credentials: [
      {
        said: ['Specialist in haematology and oncology', 'Bác sĩ chuyên khoa huyết học và ung bướu'],
        issuer: 'Ärztekammer Hamburg',
        since: '2006',
      },
      {
        said: ['Head of the lung cancer centre', 'Trưởng trung tâm ung thư phổi'],
        issuer: 'Meridian Klinikum',
        since: '2014',
      },
    ],
  },
  condition: ADENOCARCINOMA,
  stage: STAGE,
  planned: [CHEMORADIATION, OSIMERTINIB],
  result: {
    code: { said: ['Haemoglobin', 'Hemoglobin'], coding: { system: 'http://loinc.org', code: '718-7' } },
    value: 118,
    unit: 'g/L',
  },
  questions: [
    {
      asked: 'Bệnh của tôi có thể mổ được không?',
      english: 'Can my disease be operated on?',
      answer: [
        '<p>Yes. The lymph node at station 4R is free of tumour, and FEV1 of 2.1 L (84 % of predicted) allows a lobectomy on the right side.</p>',
        '<p>Có. Hạch nhóm 4R không có tế bào u, và FEV1 2,1 L (84 % giá trị dự đoán) cho phép cắt thùy phổi bên phải.</p>',
      ],
    },
    {
      asked: 'Tôi có cần xạ trị không?',
      english: 'Do I need radiotherapy?',
      answer: [
        '<p>Not at present. Radiotherapy would be considered only if a resected node were positive or a margin not free (R1).</p>',
        '<p>Hiện tại thì không. Chỉ xem xét xạ trị nếu hạch được cắt bỏ dương tính hoặc diện cắt không sạch (R1).</p>',
      ],
    },
    {
      asked: 'Thuốc osimertinib phải uống bao lâu và cần theo dõi gì?',
      english: 'How long is osimertinib to be taken, and what has to be watched?',
      answer: [
        '<p>80 mg once a day for 3 years, beginning 4 to 10 weeks after the operation. To be watched:</p><ul><li>QTc in the ECG: pause above 500 ms</li><li>Left ventricular ejection fraction every 3 months</li><li>New cough or breathlessness: CT within 48 hours</li></ul>',
        '<p>80 mg mỗi ngày một lần trong 3 năm, bắt đầu 4 đến 10 tuần sau mổ. Cần theo dõi:</p><ul><li>QTc trên điện tâm đồ: tạm ngừng nếu trên 500 ms</li><li>Phân suất tống máu thất trái mỗi 3 tháng</li><li>Ho hoặc khó thở mới xuất hiện: chụp CT trong vòng 48 giờ</li></ul>',
      ],
    },
  ],
  compared: [
    { aspect: 'diagnosis', code: 'confirmed', first: ADENOCARCINOMA, second: ADENOCARCINOMA },
    {
      aspect: 'stage',
      code: 'revised',
      first: STAGE,
      second: { said: ['Stage IB (cT2aN0M0)', 'Giai đoạn IB (cT2aN0M0)'] },
    },
    { aspect: 'treatment', code: 'removed', first: CHEMORADIATION },
    { aspect: 'treatment', code: 'added', second: LOBECTOMY },
    { aspect: 'treatment', code: 'confirmed', first: OSIMERTINIB, second: OSIMERTINIB },
  ],
  plan: [
    LOBECTOMY,
    OSIMERTINIB,
    {
      said: [
        'CT of chest and upper abdomen every 6 months for 2 years, then once a year',
        'Chụp CT ngực và bụng trên mỗi 6 tháng trong 2 năm, sau đó mỗi năm một lần',
      ],
    },
  ],
  travel: 'do-not-travel',
  estimate: {
    currency: 'EUR',
    items: [
      {
        said: ['Video-assisted lobectomy with 6 days in hospital', 'Cắt thùy phổi nội soi với 6 ngày nằm viện'],
        quantity: 1,
        unit: '21450.00',
        net: '21450.00',
      },
      {
        said: ['Pathology of the resected lobe and nodes', 'Giải phẫu bệnh thùy phổi và hạch được cắt bỏ'],
        quantity: 1,
        unit: '1180.50',
        net: '1180.50',
      },
      { said: ['Outpatient visit', 'Lần khám ngoại trú'], quantity: 3, unit: '145.00', net: '435.00' },
    ],
    total: '23065.50',
  },
  texts: {
    summary: [
      '<p>The biopsy of the right upper lobe of 2027-01-28 shows an adenocarcinoma with an EGFR exon 19 deletion. The lymph node at station 4R measures 9 mm in its short axis, and no malignant cells were found in it (EBUS-TBNA of 2027-02-04). We therefore see stage IB (cT2aN0M0), not stage IIIA.</p><p><b>We recommend lobectomy of the right upper lobe first, then osimertinib 80 mg once a day for 3 years.</b></p>',
      '<p>Sinh thiết thùy trên phổi phải ngày 2027-01-28 cho thấy ung thư biểu mô tuyến có mất đoạn exon 19 của EGFR. Hạch nhóm 4R đo được 9 mm theo trục ngắn và không tìm thấy tế bào ác tính (EBUS-TBNA ngày 2027-02-04). Vì vậy chúng tôi xác định giai đoạn IB (cT2aN0M0), không phải giai đoạn IIIA.</p><p><b>Chúng tôi khuyến nghị cắt thùy trên phổi phải trước, sau đó dùng osimertinib 80 mg mỗi ngày một lần trong 3 năm.</b></p>',
    ],
    diagnosis: [
      '<p>Invasive adenocarcinoma of the right upper lobe (segment S3), 34 mm, predominantly acinar, grade 2; TTF-1 positive, PD-L1 20 %. EGFR: deletion in exon 19; ALK and ROS1 without rearrangement.</p>',
      '<p>Ung thư biểu mô tuyến xâm nhập thùy trên phổi phải (phân thùy S3), 34 mm, dạng túi tuyến chiếm ưu thế, độ 2; TTF-1 dương tính, PD-L1 20 %. EGFR: mất đoạn ở exon 19; ALK và ROS1 không tái sắp xếp.</p>',
    ],
    staging: [
      '<table><thead><tr><th>Examination</th><th>Date</th><th>Finding</th></tr></thead><tbody><tr><td>CT of the chest</td><td>2027-01-21</td><td>34 mm in the right upper lobe, pleura not involved</td></tr><tr><td>PET-CT</td><td>2027-01-25</td><td>SUVmax 11.2 in the lobe, 2.4 at station 4R; no distant focus</td></tr><tr><td>EBUS-TBNA</td><td>2027-02-04</td><td>Stations 4R, 7 and 10R: no malignant cells</td></tr><tr><td>MRI of the brain</td><td>2027-02-05</td><td>No metastasis</td></tr></tbody></table><p>cT2aN0M0, stage IB (TNM, 8th edition).</p>',
      '<table><thead><tr><th>Thăm dò</th><th>Ngày</th><th>Kết quả</th></tr></thead><tbody><tr><td>CT ngực</td><td>2027-01-21</td><td>34 mm ở thùy trên phổi phải, không xâm lấn màng phổi</td></tr><tr><td>PET-CT</td><td>2027-01-25</td><td>SUVmax 11,2 ở thùy phổi, 2,4 ở nhóm 4R; không có ổ di căn xa</td></tr><tr><td>EBUS-TBNA</td><td>2027-02-04</td><td>Các nhóm 4R, 7 và 10R: không có tế bào ác tính</td></tr><tr><td>MRI não</td><td>2027-02-05</td><td>Không có di căn</td></tr></tbody></table><p>cT2aN0M0, giai đoạn IB (TNM, ấn bản lần thứ 8).</p>',
    ],
    reasoning: [
      '<p>Stage IIIA rested on the uptake at station 4R in PET alone. Needle aspiration with lymphocytes in all 3 stations makes an inflammatory uptake far more likely; the patient had pneumonia in 2026-11.</p><p>At stage IB operation is the treatment of choice. After a complete resection osimertinib lowers the risk of recurrence where EGFR exon 19 is deleted.</p>',
      '<p>Giai đoạn IIIA chỉ dựa trên mức hấp thu ở nhóm 4R trên PET. Chọc hút kim nhỏ thấy tế bào lympho ở cả 3 nhóm nên nhiều khả năng hấp thu là do viêm; người bệnh bị viêm phổi vào 2026-11.</p><p>Ở giai đoạn IB, phẫu thuật là lựa chọn điều trị hàng đầu. Sau khi cắt bỏ hoàn toàn, osimertinib làm giảm nguy cơ tái phát khi có mất đoạn exon 19 của EGFR.</p>',
    ],
    plan: [
      '<p>The operation should take place within 4 weeks. The steps in their order:</p>',
      '<p>Nên phẫu thuật trong vòng 4 tuần. Các bước theo thứ tự:</p>',
    ],
    alternatives: [
      '<table><thead><tr><th>Alternative</th><th>Benefit</th><th>Risk</th></tr></thead><tbody><tr><td>Segmentectomy S3</td><td>Spares lung tissue</td><td>At 34 mm more local recurrences than lobectomy</td></tr><tr><td>Stereotactic radiotherapy, 54 Gy in 3 fractions</td><td>No operation</td><td>No pathological stage; radiation pneumonitis in about 5 %</td></tr></tbody></table>',
      '<table><thead><tr><th>Phương án</th><th>Lợi ích</th><th>Nguy cơ</th></tr></thead><tbody><tr><td>Cắt phân thùy S3</td><td>Bảo tồn nhu mô phổi</td><td>Với 34 mm, tái phát tại chỗ nhiều hơn so với cắt thùy</td></tr><tr><td>Xạ trị định vị thân, 54 Gy chia 3 lần</td><td>Không phải mổ</td><td>Không có giai đoạn giải phẫu bệnh; viêm phổi do xạ khoảng 5 %</td></tr></tbody></table>',
    ],
    uncertainties: [
      '<ul><li>EBUS-TBNA misses about 7 % of involved nodes: frozen section of station 4R during the operation.</li><li>The slides were seen as images only.</li></ul>',
      '<ul><li>EBUS-TBNA bỏ sót khoảng 7 % hạch di căn: cần sinh thiết tức thì nhóm 4R trong khi mổ.</li><li>Tiêu bản chỉ được xem dưới dạng hình ảnh.</li></ul>',
    ],
    'further-tests': [
      '<ol><li>Diffusing capacity (DLCO) before the operation</li><li>ECG with QTc and echocardiography before osimertinib</li><li>Haemoglobin again, 118 g/L on 2027-02-09</li></ol>',
      '<ol><li>Đo khả năng khuếch tán (DLCO) trước mổ</li><li>Điện tâm đồ với QTc và siêu âm tim trước khi dùng osimertinib</li><li>Xét nghiệm lại hemoglobin, 118 g/L ngày 2027-02-09</li></ol>',
    ],
    travel: [
      '<p>The operation can be done in Da Nang with the same result; travelling would delay it.</p>',
      '<p>Ca mổ có thể thực hiện tại Đà Nẵng với kết quả tương đương; việc đi lại sẽ làm chậm trễ.</p>',
    ],
    estimate: [
      '<p>Should the patient nevertheless wish to be treated in Hamburg, these prices hold until 2027-06-30:</p>',
      '<p>Nếu người bệnh vẫn muốn điều trị tại Hamburg, các mức giá sau có hiệu lực đến 2027-06-30:</p>',
    ],
    evidence: [
      '<p>Invented Society of Thoracic Oncology: Guideline on early lung cancer, 2026, chapter 5. Adjuvant trial E-19, final analysis, 2025.</p>',
      '<p>Invented Society of Thoracic Oncology: Hướng dẫn về ung thư phổi giai đoạn sớm, 2026, chương 5. Thử nghiệm bổ trợ E-19, phân tích cuối cùng, 2025.</p>',
    ],
  },
  slip: { right: 'osimertinib 80 mg', wrong: 'osimertinib 8 mg', told: 'section(summary): doses' },
  change: {
    section: 'plan',
    from: ['within 4 weeks', 'trong vòng 4 tuần'],
    to: ['within 6 weeks', 'trong vòng 6 tuần'],
    said: [
      '<p>The operation should take place within 6 weeks, not 4: the DLCO of 2027-03-17 was sent later and asks for 2 weeks of breathing exercises first.</p>',
      '<p>Nên phẫu thuật trong vòng 6 tuần, không phải 4 tuần: kết quả DLCO ngày 2027-03-17 được gửi sau và cho thấy cần 2 tuần tập thở trước.</p>',
    ],
  },
};
