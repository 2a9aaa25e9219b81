import { SaxesParser } from 'saxes';
import type { Resource } from '../resource.ts';
import { Complaints } from './complaints.ts';
import { decodeXml } from './decode.ts';
import { Problems, refusal } from './problems.ts';
import { Reader } from './reader.ts';
import type { Knowledge } from './reader.ts';
import { findBadReference, reasonOf } from './well-formed.ts';

/** Far above what any element of FHIR or XHTML has; each more costs more than the last. */
const MAX_ATTRIBUTES = 200;
const DECLARE = 'Send XML 1.0 in UTF-8: <?xml version="1.0" encoding="UTF-8"?>.';

/** XML text → resource tree; see `XmlCodec`. */
export function parseXml(known: Knowledge, bytes: Uint8Array): Resource {
  const text = decodeXml(bytes);
  const first = text.search(/[^ \t\r\n]/);
  if (first < 0) throw refusal('malformed-xml', 'The body is not well-formed XML (it is empty). Send a resource.');
  const parser = new SaxesParser({ xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  const at = (): number => parser.position;
  const problems = new Problems(text);
  if (text[first] !== '<') {
    throw problems.refusal('malformed-xml', first, 'The body is not XML: it does not begin with "<"', 'Send XML.');
  }
  const reader = new Reader(known, text, at, new Complaints(problems, text, at));

  parser.on('xmldecl', ({ version, encoding }) => {
    if (encoding !== undefined && !/^utf-8$/i.test(encoding)) {
      throw problems.refusal('xml-encoding', 0, 'The body declares another encoding than UTF-8', DECLARE);
    }
    if (version !== '1.0') {
      throw problems.refusal('xml-version', 0, 'The body declares another version of XML than 1.0', DECLARE);
    }
  });
  parser.on('doctype', () => {
    const mend = 'FHIR has no DTD and no entities of its own. Leave the declaration out.';
    throw problems.refusal('doctype', text.lastIndexOf('<!DOCTYPE', at()), 'The body has a DOCTYPE', mend);
  });
  parser.on('processinginstruction', () => {
    const start = text.lastIndexOf('<?', at());
    throw problems.refusal('processing-instruction', start, 'The body has a processing instruction', 'Leave it out.');
  });
  let attributes = 0;
  parser.on('opentagstart', () => {
    attributes = 0;
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes <= MAX_ATTRIBUTES) return;
    const what = `An element has more than ${MAX_ATTRIBUTES} attributes`;
    throw problems.refusal(
      'too-many-attributes',
      text.lastIndexOf('<', at()),
      what,
      'Leave out what FHIR does not know.',
    );
  });
  parser.on('opentag', (tag) => reader.readTag(tag));
  parser.on('closetag', () => reader.readEndTag());
  parser.on('text', (run) => reader.readText(run));
  parser.on('cdata', () => reader.readCdata());
  parser.on('error', ({ message }) => {
    const end = Math.max(0, at() - 1);
    const reference = findBadReference(text, end);
    if (reference === undefined) {
      const what = `The body is not well-formed XML: ${reasonOf(message)}`;
      throw problems.refusal('malformed-xml', end, what, 'Mend it and send it again.');
    }
    const mend = 'Write & as &amp;. Of entities there are &lt; &gt; &amp; &quot; &apos; and references such as &#160;.';
    throw problems.refusal('undefined-entity', reference, 'The body has an "&" that begins no known reference', mend);
  });

  parser.write(text).close();
  if (problems.found) throw problems.toFault();
  return reader.resource;
}
