import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import { fault } from '../../base/index.ts';
import {
  create,
  parseEtag,
  patch,
  patchWhere,
  remarksToOutcome,
  remove,
  removeWhere,
  update,
  updateWhere,
  uploadBinary,
} from '../../interactions/index.ts';
import type { Committed, House } from '../../interactions/index.ts';
import type { Bodies } from '../body.ts';
import { formatOfType, mediaTypeOf, typeOfBytes } from '../media-type.ts';
import type { Preferences } from '../prefer.ts';
import { replyOr, replyVersion, sayApplied } from '../reply.ts';
import { contextOf, headerOf, idOf, paramsOf, preferencesOf, typeOf } from '../request.ts';

export function writeRoutes(house: House, bodies: Bodies): ServerRoute[] {
  return [
    createRoute(house, bodies),
    updateRoute(house, bodies),
    updateWhereRoute(house, bodies),
    patchRoute(house, bodies),
    patchWhereRoute(house, bodies),
    deleteRoute(house),
    deleteWhereRoute(house),
  ];
}

/** POST [base]/Type. https://hl7.org/fhir/R4/http.html#create */
function createRoute(house: House, bodies: Bodies): ServerRoute {
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
function updateRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'PUT',
    path: '/fhir/{type}/{id}',
    async handler(request, h) {
      paramsOf(request);
      const options = { ...ifMatchOf(request), ...onlyNewOf(request) };
      const type = typeOf(request);
      const body = await bodies.readResource(request.raw.req, type);
      const committed = await update(house, contextOf(request), type, idOf(request), body, options);
      return answer(house, request, h, committed);
    },
  };
}

/** PUT [base]/Type?criteria. https://hl7.org/fhir/R4/http.html#cond-update */
function updateWhereRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'PUT',
    path: '/fhir/{type}',
    async handler(request, h) {
      paramsOf(request);
      const options = { ...ifMatchOf(request), ...onlyNewOf(request) };
      const type = typeOf(request);
      const body = await bodies.readResource(request.raw.req, type);
      const committed = await updateWhere(house, contextOf(request), type, criteriaOf(request), body, options);
      return answer(house, request, h, committed);
    },
  };
}

/** PATCH [base]/Type/id. https://hl7.org/fhir/R4/http.html#patch */
function patchRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'PATCH',
    path: '/fhir/{type}/{id}',
    async handler(request, h) {
      paramsOf(request);
      const { ifMatch } = ifMatchOf(request);
      const sent = await bodies.readPatch(request.raw.req);
      const committed = await patch(house, contextOf(request), typeOf(request), idOf(request), sent, ifMatch);
      return answer(house, request, h, committed);
    },
  };
}

/** PATCH [base]/Type?criteria. https://hl7.org/fhir/R4/http.html#patch */
function patchWhereRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'PATCH',
    path: '/fhir/{type}',
    async handler(request, h) {
      paramsOf(request);
      const { ifMatch } = ifMatchOf(request);
      const sent = await bodies.readPatch(request.raw.req);
      const criteria = criteriaOf(request);
      const committed = await patchWhere(house, contextOf(request), typeOf(request), criteria, sent, ifMatch);
      return answer(house, request, h, committed);
    },
  };
}

/** DELETE [base]/Type/id. https://hl7.org/fhir/R4/http.html#delete */
function deleteRoute(house: House): ServerRoute {
  return {
    method: 'DELETE',
    path: '/fhir/{type}/{id}',
    async handler(request, h) {
      const { ifMatch } = ifMatchOf(request);
      return answerDeleted(h, await remove(house, contextOf(request), typeOf(request), idOf(request), ifMatch));
    },
  };
}

/** DELETE [base]/Type?criteria, of one record. https://hl7.org/fhir/R4/http.html#delete */
function deleteWhereRoute(house: House): ServerRoute {
  return {
    method: 'DELETE',
    path: '/fhir/{type}',
    async handler(request, h) {
      const { ifMatch } = ifMatchOf(request);
      const criteria = criteriaOf(request);
      return answerDeleted(h, await removeWhere(house, contextOf(request), typeOf(request), criteria, ifMatch));
    },
  };
}

/** Of what was not there, there is no version to tell. */
function answerDeleted(h: ResponseToolkit, committed: Committed | undefined): ResponseObject {
  const response = h.response().code(204);
  return committed === undefined ? response : response.header('etag', `W/"${committed.version}"`);
}

/** As they stand in the address: what they mean is for the interaction to say. */
function criteriaOf(request: Request): string {
  const { url = '' } = request.raw.req;
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
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

/** To ignore it could overwrite what the client takes for absent. https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match */
function onlyNewOf(request: Request): { onlyNew?: true } {
  const header = headerOf(request, 'if-none-match');
  if (header === undefined) return {};
  if (header.trim() === '*') return { onlyNew: true };
  const text = 'If-None-Match of an update can only be *: write it if nothing is there. Guard a version by If-Match.';
  throw fault(400, 'value', 'bad-etag', text, 'If-None-Match');
}

/**
 * The record as it stands, unless the client prefers none, or what there is to say about it. It stands in the store, and
 * is not refused any more: what XML cannot carry is answered without a body. https://hl7.org/fhir/R4/http.html#ops
 */
async function answer(
  house: House,
  request: Request,
  h: ResponseToolkit,
  committed: Committed,
): Promise<ResponseObject> {
  const { created, ref, version, at } = committed;
  const wanted = preferencesOf(request).return;
  const content = await toBody(house, request, committed, wanted);
  const reply = (body: string): ResponseObject => replyVersion(h, body, version, at, created ? 201 : 200);
  const response = replyOr(
    () => sayApplied(reply(content), 'return', wanted),
    () => reply(''),
  );
  return response.header('location', `${house.base}/${ref}/_history/${version}`);
}

async function toBody(
  house: House,
  request: Request,
  committed: Committed,
  wanted: Preferences['return'],
): Promise<string> {
  if (wanted === 'minimal') return '';
  if (wanted !== 'OperationOutcome') return committed.body ?? '';
  return JSON.stringify(await remarksToOutcome(house, contextOf(request), committed));
}
