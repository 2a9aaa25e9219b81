import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import { letterNameOf, openBytes, read, textOf, vread, withData } from '../../interactions/index.ts';
import type { Answered, House, ReadRequest } from '../../interactions/index.ts';
import { isMediaType } from '../media-type.ts';
import { chooseResource } from '../negotiate.ts';
import { replyVersion, sayApplied, sayIgnored } from '../reply.ts';
import { contextOf, formatOf, headerOf, idOf, paramsOf, pathParam, preferencesOf, typeOf } from '../request.ts';

/** GET [base]/Type/id: the current version. https://hl7.org/fhir/R4/http.html#read */
export function readRoute(house: House): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/{type}/{id}',
    async handler(request, h) {
      const asked = askedOf(request);
      const found = await read(house, contextOf(request), typeOf(request), idOf(request), asked);
      return answer(house, request, h, found);
    },
  };
}

/** GET [base]/Type/id/_history/vid: one version. https://hl7.org/fhir/R4/http.html#vread */
export function vreadRoute(house: House): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/{type}/{id}/_history/{vid}',
    async handler(request, h) {
      const asked = askedOf(request);
      const version = pathParam(request, 'vid');
      const found = await vread(house, contextOf(request), typeOf(request), idOf(request), version, asked);
      return answer(house, request, h, found);
    },
  };
}

/** Undefined where the bytes of a Binary are wanted: they have no elements. */
function askedOf(request: Request): ReadRequest | undefined {
  const strict = preferencesOf(request).handling === 'strict';
  if (typeOf(request) !== 'Binary') return { params: paramsOf(request), strict };
  const format = chooseResource(headerOf(request, 'accept'), formatOf(request));
  if (format === undefined) return undefined;
  const params = paramsOf(request);
  request.app.format = format;
  return { params, strict };
}

/** hapi turns it into a 304 where If-None-Match or If-Modified-Since allow. */
async function answer(house: House, request: Request, h: ResponseToolkit, found: Answered): Promise<ResponseObject> {
  const { version, at, ignored } = found;
  // Only what is answered as a resource has parameters.
  if (ignored === undefined) return replyBytes(house, h, found);
  const whole = typeOf(request) === 'Binary' ? await withData(house, found) : found.body;
  const response = sayIgnored(replyVersion(h, textOf(house, found, whole), version, at), ignored);
  return sayApplied(response, 'handling', preferencesOf(request).handling);
}

/**
 * A Binary is answered as its bytes unless a resource is asked for by name. The bytes are somebody's upload: a browser
 * may neither run them nor guess what they are. https://hl7.org/fhir/R4/binary.html#rest
 */
async function replyBytes(house: House, h: ResponseToolkit, found: Answered): Promise<ResponseObject> {
  const { contentType, bytes } = await openBytes(house, found);
  const isPdf = contentType === 'application/pdf';
  const name = isPdf ? await letterNameOf(house, contextOf(h.request), found.ref) : undefined;
  const response = h.response(bytes).type(isMediaType(contentType) ? contentType : 'application/octet-stream');
  // hapi would add a charset to texts, which only their sender knows.
  response.charset();
  return response
    .vary('accept')
    .header('etag', `W/"${found.version}"`)
    .header('last-modified', new Date(found.at).toUTCString())
    .header('content-disposition', name === undefined ? 'attachment' : `attachment; filename="${name}"`)
    .header('content-security-policy', "sandbox; default-src 'none'");
}
