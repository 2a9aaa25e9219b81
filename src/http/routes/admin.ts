import Joi from 'joi';
import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import type { Administration, Asker, Listed, Window } from '../../auth/index.ts';
import { Fault } from '../../base/index.ts';
import type { Issue } from '../../base/index.ts';
import type { DeliveryDesk, ReplayRange } from '../../delivery/index.ts';
import type { Bodies } from '../body.ts';
import { contextOf, pathParam, queryOf } from '../request.ts';
import { replyJson } from '../reply-json.ts';

const LIMIT = 50;
const LIMIT_MOST = 200;
const ID = /^(push:)?[A-Za-z0-9.-]{1,64}$/;

const text = () => Joi.string().allow('').max(10_000);
const texts = () => Joi.array().items(text()).max(100);
const keys = { jwks: Joi.object(), jwksUri: text() };

/** The shapes of what is sent; what it may say is for `auth` to judge. */
const CLIENT = Joi.object({
  kind: Joi.valid('service', 'app').required(),
  name: text().required(),
  scope: text().required(),
  authMethod: Joi.valid('private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'),
  ...keys,
  redirectUris: texts(),
  launchUri: text(),
});
const CLIENT_SETTING = Joi.object({
  name: text(),
  scope: text(),
  redirectUris: texts(),
  launchUri: text().allow(null),
}).min(1);
const PROOF = Joi.object(keys);
const PERSON = Joi.object({
  login: text().required(),
  name: text().required(),
  fhirUser: text().required(),
  patients: texts(),
  password: text(),
  subject: text(),
});
const PERSON_SETTING = Joi.object({ name: text(), patients: texts(), subject: text().allow(null) }).min(1);
const PASSWORD = Joi.object({ password: text() });
const NUMBER = Joi.number().integer().min(1);
const REPLAY = Joi.object({ from: NUMBER, until: NUMBER });
const IDENTITY_PROVIDER = Joi.object({ issuer: text().required(), clientId: text().required(), secret: text() });
const EHR_CONNECTION = Joi.object({
  baseUrl: text().required(),
  tokenUrl: text(),
  clientId: text(),
  scope: text(),
  kinds: texts(),
  enabled: Joi.boolean(),
});

/**
 * The administrator's API: an organisation's own clients, people and identity provider, and what it is sent, for its clients
 * with the scope `admin`. JSON; refusals as OAuth has them. Nothing of it may be kept by anybody on the way.
 */
export function adminRoutes(administration: Administration, deliveries: DeliveryDesk, bodies: Bodies): ServerRoute[] {
  type Work = (asker: Asker, request: Request, h: ResponseToolkit) => Promise<ResponseObject>;

  function route(method: ServerRoute['method'], path: string, work: Work): ServerRoute {
    return {
      method,
      path: `/admin${path}`,
      handler(request, h) {
        const asker = contextOf(request);
        // Before anything is read: who may not ask learns nothing of what may be asked.
        administration.check(asker);
        return work(asker, request, h);
      },
    };
  }

  async function read<T>({ raw }: Request, schema: Joi.ObjectSchema): Promise<T> {
    const body = await bodies.readJson(raw.req);
    const { error } = schema.validate(body, { abortEarly: false, convert: false });
    if (error !== undefined) throw new Fault(400, error.details.map(toIssue));
    return body as T;
  }

  return [
    route('GET', '/clients', async (asker, request, h) =>
      replyPage(h, 'clients', await administration.listClients(asker, windowOf(request))),
    ),
    route('POST', '/clients', async (asker, request, h) => {
      const added = await administration.addClient(asker, await read(request, CLIENT));
      return replyJson(h, added, 201).header('location', `/admin/clients/${added.id}`);
    }),
    route('GET', '/clients/{id}', async (asker, request, h) =>
      replyJson(h, await administration.findClient(asker, pathParam(request, 'id'))),
    ),
    route('PATCH', '/clients/{id}', async (asker, request, h) => {
      const setting = await read<object>(request, CLIENT_SETTING);
      return replyJson(h, await administration.setClient(asker, pathParam(request, 'id'), setting));
    }),
    route('POST', '/clients/{id}/secret', async (asker, request, h) => {
      const given = await read<object>(request, PROOF);
      return replyJson(h, await administration.renewProof(asker, pathParam(request, 'id'), given));
    }),
    route('POST', '/clients/{id}/disable', async (asker, request, h) =>
      replyJson(h, await administration.disableClient(asker, pathParam(request, 'id'))),
    ),
    route('GET', '/users', async (asker, request, h) =>
      replyPage(h, 'users', await administration.listPeople(asker, windowOf(request))),
    ),
    route('POST', '/users', async (asker, request, h) => {
      const added = await administration.addPerson(asker, await read(request, PERSON));
      return replyJson(h, added, 201).header('location', `/admin/users/${added.id}`);
    }),
    route('GET', '/users/{id}', async (asker, request, h) =>
      replyJson(h, await administration.findPerson(asker, pathParam(request, 'id'))),
    ),
    route('PATCH', '/users/{id}', async (asker, request, h) => {
      const setting = await read<object>(request, PERSON_SETTING);
      return replyJson(h, await administration.setPerson(asker, pathParam(request, 'id'), setting));
    }),
    route('POST', '/users/{id}/password', async (asker, request, h) => {
      const { password } = await read<{ password?: string }>(request, PASSWORD);
      return replyJson(h, await administration.setPassword(asker, pathParam(request, 'id'), password));
    }),
    route('POST', '/users/{id}/disable', async (asker, request, h) =>
      replyJson(h, await administration.disablePerson(asker, pathParam(request, 'id'))),
    ),
    route('GET', '/organization', async (asker, _request, h) =>
      replyJson(h, await administration.findOrganization(asker)),
    ),
    route('PUT', '/organization/identity-provider', async (asker, request, h) =>
      replyJson(h, await administration.setIdentityProvider(asker, await read(request, IDENTITY_PROVIDER))),
    ),
    route('DELETE', '/organization/identity-provider', async (asker, _request, h) => {
      await administration.removeIdentityProvider(asker);
      return replyJson(h, undefined, 204);
    }),
    route('GET', '/deliveries', async ({ caller }, request, h) =>
      replyPage(h, 'deliveries', await deliveries.list(caller.organization, windowOf(request))),
    ),
    route('GET', '/deliveries/{id}', async ({ caller }, request, h) =>
      replyJson(h, await deliveries.find(caller.organization, pathParam(request, 'id'))),
    ),
    route('POST', '/deliveries/{id}/replay', async ({ caller, request: logged }, request, h) => {
      const range = await read<ReplayRange>(request, REPLAY);
      const { organization, client } = caller;
      const asker = { organization, client, request: logged };
      return replyJson(h, await deliveries.replay(asker, pathParam(request, 'id'), range));
    }),
    route('GET', '/organization/ehr', async (asker, _request, h) =>
      replyJson(h, await administration.findEhrConnection(asker)),
    ),
    route('PUT', '/organization/ehr', async (asker, request, h) =>
      replyJson(h, await administration.setEhrConnection(asker, await read(request, EHR_CONNECTION))),
    ),
    route('DELETE', '/organization/ehr', async (asker, _request, h) => {
      await administration.removeEhrConnection(asker);
      return replyJson(h, undefined, 204);
    }),
  ];
}

/** Whether a refusal at this address is told as OAuth tells it. */
export function isAdmin({ path }: Request): boolean {
  return path === '/admin' || path.startsWith('/admin/');
}

/** `after` and `limit` of a list. @throws Fault 400 for anything else */
function windowOf(request: Request): Window {
  const params = new Map(queryOf(request));
  const { after, limit = String(LIMIT), ...others } = Object.fromEntries(params);
  const fits = /^[1-9]\d{0,2}$/.test(limit) && Number(limit) <= LIMIT_MOST && (after === undefined || ID.test(after));
  if (!fits || Object.keys(others).length > 0 || params.size !== queryOf(request).length) {
    const what = `A list takes limit (1 to ${LIMIT_MOST}) and after (the id that stood as next in the list before).`;
    throw new Fault(400, { severity: 'error', code: 'value', key: 'list-window', text: what });
  }
  return { limit: Number(limit), ...(after === undefined ? {} : { after }) };
}

function replyPage<T>(h: ResponseToolkit, name: string, { entries, next }: Listed<T>): ResponseObject {
  return replyJson(h, { [name]: entries, ...(next === undefined ? {} : { next }) });
}

/** joi's own texts repeat what was sent, which may be a password. */
const TEXTS: Readonly<Record<string, string>> = {
  'any.required': 'is missing.',
  'object.unknown': 'is no field here.',
  'object.base': 'has to be an object.',
  'object.min': 'has to name at least one field.',
  'string.base': 'has to be a text.',
  'array.base': 'has to be a list of texts.',
  'number.base': 'has to be a number.',
  'number.integer': 'has to be a whole number.',
  'number.min': 'has to be 1 or more.',
  'number.unsafe': 'is too large.',
  'boolean.base': 'has to be true or false.',
};

function toIssue({ type, path, context }: Joi.ValidationErrorItem): Issue {
  const place = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
  const valids = (context as { valids?: readonly unknown[] } | undefined)?.valids;
  const what = valids === undefined ? (TEXTS[type] ?? 'is too long.') : `has to be one of ${valids.join(', ')}.`;
  const expression = place === '' ? {} : { expression: place };
  return {
    severity: 'error',
    code: 'structure',
    key: 'body-shape',
    text: `${place || 'The body'} ${what}`,
    ...expression,
  };
}
