/** http://www.rfc-editor.org/rfc/rfc6838#section-4.2 */
const NAME = '[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}';
/** http://www.iana.org/assignments/media-types, and the experimental `x-…` of http://www.rfc-editor.org/rfc/rfc2045. */
const TOP_LEVEL =
  '(?:application|audio|chemical|example|font|haptics|image|message|model|multipart|text|video|x-[a-z0-9-]+)';
/** http://www.rfc-editor.org/rfc/rfc9110#section-5.6.6 */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = `[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*")`;
const MEDIA_TYPE = new RegExp(`^${TOP_LEVEL}/${NAME}(?:${PARAMETER})*[ \\t]*$`, 'i');
/** What statements about formats may say instead (http://hl7.org/fhir/R4/http.html#mime-type). */
const SHORT_FORMS: ReadonlySet<string> = new Set(['json', 'ttl', 'xml']);
const LONGEST = 1000;

/** Whether the text is a media type, with or without parameters (BCP 13). */
export function isMediaType(text: string): boolean {
  return SHORT_FORMS.has(text) || (text.length <= LONGEST && MEDIA_TYPE.test(text));
}
