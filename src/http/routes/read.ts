import type { ServerRoute } from '@hapi/hapi';
import { openBytes, read, vread, withData } from '../../interactions/index.ts';
import type { Answered, House } from '../../interactions/index.ts';
import { wantsResource } from '../negotiate.ts';
import { replyVersion } from '../reply.ts';
import { contextOf, headerOf, paramsOf, pathParam } from '../request.ts';

/** GET [base]/Type/id: the current version. https://hl7.org/fhir/R4/http.html#read */
export function readRoute(house: House): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/{type}/{id}',
    async handler(request, h) {
      const type = pathParam(request, 'type');
      if (type === 'Binary') return binary(house, request, h, await read(house, contextOf(request), type, pathParam(request, 'id')));
      paramsOf(request);
      const found = await read(house, contextOf(request), type, pathParam(request, 'id'));
      if (headerOf(request, 'if-none-match') === `W/"${found.version}"`) return h.response().code(304).header('etag', `W/"${found.version}"`);
      return replyVersion(h, found.body, found.version, found.at);
    },
  };
}

/** GET [base]/Type/id/_history/vid: one version. https://hl7.org/fhir/R4/http.html#vread */
export function vreadRoute(house: House): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/{type}/{id}/_history/{vid}',
    async handler(request, h) {
      const type = pathParam(request, 'type');
      const found = await vread(house, contextOf(request), type, pathParam(request, 'id'), pathParam(request, 'vid'));
      if (type === 'Binary') return binary(house, request, h, found);
      paramsOf(request);
      return replyVersion(h, found.body, found.version, found.at);
    },
  };
}

/**
 * A Binary is answered as its bytes unless a resource is asked for by name. The bytes are somebody's upload: a browser
 * may neither run them nor guess what they are. https://hl7.org/fhir/R4/binary.html#rest
 */
async function binary(
  house: House,
  request: Parameters<typeof contextOf>[0],
  h: Parameters<typeof replyVersion>[0],
  found: Answered,
): Promise<ReturnType<typeof replyVersion>> {
  if (wantsResource(headerOf(request, 'accept'))) return replyVersion(h, await withData(house, found), found.version, found.at);
  const { contentType, bytes } = await openBytes(house, found);
  return h
    .response(bytes)
    .type(contentType)
    .header('etag', `W/"${found.version}"`)
    .header('content-disposition', 'attachment')
    .header('content-security-policy', "sandbox; default-src 'none'");
}
