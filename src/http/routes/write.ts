import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import { create, parseEtag, remove, update, uploadBinary } from '../../interactions/index.ts';
import type { Committed, House } from '../../interactions/index.ts';
import type { Bodies } from '../body.ts';
import { formatOfType, mediaTypeOf, typeOfBytes } from '../media-type.ts';
import { replyOr, replyVersion } from '../reply.ts';
import { contextOf, headerOf, idOf, paramsOf, preferenceOf, typeOf } from '../request.ts';

/** POST [base]/Type. https://hl7.org/fhir/R4/http.html#create */
export function createRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'POST',
    path: '/fhir/{type}',
    async handler(request, h) {
      const type = typeOf(request);
      paramsOf(request);
      const { req } = request.raw;
      if (type === 'Binary' && formatOfType(mediaTypeOf(req), type) === undefined) {
        return answer(
          house,
          request,
          h,
          await uploadBinary(house, contextOf(request), typeOfBytes(req), () => bodies.readRaw(req)),
        );
      }
      const body = await bodies.readResource(req, type);
      return answer(house, request, h, await create(house, contextOf(request), type, body, conditionOf(request)));
    },
  };
}

/** PUT [base]/Type/id. https://hl7.org/fhir/R4/http.html#update */
export function updateRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'PUT',
    path: '/fhir/{type}/{id}',
    async handler(request, h) {
      paramsOf(request);
      const options = ifMatchOf(request);
      const type = typeOf(request);
      const body = await bodies.readResource(request.raw.req, type);
      const committed = await update(house, contextOf(request), type, idOf(request), body, options);
      return answer(house, request, h, committed);
    },
  };
}

/** DELETE [base]/Type/id. https://hl7.org/fhir/R4/http.html#delete */
export function deleteRoute(house: House): ServerRoute {
  return {
    method: 'DELETE',
    path: '/fhir/{type}/{id}',
    async handler(request, h) {
      const { ifMatch } = ifMatchOf(request);
      const committed = await remove(house, contextOf(request), typeOf(request), idOf(request), ifMatch);
      return h.response().code(204).header('etag', `W/"${committed.version}"`);
    },
  };
}

/** https://hl7.org/fhir/R4/http.html#ccreate */
function conditionOf(request: Request): { ifNoneExist?: string } {
  const header = headerOf(request, 'if-none-exist');
  // Node hands out the bytes of a header as characters.
  return header === undefined ? {} : { ifNoneExist: Buffer.from(header, 'latin1').toString('utf8').replace(/^\?/, '') };
}

function ifMatchOf(request: Request): { ifMatch?: number } {
  const header = headerOf(request, 'if-match');
  return header === undefined ? {} : { ifMatch: parseEtag(header, 'If-Match') };
}

/** https://hl7.org/fhir/R4/http.html#ops : the body unless the client prefers none. */
function answer(house: House, request: Request, h: ResponseToolkit, committed: Committed): ResponseObject {
  const isMinimal = preferenceOf(request, 'return') === 'minimal';
  return replyCommitted(h, committed, isMinimal ? '' : (committed.body ?? '')).header(
    'location',
    `${house.base}/${committed.ref}/_history/${committed.version}`,
  );
}

/** The record stands in the store, and is not refused any more: what XML cannot carry is answered without a body. */
function replyCommitted(h: ResponseToolkit, { created, version, at }: Committed, body: string): ResponseObject {
  const status = created ? 201 : 200;
  return replyOr(
    () => replyVersion(h, body, version, at, status),
    () => replyVersion(h, '', version, at, status),
  );
}
