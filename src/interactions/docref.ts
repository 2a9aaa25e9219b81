import { randomUUID } from 'node:crypto';
import { fault } from '../base/index.ts';
import { permitOf } from '../access/index.ts';
import { bundleToText, parseStored } from '../fhir/index.ts';
import type { Coding, TextEntry } from '../fhir/index.ts';
import { IPS_BUNDLE, IPS_COMPOSITION, SUMMARY_TYPE } from '../reports/index.ts';
import { lookUpText } from '../store/index.ts';
import type { FoundRecord } from '../store/index.ts';
import { checkId, checkType } from './check.ts';
import { findAll } from './find-all.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { Input, OperationRequest } from './parameters.ts';
import { isPermitted, keepReadable } from './permit-record.ts';
import { note } from './read.ts';
import type { Params } from './subset-answer.ts';

/** Documents in one answer at most; it has no pages. */
const MAX_DOCUMENTS = 1000;

const PARAMETERS = {
  patient: { type: 'id' },
  start: { type: 'dateTime' },
  end: { type: 'dateTime' },
  type: { type: 'Coding', repeats: true },
  'on-demand': { type: 'boolean' },
  profile: { type: 'canonical', repeats: true },
} as const;

interface Asked extends Omit<Input<typeof PARAMETERS>, 'patient' | 'type'> {
  readonly patient: string;
  /** Tokens, as a search has them. */
  readonly types: readonly string[];
}

/**
 * The documents of a patient that the caller may see: those that are current, and, made when it is read, the patient's
 * summary. http://hl7.org/fhir/uv/ipa/OperationDefinition/docref
 */
export async function findDocuments(house: House, context: Context, request: OperationRequest): Promise<string> {
  checkType(house, context, 'DocumentReference', 's');
  checkType(house, context, 'DocumentReference', 'r');
  const asked = readAsked(request);
  const lastUpdated = await house.watermark();
  const stored = asked['on-demand'] === true ? [] : await findStored(house, context, asked);
  const entries = [...(await offerSummary(house, context, asked)), ...stored.map((found) => toEntry(house, found))];
  note(house, context, 'docref', `Patient/${asked.patient}`, undefined, 200);
  return bundleToText({
    type: 'searchset',
    lastUpdated,
    total: entries.length,
    links: [{ relation: 'self', url: linkTo(house, asked) }],
    entries,
  });
}

/** In an address a type is written as a search writes it, `system|code`: there are no Codings in addresses. */
function readAsked({ query, ...request }: OperationRequest): Asked {
  const isType = ([name]: readonly [string, string]): boolean => name === 'type';
  const rest = query.filter((pair) => !isType(pair));
  const { patient, type = [], ...asked } = readInput(PARAMETERS, { ...request, query: rest });
  if (patient === undefined) {
    const text = 'The parameter patient is missing. Send the id of the Patient whose documents are meant.';
    throw fault(400, 'required', 'parameter-missing', text);
  }
  checkId(patient);
  const tokens = query.filter(isType).flatMap(([, value]) => (value === '' ? [] : value.split(',')));
  return { ...asked, patient, types: [...tokens, ...type.map(toToken)] };
}

function toToken({ system, code }: Coding): string {
  return `${system === undefined ? '' : `${escapeValue(system)}|`}${escapeValue(code ?? '')}`;
}

/** https://hl7.org/fhir/R4/search.html#escaping */
function escapeValue(text: string): string {
  return text.replace(/[\\,|$]/g, '\\$&');
}

/**
 * The current documents, the latest first. The range is of care: where a document does not say what time its care was,
 * its own date stands for it.
 */
async function findStored(house: House, context: Context, asked: Asked): Promise<FoundRecord[]> {
  const { patient, start, end, types, profile = [] } = asked;
  const common: Params = [
    ['patient', `Patient/${patient}`],
    ['status', 'current'],
    ...(types.length === 0 ? [] : [['type', types.join(',')] as const]),
    ...(profile.length === 0 ? [] : [['format', profile.map(escapeValue).join(',')] as const]),
  ];
  const within = (name: string): Params => [
    ...(start === undefined ? [] : [[name, `ge${start}`] as const]),
    ...(end === undefined ? [] : [[name, `le${end}`] as const]),
  ];
  const isRanged = start !== undefined || end !== undefined;
  const searches: Params[] = isRanged
    ? [
        [...common, ...within('period')],
        [...common, ['period:missing', 'true'], ...within('date')],
      ]
    : [common];
  const found: FoundRecord[] = [];
  for (const params of searches) {
    for await (const page of findAll(house, context, 'DocumentReference', params)) {
      found.push(...(await keepReadable(house, context, house.database, page)));
      if (found.length > MAX_DOCUMENTS) throw tooMany();
    }
  }
  return latestFirst(found);
}

function tooMany(): Error {
  const text = `The patient has more than ${MAX_DOCUMENTS} such documents. Ask for fewer by start and end, or by type.`;
  return fault(422, 'too-costly', 'too-many-documents', text);
}

function latestFirst(found: readonly FoundRecord[]): FoundRecord[] {
  const dated = found.map((record) => ({ record, at: Date.parse(String(parseStored(record.body).date)) || 0 }));
  return dated.sort((a, b) => b.at - a.at || (a.record.ref < b.record.ref ? -1 : 1)).map(({ record }) => record);
}

/** The summary is made as it is read, so that it has no record: what is told of it is an entry without an id. */
async function offerSummary(house: House, context: Context, asked: Asked): Promise<TextEntry[]> {
  const { patient, types, profile = [], end } = asked;
  const now = house.clock();
  const isType = types.length === 0 || types.some((token) => SUMMARY_TOKENS.includes(token));
  const isProfile = profile.length === 0 || profile.some((url) => IPS_PROFILES.includes(url.split('|', 1)[0]!));
  // It tells how things are now.
  const isPast = end !== undefined && Date.parse(end) < now.getTime();
  if (!isType || !isProfile || isPast || !(await mayRead(house, context, `Patient/${patient}`))) return [];
  const resource = {
    resourceType: 'DocumentReference',
    status: 'current',
    type: { coding: [SUMMARY_TYPE] },
    subject: { reference: `Patient/${patient}` },
    date: now.toISOString(),
    content: [
      {
        attachment: {
          contentType: 'application/fhir+json',
          url: `${house.base}/Patient/${patient}/$summary`,
          title: 'International Patient Summary',
        },
        format: { system: 'urn:ietf:rfc:3986', code: IPS_BUNDLE },
      },
    ],
  };
  return [{ fullUrl: `urn:uuid:${randomUUID()}`, body: JSON.stringify(resource), search: 'match' }];
}

const SUMMARY_TOKENS = [`${SUMMARY_TYPE.system}|${SUMMARY_TYPE.code}`, SUMMARY_TYPE.code, `${SUMMARY_TYPE.system}|`];
const IPS_PROFILES = [IPS_BUNDLE, IPS_COMPOSITION];

async function mayRead(house: House, context: Context, ref: string): Promise<boolean> {
  if (permitOf(house, context.caller, 'Patient', 'r') === undefined) return false;
  const record = await lookUpText(house.database, context.caller, ref);
  return record?.body != null && (await isPermitted(house, context, house.database, 'r', { ...record, ref }));
}

function toEntry(house: House, { ref, body }: FoundRecord): TextEntry {
  return { fullUrl: `${house.base}/${ref}`, body, search: 'match' };
}

function linkTo(house: House, { types, profile = [], ...asked }: Asked): string {
  const pairs = [
    ...Object.entries(asked),
    ...(types.length === 0 ? [] : [['type', types.join(',')] as const]),
    ...profile.map((url) => ['profile', url] as const),
  ];
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${house.base}/DocumentReference/$docref?${text}`;
}
