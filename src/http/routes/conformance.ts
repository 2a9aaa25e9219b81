import type { RouteOptions, ServerRoute } from '@hapi/hapi';
import { FHIR_JSON } from '../reply.ts';
import { paramsOf } from '../request.ts';

// Any origin may read what a server says of itself: https://hl7.org/fhir/smart-app-launch/conformance.html
const OPEN: RouteOptions = { auth: false, cors: { origin: ['*'], credentials: false } };

/** GET [base]/metadata. https://hl7.org/fhir/R4/http.html#capabilities */
export function metadataRoute(statement: string): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/metadata',
    options: OPEN,
    handler(request, h) {
      paramsOf(request);
      return h.response(statement).type(FHIR_JSON);
    },
  };
}

/** GET [base]/.well-known/smart-configuration: JSON whatever Accept says. */
export function smartConfigurationRoute(configuration: () => object): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/.well-known/smart-configuration',
    options: OPEN,
    handler: (_request, h) => h.response(configuration()).type('application/json'),
  };
}
