import {
  concept,
  conceptIn,
  conceptOf,
  elements,
  identifier,
  known,
  money,
  oneOf,
  period,
  plain,
  quantity,
  reference,
  viewOf,
} from '../access/index.ts';
import type { Keep, Shown } from '../access/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { BUSINESS_STATUS_SYSTEM, SERVICE_SYSTEM, STATUS_REASON_SYSTEM, TASK_KIND_SYSTEM } from './catalogue.ts';
import { referencesOf } from './tree.ts';

/*
 * What an insurer is shown of a case that it sponsors: status, service, dates, cost and Coverage, nothing clinical. All that
 * is shown stands here; parties by their references, codes without what somebody called them, and no text that people wrote
 * but what names a policy.
 */

/** Steps of a case that say what is paid for; the others say what the patient has, or what is missing of it. */
const PAID_STEPS: ReadonlySet<string> = new Set(['service-confirmation', 'quote', 'offer', 'video-consultation']);
const TASK_CODE_SYSTEM = 'http://hl7.org/fhir/CodeSystem/task-code';
const CASE_STEPS: ReadonlySet<string> = new Set(['fulfill', 'abort']);
/** Reasons that say nothing of the patient's state. */
const PLAIN_REASONS: ReadonlySet<string> = new Set([
  'out-of-scope',
  'insufficient-records',
  'coverage-refused',
  'no-capacity',
  'duplicate',
  'withdrawn',
]);

/** Systems of what is charged for, whose codes say no more than that; codes of procedures, drugs and findings do. */
const PRICE_LISTS: ReadonlySet<string> = new Set([
  SERVICE_SYSTEM,
  'http://terminology.hl7.org/CodeSystem/ex-USCLS',
  'http://terminology.hl7.org/CodeSystem/chargeitem-billingcodes',
  'http://hl7.org/fhir/ex-serviceproduct',
]);

const patient = reference('Patient');
const party = reference('Organization', 'Practitioner', 'PractitionerRole');
const organization = reference('Organization');
const policyParty = known('Organization', 'Patient', 'RelatedPerson');
const coverage = reference('Coverage');
const request = reference('ServiceRequest');

const service = conceptOf(SERVICE_SYSTEM);
const step = oneOf(conceptOf(TASK_CODE_SYSTEM, CASE_STEPS), conceptOf(TASK_KIND_SYSTEM, PAID_STEPS));
const charged = conceptIn(PRICE_LISTS);
const named = { identifier, status: plain } as const;

const price: Shown = { productOrService: charged, quantity, unitPrice: money, factor: plain, net: money };
const adjudication = elements({ category: concept, amount: money, value: plain });
const total = elements({ category: concept, amount: money });
const payment = elements({ type: concept, adjustment: money, date: plain, amount: money, identifier });
const payee = elements({
  type: concept,
  party: reference('Organization', 'Patient', 'Practitioner', 'PractitionerRole'),
});
const related = elements({ claim: reference('Claim'), relationship: concept });
const subDetail = elements({ sequence: plain, ...price });
const detail = elements({ sequence: plain, ...price, subDetail });
const item: Shown = { sequence: plain, servicedDate: plain, servicedPeriod: period, ...price, detail };
const answeredDetail = elements({
  detailSequence: plain,
  subDetailSequence: plain,
  adjudication,
  subDetail: elements({ subDetailSequence: plain, adjudication }),
});
const priceComponent = elements({ type: plain, code: concept, factor: plain, amount: money });

const claimed: Shown = {
  ...named,
  type: concept,
  subType: concept,
  use: plain,
  patient,
  billablePeriod: period,
  created: plain,
  insurer: organization,
  provider: party,
  priority: concept,
  fundsReserve: concept,
  related,
  payee,
  referral: request,
};
const insurance: Shown = { sequence: plain, focal: plain, coverage, claimResponse: reference('ClaimResponse') };

/** Of each type the elements that are shown; of all others nothing. */
const SHOWN: Readonly<Record<string, Shown>> = {
  ServiceRequest: {
    ...named,
    requisition: identifier,
    intent: plain,
    priority: plain,
    doNotPerform: plain,
    code: service,
    subject: patient,
    occurrenceDateTime: plain,
    occurrencePeriod: period,
    authoredOn: plain,
    requester: party,
    performer: party,
    insurance: reference('Coverage', 'ClaimResponse'),
  },
  Task: {
    ...named,
    basedOn: request,
    groupIdentifier: identifier,
    statusReason: conceptOf(STATUS_REASON_SYSTEM, PLAIN_REASONS),
    businessStatus: conceptOf(BUSINESS_STATUS_SYSTEM),
    intent: plain,
    priority: plain,
    code: step,
    focus: request,
    for: patient,
    executionPeriod: period,
    authoredOn: plain,
    lastModified: plain,
    requester: party,
    owner: party,
    insurance: coverage,
    restriction: elements({ period }),
  },
  Coverage: {
    ...named,
    type: concept,
    policyHolder: policyParty,
    subscriber: policyParty,
    subscriberId: plain,
    beneficiary: policyParty,
    dependent: plain,
    relationship: concept,
    period,
    payor: policyParty,
    class: elements({ type: concept, value: plain, name: plain }),
    order: plain,
    network: plain,
    costToBeneficiary: elements({
      type: concept,
      valueQuantity: quantity,
      valueMoney: money,
      exception: elements({ type: concept, period }),
    }),
    subrogation: plain,
  },
  Claim: {
    ...claimed,
    insurance: elements({ ...insurance, identifier, preAuthRef: plain }),
    item: elements(item),
    total: money,
  },
  ClaimResponse: {
    ...named,
    type: concept,
    subType: concept,
    use: plain,
    patient,
    created: plain,
    insurer: organization,
    requestor: party,
    request: reference('Claim'),
    outcome: plain,
    preAuthRef: plain,
    preAuthPeriod: period,
    payeeType: concept,
    item: elements({ itemSequence: plain, adjudication, detail: answeredDetail }),
    addItem: elements({
      itemSequence: plain,
      detailSequence: plain,
      subdetailSequence: plain,
      provider: party,
      servicedDate: plain,
      servicedPeriod: period,
      ...price,
      adjudication,
    }),
    adjudication,
    total,
    payment,
    fundsReserve: concept,
    insurance: elements(insurance),
  },
  ExplanationOfBenefit: {
    ...claimed,
    fundsReserveRequested: concept,
    claim: reference('Claim'),
    claimResponse: reference('ClaimResponse'),
    outcome: plain,
    preAuthRef: plain,
    preAuthRefPeriod: period,
    precedence: plain,
    insurance: elements({ focal: plain, coverage, preAuthRef: plain }),
    item: elements({ ...item, adjudication }),
    adjudication,
    total,
    payment,
    benefitPeriod: period,
    benefitBalance: elements({
      category: concept,
      excluded: plain,
      network: concept,
      unit: concept,
      term: concept,
      financial: elements({
        type: concept,
        allowedUnsignedInt: plain,
        allowedMoney: money,
        usedUnsignedInt: plain,
        usedMoney: money,
      }),
    }),
  },
  CoverageEligibilityRequest: {
    ...named,
    priority: concept,
    purpose: plain,
    patient,
    servicedDate: plain,
    servicedPeriod: period,
    created: plain,
    provider: party,
    insurer: organization,
    insurance: elements({ focal: plain, coverage }),
    item: elements({ category: concept, productOrService: charged, quantity, unitPrice: money }),
  },
  CoverageEligibilityResponse: {
    ...named,
    purpose: plain,
    patient,
    servicedDate: plain,
    servicedPeriod: period,
    created: plain,
    requestor: party,
    request: reference('CoverageEligibilityRequest'),
    outcome: plain,
    insurer: organization,
    preAuthRef: plain,
    insurance: elements({
      coverage,
      inforce: plain,
      benefitPeriod: period,
      item: elements({
        category: concept,
        productOrService: charged,
        excluded: plain,
        network: concept,
        unit: concept,
        term: concept,
        benefit: elements({
          type: concept,
          allowedUnsignedInt: plain,
          allowedMoney: money,
          usedUnsignedInt: plain,
          usedMoney: money,
        }),
        authorizationRequired: plain,
      }),
    }),
  },
  PaymentNotice: {
    ...named,
    request: reference('Claim', 'Invoice', 'ServiceRequest', 'Task'),
    response: reference('ClaimResponse'),
    created: plain,
    provider: party,
    payment: reference('PaymentReconciliation'),
    paymentDate: plain,
    payee: party,
    recipient: organization,
    amount: money,
    paymentStatus: concept,
  },
  PaymentReconciliation: {
    ...named,
    period,
    created: plain,
    paymentIssuer: organization,
    request: reference('Task'),
    requestor: party,
    outcome: plain,
    paymentDate: plain,
    paymentAmount: money,
    paymentIdentifier: identifier,
    detail: elements({
      identifier,
      predecessor: identifier,
      type: concept,
      request: reference('Claim', 'Invoice'),
      submitter: party,
      response: reference('ClaimResponse'),
      date: plain,
      payee: party,
      amount: money,
    }),
  },
  Invoice: {
    ...named,
    type: concept,
    subject: patient,
    recipient: reference('Organization', 'Patient'),
    date: plain,
    issuer: organization,
    account: reference('Account'),
    lineItem: elements({
      sequence: plain,
      chargeItemReference: reference('ChargeItem'),
      chargeItemCodeableConcept: charged,
      priceComponent,
    }),
    totalPriceComponent: priceComponent,
    totalNet: money,
    totalGross: money,
  },
  ChargeItem: {
    ...named,
    partOf: reference('ChargeItem'),
    code: charged,
    subject: patient,
    occurrenceDateTime: plain,
    occurrencePeriod: period,
    performingOrganization: organization,
    requestingOrganization: organization,
    costCenter: organization,
    quantity,
    factorOverride: plain,
    priceOverride: money,
    enteredDate: plain,
    account: reference('Account'),
  },
  Account: {
    ...named,
    type: concept,
    subject: reference('Patient', 'Organization'),
    servicePeriod: period,
    coverage: elements({ coverage, priority: plain }),
    owner: organization,
    guarantor: elements({ party: reference('Organization', 'Patient'), onHold: plain, period }),
    partOf: reference('Account'),
  },
};

/** Types of which sponsors are shown something. */
export const SPONSOR_VIEW_TYPES: readonly string[] = Object.keys(SHOWN);

/**
 * What the sponsors of its case are shown of a record; undefined: nothing.
 * @param carrier the Task of the case (`Task/x`): of steps that others are part of, not all are shown
 */
export function sponsorView(resource: Resource, carrier?: string): Resource | undefined {
  const shown = Object.hasOwn(SHOWN, resource.resourceType) ? SHOWN[resource.resourceType] : undefined;
  if (shown === undefined) return undefined;
  // A step is told of by its code: what is not one of these is not told of at all.
  if (resource.resourceType === 'Task' && step(resource.code) === undefined) return undefined;
  if (resource.resourceType === 'ServiceRequest' && service(resource.code) === undefined) return undefined;
  return viewOf(resource, resource.resourceType === 'Task' ? { ...shown, partOf: partOf(carrier) } : shown);
}

function partOf(carrier: string | undefined): Keep {
  const task = reference('Task');
  return (value) => {
    const left = task(value) as Reference | undefined;
    return left?.reference === carrier ? left : undefined;
  };
}

/** The Coverages (`Coverage/x`) that a request names. */
export function coveragesOf(request: Resource): string[] {
  return referencesOf(request.insurance).filter((ref) => ref.startsWith('Coverage/'));
}

/** Ids of the organisations of this server that Coverages name as payors: insurers among them sponsor the case. */
export function payorsOf(coverages: readonly Resource[]): string[] {
  const standing = coverages.filter(({ status }) => status !== 'entered-in-error');
  const refs = standing.flatMap(({ payor }) => referencesOf(payor));
  const ids = refs.flatMap((ref) => (ref.startsWith('Organization/') ? [ref.slice('Organization/'.length)] : []));
  return [...new Set(ids)];
}
