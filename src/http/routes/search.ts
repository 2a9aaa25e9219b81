import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import { fault } from '../../base/index.ts';
import { search, searchCompartment, searchSystem } from '../../interactions/index.ts';
import type { House } from '../../interactions/index.ts';
import type { Bodies } from '../body.ts';
import { replyText, sayApplied } from '../reply.ts';
import { contextOf, idOf, notOffered, paramsOf, pathParam, preferencesOf, typeOf } from '../request.ts';

type Params = [name: string, value: string][];
type Ask = (request: Request, params: Params, options: { readonly strict: boolean }) => Promise<string>;

/**
 * GET [base]/Type?parameters and POST [base]/Type/_search, the same for the whole server and for compartments.
 * https://hl7.org/fhir/R4/http.html#search
 */
export function searchRoutes(house: House, bodies: Bodies): ServerRoute[] {
  const places: readonly (readonly [path: string, ask: Ask])[] = [
    ['/fhir', (request, params, options) => searchSystem(house, contextOf(request), params, options)],
    ['/fhir/{type}', (request, params, options) => search(house, contextOf(request), typeOf(request), params, options)],
    [
      '/fhir/{type}/{id}/{member}',
      (request, params, options) => {
        const compartment = { type: typeOf(request), id: idOf(request) };
        return searchCompartment(house, contextOf(request), compartment, memberOf(request), params, options);
      },
    ],
  ];
  return places.flatMap(([path, ask]) => [byAddress(path, ask), byForm(`${path}/_search`, ask, bodies)]);
}

function byAddress(path: string, ask: Ask): ServerRoute {
  return { method: 'GET', path, handler: (request, h) => answer(request, h, ask, paramsOf(request)) };
}

/** The parameters as a form, those of the address added. */
function byForm(path: string, ask: Ask, bodies: Bodies): ServerRoute {
  return {
    method: 'POST',
    path,
    async handler(request, h) {
      const form = await bodies.readForm(request.raw.req);
      refuseConflict(paramsOf(request), form);
      return answer(request, h, ask, paramsOf(request, form));
    },
  };
}

async function answer(request: Request, h: ResponseToolkit, ask: Ask, params: Params): Promise<ResponseObject> {
  const { handling } = preferencesOf(request);
  const page = await ask(request, params, { strict: handling === 'strict' });
  return sayApplied(replyText(h, page), 'handling', handling).vary('prefer');
}

/** The type within a compartment; what begins otherwise is an operation or interaction that is not offered. */
function memberOf(request: Request): string {
  const member = pathParam(request, 'member');
  if (/^[_$]/.test(member)) throw notOffered(member);
  return member;
}

/** Conditions of both hold together. Of these only one can count, and whoever wrote the other would be answered wrongly. */
const SINGLE = ['_count', '_cursor', '_elements', '_format', '_sort', '_summary', '_total'];

function refuseConflict(query: Params, form: Params): void {
  const valueIn = (params: Params, name: string): string | undefined => params.find(([own]) => own === name)?.[1];
  for (const name of SINGLE) {
    const [one, other] = [valueIn(query, name), valueIn(form, name)];
    if (one === undefined || other === undefined || one === other) continue;
    const text = `${name} stands in the address and in the form, with different values. Send it once.`;
    throw fault(400, 'invalid', 'parameter-conflict', text);
  }
}
