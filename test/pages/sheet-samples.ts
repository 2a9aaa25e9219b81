import { renderNoReport, renderReport, renderVerify, renderVerifyBusy } from '../../src/pages/index.ts';
import type { LetterOnPage, ReportPage, SheetLanguage, VerifyPage } from '../../src/pages/index.ts';
import type { Letter } from '../../src/reports/letter/model.ts';
import { FORM } from './samples.ts';

export const ADDRESS = 'https://gateway.example/auth/reports/r1';
export const ROOT = 'https://gateway.example/.well-known/consilium-report-root.pem';
export const DIGEST = '0123456789abcdef'.repeat(4);

export const LETTER = {
  language: 'en',
  title: 'Second opinion',
  subject: 'Second opinion',
  createdAt: '2026-03-04T05:06:07Z',
  programme: { name: 'Invented Hospital', lines: ['1 Main Street, Town'] },
  foot: 'Case SO-26-7K3M-9QTX',
  pageOf: 'Page {page} of {pages}',
  sections: [
    {
      heading: 'Summary',
      blocks: [
        {
          kind: 'paragraph',
          runs: [{ text: 'The plan is ' }, { text: 'confirmed', bold: true }, { text: '.', italic: true }],
        },
        { kind: 'heading', level: 3, text: 'Details' },
        { kind: 'list', numbered: true, items: [[{ text: 'One' }], [{ text: 'Two' }]] },
        { kind: 'notice', text: 'Advisory only.' },
      ],
    },
    {
      heading: 'Chi phí',
      language: 'vi',
      blocks: [
        {
          kind: 'table',
          caption: 'Estimate',
          head: ['Item', 'Price'],
          rows: [['Surgery', '940.00 USD']],
          foot: ['Total', '940.00 USD'],
          amounts: [1],
        },
        { kind: 'fields', rows: [['Patient', 'Invented Person']] },
        { kind: 'person', name: 'Dr Invented', lines: ['Oncology'] },
      ],
    },
  ],
  verification: {
    heading: 'Authenticity',
    text: 'Scan the code.',
    address: 'https://gateway.example/verify/11111111-1111-4111-8111-111111111111',
    digest: DIGEST,
    digestLabel: 'SHA-256 of the document',
  },
  undrawable: '',
  shortened: '',
} as const satisfies Letter;

export function renderPage(more: Partial<ReportPage> = {}, letter: Partial<LetterOnPage> = {}): string {
  return renderReport({
    stylesheet: FORM.stylesheet,
    address: ADDRESS,
    letter: { ...LETTER, ...letter },
    languages: ['en', 'ar'],
    state: 'issued',
    pdf: `${ADDRESS}/letter.pdf`,
    ...more,
  });
}

export const SIGNED = {
  programme: 'Invented Hospital',
  issuedAt: '2026-03-04T05:06:07Z',
  language: 'ar',
  state: 'current',
  digest: DIGEST,
  pdfDigest: DIGEST.toUpperCase(),
} as const;

export const verify = (language: SheetLanguage, signed: VerifyPage['signed'] = SIGNED): string =>
  renderVerify({ language, stylesheet: FORM.stylesheet, root: ROOT, signed });

/** Every sheet in every state that looks different, by a name for it. */
export function renderSheets(language: SheetLanguage): Readonly<Record<string, string>> {
  const { stylesheet } = FORM;
  return {
    report: renderPage({}, { language }),
    draft: renderPage({ state: 'draft', languages: [language] }, { language }),
    withdrawn: renderNoReport({ stylesheet, language, reason: 'withdrawn' }),
    pending: renderNoReport({ stylesheet, language, reason: 'pending' }),
    signed: verify(language),
    superseded: verify(language, { ...SIGNED, state: 'superseded' }),
    unknown: renderVerify({ language, stylesheet, root: ROOT, signed: undefined }),
    busy: renderVerifyBusy({ language, stylesheet }),
  };
}
