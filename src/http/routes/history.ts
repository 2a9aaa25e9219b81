import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import { historyOfInstance, historyOfSystem, historyOfType } from '../../interactions/index.ts';
import type { House } from '../../interactions/index.ts';
import { replyText, sayApplied } from '../reply.ts';
import { contextOf, idOf, paramsOf, preferencesOf, typeOf } from '../request.ts';

type Ask = (request: Request, params: [string, string][], options: { readonly strict: boolean }) => Promise<string>;

/** GET [base]/_history, [base]/Type/_history and [base]/Type/id/_history. https://hl7.org/fhir/R4/http.html#history */
export function historyRoutes(house: House): ServerRoute[] {
  const paths: readonly (readonly [path: string, ask: Ask])[] = [
    ['/fhir/_history', (request, params, options) => historyOfSystem(house, contextOf(request), params, options)],
    [
      '/fhir/{type}/_history',
      (request, params, options) => historyOfType(house, contextOf(request), typeOf(request), params, options),
    ],
    [
      '/fhir/{type}/{id}/_history',
      (request, params, options) =>
        historyOfInstance(house, contextOf(request), typeOf(request), idOf(request), params, options),
    ],
  ];
  return paths.map(([path, ask]) => ({
    method: 'GET',
    path,
    handler: (request, h) => answer(request, h, ask),
  }));
}

async function answer(request: Request, h: ResponseToolkit, ask: Ask): Promise<ResponseObject> {
  const { handling } = preferencesOf(request);
  const page = await ask(request, paramsOf(request), { strict: handling === 'strict' });
  return sayApplied(replyText(h, page), 'handling', handling).vary('prefer');
}
