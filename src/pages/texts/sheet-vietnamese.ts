import type { SheetTexts } from './sheet-texts.ts';

export const SHEET_VIETNAMESE: SheetTexts = {
  tagline: 'Ý kiến y khoa thứ hai xuyên biên giới',
  report: {
    pdf: 'Mở thư (PDF)',
    inLanguages: 'Báo cáo này bằng ngôn ngữ khác',
    print: 'In từ trang web. Chương trình đã ký văn bản cùng với thư (PDF) của văn bản.',
  },
  status: {
    draft: 'Báo cáo này chưa được phát hành. Nội dung còn có thể thay đổi và không được dùng làm căn cứ điều trị.',
    changed: 'Báo cáo này đã được sửa đổi sau lần phát hành đầu tiên. Các bản trước không còn giá trị.',
  },
  withdrawn: {
    title: 'Báo cáo này đã bị thu hồi',
    text: 'Chương trình đã thu hồi báo cáo. Không dựa vào bất kỳ bản sao nào của báo cáo. Hãy hỏi chương trình về nội dung thay thế.',
  },
  pending: {
    title: 'Báo cáo đang được chuẩn bị',
    text: 'Văn bản đã ký đang được lập. Vui lòng mở lại địa chỉ này sau vài giây.',
  },
  check: {
    title: 'Kiểm tra báo cáo',
    purpose:
      'Trang này cho biết một báo cáo ý kiến thứ hai có được phát hành và ký tại đây hay không, và còn giá trị hay không.',
    issuedBy: 'Đơn vị phát hành',
    issuedOn: 'Ngày phát hành',
    language: 'Ngôn ngữ',
    state: 'Tình trạng',
    digest: 'Mã băm của văn bản (SHA-256)',
    digestHint: 'Hãy so sánh từng nhóm với mã băm ở cuối thư.',
    pdfDigest: 'SHA-256 của tệp PDF',
    unknownTitle: 'Không có báo cáo như vậy ở đây',
    unknown:
      'Không có báo cáo nào mang số này được ký trên máy chủ này. Hãy kiểm tra xem địa chỉ có thiếu ký tự không. Nếu địa chỉ đầy đủ, đừng tin vào thư trước khi hỏi lại chương trình.',
    howTitle: 'Cách kiểm tra chính văn bản',
    howCompare:
      'Nếu mã băm trong thư khác với mã ở đây thì thư không phải là thật. Nếu trùng nhau thì cũng chưa chứng minh được gì: mã băm và mã QR có thể bị sao chép lên bất kỳ thư nào. Chỉ SHA-256 của tệp PDF hoặc văn bản đã ký mới chứng minh được nội dung.',
    howPaper:
      'Đối với thư in trên giấy, hãy hỏi chương trình qua địa chỉ mà quý vị đã biết từ trước, hoặc đọc báo cáo tại cổng của bệnh viện quý vị (/reports/) sau khi đăng nhập.',
    howFile:
      'Người có văn bản đã ký (FHIR Bundle dạng JSON) có thể kiểm tra mà không cần máy chủ này: {command} cho biết ai đã ký, khi nào, và có gì bị sửa đổi hay không. Lệnh này đi kèm phần mềm của cổng này, dành cho đơn vị vận hành cổng.',
    howRoot:
      'Chứng thư gốc cần cho việc kiểm tra ở {root}. Hãy tải về một lần và đối chiếu dấu vân tay của nó qua một kênh khác.',
    howAsk:
      'Nếu có gì khác biệt, hãy hỏi chương trình qua địa chỉ mà quý vị đã biết từ trước, không dùng địa chỉ ghi trong thư.',
    privacy: 'Trang này không nêu tên bệnh nhân và không cho biết ai đã được khám.',
    busyTitle: 'Quá nhiều lượt kiểm tra cùng lúc',
    busy: 'Vui lòng đợi một phút rồi mở lại địa chỉ này.',
  },
  states: { current: 'Còn giá trị', superseded: 'Đã được thay thế', withdrawn: 'Đã bị thu hồi' },
  stateHints: {
    current: 'Đây là bản đang có giá trị.',
    superseded: 'Đã có bản mới hơn của báo cáo này. Hãy yêu cầu bản đó.',
    withdrawn: 'Chương trình đã thu hồi báo cáo này. Không được dựa vào báo cáo.',
  },
};
