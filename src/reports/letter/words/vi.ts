import type { Words } from './words.ts';

/** Names of languages begin with a small letter within a sentence: "Tiếng Anh" → "tiếng Anh". */
function lower(language: string): string {
  return language.charAt(0).toLowerCase() + language.slice(1);
}

export const vietnamese: Words = {
  language: 'vi',
  title: (caseNumber) => `Ý kiến thứ hai ${caseNumber}`.trim(),
  subject: 'Ý kiến thứ hai',
  foot: (caseNumber) => `Hồ sơ ${caseNumber}`,
  pageOf: 'Trang {page}/{pages}',
  undrawable: (sign) =>
    `Một số ký tự của báo cáo này không hiển thị được trong tài liệu; mỗi ký tự được thay bằng ${sign}. ` +
    'Báo cáo có cấu trúc của hồ sơ có đầy đủ các ký tự đó.',
  shortened: '… (đã rút gọn; toàn văn có trong hồ sơ)',
  notNamed: 'Không ghi tên',
  comma: ', ',
  headings: {
    case: 'Thông tin hồ sơ',
    patient: 'Người bệnh',
    referrer: 'Nơi yêu cầu',
    request: 'Nội dung yêu cầu',
    questions: 'Các câu hỏi được đặt ra',
    attestation: 'Người xác nhận',
    attachments: 'Tài liệu kèm theo báo cáo',
  },
  labels: {
    caseNumber: 'Số hồ sơ',
    orderNumber: 'Số của nơi yêu cầu',
    requested: 'Ngày yêu cầu',
    issued: 'Ngày ban hành',
    status: 'Trạng thái',
    name: 'Họ và tên',
    birthDate: 'Ngày sinh',
    gender: 'Giới tính',
    identifiers: 'Mã người bệnh',
    recordNumber: 'Số bệnh án',
    organisation: 'Cơ sở y tế',
    clinician: 'Bác sĩ',
    contact: 'Liên hệ',
    service: 'Dịch vụ',
    reason: 'Lý do',
    note: 'Ghi chú',
    travel: 'Khuyến nghị về việc đi điều trị',
    goals: 'Mục tiêu',
    attestedOriginal: 'Xác nhận trong bản gốc ngày',
    attested: 'Xác nhận ngày',
  },
  statuses: {
    registered: 'Đã đăng ký; chưa có báo cáo',
    partial: 'Báo cáo một phần; chưa phải bản chính thức',
    preliminary: 'Báo cáo sơ bộ; chưa phải bản chính thức',
    final: 'Báo cáo chính thức',
    amended: 'Báo cáo sửa đổi; thay thế báo cáo đã ban hành trước đó',
    corrected: 'Báo cáo đính chính; thay thế báo cáo đã ban hành trước đó',
    appended: 'Báo cáo có bổ sung; phần còn lại giữ nguyên như đã ban hành',
    'entered-in-error': 'Đã thu hồi: ban hành nhầm',
  },
  genders: { female: 'Nữ', male: 'Nam', other: 'Khác', unknown: 'Không rõ' },
  sections: {
    summary: 'Tóm tắt kết quả',
    differences: 'Điểm khác với ý kiến thứ nhất',
    diagnosis: 'Chẩn đoán',
    staging: 'Giai đoạn bệnh',
    reasoning: 'Lập luận',
    answers: 'Trả lời các câu hỏi',
    plan: 'Kế hoạch điều trị được khuyến nghị',
    alternatives: 'Các lựa chọn khác, nguy cơ và lợi ích',
    uncertainties: 'Những điểm chưa chắc chắn',
    'further-tests': 'Xét nghiệm và thăm dò thêm',
    travel: 'Khuyến nghị về việc đi điều trị',
    estimate: 'Dự toán chi phí',
    evidence: 'Tài liệu tham khảo',
    records: 'Hồ sơ đã gửi để xin ý kiến',
    changes: 'Những thay đổi',
    disclaimer: 'Về ý kiến này',
  },
  findings: 'Nhận định và kết luận',
  codedConclusion: 'Kết luận theo mã',
  services: {
    'single-specialist-opinion': 'Ý kiến bằng văn bản của một chuyên gia',
    'multidisciplinary-opinion': 'Ý kiến bằng văn bản của hội đồng đa chuyên khoa',
    'comprehensive-opinion': 'Xem lại giải phẫu bệnh, chẩn đoán hình ảnh và ung bướu, kèm kế hoạch điều trị',
    'pathology-review': 'Đọc lại tiêu bản giải phẫu bệnh',
    'radiology-review': 'Đọc lại hình ảnh',
    'video-consultation': 'Tư vấn qua video',
    'integrative-medicine-consultation': 'Tư vấn y học tích hợp',
  },
  aspects: { diagnosis: 'Chẩn đoán', stage: 'Giai đoạn', treatment: 'Điều trị' },
  concordances: {
    confirmed: 'Xác nhận',
    revised: 'Điều chỉnh',
    added: 'Bổ sung',
    removed: 'Loại bỏ',
    undetermined: 'Chưa xác định',
  },
  travel: {
    travel: 'Nên đi điều trị',
    'do-not-travel': 'Nên điều trị tại nơi cư trú',
    undetermined: 'Chưa xác định',
  },
  differences: {
    caption: 'Ý kiến thứ nhất đối chiếu với ý kiến thứ hai',
    head: ['Nội dung', 'Ý kiến thứ nhất', 'Ý kiến thứ hai', 'Khác biệt'],
    none: '–',
  },
  estimate: {
    caption: 'Dự toán chi phí theo từng mục',
    item: 'Mục',
    quantity: 'Số lượng',
    unitPrice: (currency) => `Đơn giá (${currency})`,
    amount: (currency) => `Thành tiền (${currency})`,
    total: 'Tổng cộng',
  },
  kinds: {
    AllergyIntolerance: 'Dị ứng',
    Bundle: 'Tài liệu',
    CarePlan: 'Kế hoạch điều trị',
    ClinicalImpression: 'Nhận định lâm sàng',
    Condition: 'Bệnh trạng',
    Consent: 'Văn bản đồng ý',
    DiagnosticReport: 'Báo cáo',
    DocumentReference: 'Tài liệu',
    Encounter: 'Lượt khám',
    FamilyMemberHistory: 'Tiền sử gia đình',
    ImagingStudy: 'Chẩn đoán hình ảnh',
    Immunization: 'Tiêm chủng',
    List: 'Danh mục',
    Media: 'Hình ảnh',
    Medication: 'Thuốc',
    MedicationAdministration: 'Thuốc',
    MedicationRequest: 'Thuốc',
    MedicationStatement: 'Thuốc',
    Observation: 'Kết quả',
    Procedure: 'Thủ thuật',
    QuestionnaireResponse: 'Phiếu câu hỏi',
    ServiceRequest: 'Chỉ định',
    Specimen: 'Mẫu bệnh phẩm',
  },
  documents: {
    imaging: 'Hình ảnh',
    'imaging-report': 'Kết quả chẩn đoán hình ảnh',
    'pathology-slides': 'Tiêu bản số hóa',
    'pathology-report': 'Kết quả giải phẫu bệnh',
    laboratory: 'Kết quả xét nghiệm',
    'operative-report': 'Biên bản phẫu thuật',
    'medication-list': 'Danh mục thuốc',
    allergies: 'Dị ứng',
    'prior-treatment': 'Tóm tắt điều trị trước đây',
    'first-opinion': 'Ý kiến thứ nhất và kế hoạch điều trị',
    narrative: 'Lời kể của người bệnh',
    questions: 'Các câu hỏi cần trả lời',
  },
  consents: {
    'cross-border-opinion': 'chuyển hồ sơ ra nước ngoài để xin ý kiến thứ hai',
    'insurer-clinical-content': 'bên chi trả được xem nội dung lâm sàng của hồ sơ',
  },
  undated: 'không ghi ngày',
  colon: ': ',
  translation: (language) => (language === undefined ? ' (bản dịch)' : ` (bản dịch sang ${lower(language)})`),
  translatedReport: (language) =>
    language === undefined
      ? 'Báo cáo này là bản dịch. Bản gốc có trong hồ sơ.'
      : `Báo cáo này là bản dịch. Bản gốc bằng ${lower(language)} có trong hồ sơ.`,
  translatedBy: (who, method) => {
    const how = { human: 'do người dịch', machine: 'máy dịch', 'machine-then-human': 'máy dịch, có người kiểm tra' };
    return `Đơn vị dịch: ${who ?? 'không nêu'} (${how[method]}); việc xác nhận thực hiện trên bản gốc.`;
  },
  replaces: (document, issued) =>
    `Thay thế tài liệu ${document}${issued === undefined ? '' : `, ban hành ngày ${issued}`}.`,
  appends: (document, issued) =>
    `Bổ sung cho tài liệu ${document}${issued === undefined ? '' : `, ban hành ngày ${issued}`}.`,
  disclaimer: [
    'Ý kiến thứ hai này có tính chất tư vấn. Ý kiến dựa trên hồ sơ đã gửi, không dựa trên việc khám trực tiếp người bệnh. ' +
      'Ý kiến không đặt người bệnh dưới sự chăm sóc của người nhận xét hay của chương trình, và không bảo đảm kết quả điều trị. ' +
      'Quyết định về chẩn đoán và điều trị thuộc về người bệnh và bác sĩ điều trị.',
    'Đây không phải là dịch vụ cấp cứu. Khi cấp cứu, hãy gọi ngay số cấp cứu tại địa phương hoặc đến khoa cấp cứu gần nhất.',
  ],
  verification: {
    heading: 'Kiểm tra báo cáo này',
    text:
      'Mã này dẫn đến một trang cho biết chương trình nào đã ban hành báo cáo, vào lúc nào, và báo cáo còn hiệu lực hay không. ' +
      'Trang đó không hiển thị dữ liệu người bệnh. Mã băm trên trang phải trùng với mã in ở đây. Mã có thể bị sao chép: chỉ tệp PDF hoặc tài liệu đã ký mới chứng minh được nội dung.',
    digestLabel: 'SHA-256 của tài liệu',
  },
};
