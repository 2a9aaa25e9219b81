import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import { openBytes, read, vread, withData } from '../../interactions/index.ts';
import type { Answered, House } from '../../interactions/index.ts';
import { isMediaType } from '../media-type.ts';
import { chooseResource } from '../negotiate.ts';
import { replyVersion } from '../reply.ts';
import { contextOf, formatOf, headerOf, idOf, paramsOf, pathParam, typeOf } from '../request.ts';

/** GET [base]/Type/id: the current version. https://hl7.org/fhir/R4/http.html#read */
export function readRoute(house: House): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/{type}/{id}',
    async handler(request, h) {
      if (typeOf(request) !== 'Binary') paramsOf(request);
      return answer(house, request, h, await read(house, contextOf(request), typeOf(request), idOf(request)));
    },
  };
}

/** GET [base]/Type/id/_history/vid: one version. https://hl7.org/fhir/R4/http.html#vread */
export function vreadRoute(house: House): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/{type}/{id}/_history/{vid}',
    async handler(request, h) {
      const type = typeOf(request);
      if (type !== 'Binary') paramsOf(request);
      const version = pathParam(request, 'vid');
      return answer(house, request, h, await vread(house, contextOf(request), type, idOf(request), version));
    },
  };
}

/** hapi turns it into a 304 where If-None-Match or If-Modified-Since allow. */
async function answer(house: House, request: Request, h: ResponseToolkit, found: Answered): Promise<ResponseObject> {
  if (typeOf(request) !== 'Binary') return replyVersion(h, found.body, found.version, found.at);
  const format = chooseResource(headerOf(request, 'accept'), formatOf(request));
  if (format !== undefined) {
    request.app.format = format;
    return replyVersion(h, await withData(house, found), found.version, found.at);
  }
  return replyBytes(house, h, found);
}

/**
 * A Binary is answered as its bytes unless a resource is asked for by name. The bytes are somebody's upload: a browser
 * may neither run them nor guess what they are. https://hl7.org/fhir/R4/binary.html#rest
 */
async function replyBytes(house: House, h: ResponseToolkit, found: Answered): Promise<ResponseObject> {
  const { contentType, bytes } = await openBytes(house, found);
  const response = h.response(bytes).type(isMediaType(contentType) ? contentType : 'application/octet-stream');
  // hapi would add a charset to texts, which only their sender knows.
  response.charset();
  return response
    .vary('accept')
    .header('etag', `W/"${found.version}"`)
    .header('last-modified', new Date(found.at).toUTCString())
    .header('content-disposition', 'attachment')
    .header('content-security-policy', "sandbox; default-src 'none'");
}
