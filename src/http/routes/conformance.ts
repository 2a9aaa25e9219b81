import { hash } from 'node:crypto';
import type { ResponseObject, ServerRoute } from '@hapi/hapi';
import type { Format } from '../media-type.ts';
import { replyPrinted } from '../reply.ts';
import { paramsOf } from '../request.ts';

/** GET [base]/metadata. https://hl7.org/fhir/R4/http.html#capabilities */
export function metadataRoute(statement: Readonly<Record<Format, string>>): ServerRoute {
  const tags = { json: tagOf(statement.json), xml: tagOf(statement.xml) };
  return {
    method: 'GET',
    path: '/fhir/metadata',
    options: { auth: false },
    handler(request, h) {
      paramsOf(request);
      const { format = 'json' } = request.app;
      // hapi turns it into a 304 where If-None-Match allows: it is large, and stays the same while the server runs.
      return open(replyPrinted(h, statement)).header('etag', tags[format]).header('cache-control', 'no-cache');
    },
  };
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
