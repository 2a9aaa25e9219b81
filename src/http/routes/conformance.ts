import { hash } from 'node:crypto';
import type { ResponseObject, ServerRoute } from '@hapi/hapi';
import { parseStored, subsetText } from '../../fhir/index.ts';
import type { XmlCodec } from '../../fhir/index.ts';
import { parseStatementQuery } from '../../interactions/index.ts';
import type { House, StatementAsked } from '../../interactions/index.ts';
import type { Format } from '../media-type.ts';
import { replyPrinted, sayApplied, sayIgnored } from '../reply.ts';
import { paramsOf, preferencesOf } from '../request.ts';

/** GET [base]/metadata. https://hl7.org/fhir/R4/http.html#capabilities */
export function metadataRoute(house: House, statement: () => string, xml: XmlCodec): ServerRoute {
  const prints = new Map<string, Print>();
  /** Each of the four shapes is made when it is first asked for. */
  function printOf(summary: StatementAsked['summary']): Print {
    const made = prints.get(summary ?? '');
    if (made !== undefined) return made;
    const whole = statement();
    const text = summary === undefined ? whole : subsetText(house.definitions, whole, { summary });
    const print = printIn(text, xml);
    prints.set(summary ?? '', print);
    return print;
  }
  return {
    method: 'GET',
    path: '/fhir/metadata',
    options: { auth: false },
    handler(request, h) {
      const { handling } = preferencesOf(request);
      const asked = parseStatementQuery(house, paramsOf(request), { strict: handling === 'strict' });
      const { format = 'json' } = request.app;
      const { texts, tags } = printOf(asked.summary);
      // hapi turns it into a 304 where If-None-Match allows: it is large, and stays the same while the server runs.
      const response = replyPrinted(h, texts).header('etag', tags[format]).header('cache-control', 'no-cache');
      return open(sayApplied(sayIgnored(response, asked.ignored), 'handling', handling));
    },
  };
}

interface Print {
  readonly texts: Readonly<Record<Format, string>>;
  readonly tags: Readonly<Record<Format, string>>;
}

function printIn(json: string, codec: XmlCodec): Print {
  const texts = { json, xml: codec.print(parseStored(json)) };
  return { texts, tags: { json: tagOf(texts.json), xml: tagOf(texts.xml) } };
}

/** GET [base]/.well-known/smart-configuration: JSON whatever Accept says. */
export function smartConfigurationRoute(configuration: () => object): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/.well-known/smart-configuration',
    options: { auth: false },
    handler: (_request, h) => open(h.response(configuration()).type('application/json')),
  };
}

function tagOf(text: string): string {
  return `W/"${hash('sha256', text, 'base64url')}"`;
}

/** Any origin may read what a server says of itself: https://hl7.org/fhir/smart-app-launch/conformance.html */
function open(response: ResponseObject): ResponseObject {
  return response.header('access-control-allow-origin', '*');
}
