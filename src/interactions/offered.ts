import { fault, suggest } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { CANONICAL } from '../cases/index.ts';

/*
 * What this server offers, one line each. The CapabilityStatement says it, the routes of operations are made from it, and
 * a test compares both with what is answered.
 */

/** On each resource type. https://hl7.org/fhir/R4/valueset-type-restful-interaction.html */
export const TYPE_INTERACTIONS = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
] as const;

/** On the whole server. https://hl7.org/fhir/R4/valueset-system-restful-interaction.html */
export const SYSTEM_INTERACTIONS = ['transaction', 'batch', 'history-system', 'search-system'] as const;

/** How each resource type is served. https://hl7.org/fhir/R4/capabilitystatement.html */
export const TYPE_BEHAVIOUR = {
  versioning: 'versioned-update',
  readHistory: true,
  updateCreate: true,
  conditionalCreate: true,
  conditionalRead: 'full-support',
  conditionalUpdate: true,
  conditionalDelete: 'single',
} as const;

export const PATCH_FORMATS = ['application/json-patch+json', 'application/fhir+json', 'application/fhir+xml'] as const;

type Method = 'GET' | 'POST';

/** https://hl7.org/fhir/R4/operations.html */
export interface Operation {
  /** The id of its definition, which tells it from others of the same code. */
  readonly name: string;
  /** As it stands in the address, without `$`. */
  readonly code: string;
  /** Canonical of its OperationDefinition. */
  readonly definition: string;
  /** Undefined: all. */
  readonly types?: readonly string[];
  /** How it is asked for at `[type]/$code`, and at `[type]/[id]/$code`; absent: it is not. */
  readonly ofType?: readonly Method[];
  readonly ofInstance?: readonly Method[];
  /** Whether its answer is kept nowhere on the way. */
  readonly secret?: true;
  /** What its definition leaves to the server, as the CapabilityStatement tells it. */
  readonly documentation?: string;
}

const R4 = 'http://hl7.org/fhir/OperationDefinition';
/** Subscriptions R5 Backport 1.1.0. */
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition';
const BOTH = ['GET', 'POST'] as const;
const POST = ['POST'] as const;

export const OPERATIONS = [
  {
    name: 'Resource-validate',
    code: 'validate',
    definition: `${R4}/Resource-validate`,
    ofType: POST,
    ofInstance: BOTH,
  },
  { name: 'Resource-meta', code: 'meta', definition: `${R4}/Resource-meta`, ofInstance: BOTH },
  { name: 'Resource-meta-add', code: 'meta-add', definition: `${R4}/Resource-meta-add`, ofInstance: POST },
  { name: 'Resource-meta-delete', code: 'meta-delete', definition: `${R4}/Resource-meta-delete`, ofInstance: POST },
  {
    name: 'Patient-everything',
    code: 'everything',
    definition: `${R4}/Patient-everything`,
    types: ['Patient'],
    ofInstance: BOTH,
  },
  {
    name: 'Patient-summary',
    code: 'summary',
    definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary',
    types: ['Patient'],
    ofType: BOTH,
    ofInstance: BOTH,
    documentation:
      'Made when it is asked for, of what the caller may read of the patient here; never stored. Titles and headings are in English, Vietnamese or Chinese, by Accept-Language. What the access does not allow to read is marked as withheld.',
  },
  {
    name: 'Composition-document',
    code: 'document',
    definition: `${R4}/Composition-document`,
    types: ['Composition'],
    ofInstance: BOTH,
    documentation:
      'Of the text of an issued report the signed Bundle is given, as it is stored; of any other Composition a Bundle that is made now and not stored. The parameter graph is not served.',
  },
  {
    name: 'report-document',
    code: 'document',
    definition: `${CANONICAL}/OperationDefinition/report-document`,
    types: ['DiagnosticReport'],
    ofInstance: BOTH,
  },
  {
    name: 'DocumentReference-docref',
    code: 'docref',
    definition: 'http://hl7.org/fhir/uv/ipa/OperationDefinition/docref',
    types: ['DocumentReference'],
    ofType: BOTH,
    documentation:
      'Gives the current documents of the patient, the latest first, and as an entry without an id the International Patient Summary (LOINC 60591-5), which is made on demand by Patient/[id]/$summary. In an address, type is written as in a search (system|code). Of several types or profiles, documents of any are given; a profile is compared with content.format.',
  },
  {
    name: 'case-everything',
    code: 'everything',
    definition: `${CANONICAL}/OperationDefinition/case-everything`,
    types: ['ServiceRequest'],
    ofInstance: BOTH,
  },
  {
    name: 'propose-reviewers',
    code: 'propose-reviewers',
    definition: `${CANONICAL}/OperationDefinition/propose-reviewers`,
    types: ['ServiceRequest'],
    ofInstance: BOTH,
  },
  {
    name: 'draft-report',
    code: 'draft-report',
    definition: `${CANONICAL}/OperationDefinition/draft-report`,
    types: ['ServiceRequest'],
    ofInstance: BOTH,
  },
  {
    name: 'compare-opinions',
    code: 'compare-opinions',
    definition: `${CANONICAL}/OperationDefinition/compare-opinions`,
    types: ['ServiceRequest'],
    ofInstance: BOTH,
  },
  {
    name: 'case-timeline',
    code: 'timeline',
    definition: `${CANONICAL}/OperationDefinition/case-timeline`,
    types: ['ServiceRequest'],
    ofInstance: BOTH,
  },
  {
    name: 'check-completeness',
    code: 'check-completeness',
    definition: `${CANONICAL}/OperationDefinition/check-completeness`,
    types: ['ServiceRequest'],
    ofType: POST,
    ofInstance: BOTH,
  },
  {
    name: 'case-command',
    code: 'command',
    definition: `${CANONICAL}/OperationDefinition/case-command`,
    types: ['ServiceRequest'],
    ofInstance: BOTH,
  },
  {
    name: 'verify-document',
    code: 'verify',
    definition: `${CANONICAL}/OperationDefinition/verify-document`,
    types: ['Bundle'],
    ofType: POST,
    ofInstance: BOTH,
  },
  {
    name: 'subscription-status',
    code: 'status',
    definition: `${BACKPORT}/backport-subscription-status`,
    types: ['Subscription'],
    ofType: BOTH,
    ofInstance: BOTH,
    documentation: 'Tells of the Subscriptions of the own organisation, of plain criteria, too; 500 at most.',
  },
  {
    name: 'subscription-events',
    code: 'events',
    definition: `${BACKPORT}/backport-subscription-events`,
    types: ['Subscription'],
    ofInstance: BOTH,
    documentation:
      'Events are kept for 30 days, and 100 are told at a time, the earliest first: what is gone, and from where to go on, stands in response.outcome of the first entry. Shown is what the caller may see now: an event whose focus it may not see has none.',
  },
  {
    name: 'subscription-resend',
    code: 'resend',
    definition: `${CANONICAL}/OperationDefinition/subscription-resend`,
    types: ['Subscription'],
    ofInstance: POST,
  },
  {
    name: 'subscription-signing-secret',
    code: 'signing-secret',
    definition: `${CANONICAL}/OperationDefinition/subscription-signing-secret`,
    types: ['Subscription'],
    ofInstance: POST,
    secret: true,
  },
  {
    name: 'subscription-rotate-secret',
    code: 'rotate-secret',
    definition: `${CANONICAL}/OperationDefinition/subscription-rotate-secret`,
    types: ['Subscription'],
    ofInstance: POST,
    secret: true,
  },
  {
    name: 'ValueSet-expand',
    code: 'expand',
    definition: `${R4}/ValueSet-expand`,
    types: ['ValueSet'],
    ofType: BOTH,
    ofInstance: BOTH,
  },
  {
    name: 'ValueSet-validate-code',
    code: 'validate-code',
    definition: `${R4}/ValueSet-validate-code`,
    types: ['ValueSet'],
    ofType: BOTH,
    ofInstance: BOTH,
  },
  {
    name: 'CodeSystem-lookup',
    code: 'lookup',
    definition: `${R4}/CodeSystem-lookup`,
    types: ['CodeSystem'],
    ofType: BOTH,
  },
  {
    name: 'CodeSystem-validate-code',
    code: 'validate-code',
    definition: `${R4}/CodeSystem-validate-code`,
    types: ['CodeSystem'],
    ofType: BOTH,
    ofInstance: BOTH,
  },
  {
    name: 'ConceptMap-translate',
    code: 'translate',
    definition: `${R4}/ConceptMap-translate`,
    types: ['ConceptMap'],
    ofType: BOTH,
    ofInstance: BOTH,
  },
] as const satisfies readonly Operation[];

export type OperationName = (typeof OPERATIONS)[number]['name'];

/** Where an operation is asked for below the base, as a pattern: `/Patient/{id}/$everything`. */
export function addressesOf(operation: Operation): { readonly method: Method; readonly path: string }[] {
  const { code, types = ['{type}'], ofType = [], ofInstance = [] } = operation;
  return types.flatMap((type) => [
    ...ofType.map((method) => ({ method, path: `/${type}/$${code}` })),
    ...ofInstance.map((method) => ({ method, path: `/${type}/{id}/$${code}` })),
  ]);
}

/**
 * The refusal of an operation where it is not offered: says where it is, or what it may have been meant to be.
 * @param place of an entry of a Bundle, for `expression`
 */
export function unknownOperation(segment: string, place?: string): Fault {
  const code = segment.replace(/^\$/, '');
  const places = OPERATIONS.filter((operation) => operation.code === code).flatMap(addressesOf);
  const text =
    places.length > 0
      ? `$${code} is not offered here, but ${place === undefined ? '' : 'as a request of its own '}at ${listPlaces(places)}.`
      : `There is no such operation.${suggestOperation(code)} What is offered stands in /fhir/metadata.`;
  return fault(404, 'not-supported', 'unknown-operation', text, place);
}

function listPlaces(places: readonly { readonly method: Method; readonly path: string }[]): string {
  const methods = new Map<string, Method[]>();
  for (const { method, path } of places) methods.set(path, [...(methods.get(path) ?? []), method]);
  return [...methods]
    .map(([path, offered]) => `${offered.join(' and ')} ${path.slice(1).replace(/\{(\w+)\}/g, '[$1]')}`)
    .join(', ');
}

function suggestOperation(code: string): string {
  const codes = new Set(OPERATIONS.map((operation) => operation.code));
  return suggest(
    `$${code}`,
    [...codes].map((known) => `$${known}`),
  );
}
