import type { SheetTexts } from './sheet-texts.ts';

export const SHEET_ENGLISH: SheetTexts = {
  tagline: 'Medical second opinions across borders',
  report: {
    pdf: 'Open the letter (PDF)',
    inLanguages: 'This report in other languages',
    print: 'Printed from the web page. What the programme signed is the document with its letter (PDF).',
  },
  status: {
    draft: 'This report is not issued yet. It may still change and must not be acted upon.',
    changed: 'This report was changed after it was first issued. Earlier versions no longer hold.',
  },
  withdrawn: {
    title: 'This report was withdrawn',
    text: 'The programme has withdrawn the report. Do not act on any copy of it. Ask the programme what holds instead.',
  },
  pending: {
    title: 'The report is being prepared',
    text: 'The signed document is being made. Open this address again in a few seconds.',
  },
  check: {
    title: 'Check a report',
    purpose: 'This page tells whether a second-opinion report was issued and signed here, and whether it still holds.',
    issuedBy: 'Issued by',
    issuedOn: 'Issued on',
    language: 'Language',
    state: 'State',
    digest: 'Digest of the document (SHA-256)',
    digestHint: 'Compare it, group by group, with the digest at the end of the letter.',
    pdfDigest: 'SHA-256 of the PDF file',
    unknownTitle: 'No such report is known here',
    unknown:
      'No report with this number was signed on this server. Check the address for missing characters. If it is complete, do not rely on the letter before you have asked the programme.',
    howTitle: 'How to check the document itself',
    howCompare:
      'If the digest in the letter differs from the one here, the letter is not genuine. If it is the same, that proves nothing yet: a digest and a QR code can be copied onto any letter. The words are proved only by the SHA-256 of the PDF file, or by the signed document.',
    howPaper:
      'Of a letter on paper, ask the programme by an address that you already know, or read the report at the gateway of your hospital (/reports/), where you sign in.',
    howFile:
      'Whoever has the signed document (a FHIR Bundle in JSON) can check it without this server: {command} tells who signed it, when, and whether anything was changed. The command comes with the software of this gateway, for who runs one.',
    howRoot:
      'The root certificate that the check needs is at {root}. Fetch it once, and over another way compare its fingerprint.',
    howAsk: 'If anything differs, ask the programme by an address that you already know, not by one from the letter.',
    privacy: 'This page names no patient, and nobody learns from it who was examined.',
    busyTitle: 'Too many checks at once',
    busy: 'Please wait a minute, then open the address again.',
  },
  states: { current: 'Current', superseded: 'Replaced', withdrawn: 'Withdrawn' },
  stateHints: {
    current: 'This is the version that holds.',
    superseded: 'There is a later version of this report. Ask for that one.',
    withdrawn: 'The programme has withdrawn this report. Do not act on it.',
  },
};
