import type { IncomingMessage } from 'node:http';
import type { Request, ServerRoute } from '@hapi/hapi';
import {
  expandValueSet,
  lookUpCode,
  translateCode,
  validate,
  validateCodeSystemCode,
  validateValueSetCode,
} from '../../interactions/index.ts';
import type { Context, House, OperationRequest } from '../../interactions/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { Bodies } from '../body.ts';
import { replyText } from '../reply.ts';
import { contextOf, paramsOf, pathParam, typeOf } from '../request.ts';

type Answer = (
  house: House,
  context: Context,
  asked: OperationRequest,
  request: Request,
) => Resource | Promise<Resource>;

const VALIDATE: Answer = (house, context, asked, request) =>
  validate(house, context, typeOf(request), idIn(request), asked);
const EXPAND: Answer = (house, context, asked, request) => expandValueSet(house, context, asked, idIn(request));
const VALIDATE_CODE: Answer = (house, context, asked, request) =>
  validateValueSetCode(house, context, asked, idIn(request));

const OPERATIONS: readonly (readonly [path: string, answer: Answer, methods: readonly ('GET' | 'POST')[]])[] = [
  ['/fhir/{type}/$validate', VALIDATE, ['POST']],
  ['/fhir/{type}/{id}/$validate', VALIDATE, ['GET', 'POST']],
  ['/fhir/ValueSet/$expand', EXPAND, ['GET', 'POST']],
  ['/fhir/ValueSet/{id}/$expand', EXPAND, ['GET', 'POST']],
  ['/fhir/ValueSet/$validate-code', VALIDATE_CODE, ['GET', 'POST']],
  ['/fhir/ValueSet/{id}/$validate-code', VALIDATE_CODE, ['GET', 'POST']],
  ['/fhir/CodeSystem/$lookup', lookUpCode, ['GET', 'POST']],
  ['/fhir/CodeSystem/$validate-code', validateCodeSystemCode, ['GET', 'POST']],
  ['/fhir/ConceptMap/$translate', translateCode, ['GET', 'POST']],
];

/** Operations, by their parameters in the address or in a body. https://hl7.org/fhir/R4/operations.html#executing */
export function operationRoutes(house: House, bodies: Bodies): ServerRoute[] {
  return OPERATIONS.flatMap(([path, answer, methods]) =>
    methods.map((method) => ({
      method,
      path,
      async handler(request, h) {
        const query = paramsOf(request);
        const { req } = request.raw;
        const asked = method === 'POST' && hasBody(req) ? { query, body: await bodies.readResource(req) } : { query };
        return replyText(h, JSON.stringify(await answer(house, contextOf(request), asked, request)));
      },
    })),
  );
}

function idIn(request: Request): string | undefined {
  return pathParam(request, 'id') || undefined;
}

/** https://www.rfc-editor.org/rfc/rfc9112#name-message-body */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
