import { h } from 'hastscript';
import type { Content } from './elements.ts';
import { facts, value } from './elements.ts';
import { fillWith } from './fill.ts';
import { digestGroups, nameOfLanguage, renderSheet } from './sheet.ts';
import type { SheetLanguage, SheetTexts } from './texts/sheet-texts.ts';
import { sheetTextsIn } from './texts/sheet-texts-in.ts';

/** What may be told of a signed document to everybody. */
export interface SignedOnPage {
  /** Name of the organisation. */
  readonly programme: string;
  /** Instant. */
  readonly issuedAt: string;
  /** BCP 47 */
  readonly language: string;
  readonly state: 'current' | 'superseded' | 'withdrawn';
  /** SHA-256 in hexadecimal: of what the document says, and of the PDF. */
  readonly digest: string;
  readonly pdfDigest: string;
}

export interface VerifyPage {
  readonly language: SheetLanguage;
  readonly stylesheet: string;
  /** Address of the root certificate. */
  readonly root: string;
  /** Undefined: none is known by this number. */
  readonly signed: SignedOnPage | undefined;
}

/** Whether a document was signed here and still holds; for everybody who has its letter, and without a word on a patient. */
export function renderVerify({ language, stylesheet, root, signed }: VerifyPage): string {
  const { texts } = sheetTextsIn(language);
  const { check } = texts;
  const title = signed === undefined ? check.unknownTitle : check.title;
  return renderSheet(
    { language, stylesheet, title, organization: signed?.programme, tagline: texts.tagline },
    h('h1', null, title),
    signed === undefined
      ? h('p', { class: 'notice problem', role: 'alert' }, check.unknown)
      : h('p', { class: 'lede' }, check.purpose),
    ...(signed === undefined ? [] : tell(signed, language, texts)),
    howTo(check, root),
    h('p', { class: 'hint' }, check.privacy),
  );
}

export function renderVerifyBusy({ language, stylesheet }: Pick<VerifyPage, 'language' | 'stylesheet'>): string {
  const { texts } = sheetTextsIn(language);
  const { busyTitle: title, busy } = texts.check;
  return renderSheet(
    { language, stylesheet, title, tagline: texts.tagline },
    h('h1', null, title),
    h('p', { class: 'lede', role: 'alert' }, busy),
  );
}

function tell(signed: SignedOnPage, language: SheetLanguage, { check, states, stateHints }: SheetTexts): Content[] {
  const { state, programme, issuedAt, digest, pdfDigest } = signed;
  const kind = state === 'current' ? 'done' : state === 'superseded' ? 'caution' : 'problem';
  return [
    h('p', { class: `notice ${kind}`, role: 'status' }, h('strong', null, states[state]), ' – ', stateHints[state]),
    facts(
      [check.issuedBy, value(programme)],
      [check.issuedOn, h('time', { datetime: issuedAt }, formatTime(issuedAt, language))],
      [check.language, value(nameOfLanguage(signed.language))],
      [check.digest, [digestGroups(digest), h('span', { class: 'detail' }, check.digestHint)]],
      [check.pdfDigest, digestGroups(pdfDigest)],
    ),
  ];
}

function howTo(check: SheetTexts['check'], root: string): Content {
  const command = h('code', { dir: 'ltr' }, 'consilium verify FILE.json --pdf FILE.pdf --trust ROOT.pem');
  const link = h('a', { class: 'inline', href: root, dir: 'ltr' }, root);
  return h(
    'section',
    { class: 'part', 'aria-labelledby': 'how' },
    h('h2', { id: 'how' }, check.howTitle),
    h(
      'ul',
      { class: 'items' },
      h('li', null, check.howCompare),
      h('li', null, check.howPaper),
      h('li', null, ...fillWith<Content>(check.howFile, { command })),
      h('li', null, ...fillWith<Content>(check.howRoot, { root: link })),
      h('li', null, check.howAsk),
    ),
  );
}

/** In UTC, since a server does not know where its reader is; the digits are those of the digest and of the letter. */
function formatTime(instant: string, language: SheetLanguage): string {
  const locale = { en: 'en-GB', vi: 'vi', zh: 'zh-Hans', ar: 'ar-u-nu-latn' }[language];
  const date = { year: 'numeric', month: 'long', day: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const said = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(Date.parse(instant));
  return `${said(date)}, ${said(time)} UTC`;
}
