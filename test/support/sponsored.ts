import { randomUUID } from 'node:crypto';
import { CANONICAL } from '../../src/cases/index.ts';
import { packet, refOf, SERVICE, SYSTEM } from '../journeys/packet.ts';
import type { Partner } from './house.ts';

/** A case whose request names Coverages, and what costs money in it. */
export interface SponsoredCase {
  readonly request: string;
  readonly task: string;
  readonly patient: string;
  /** `Coverage/x` of each payor, in their order. */
  readonly coverages: readonly string[];
  readonly claim: string;
  readonly invoice: string;
  /** The step that asks for a price, and one that asks for missing records. */
  readonly quote: string;
  readonly missing: string;
  /** All that the packet made, and the rest. */
  readonly refs: readonly string[];
  /** Words that stand where something clinical or personal is said, each in one place. */
  readonly canaries: readonly string[];
}

const TASK_KIND = `${CANONICAL}/CodeSystem/case-task-kind`;
/** The patient, as the payer knows her. */
const MEMBER = { system: 'https://insurer.example/members', value: '17' };
const MARKUP = 'http://www.w3.org/1999/xhtml';

/** Creates a record and says which. */
export async function create(partner: Partner, resource: Record<string, unknown>): Promise<string> {
  const answer = await partner.fetch('POST', `/${String(resource['resourceType'])}`, resource);
  if (answer.status !== 201) throw new Error(answer.text);
  return `${String(resource['resourceType'])}/${answer.body.id}`;
}

/** A Coverage that names these as payors. */
export function coverageBy(payors: readonly string[], more: Readonly<Record<string, unknown>> = {}) {
  return {
    resourceType: 'Coverage',
    status: 'active',
    subscriberId: 'member-17',
    beneficiary: { identifier: MEMBER },
    payor: payors.map((reference) => ({ reference })),
    ...more,
  };
}

/**
 * Sends a case with a Coverage for each of `payors` (`Organization/x`), its Claim and Invoice, and lets the programme take
 * it up with a step about the price and one about what is missing.
 */
export async function sponsorCase(
  placer: Partner,
  programme: Partner,
  number: string,
  payors: readonly string[],
): Promise<SponsoredCase> {
  const canaries: string[] = [];
  const mark = (): string => {
    const word = `zq${number.replaceAll('-', '')}x${canaries.length}y`;
    canaries.push(word);
    return word;
  };
  const narrative = () => ({ status: 'additional', div: `<div xmlns="${MARKUP}">${mark()}</div>` });
  const told = () => ({ text: mark() });
  const extension = () => [{ url: 'http://example.org/told', valueString: mark() }];
  const coverages: string[] = [];
  for (const payor of payors) {
    const said = {
      text: narrative(),
      contract: [{ reference: `Contract/${mark()}` }],
      beneficiary: { identifier: MEMBER, display: mark() },
      extension: extension(),
      type: told(),
    };
    coverages.push(await create(placer, coverageBy([payor], said)));
  }
  const bundle = packet({ number, programme: programme.organization });
  const urlOf = (type: string): string =>
    bundle.entry.find(({ resource }) => resource['resourceType'] === type)!.fullUrl;
  const patientUrl = urlOf('Patient');
  const requestUrl = urlOf('ServiceRequest');
  const request = bundle.entry.at(-1)!.resource;
  Object.assign(request, {
    text: narrative(),
    code: {
      coding: [
        { ...SERVICE.coding[0], display: mark() },
        { system: 'http://snomed.info/sct', code: '103696004', display: mark() },
      ],
      text: mark(),
    },
    category: [told()],
    orderDetail: [told()],
    subject: { reference: patientUrl, display: mark() },
    occurrenceDateTime: '2026-12-01',
    authoredOn: '2026-11-01',
    priority: 'urgent',
    requester: { reference: `Organization/${placer.organization}`, display: mark() },
    reasonCode: [told()],
    bodySite: [told()],
    note: [told()],
    patientInstruction: mark(),
    performerType: told(),
    locationCode: [told()],
    extension: extension(),
    contained: [{ resourceType: 'Condition', id: 'c', code: told(), subject: { reference: patientUrl } }],
    reasonReference: [...(request['reasonReference'] as object[]), { reference: '#c' }],
    insurance: coverages.map((reference) => ({ reference, display: mark() })),
  });
  for (const { resource } of bundle.entry) {
    if (resource['resourceType'] === 'Patient') resource['name'] = [{ family: mark(), given: [mark()] }];
    if (resource['resourceType'] === 'Condition') resource['code'] = told();
    if (resource['resourceType'] === 'Observation') resource['note'] = [told()];
    if (resource['resourceType'] === 'DiagnosticReport') resource['conclusion'] = mark();
    if (resource['resourceType'] === 'DocumentReference') resource['description'] = mark();
    if (resource['resourceType'] === 'Binary') resource['data'] = Buffer.from(mark()).toString('base64');
  }
  const beside = (name: string, resource: Record<string, unknown>): string => {
    const fullUrl = `urn:uuid:${randomUUID()}`;
    const identified = { ...resource, identifier: [{ system: SYSTEM, value: `${number}-${name}` }] };
    const request = { method: 'POST', url: String(resource['resourceType']) };
    // Before the request, which comes last.
    bundle.entry.splice(-1, 0, { fullUrl, resource: identified, request });
    return fullUrl;
  };
  const amount = { value: 950, currency: 'USD' };
  const invoice = beside('invoice', {
    resourceType: 'Invoice',
    status: 'issued',
    text: narrative(),
    subject: { reference: patientUrl, display: mark() },
    cancelledReason: mark(),
    lineItem: [
      {
        chargeItemCodeableConcept: {
          coding: [
            { ...SERVICE.coding[0], display: mark() },
            { system: 'http://example.org/procedures', code: mark() },
          ],
          text: mark(),
        },
      },
    ],
    paymentTerms: mark(),
    note: [told()],
    totalGross: amount,
  });
  const claim = beside('claim', {
    resourceType: 'Claim',
    status: 'active',
    type: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }],
      text: mark(),
    },
    use: 'predetermination',
    patient: { reference: patientUrl, display: mark() },
    created: '2026-11-02',
    provider: { reference: `Organization/${programme.organization}` },
    priority: { coding: [{ code: 'normal' }] },
    referral: { reference: requestUrl },
    diagnosis: [{ sequence: 1, diagnosisCodeableConcept: told() }],
    procedure: [{ sequence: 1, procedureCodeableConcept: told() }],
    supportingInfo: [{ sequence: 1, category: told(), valueString: mark() }],
    careTeam: [{ sequence: 1, provider: { display: mark() } }],
    insurance: [
      coverages[0] === undefined
        ? { sequence: 1, focal: true, coverage: { display: mark() } }
        : { sequence: 1, focal: true, coverage: { reference: coverages[0] } },
    ],
    item: [
      {
        sequence: 1,
        productOrService: {
          coding: [
            { system: 'http://example.org/procedures', code: mark() },
            { ...SERVICE.coding[0], display: mark() },
          ],
          text: mark(),
        },
        modifier: [told()],
        bodySite: told(),
        unitPrice: amount,
        net: amount,
      },
    ],
    total: amount,
  });
  request['supportingInfo'] = [
    ...(request['supportingInfo'] as object[]),
    { reference: invoice },
    { reference: claim },
  ];
  const answer = await placer.fetch('POST', '', bundle);
  if (answer.status !== 200) throw new Error(`the packet was refused: ${answer.text}`);
  const sent = (answer.body.entry as { response: { location: string } }[]).map(({ response }) =>
    refOf(response.location),
  );
  const at = (fullUrl: string): string => sent[bundle.entry.findIndex((entry) => entry.fullUrl === fullUrl)]!;
  const requestRef = at(requestUrl);
  const found = await placer.fetch('GET', `/Task?based-on=${requestRef}`);
  const task = `Task/${found.body.entry[0].resource.id}`;
  const taken = await programme.fetch('PUT', `/${task}`, {
    ...(await programme.fetch('GET', `/${task}`)).body,
    description: mark(),
    note: [told()],
    reasonCode: told(),
    input: [{ type: told(), valueString: mark() }],
    text: narrative(),
  });
  if (taken.status !== 200) throw new Error(taken.text);
  const step = (kind: string, more: Record<string, unknown>) => ({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    partOf: [{ reference: task }],
    code: { coding: [{ system: TASK_KIND, code: kind, display: mark() }], text: mark() },
    for: { reference: at(patientUrl), display: mark() },
    description: mark(),
    requester: { reference: `Organization/${programme.organization}` },
    ...more,
  });
  const quote = await create(
    programme,
    step('quote', { owner: { reference: `Organization/${programme.organization}` } }),
  );
  const wanted = { coding: [{ system: `${CANONICAL}/CodeSystem/case-input`, code: 'wanted-record' }] };
  const missing = await create(
    programme,
    step('information-request', {
      owner: { reference: `Organization/${placer.organization}` },
      input: [{ type: wanted, valueString: mark() }],
    }),
  );
  return {
    request: requestRef,
    task,
    patient: at(patientUrl),
    coverages,
    claim: at(claim),
    invoice: at(invoice),
    quote,
    missing,
    refs: [...sent, ...coverages, task, quote, missing],
    canaries,
  };
}
