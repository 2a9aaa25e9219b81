/** Control characters, and those that turn the direction of the text behind them: a name could pass for another. */
const HARMFUL = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]+/gu;
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** A value from outside as it may be shown: on one line, without what cannot be seen. */
export function cleanText(value: string): string {
  return value.normalize('NFC').replaceAll(HARMFUL, ' ').replaceAll(/\s+/g, ' ').trim();
}

/**
 * A stretch of a longer text: its spaces and marks of direction stay, which end with the paragraph that it stands in. None
 * turns letters round: 15 must not be read as 51.
 */
export function cleanPassage(text: string): string {
  return text.normalize('NFC').replaceAll(/(?![\t\n])[\p{Cc}\u202D\u202E]+/gu, ' ');
}

/**
 * The same for a value inside a sentence that stays plain text: one that is written from right to left is set apart by
 * isolating characters, so that it does not turn the words around it (https://www.w3.org/International/questions/qa-bidi-unicode-controls).
 */
export function embedText(value: string): string {
  const clean = cleanText(value);
  return RIGHT_TO_LEFT.test(clean) ? `\u2068${clean}\u2069` : clean;
}
