/** Lengths in PDF points (1/72 inch). */
export const MARGIN = 56;
export const TOP = 104;
export const BOTTOM = 64;
export const BAND = 76;
/** Width of the labels of fields. */
export const LABEL = 128;
/** Around the text of a notice and of a table's cell. */
export const PAD = 10;
export const CELL = 5;
/** Side of the QR code with its quiet zone. */
export const QR_SIDE = 108;

export const INK = '#1b1f24';
export const FAINT = '#5a6573';
export const ACCENT = '#1d3f66';
export const TINT = '#eef3f8';
export const RULE = '#c4cfdb';

/** Font sizes. */
export const TITLE = 19;
export const SECTION = 12;
export const SUBSECTION = 10.5;
export const BODY = 10;
export const SMALL = 8.5;
