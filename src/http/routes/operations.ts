import type { IncomingMessage } from 'node:http';
import type { ServerRoute } from '@hapi/hapi';
import { addressesOf, OPERATIONS, runOperation } from '../../interactions/index.ts';
import type { House, Operation, OperationName } from '../../interactions/index.ts';
import { chooseLanguage } from '../../pages/index.ts';
import type { Bodies } from '../body.ts';
import { replyText } from '../reply.ts';
import { contextOf, headerOf, paramsOf, pathParam } from '../request.ts';

/** Operations, by their parameters in the address or in a body. https://hl7.org/fhir/R4/operations.html#executing */
export function operationRoutes(house: House, bodies: Bodies): ServerRoute[] {
  return OPERATIONS.flatMap((operation: Operation & { readonly name: OperationName }) =>
    addressesOf(operation).map(({ method, path }) => ({
      method,
      path: `/fhir${path}`,
      async handler(request, h) {
        const query = paramsOf(request);
        const { req } = request.raw;
        const acceptLanguage = headerOf(request, 'accept-language');
        const language = chooseLanguage(acceptLanguage);
        const body = method === 'POST' && hasBody(req) ? { body: await bodies.readResource(req) } : {};
        const asked = { query, language, ...(acceptLanguage === undefined ? {} : { acceptLanguage }), ...body };
        // Where the operation is of one type, the type is no parameter of the address.
        const type = pathParam(request, 'type') || path.split('/')[1]!;
        const id = pathParam(request, 'id') || undefined;
        const answer = replyText(h, await runOperation(house, contextOf(request), operation.name, { type, id }, asked));
        return operation.secret === true ? answer.header('cache-control', 'no-store') : answer;
      },
    })),
  );
}

/** https://www.rfc-editor.org/rfc/rfc9112#name-message-body */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
