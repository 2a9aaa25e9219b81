import { fault, randomCode } from '../base/index.ts';
import { isSecondOpinionRequest } from '../cases/index.ts';
import { rewriteReferences } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { House } from './house.ts';
import { takeTurns } from './turns.ts';

/** A request and what was sent along with it, of which nothing is stored. */
export interface SentPacket {
  readonly request: Resource;
  /** By `Type/id`, under ids of their own where they came in a Bundle; without the request. */
  readonly records: ReadonlyMap<string, Resource>;
  /** What its sender calls each of these and the request: `Bundle.entry[3]`. */
  readonly names: ReadonlyMap<string, string>;
}

const KINDS: ReadonlySet<unknown> = new Set(['transaction', 'batch', 'collection', 'document', 'searchset', 'message']);
/** As R4 names its types. Nobody has validated what is only asked about. */
const TYPE = /^[A-Z][A-Za-z]+$/;
const RELATIVE = /\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/;

/**
 * Takes a Bundle apart in which a request is to be sent, or the request alone. What its entries call each other (fullUrl,
 * or Type/id) leads to them. https://hl7.org/fhir/R4/bundle.html#references
 * @throws Fault 422 where it holds no request, or several
 */
export async function openPacket(house: House, sent: Resource): Promise<SentPacket> {
  if (sent.resourceType === 'ServiceRequest') {
    const request = structuredClone(sent);
    request.id ??= `sent-${randomCode(8)}`;
    return { request, records: new Map(), names: new Map() };
  }
  if (sent.resourceType !== 'Bundle' || !KINDS.has(sent['type'])) throw unfit();
  const entries = entriesOf(sent, `sent-${randomCode(8)}`);
  const refs = new Map<string, string>();
  for (const { fullUrl, id, resource } of entries) {
    const ref = `${resource.resourceType}/${id}`;
    const relative = RELATIVE.exec(fullUrl ?? '')?.[1] ?? ownName(resource);
    if (relative !== undefined && !refs.has(relative)) refs.set(relative, ref);
    if (fullUrl !== undefined) refs.set(fullUrl, ref);
  }
  const records = new Map<string, Resource>();
  const names = new Map<string, string>();
  const turn = takeTurns();
  for (const { place, id, resource } of entries) {
    const own = { ...structuredClone(resource), id };
    rewriteReferences(house.definitions, own, (uri, _path, isReference) =>
      isReference ? refs.get(uri.split('#', 1)[0]!) : undefined,
    );
    const ref = `${own.resourceType}/${own.id}`;
    records.set(ref, own);
    names.set(ref, place);
    await turn();
  }
  const request = findRequest([...records.values()]);
  records.delete(`ServiceRequest/${request.id ?? ''}`);
  return { request, records, names };
}

interface SentEntry {
  readonly place: string;
  /** One that no record of the store has. */
  readonly id: string;
  readonly fullUrl: string | undefined;
  readonly resource: Resource;
}

function entriesOf({ entry }: Resource, prefix: string): SentEntry[] {
  const list = Array.isArray(entry) ? (entry as unknown[]) : [];
  return list.flatMap((one, index): SentEntry[] => {
    const { fullUrl, resource } = (one ?? {}) as { readonly fullUrl?: unknown; readonly resource?: Resource | null };
    if (typeof resource?.resourceType !== 'string' || !TYPE.test(resource.resourceType)) return [];
    const own = { place: `Bundle.entry[${index}]`, id: `${prefix}-${index}`, resource };
    return [{ ...own, fullUrl: typeof fullUrl === 'string' ? fullUrl : undefined }];
  });
}

function ownName({ resourceType, id }: Resource): string | undefined {
  return typeof id === 'string' ? `${resourceType}/${id}` : undefined;
}

function findRequest(records: readonly Resource[]): Resource {
  const requests = records.filter(({ resourceType }) => resourceType === 'ServiceRequest');
  const meant = requests.filter(isSecondOpinionRequest);
  const [request, another] = meant.length > 0 ? meant : requests;
  if (request === undefined) throw unfit();
  if (another === undefined) return request;
  const text = 'The Bundle holds several requests for second opinions. Ask for each with its own Bundle.';
  throw fault(422, 'invalid', 'several-requests', text, 'Bundle.entry');
}

function unfit(): ReturnType<typeof fault> {
  const text =
    'Send a Bundle (transaction, batch, collection or document) that holds the ServiceRequest and its packet, or the ServiceRequest alone.';
  return fault(422, 'required', 'request-needed', text);
}
