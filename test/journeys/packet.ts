import { randomUUID } from 'node:crypto';
import { BUSINESS_STATUS_SYSTEM, SERVICE_SYSTEM, STATUS_REASON_SYSTEM } from '../../src/cases/index.ts';
import type { Answer, Partner } from '../support/house.ts';

/** An invented patient's case as a home hospital sends it. */
export interface PacketOptions {
  /** The programme's id; undefined: the request names no performer. */
  readonly programme?: string | undefined;
  /** The placer's own number: makes the identifiers of all entries. */
  readonly number: string;
  readonly status?: string;
  /** More references of the request, beside those of the packet. */
  readonly supportingInfo?: readonly object[];
  /** Put into the ServiceRequest over what stands there. */
  readonly request?: Readonly<Record<string, unknown>>;
}

export const SYSTEM = 'https://home.example/ids';
export const SERVICE = { coding: [{ system: SERVICE_SYSTEM, code: 'multidisciplinary-opinion' }] };

const LOINC = 'http://loinc.org';
const PDF = Buffer.from('%PDF-1.4 invented letter').toString('base64');

/**
 * A transaction of eleven entries in which everything is conditional on its identifier (the Binary has an id of its
 * own), so that it can be sent again: Patient, Condition, three Observations, report, procedure, medication, letter
 * with its bytes, and the ServiceRequest as the last entry.
 */
export function packet(options: PacketOptions): { resourceType: 'Bundle'; type: 'transaction'; entry: Entry[] } {
  const { number, programme } = options;
  const url = new Map<string, string>();
  const named = (name: string): { reference: string } => {
    const known = url.get(name) ?? `urn:uuid:${randomUUID()}`;
    url.set(name, known);
    return { reference: known };
  };
  const subject = named('patient');
  const entry = (name: string, resource: Record<string, unknown>): Entry => {
    const value = `${number}-${name}`;
    const type = String(resource['resourceType']);
    const own = type === 'ServiceRequest' ? number : value;
    return {
      fullUrl: named(name).reference,
      resource: { ...resource, identifier: [{ system: SYSTEM, value: own }] },
      request: { method: 'POST', url: type, ifNoneExist: `identifier=${SYSTEM}|${own}` },
    };
  };
  const observation = (name: string, code: string, value: number): Entry =>
    entry(name, {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: LOINC, code }] },
      subject,
      effectiveDateTime: '2026-03-01',
      valueQuantity: { value, unit: 'g/L' },
    });
  const binary = `letter-${number}`;
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      entry('patient', {
        resourceType: 'Patient',
        name: [{ family: `Family-${number}`, given: ['Given'] }],
        gender: 'female',
        birthDate: '1970-01-02',
      }),
      entry('condition', { resourceType: 'Condition', code: { text: `Diagnosis ${number}` }, subject }),
      observation('haemoglobin', '718-7', 118),
      observation('albumin', '1751-7', 37),
      observation('protein', '2885-2', 70),
      entry('report', {
        resourceType: 'DiagnosticReport',
        status: 'final',
        code: { text: 'CT of the chest' },
        subject,
        result: [named('haemoglobin'), named('albumin'), named('protein')],
      }),
      entry('procedure', { resourceType: 'Procedure', status: 'completed', code: { text: 'Biopsy' }, subject }),
      entry('medication', {
        resourceType: 'MedicationStatement',
        status: 'active',
        medicationCodeableConcept: { text: 'Invented drug' },
        subject,
      }),
      {
        fullUrl: `urn:uuid:${randomUUID()}`,
        resource: { resourceType: 'Binary', id: binary, contentType: 'application/pdf', data: PDF },
        request: { method: 'PUT', url: `Binary/${binary}` },
      },
      entry('letter', {
        resourceType: 'DocumentReference',
        status: 'current',
        subject,
        content: [{ attachment: { contentType: 'application/pdf', url: `Binary/${binary}`, title: 'Letter' } }],
      }),
      entry('request', {
        resourceType: 'ServiceRequest',
        status: options.status ?? 'active',
        intent: 'order',
        code: SERVICE,
        subject,
        reasonReference: [named('condition')],
        supportingInfo: [
          named('report'),
          named('procedure'),
          named('medication'),
          named('letter'),
          ...(options.supportingInfo ?? []),
        ],
        ...(programme === undefined ? {} : { performer: [{ reference: `Organization/${programme}` }] }),
        ...options.request,
      }),
    ],
  };
}

export interface Entry {
  readonly fullUrl: string;
  readonly resource: Record<string, unknown>;
  readonly request: { readonly method: string; readonly url: string; readonly ifNoneExist?: string };
}

/** A case as its parties know it. */
export interface SentCase {
  readonly number: string;
  /** `ServiceRequest/x` */
  readonly request: string;
  /** `Task/y` */
  readonly task: string;
  /** `Patient/z` */
  readonly patient: string;
  /** All records that the packet made, as `Type/id`, in the order of its entries. */
  readonly refs: readonly string[];
}

export function refOf(location: unknown): string {
  return (
    /\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+)\/_history\/\d+$/.exec(String(location))?.[1] ?? `no ref in ${String(location)}`
  );
}

/** Sends a packet and finds the Task of the case that it opened. */
export async function sendCase(placer: Partner, options: PacketOptions): Promise<SentCase> {
  const answer = await placer.fetch('POST', '', packet(options));
  if (answer.status !== 200) throw new Error(`the packet was refused: ${answer.status} ${answer.text}`);
  const refs = (answer.body.entry as { response: { location: string } }[]).map((entry) =>
    refOf(entry.response.location),
  );
  const request = refs.at(-1)!;
  const found = await placer.fetch('GET', `/Task?based-on=${request}`);
  const task = `Task/${found.body.entry[0].resource.id}`;
  return { number: options.number, request, task, patient: refs[0]!, refs };
}

/** Writes T0 as `partner` with another pair of statuses. */
export async function move(
  partner: Partner,
  task: string,
  status: string,
  businessStatus: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const current = await partner.fetch('GET', `/${task}`);
  return partner.fetch('PUT', `/${task}`, {
    ...current.body,
    status,
    businessStatus: { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: businessStatus }] },
    ...more,
  });
}

export function reason(code: string): Readonly<Record<string, unknown>> {
  return { statusReason: { coding: [{ system: STATUS_REASON_SYSTEM, code }] } };
}

/** Brings a new case to the review. */
export async function workUntilReview(programme: Partner, task: string): Promise<void> {
  for (const [status, businessStatus] of [
    ['accepted', 'accepted'],
    ['in-progress', 'under-review'],
  ] as const) {
    const answer = await move(programme, task, status, businessStatus);
    if (answer.status !== 200) throw new Error(`${status} was refused: ${answer.text}`);
  }
}

export function opinion(sent: SentCase, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    resourceType: 'DiagnosticReport',
    status: 'final',
    code: { text: 'Second opinion' },
    basedOn: [{ reference: sent.request }],
    subject: { reference: sent.patient },
    conclusion: 'The plan is confirmed.',
    resultsInterpreter: [{ display: 'Dr Invented' }],
    ...more,
  };
}

/** Asks again until `ready` says so; gives up with what came last. */
export async function until(
  ask: () => Promise<Answer>,
  ready: (answer: Answer) => boolean,
  ms = 20_000,
): Promise<Answer> {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (ready(answer) || Date.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The `Type/id`s on a searchset's page that match (not those that came along). */
export function matches(answer: Answer): string[] {
  const entries = (answer.body.entry ?? []) as {
    resource: { resourceType: string; id: string };
    search?: { mode: string };
  }[];
  return entries
    .filter((entry) => entry.search?.mode !== 'outcome' && entry.search?.mode !== 'include')
    .map((entry) => `${entry.resource.resourceType}/${entry.resource.id}`);
}

/** The texts and places of an OperationOutcome. */
export function issues(answer: Answer): { key: string; text: string; at: string | undefined }[] {
  const list = (answer.body?.issue ?? []) as {
    details: { text: string; coding: { code: string }[] };
    expression?: string[];
  }[];
  return list.map((issue) => ({
    key: issue.details.coding[0]!.code,
    text: issue.details.text,
    at: issue.expression?.[0],
  }));
}
