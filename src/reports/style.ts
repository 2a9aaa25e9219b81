/** Lengths in PDF points (1/72 inch). */
export const MARGIN = 56;
export const TOP = 104;
export const BOTTOM = 64;
export const BAND = 76;
/** Width of the labels of fields. */
export const LABEL = 128;
/** Around the text of a notice. */
export const PAD = 10;

export const INK = '#1b1f24';
export const FAINT = '#5a6573';
export const ACCENT = '#1d3f66';
export const TINT = '#eef3f8';

/**
 * Glyph composition (`ccmp`) off: Noto Sans composes a plain i from a dotless one and a dot, which pdfkit then maps back
 * to ị, so that copied and searched text would say "ị" for every "i". pdfkit takes this form but does not declare it.
 */
export const FEATURES = { ccmp: false } as unknown as PDFKit.Mixins.OpenTypeFeatures[];

/** How running text is set. */
export const TEXT = { lineGap: 1.5, features: FEATURES };
