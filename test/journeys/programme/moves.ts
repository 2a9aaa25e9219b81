import type { Answer, Json, Partner } from '../../support/house.ts';
import { refOf } from '../packet.ts';
import type { SentCase } from '../packet.ts';
import { guide, to } from './words.ts';

/** What parties do with a case: each throws the server's answer where it does not take it. */

/** The body of an answer that has to be a good one. */
export async function done(asked: Promise<Answer>): Promise<Json> {
  const answer = await asked;
  if (answer.status < 200 || answer.status > 299) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body;
}

export async function read(partner: Partner, ref: string): Promise<Json> {
  return done(partner.fetch('GET', `/${ref}`));
}

/** Creates a record and gives its `Type/id`; one that has an id already is put there. */
export async function create(partner: Partner, resource: Json): Promise<string> {
  const { resourceType, id } = resource;
  const body = await done(
    id === undefined
      ? partner.fetch('POST', `/${resourceType}`, resource)
      : partner.fetch('PUT', `/${resourceType}/${id}`, resource),
  );
  return `${resourceType}/${body.id}`;
}

/** One entry of a Bundle: a record that is created, or with its id changed. */
export function entryOf(resource: Json, fullUrl?: string): Json {
  const { resourceType, id } = resource;
  return {
    ...(fullUrl === undefined ? {} : { fullUrl }),
    resource,
    request: id === undefined ? { method: 'POST', url: resourceType } : { method: 'PUT', url: `${resourceType}/${id}` },
  };
}

/** Sends these as one transaction. */
export function transact(partner: Partner, ...entry: readonly Json[]): Promise<Answer> {
  return partner.fetch('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
}

/** `Type/id`s of what a transaction wrote, in the order of its entries. */
export function writtenBy(body: Json): string[] {
  return body.entry.map(({ response }: Json) => refOf(response.location));
}

/** JSON Patch of one record: https://hl7.org/fhir/R4/http.html#patch. Members that are not there yet are added. */
export function patch(partner: Partner, ref: string, members: Readonly<Record<string, unknown>>): Promise<Answer> {
  const operations = Object.entries(members).map(([name, value]) => ({ op: 'add', path: `/${name}`, value }));
  return partner.fetch('PATCH', `/${ref}`, operations, { 'content-type': 'application/json-patch+json' });
}

/** Moves T0 by a PATCH. */
export function patchCase(
  partner: Partner,
  { task }: SentCase,
  status: string,
  businessStatus: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return patch(partner, task, { status, businessStatus: guide('case-business-status', businessStatus), ...more });
}

/** Gives a command by its name. `given`: parameters as `value[x]` by their names, `{ owner: { valueReference: … } }`; several as a list. */
export function command(
  partner: Partner,
  { request }: SentCase,
  code: string,
  given: Readonly<Record<string, Json>> = {},
): Promise<Answer> {
  return partner.fetch('POST', `/${request}/$command`, {
    resourceType: 'Parameters',
    parameter: [
      { name: 'command', valueCode: code },
      ...Object.entries(given).flatMap(([name, values]) => [values].flat().map((value: Json) => ({ name, ...value }))),
    ],
  });
}

/** A child Task of the case, as it is made. `owner`: `Type/id`. */
export function step(sent: SentCase, kind: string, owner: string, more: Json = {}): Json {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    partOf: [to(sent.task)],
    code: guide('case-task-kind', kind),
    for: to(sent.patient),
    owner: to(owner),
    ...more,
  };
}

/** The child Tasks of a kind, in the order in which they were made. */
export async function stepsOf(partner: Partner, { task }: SentCase, kind: string): Promise<Json[]> {
  const query = `part-of=${task}&code=https://consilium.example/fhir/CodeSystem/case-task-kind|${kind}`;
  const found = await done(partner.fetch('GET', `/Task?${query}&_sort=_lastUpdated`));
  return (found.entry ?? []).map(({ resource }: Json) => resource);
}

/** `received completeness-check`: where the case stands. */
export async function standing(partner: Partner, { task }: SentCase): Promise<string> {
  const { status, businessStatus } = await read(partner, task);
  return `${status} ${businessStatus.coding[0].code}`;
}
