import type { Request, ServerRoute } from '@hapi/hapi';
import type { ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { historyOfInstance, search } from '../../interactions/index.ts';
import type { House } from '../../interactions/index.ts';
import type { Bodies } from '../body.ts';
import { replyText } from '../reply.ts';
import { contextOf, idOf, paramsOf, preferenceOf, typeOf } from '../request.ts';

async function answer(
  house: House,
  request: Request,
  h: ResponseToolkit,
  params: [string, string][],
): Promise<ResponseObject> {
  const strict = preferenceOf(request, 'handling') === 'strict';
  return replyText(h, await search(house, contextOf(request), typeOf(request), params, { strict }));
}

/** GET [base]/Type?parameters. https://hl7.org/fhir/R4/http.html#search */
export function searchRoute(house: House): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/{type}',
    handler: (request, h) => answer(house, request, h, paramsOf(request)),
  };
}

/** POST [base]/Type/_search: the same with the parameters as a form, those of the address added. */
export function searchByFormRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'POST',
    path: '/fhir/{type}/_search',
    handler: async (request, h) => {
      const form = await bodies.readForm(request.raw.req);
      return answer(house, request, h, paramsOf(request, form));
    },
  };
}

/** GET [base]/Type/id/_history. https://hl7.org/fhir/R4/http.html#history */
export function historyRoute(house: House): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/{type}/{id}/_history',
    handler: async (request, h) => {
      const query = Object.fromEntries(paramsOf(request));
      return replyText(h, await historyOfInstance(house, contextOf(request), typeOf(request), idOf(request), query));
    },
  };
}
