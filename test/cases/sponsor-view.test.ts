import { expect, test } from '@jest/globals';
import { payorsOf, SERVICE_SYSTEM, SPONSOR_VIEW_TYPES, sponsorView } from '../../src/cases/index.ts';
import type { Property } from '../../src/definitions/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { definitions } from '../definitions/r4.ts';

/** Primitives that hold what somebody wrote; all others have forms of their own. */
const WRITTEN = new Set(['string', 'markdown', 'xhtml']);
const SAMPLES: Readonly<Record<string, unknown>> = {
  boolean: true,
  integer: 1,
  positiveInt: 1,
  unsignedInt: 1,
  decimal: 1.5,
  date: '2026-01-02',
  dateTime: '2026-01-02',
  instant: '2026-01-02T00:00:00Z',
  time: '12:00:00',
};
const DEPTH = 7;

/** What is charged for is told by codes of price lists alone. */
const PRICES = 'http://terminology.hl7.org/CodeSystem/ex-USCLS';
const CHARGED = /\.(?:productOrService|chargeItemCodeableConcept)$|^ChargeItem\.code$/;

/** What references lead to, where they may: the rest is dropped with what they lead to. */
const PAYING = ['Organization', 'Patient', 'ServiceRequest', 'Coverage', 'Claim'];

/** A resource with everything filled in, each text and code of its own: the place where it stands. */
function fill(typeName: string, path: string, depth = 0): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const property of definitions.type(typeName)!.properties.values()) {
    if (depth > DEPTH || property.name === 'id' || (property.type === 'Extension' && depth > 1)) continue;
    const at = `${path}.${property.name}`;
    const value = fillProperty(property, at, depth);
    filled[property.name] = property.array ? [value] : value;
    if (property.kind === 'primitive' && depth < 3) {
      const beside = { extension: [{ url: 'http://example.org/beside', valueString: `${at}.beside` }] };
      filled[`_${property.name}`] = property.array ? [beside] : beside;
    }
  }
  return filled;
}

function fillProperty({ type, kind, path, targets }: Property, at: string, depth: number): unknown {
  if (kind === 'resource') return { resourceType: 'Condition', code: { text: `${at}.text` } };
  if (path === 'Reference.reference') return `Condition/${at.replaceAll(/[^A-Za-z0-9]/g, '-').slice(-64)}`;
  if (kind !== 'primitive') {
    const made = fill(type, at, depth + 1);
    if (CHARGED.test(at)) (made['coding'] as object[]).push({ system: PRICES, code: '1101', display: `${at}.added` });
    const target = PAYING.find((one) => targets?.includes(one)) ?? targets?.[0];
    return type === 'Reference' && target !== undefined ? { ...made, reference: `${target}/filled` } : made;
  }
  return SAMPLES[type] ?? at;
}

function filled(type: string): Resource {
  const resource: Resource = { resourceType: type, id: 'filled', ...fill(type, type) };
  if (type === 'ServiceRequest') addCode(resource, SERVICE_SYSTEM, 'pathology-review');
  if (type === 'Task') addCode(resource, 'http://hl7.org/fhir/CodeSystem/task-code', 'fulfill');
  return resource;
}

function addCode(resource: Resource, system: string, code: string): void {
  const concept = resource.code as { coding: object[] };
  concept.coding.push({ system, code, display: `${resource.resourceType}.code.added` });
}

function leaves(value: unknown, path: string): [path: string, value: unknown][] {
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, path));
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, item]) => leaves(item, `${path}.${name}`));
}

/** All that sponsors are shown, as places; of the parts of data types those that are listed for all. */
const ALLOWED: Readonly<Record<string, string>> = {
  ServiceRequest:
    'identifier requisition status intent priority doNotPerform code subject occurrenceDateTime occurrencePeriod authoredOn requester performer insurance',
  Task: 'identifier basedOn groupIdentifier status statusReason businessStatus intent priority code focus for executionPeriod authoredOn lastModified requester owner insurance restriction.period',
  Coverage:
    'identifier status type policyHolder subscriber subscriberId beneficiary dependent relationship period payor class.type class.value class.name order network costToBeneficiary.type costToBeneficiary.valueQuantity costToBeneficiary.valueMoney costToBeneficiary.exception.type costToBeneficiary.exception.period subrogation',
  Claim:
    'identifier status type subType use patient billablePeriod created insurer provider priority fundsReserve related.claim related.relationship payee.type payee.party referral insurance.sequence insurance.focal insurance.identifier insurance.coverage insurance.preAuthRef insurance.claimResponse ITEM total',
  ClaimResponse:
    'identifier status type subType use patient created insurer requestor request outcome preAuthRef preAuthPeriod payeeType item.itemSequence item.ADJUDICATION item.detail.detailSequence item.detail.ADJUDICATION item.detail.subDetail.subDetailSequence item.detail.subDetail.ADJUDICATION addItem.itemSequence addItem.detailSequence addItem.subdetailSequence addItem.provider addItem.servicedDate addItem.servicedPeriod addItem.productOrService addItem.quantity addItem.unitPrice addItem.factor addItem.net addItem.ADJUDICATION ADJUDICATION total.category total.amount payment.type payment.adjustment payment.date payment.amount payment.identifier fundsReserve insurance.sequence insurance.focal insurance.coverage insurance.claimResponse',
  ExplanationOfBenefit:
    'identifier status type subType use patient billablePeriod created insurer provider priority fundsReserveRequested fundsReserve related.claim related.relationship payee.type payee.party referral claim claimResponse outcome preAuthRef preAuthRefPeriod precedence insurance.focal insurance.coverage insurance.preAuthRef ITEM item.ADJUDICATION ADJUDICATION total.category total.amount payment.type payment.adjustment payment.date payment.amount payment.identifier benefitPeriod benefitBalance.category benefitBalance.excluded benefitBalance.network benefitBalance.unit benefitBalance.term benefitBalance.financial.type benefitBalance.financial.allowedUnsignedInt benefitBalance.financial.allowedMoney benefitBalance.financial.usedUnsignedInt benefitBalance.financial.usedMoney',
  CoverageEligibilityRequest:
    'identifier status priority purpose patient servicedDate servicedPeriod created provider insurer insurance.focal insurance.coverage item.category item.productOrService item.quantity item.unitPrice',
  CoverageEligibilityResponse:
    'identifier status purpose patient servicedDate servicedPeriod created requestor request outcome insurer preAuthRef insurance.coverage insurance.inforce insurance.benefitPeriod insurance.item.category insurance.item.productOrService insurance.item.excluded insurance.item.network insurance.item.unit insurance.item.term insurance.item.benefit.type insurance.item.benefit.allowedUnsignedInt insurance.item.benefit.allowedMoney insurance.item.benefit.usedUnsignedInt insurance.item.benefit.usedMoney insurance.item.authorizationRequired',
  PaymentNotice:
    'identifier status request response created provider payment paymentDate payee recipient amount paymentStatus',
  PaymentReconciliation:
    'identifier status period created paymentIssuer request requestor outcome paymentDate paymentAmount paymentIdentifier detail.identifier detail.predecessor detail.type detail.request detail.submitter detail.response detail.date detail.payee detail.amount',
  Invoice:
    'identifier status type subject recipient date issuer account lineItem.sequence lineItem.chargeItemReference lineItem.chargeItemCodeableConcept lineItem.PRICE totalPriceComponent.type totalPriceComponent.code totalPriceComponent.factor totalPriceComponent.amount totalNet totalGross',
  ChargeItem:
    'identifier status partOf code subject occurrenceDateTime occurrencePeriod performingOrganization requestingOrganization costCenter quantity factorOverride priceOverride enteredDate account',
  Account:
    'identifier status type subject servicePeriod coverage.coverage coverage.priority owner guarantor.party guarantor.onHold guarantor.period partOf',
};
const SHORT: Readonly<Record<string, readonly string[]>> = {
  ITEM: ['', 'detail.', 'detail.subDetail.'].flatMap((at) =>
    ['sequence', 'productOrService', 'quantity', 'unitPrice', 'factor', 'net'].map((name) => `item.${at}${name}`),
  ),
  ADJUDICATION: ['adjudication.category', 'adjudication.amount', 'adjudication.value'],
  PRICE: ['type', 'code', 'factor', 'amount'].map((name) => `priceComponent.${name}`),
};
const SERVICED = ['item.servicedDate', 'item.servicedPeriod'];
/** What is shown of a data type, whatever it is of. */
const PARTS =
  /^$|^\.(?:coding\.(?:system|version|code)|reference|system|value|use|currency|comparator|code|start|end|identifier|period\.(?:start|end)|type\.coding\.(?:system|version|code)|identifier\.(?:use|system|value|period\.(?:start|end)|type\.coding\.(?:system|version|code)))$/;

/** Shown only with codes, or of references to types, that nothing is filled in with here. */
const NARROW: ReadonlySet<string> = new Set([
  'Task.statusReason',
  'Task.businessStatus',
  'Task.basedOn',
  'Task.focus',
  'Task.for',
  'PaymentNotice.request',
  'PaymentNotice.response',
  'PaymentReconciliation.detail.request',
  'PaymentReconciliation.detail.response',
]);

function allowedOf(type: string): string[] {
  const names = ALLOWED[type]!.split(' ').flatMap((name) => {
    const short = /^(.*?)([A-Z]{4,})$/.exec(name);
    return short === null ? [name] : SHORT[short[2]!]!.map((part) => short[1]! + part);
  });
  return names.includes('item.sequence') ? [...names, ...SERVICED] : names;
}

test('there is an own list for every type of which something is shown', () => {
  expect([...SPONSOR_VIEW_TYPES].sort()).toEqual(Object.keys(ALLOWED).sort());
});

test.each(SPONSOR_VIEW_TYPES)('of a %s with everything filled in, only what is listed is shown', (type) => {
  const resource = filled(type);
  expect(leaves(resource, type).length).toBeGreaterThan(100);
  const { resourceType, id, meta, ...view } = sponsorView(resource)!;
  expect({ resourceType, id }).toEqual({ resourceType: type, id: 'filled' });
  expect(Object.keys(meta!).sort()).toEqual(['lastUpdated', 'tag', 'versionId']);
  expect(meta!['tag']).toEqual([
    { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' },
  ]);
  const allowed = allowedOf(type).sort((a, b) => b.length - a.length);
  const seen = new Set<string>();
  const others: string[] = [];
  for (const [path] of leaves(view, '')) {
    const place = path.slice(1);
    const name = allowed.find((one) => place.startsWith(one) && PARTS.test(place.slice(one.length)));
    if (name === undefined) others.push(place);
    else seen.add(name);
  }
  expect(others).toEqual([]);
  // And each of them is: a list that allows what cannot be says nothing.
  expect(allowed.filter((name) => !seen.has(name) && !NARROW.has(`${type}.${name}`))).toEqual([]);
});

test.each(SPONSOR_VIEW_TYPES)('of a %s no text is shown that people write, but what names a policy', (type) => {
  const policy = new Set(['subscriberId', 'dependent', 'network', 'class.value', 'class.name', 'preAuthRef']);
  const texts = leaves(sponsorView(filled(type)), '')
    .map(([path]) => path.slice(1))
    .filter((path) => /(?:^|\.)(?:text|display|div|note|description|comment|valueString|title)(?:\.|$)/.test(path));
  expect(texts).toEqual([]);
  const strings = leaves(sponsorView(filled(type)), '').filter(
    ([path, value]) => path !== '.resourceType' && value === `${type}${path}` && isText(type, path.slice(1)),
  );
  const others = strings.map(([path]) => path.slice(1)).filter((path) => !policy.has(path.replace(/^insurance\./, '')));
  expect(
    others.filter(
      (path) => !/(?:^|\.|I|i)dentifier\.value$|^requisition\.value$|version$|predecessor\.value$/.test(path),
    ),
  ).toEqual([]);
});

function isText(type: string, path: string): boolean {
  let current = definitions.type(type);
  for (const name of path.split('.')) {
    const property = current?.properties.get(name);
    if (property === undefined) return true;
    if (property.kind === 'primitive') return WRITTEN.has(property.type);
    current = definitions.type(property.type);
  }
  return true;
}

test('of records that say what the patient has nothing is shown', () => {
  const clinical = definitions.resourceTypes.filter((type) => !SPONSOR_VIEW_TYPES.includes(type));
  expect(clinical.length).toBeGreaterThan(130);
  for (const type of clinical) expect(sponsorView({ resourceType: type, status: 'final' })).toBeUndefined();
  expect(sponsorView({ resourceType: 'constructor' })).toBeUndefined();
});

const KINDS = 'https://consilium.example/fhir/CodeSystem/case-task-kind';

test.each([
  [KINDS, 'quote', true],
  [KINDS, 'offer', true],
  [KINDS, 'service-confirmation', true],
  [KINDS, 'video-consultation', true],
  ['http://hl7.org/fhir/CodeSystem/task-code', 'abort', true],
  [KINDS, 'mdt', false],
  [KINDS, 'review', false],
  [KINDS, 'translation', false],
  [KINDS, 'information-request', false],
  [KINDS, 'completeness-check', false],
  [KINDS, 'follow-up', false],
  ['http://example.org/tasks', 'quote', false],
])('a step coded %s#%s is shown: %s', (system, code, isShown) => {
  const task = { resourceType: 'Task', status: 'requested', code: { coding: [{ system, code }], text: 'told' } };
  expect(sponsorView(task)?.code).toEqual(isShown ? { coding: [{ system, code }] } : undefined);
  expect(sponsorView(task) !== undefined).toBe(isShown);
});

test.each([
  ['coverage-refused', true],
  ['no-capacity', true],
  ['withdrawn', true],
  ['inpatient', false],
  ['recent-treatment', false],
  ['emergency', false],
  ['in-person-advised', false],
])('why a case stopped is shown where it says nothing of the patient: %s, %s', (code, isShown) => {
  const system = 'https://consilium.example/fhir/CodeSystem/decline-reason';
  const fulfil = { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] };
  const statusReason = {
    coding: [
      { system, code },
      { system: 'http://snomed.info/sct', code: '363346000' },
    ],
  };
  const view = sponsorView({ resourceType: 'Task', status: 'rejected', code: fulfil, statusReason });
  expect(view?.statusReason).toEqual(isShown ? { coding: [{ system, code }] } : undefined);
});

test('what is charged for is told by codes of price lists, and by no others', () => {
  const price = { system: PRICES, code: '1101' };
  const told = {
    coding: [price, { system: 'http://snomed.info/sct', code: '73761001' }, { code: '1101' }],
    text: 'told',
  };
  const views = [
    { resourceType: 'Claim', item: [{ productOrService: told, detail: [{ productOrService: told }] }] },
    { resourceType: 'ClaimResponse', addItem: [{ productOrService: told }] },
    { resourceType: 'CoverageEligibilityRequest', item: [{ productOrService: told }] },
    { resourceType: 'CoverageEligibilityResponse', insurance: [{ item: [{ productOrService: told }] }] },
    { resourceType: 'Invoice', lineItem: [{ chargeItemCodeableConcept: told }] },
    { resourceType: 'ChargeItem', code: told },
  ].map((resource) => JSON.stringify(sponsorView(resource)));
  for (const view of views) {
    expect(view).toContain(JSON.stringify({ coding: [price] }));
    expect(view).not.toMatch(/snomed|73761001|told|\{"code"/);
  }
});

test('a step is shown as part of the Task of its case alone', () => {
  const partOf = ['Task/case', 'Task/hidden', 'https://elsewhere.example/Task/case'].map((reference) => ({
    reference,
  }));
  const task = { resourceType: 'Task', partOf, code: { coding: [{ system: KINDS, code: 'quote' }] } };
  expect(sponsorView(task, 'Task/case')?.partOf).toEqual([{ reference: 'Task/case' }]);
  expect(sponsorView(task)?.partOf).toBeUndefined();
});

test('numbers keep their digits', () => {
  const value = JSON.rawJSON('950.00');
  const view = sponsorView({ resourceType: 'Invoice', status: 'issued', totalGross: { value, currency: 'USD' } });
  expect(JSON.stringify(view)).toContain('"totalGross":{"value":950.00,"currency":"USD"}');
});

test('sponsors are organisations of this server, named by Coverages that were not sent in error', () => {
  const by = (reference: string, status = 'active') => ({ resourceType: 'Coverage', status, payor: [{ reference }] });
  const named = [by('Organization/a'), by('Organization/b', 'entered-in-error'), by('Organization/a'), by('Patient/p')];
  expect(payorsOf([...named, by('https://elsewhere.example/Organization/c'), by('#d')])).toEqual(['a']);
});
