/** Namespace of all FHIR elements. http://hl7.org/fhir/R4/xml.html */
export const FHIR = 'http://hl7.org/fhir';
/** Namespace of the narrative. http://hl7.org/fhir/R4/narrative.html */
export const XHTML = 'http://www.w3.org/1999/xhtml';
/** Namespace of `xmlns` and `xmlns:…`. */
export const XMLNS = 'http://www.w3.org/2000/xmlns/';
/** Namespace of the prefix `xml`. */
export const XML = 'http://www.w3.org/XML/1998/namespace';
/** Namespace of `xsi:schemaLocation`. */
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** Names that can stand in a text without carrying anything of a patient into it. */
const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** The name where it can be told, else ''. */
export function tellable(name: string): string {
  return PLAIN_NAME.test(name) ? name : '';
}
