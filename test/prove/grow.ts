import { Client } from 'pg';
import { patient, serviceRequest } from '../../bench/records.ts';
import type { Json } from '../../bench/records.ts';
import { paramKey } from '../../src/search/index.ts';
import type { Partner } from '../support/house.ts';

/** Requests of one patient. */
export const PER_PATIENT = 10;
/** Of a hundred requests one is on hold, the others are drafts. */
const ON_HOLD = 100;
/** Copied in one go: what fits into memory. */
const SLICE = 50_000;
const MINUTE = 60_000;

/** Where the number of a record stands in its template, in all places at once. */
const MARK = { request: 'x0000000', patient: 'p0000000' };

/** A store of many requests, the same for each partner. */
export interface GrownStore {
  /** Makes it hold this many ServiceRequests, and a tenth as many Patients, of all partners together. Analysed. */
  growTo(requests: number): Promise<void>;
  /** Number `n` of a partner's own: `ServiceRequest/…`, counting from 0. */
  requestOf(partner: Partner, n: number): string;
  /** Its patient. */
  patientOf(partner: Partner, n: number): string;
  /** The moment that request `n` of any partner was authored and last changed, epoch milliseconds. */
  readonly authored: (n: number) => number;
  readonly lastUpdated: (n: number) => number;
  close(): Promise<void>;
}

/** The numbers that stand in identifiers: `SO-…` of a request, `P-…` of a patient. */
export const numberOf = {
  request: (n: number): string => `x${pad(n)}`,
  patient: (n: number): string => `p${pad(Math.floor(n / PER_PATIENT))}`,
};

/**
 * One patient and one request of each partner are sent to the server; their rows, as it wrote them, are then copied by the
 * database itself with other numbers and dates.
 */
export async function createGrownStore(
  database: string,
  partners: readonly Partner[],
  programme: string,
): Promise<GrownStore> {
  for (const partner of partners) await sendTemplates(partner, programme);
  const owner = new Client({ connectionString: database, options: '-c synchronous_commit=off -c jit=off' });
  await owner.connect();
  const first = `ServiceRequest/${partners[0]!.organization}-${MARK.request}`;
  const begin = async (code: string): Promise<number> =>
    (
      await owner.query<{ low: number }>('select low from search_range where target = $1 and param = $2', [
        first,
        paramKey('ServiceRequest', code),
      ])
    ).rows[0]!.low;
  const authored = await begin('authored');
  const lastUpdated = await begin('_lastUpdated');
  let held = 1;
  return {
    async growTo(requests) {
      const each = Math.ceil(requests / partners.length);
      for (const { organization } of partners) {
        for (let from = held; from < each; from += SLICE) {
          const to = Math.min(each, from + SLICE);
          await copy(
            owner,
            `Patient/${organization}-${MARK.patient}`,
            Math.ceil(from / PER_PATIENT),
            Math.ceil(to / PER_PATIENT),
            PER_PATIENT,
          );
          await copy(owner, `ServiceRequest/${organization}-${MARK.request}`, from, to, 1);
        }
      }
      held = Math.max(held, each);
      await owner.query('vacuum analyze');
    },
    requestOf: ({ organization }, n) => `ServiceRequest/${organization}-${numberOf.request(n)}`,
    patientOf: ({ organization }, n) => `Patient/${organization}-${numberOf.patient(n)}`,
    authored: (n) => authored + n * MINUTE,
    lastUpdated: (n) => lastUpdated + n * MINUTE,
    close: () => owner.end(),
  };
}

function pad(n: number): string {
  return String(n).padStart(7, '0');
}

async function sendTemplates(partner: Partner, programme: string): Promise<void> {
  const { organization } = partner;
  const subject: Json = {
    ...patient(MARK.patient),
    id: `${organization}-${MARK.patient}`,
    name: [{ family: `Family${MARK.patient}` }],
  };
  const request = serviceRequest({
    id: `${organization}-${MARK.request}`,
    subject: `Patient/${String(subject['id'])}`,
    number: MARK.request,
    programme,
  });
  for (const resource of [subject, request]) {
    const answer = await partner.fetch(
      'PUT',
      `/${String(resource['resourceType'])}/${String(resource['id'])}`,
      resource,
    );
    if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.text}`);
  }
}

/** Copies the record `template` as the numbers from `from` to below `to`, a minute after each other. */
async function copy(owner: Client, template: string, from: number, to: number, minutes: number): Promise<void> {
  const status = paramKey('ServiceRequest', 'status');
  const numbered = (text: string): string =>
    `replace(replace(${text}, '${MARK.request}', 'x' || lpad(i::text, 7, '0')), '${MARK.patient}', 'p' || lpad((i ${template.startsWith('Patient/') ? '' : `/ ${PER_PATIENT}`})::text, 7, '0'))`;
  const later = `i * ${minutes * MINUTE}::float8`;
  const rows = (table: string, of: string): string =>
    `from generate_series($2::int, $3::int - 1) i cross join lateral (select * from ${table} where ${of} = $1 offset 0) t`;
  const values = [template, from, to];
  await owner.query('begin');
  await owner.query(
    `insert into record (ref, type, version, owner, readers, since, last_updated, method, body)
      select ${numbered('t.ref')}, t.type, t.version, t.owner, t.readers, t.since, t.last_updated + i * ${minutes} * interval '1 minute', t.method, ${numbered('t.body')}
      ${rows('record', 'ref')}`,
    values,
  );
  await owner.query(
    `insert into search_text (reader, param, value, detail, target)
      select t.reader, t.param, case when t.param = ${status} and i % ${ON_HOLD} = 0 then 'on-hold' else ${numbered('t.value')} end,
        case when t.detail ~ '^\\d+/\\d+$' then (split_part(t.detail, '/', 1)::float8 + ${later})::text || '/' || (split_part(t.detail, '/', 2)::float8 + ${later})::text
          else ${numbered('t.detail')} end,
        ${numbered('t.target')} ${rows('search_text', 'target')}`,
    values,
  );
  await owner.query(
    `insert into search_range (reader, param, unit, low, high, target)
      select t.reader, t.param, t.unit, t.low + ${later}, t.high + ${later}, ${numbered('t.target')} ${rows('search_range', 'target')}`,
    values,
  );
  await owner.query('commit');
}
