import type { RouteOptions, ServerRoute } from '@hapi/hapi';
import { Fault, fault } from '../../base/index.ts';
import { ACCEPT_PATCH } from '../media-type.ts';
import { notOffered } from '../request.ts';

/**
 * What the routes leave open: other methods at their addresses (405 with Allow; OPTIONS tells the same, and what a patch
 * may be sent as), and all other addresses (404). As routes of their own they answer without reading the body first.
 * https://www.rfc-editor.org/rfc/rfc5789#section-3.1
 */
export function fallbackRoutes(routes: readonly ServerRoute[]): ServerRoute[] {
  const methods = new Map<string, string[]>();
  const open = new Set<string>();
  for (const { path, method, options } of routes) {
    if (method === '*') continue;
    methods.set(path, [...(methods.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [String(method)])]);
    if ((options as RouteOptions | undefined)?.auth === false) open.add(path);
  }
  const fallbacks = [...methods].flatMap(([path, offered]) =>
    methodRoutes(path, [...offered, 'OPTIONS'].join(', '), {
      ...(offered.includes('PATCH') && path.startsWith('/fhir/') ? { 'accept-patch': ACCEPT_PATCH } : {}),
      ...(open.has(path) ? PREFLIGHT : {}),
    }),
  );
  return [
    ...fallbacks,
    {
      method: '*',
      path: '/{path*}',
      options: { auth: false },
      handler() {
        const text =
          'There is nothing at this address. The FHIR base is /fhir; what it offers stands in /fhir/metadata.';
        throw fault(404, 'not-found', 'unknown-address', text);
      },
    },
  ];
}

/** What needs no token may be read from any origin. https://fetch.spec.whatwg.org/#cors-preflight-fetch */
const PREFLIGHT = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': 'Accept, Authorization, Content-Type, If-None-Match',
};

/** Tag of the routes that offer nothing. */
export const REFUSED = 'refused';

/**
 * Named one by one where the path is not offered for them: a route of any method comes after those of this one, and of
 * `/fhir/_history` the POST would go to `/fhir/{type}`.
 */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function methodRoutes(path: string, allow: string, more: Readonly<Record<string, string>>): ServerRoute[] {
  const offered = new Set(allow.split(', '));
  const refused = [...METHODS.filter((method) => !offered.has(method)), '*' as const];
  return [
    {
      method: 'OPTIONS',
      path,
      options: { auth: false },
      handler(_request, h) {
        const response = h.response().code(204).header('allow', allow);
        for (const [name, value] of Object.entries(more)) response.header(name, value);
        return response;
      },
    },
    ...refused.map((method): ServerRoute => ({
      method,
      path,
      options: { auth: false, tags: [REFUSED] },
      handler(request) {
        const operation = request.path.split('/').find((segment) => segment.startsWith('$'));
        if (operation !== undefined) throw notOffered(operation);
        const text = `This address does not take this method. It takes ${allow}.`;
        const { issues } = fault(405, 'not-supported', 'method-not-allowed', text);
        throw new Fault(405, issues, { allow });
      },
    })),
  ];
}
