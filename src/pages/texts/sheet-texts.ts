/** The languages of what people read who came by a letter; Chinese in simplified characters. */
export const SHEET_LANGUAGES = ['en', 'vi', 'zh', 'ar'] as const;
export type SheetLanguage = (typeof SHEET_LANGUAGES)[number];

type Each<Keys extends string> = Readonly<Record<Keys, string>>;

/** What stands around a report on its page, and what is told of a signed document. `{…}` stands where a value goes. */
export interface SheetTexts {
  readonly tagline: string;
  readonly report: Each<'pdf' | 'inLanguages' | 'print'>;
  /** What nobody may overlook. */
  readonly status: Each<'draft' | 'changed'>;
  /** In place of a report that is not shown. */
  readonly withdrawn: Each<'title' | 'text'>;
  readonly pending: Each<'title' | 'text'>;
  readonly check: Each<
    | 'title'
    | 'purpose'
    | 'issuedBy'
    | 'issuedOn'
    | 'language'
    | 'state'
    | 'digest'
    | 'digestHint'
    | 'pdfDigest'
    | 'unknownTitle'
    | 'unknown'
    | 'howTitle'
    | 'howCompare'
    | 'howPaper'
    | 'howFile'
    | 'howRoot'
    | 'howAsk'
    | 'privacy'
    | 'busyTitle'
    | 'busy'
  >;
  readonly states: Each<'current' | 'superseded' | 'withdrawn'>;
  readonly stateHints: Each<'current' | 'superseded' | 'withdrawn'>;
}
