import type { SheetTexts } from './sheet-texts.ts';

export const SHEET_CHINESE: SheetTexts = {
  tagline: '跨境医疗第二诊疗意见',
  report: {
    pdf: '打开信件（PDF）',
    inLanguages: '本报告的其他语言版本',
    print: '由网页打印。项目方签名的是文件及其信件（PDF）。',
  },
  status: {
    draft: '本报告尚未签发，内容仍可能更改，不得作为诊疗依据。',
    changed: '本报告首次签发后作过更改，此前的版本不再有效。',
  },
  withdrawn: {
    title: '本报告已撤回',
    text: '项目方已撤回本报告。请勿依据其任何副本行事，并向项目方询问现行有效的内容。',
  },
  pending: {
    title: '报告正在准备中',
    text: '正在生成已签名的文件。请在几秒钟后重新打开此网址。',
  },
  check: {
    title: '核验报告',
    purpose: '本页说明一份第二诊疗意见报告是否由此处签发和签名，以及是否仍然有效。',
    issuedBy: '签发机构',
    issuedOn: '签发时间',
    language: '语言',
    state: '状态',
    digest: '文件摘要（SHA-256）',
    digestHint: '请与信件末尾的摘要逐组比对。',
    pdfDigest: 'PDF 文件的 SHA-256',
    unknownTitle: '此处没有这份报告',
    unknown: '本服务器没有签发过此编号的报告。请检查网址是否缺少字符。如网址完整，请先向项目方核实，再采信该信件。',
    howTitle: '如何核验文件本身',
    howCompare:
      '如果信件上的摘要与此处不同，该信件不是真实的。如果相同，也还不能证明什么：摘要和二维码可以被复制到任何信件上。只有 PDF 文件的 SHA-256 或已签名的文件才能证明其内容。',
    howPaper: '对于纸质信件，请通过您已知的联系方式询问项目方，或登录贵院所用的网关（/reports/）阅读报告。',
    howFile:
      '持有已签名文件（JSON 格式的 FHIR Bundle）者无需本服务器即可核验：{command} 会说明由谁签名、何时签名以及是否有改动。该命令随本网关的软件提供，供网关运营者使用。',
    howRoot: '核验所需的根证书位于 {root}。请下载一次，并通过其他途径比对其指纹。',
    howAsk: '如有任何不符，请通过您已知的联系方式询问项目方，不要使用信件上的联系方式。',
    privacy: '本页不出现患者姓名，任何人都无法由此得知受检者是谁。',
    busyTitle: '核验过于频繁',
    busy: '请稍候一分钟，然后重新打开此网址。',
  },
  states: { current: '有效', superseded: '已被替代', withdrawn: '已撤回' },
  stateHints: {
    current: '这是现行有效的版本。',
    superseded: '本报告已有更新的版本，请索取该版本。',
    withdrawn: '项目方已撤回本报告，请勿据此行事。',
  },
};
