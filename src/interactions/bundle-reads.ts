import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { parseQuery } from '../fhir/index.ts';
import { withData } from './binary.ts';
import type { EntryRequest, Fetched, ReadForm, ReadOptions } from './bundle-form.ts';
import { checkType } from './check.ts';
import { placeOfCompartment, placeOfSystem, placeOfType } from './compartment.ts';
import type { SearchPlace } from './compartment.ts';
import { historyOfInstance, historyOfSystem, historyOfType } from './history.ts';
import type { Context, House } from './house.ts';
import { addressesOf, OPERATIONS } from './offered.ts';
import type { Operation } from './offered.ts';
import { runOperation, WRITING } from './operations.ts';
import { read, textOf, vread } from './read.ts';
import type { Answered, ReadRequest } from './read.ts';
import { checkSearch, search, searchCompartment, searchSystem } from './search.ts';

/*
 * The interactions that read, as entries ask for them. Each checks before anything is written what can be told without
 * the store.
 */

type Check = ReadForm['check'];
type Ask = (house: House, context: Context, entry: EntryRequest, options: ReadOptions) => Promise<string>;

const checkRead: Check = (house, context, { address }) => checkType(house, context, address.type, 'r');
const checkSearchType: Check = (house, context, { address }) => checkType(house, context, address.type, 's');

function paramsOf({ address }: EntryRequest): [string, string][] {
  return parseQuery(address.query ?? '');
}

function requestOf(entry: EntryRequest, { strict }: ReadOptions): ReadRequest {
  return { params: paramsOf(entry), strict };
}

/** A Binary comes with its bytes: in a Bundle there is no other way to send them. */
async function toFetched(house: House, type: string, found: Answered): Promise<Fetched> {
  const body = type === 'Binary' ? await withData(house, found) : found.body;
  return { body: textOf(house, found, body), version: found.version, at: found.at };
}

function asking(ask: Ask): ReadForm['fetch'] {
  return async (house, context, entry, options) => ({ body: await ask(house, context, entry, options) });
}

const placeIn = (house: House, context: Context, entry: EntryRequest): SearchPlace => {
  const { type, id, member } = entry.address;
  if (member !== undefined) return placeOfCompartment(house, context, { type, id: id! }, member, paramsOf(entry));
  return type === '' ? placeOfSystem(house, context, paramsOf(entry)) : placeOfType(house, context, type);
};

const askSearch: Ask = (house, context, entry, options) => {
  const { type, id, member } = entry.address;
  const params = paramsOf(entry);
  if (member !== undefined) return searchCompartment(house, context, { type, id: id! }, member, params, options);
  return type === '' ? searchSystem(house, context, params, options) : search(house, context, type, params, options);
};

/** By POST, too, because that is how clients ask at length: the parameters stand in the url all the same. */
const SEARCHES: readonly ReadForm[] = ['', '{type}', '{type}/{id}/{member}'].flatMap((path) => {
  const form = {
    check: (house: House, context: Context, entry: EntryRequest, options: ReadOptions) =>
      checkSearch(house, context, placeIn(house, context, entry), paramsOf(entry), options),
    fetch: asking(askSearch),
  };
  const posted = path === '' ? '_search' : `${path}/_search`;
  return [
    { method: 'GET', path, ...form },
    { method: 'POST', path: posted, ...form },
  ] as const;
});

/** By their parameters in the url or as the entry's resource. https://hl7.org/fhir/R4/operations.html#executing */
const OPERATION_FORMS: readonly ReadForm[] = OPERATIONS.flatMap((operation) =>
  addressesOf(operation).map(({ method, path }): ReadForm => ({
    method,
    path: path.slice(1),
    check(_house, _context, entry) {
      paramsOf(entry);
      if (!WRITING.has(operation.name)) return;
      throw toBeAlone(operation, entry);
    },
    async fetch(house, context, entry) {
      // The answer to a Bundle may be kept on the way.
      if ((operation as Operation).secret === true) throw toBeAlone(operation, entry);
      const { address, resource } = entry;
      const query = paramsOf(entry);
      const asked = method === 'POST' && resource !== undefined ? { query, body: resource } : { query };
      return { body: await runOperation(house, context, operation.name, address, asked) };
    },
  })),
);

function toBeAlone({ code }: Operation, { path }: EntryRequest): Fault {
  const text = `This Bundle cannot hold $${code}. Send the operation on its own.`;
  return fault(400, 'not-supported', 'operation-alone', text, `${path}.request.url`);
}

/** https://hl7.org/fhir/R4/http.html#read, #vread, #history, #search, #capabilities */
export const READ_FORMS: readonly ReadForm[] = [
  {
    method: 'GET',
    path: 'metadata',
    check: () => undefined,
    fetch: asking(async (house) => house.statement()),
  },
  {
    method: 'GET',
    path: '{type}/{id}',
    check: checkRead,
    async fetch(house, context, entry, options) {
      const { type, id } = entry.address;
      return toFetched(house, type, await read(house, context, type, id!, requestOf(entry, options)));
    },
  },
  {
    method: 'GET',
    path: '{type}/{id}/_history/{vid}',
    check: checkRead,
    async fetch(house, context, entry, options) {
      const { type, id, vid } = entry.address;
      return toFetched(house, type, await vread(house, context, type, id!, vid!, requestOf(entry, options)));
    },
  },
  {
    method: 'GET',
    path: '{type}/{id}/_history',
    check: checkRead,
    fetch: asking((house, context, entry, options) => {
      const { type, id } = entry.address;
      return historyOfInstance(house, context, type, id!, paramsOf(entry), options);
    }),
  },
  {
    method: 'GET',
    path: '{type}/_history',
    check: checkSearchType,
    fetch: asking((house, context, entry, options) =>
      historyOfType(house, context, entry.address.type, paramsOf(entry), options),
    ),
  },
  {
    method: 'GET',
    path: '_history',
    check: () => undefined,
    fetch: asking((house, context, entry, options) => historyOfSystem(house, context, paramsOf(entry), options)),
  },
  ...SEARCHES,
  ...OPERATION_FORMS,
];
