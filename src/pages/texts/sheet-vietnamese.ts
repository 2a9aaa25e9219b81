import type { SheetTexts } from './sheet-texts.ts';

export const SHEET_VIETNAMESE: SheetTexts = {
  tagline: 'Ý kiến y khoa thứ hai xuyên biên giới',
  report: {
    pdf: 'Mở bản PDF đã ký',
    inLanguages: 'Báo cáo này bằng ngôn ngữ khác',
    print: 'In từ trang web. Văn bản đã ký là bản PDF.',
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
    digestHint: 'Hãy so sánh từng nhóm với mã băm ở trang cuối của thư.',
    pdfDigest: 'SHA-256 của tệp PDF',
    unknownTitle: 'Không có báo cáo như vậy ở đây',
    unknown:
      'Không có báo cáo nào mang số này được ký trên máy chủ này. Hãy kiểm tra xem địa chỉ có thiếu ký tự không. Nếu địa chỉ đầy đủ, đừng tin vào thư trước khi hỏi lại chương trình.',
    howTitle: 'Cách kiểm tra chính văn bản',
    howCompare: 'Thư chỉ là thật nếu trang cuối ghi đúng mã băm ở đây.',
    howFile:
      'Người có văn bản đã ký (FHIR Bundle dạng JSON) có thể kiểm tra mà không cần máy chủ này: {command} cho biết ai đã ký, khi nào, và có gì bị sửa đổi hay không.',
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
