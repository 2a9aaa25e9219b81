import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { CASE_INPUT_SYSTEM, SERVICE_SYSTEM } from '../catalogue.ts';
import { tellPrice } from '../programme/words.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { openSteps } from '../steps/step.ts';
import { codesIn, nodes, text } from '../tree.ts';
import { paymentFacts } from './facts.ts';
import type { Money } from './money.ts';
import { moneyOf, sum, tellMoney } from './money.ts';
import { titleOf } from './services.ts';

/** What one service of a case costs. */
export interface PriceLine {
  readonly service: string;
  readonly title: string;
  readonly price: Money;
}

/** What the case costs, and what stands against asking for it; no lines: nobody has set a price. */
export interface Prices {
  readonly lines: readonly PriceLine[];
  readonly issues: readonly Issue[];
}

/**
 * What the case costs, line by line: its service, and what is added to it. A price is the one that was agreed on, else the
 * one that the programme sets in T0's input, else that of the programme's rules. `scene.records` holds T0 and what was agreed.
 */
export function pricesOf(scene: Pick<Scene, 'row' | 'rules' | 'records'>): Prices {
  const { row, records } = scene;
  const { service } = row.state;
  const set = setPrices(records.get(row.task), service);
  const lines: PriceLine[] = [];
  const issues: Issue[] = [...set.issues];
  for (const code of new Set([service, ...set.prices.keys(), ...additions(scene)])) {
    const found = priceOf(scene, code, set.prices.get(code));
    if (found === undefined) continue;
    if ('text' in found) issues.push(found);
    else lines.push({ service: code, title: titleOf(scene.rules, code), price: found });
    if (code !== service) issues.push(...additionIssues(scene, code));
  }
  // What is added is not paid for alone.
  if (!lines.some((line) => line.service === service)) return { lines: [], issues };
  return { lines, issues: [...issues, ...currencyIssues(lines)] };
}

/** What all lines cost together. */
export function totalOf(lines: readonly PriceLine[]): Money {
  return { value: sum(lines.map(({ price }) => price.value)), currency: lines[0]?.price.currency ?? '' };
}

interface SetPrices {
  readonly prices: ReadonlyMap<string, Money>;
  readonly issues: readonly Issue[];
}

/** The prices that the programme sets in T0's input, by service; one whose type names no service is of the case's own. */
function setPrices(task: Resource | undefined, service: string): SetPrices {
  const prices = new Map<string, Money>();
  const issues: Issue[] = [];
  for (const { type, valueMoney } of nodes(task?.input)) {
    if (!codesIn(type, CASE_INPUT_SYSTEM).includes('price')) continue;
    const money = moneyOf(valueMoney);
    const [code = service] = codesIn(type, SERVICE_SYSTEM);
    if (money !== undefined && money.value >= 0) prices.set(code, money);
    else issues.push(refusal('value', 'price-form', HALF_A_PRICE, 'Task.input'));
  }
  return { prices, issues };
}

const HALF_A_PRICE = 'A price is valueMoney with a value that is not negative and a currency, such as 950 USD.';

/** Services that are asked for as steps of the case, beside its own. */
function additions(scene: Pick<Scene, 'row' | 'rules'>): string[] {
  const isVideo = openSteps(scene, 'video-consultation').length > 0;
  const offered = scene.rules.services.find(({ code }) => code === 'video-consultation');
  // What has a band, or goes by agreement, is charged for when its price is set.
  return isVideo && offered?.price !== undefined && offered.price.low === offered.price.high ? [offered.code] : [];
}

function additionIssues({ row, rules }: Pick<Scene, 'row' | 'rules'>, code: string): Issue[] {
  const { service } = row.state;
  if (rules.services.some((one) => one.code === code && one.addOnTo.includes(service))) return [];
  const text = `${titleOf(rules, code)} is not added to ${titleOf(rules, service)} by this programme: leave its price out.`;
  return [refusal('business-rule', 'service-not-alone', text, 'Task.input')];
}

function priceOf(
  scene: Pick<Scene, 'row' | 'rules' | 'records'>,
  code: string,
  set: Money | undefined,
): Money | Issue | undefined {
  const agreed = agreedPrice(scene, code);
  if (agreed !== undefined) {
    if (set === undefined || (set.value === agreed.value && set.currency === agreed.currency)) return agreed;
    const text = `The price of ${titleOf(scene.rules, code)} was agreed on: ${tellMoney(agreed)}. Leave the input out, or make another offer.`;
    return refusal('business-rule', 'price-agreed', text, 'Task.input');
  }
  const band = scene.rules.services.find((one) => one.code === code)?.price;
  if (set === undefined)
    return band?.low === band?.high && band !== undefined ? { value: band.low, currency: band.currency } : undefined;
  if (band === undefined || (band.currency === set.currency && band.low <= set.value && set.value <= band.high))
    return set;
  const text = `The price of ${titleOf(scene.rules, code)} is ${tellPrice(band)} at this programme, not ${tellMoney(set)}. Set one of these, or offer another with a Task offer.`;
  return refusal('business-rule', 'price-outside', text, 'Task.input');
}

/** What both sides agreed on: the terms of an offer, or the estimate that was asked for. */
function agreedPrice({ row, records }: Pick<Scene, 'row' | 'records'>, code: string): Money | undefined {
  const { agreed } = paymentFacts(row);
  const record = agreed === undefined ? undefined : records.get(agreed);
  if (record?.resourceType === 'Claim') return estimatedPrice(record, code);
  if (record?.resourceType !== 'Task' || code !== row.state.service) return undefined;
  return offeredTerms(record).price;
}

/** What an estimate says of a service of the catalogue; what treatment would cost is no price of the opinion. */
export function estimatedPrice(claim: Resource, code: string): Money | undefined {
  const items = nodes(claim.item).filter((item) => codesIn(item.productOrService, SERVICE_SYSTEM).includes(code));
  const amounts = items.flatMap((item) => moneyOf(item.net) ?? []);
  const [first] = amounts;
  if (first === undefined || amounts.length < items.length) return undefined;
  if (amounts.some(({ currency }) => currency !== first.currency)) return undefined;
  return { value: sum(amounts.map(({ value }) => value)), currency: first.currency };
}

/** What a Task `offer` offers. */
export interface Terms {
  readonly service: string | undefined;
  readonly price: Money | undefined;
  /** By when the report is there (`Task.restriction.period.end`): a date, or a date with its time. */
  readonly due: string | undefined;
}

export function offeredTerms(task: Resource): Terms {
  let service: string | undefined;
  let price: Money | undefined;
  for (const { type, valueCodeableConcept, valueMoney } of nodes(task.input)) {
    const kinds = codesIn(type, CASE_INPUT_SYSTEM);
    if (kinds.includes('service')) service ??= codesIn(valueCodeableConcept, SERVICE_SYSTEM)[0];
    if (kinds.includes('price')) price ??= moneyOf(valueMoney);
  }
  const [due] = nodes(task.restriction).flatMap(({ period }) => nodes(period).flatMap(({ end }) => text(end) ?? []));
  return { service, price, due };
}

function currencyIssues(lines: readonly PriceLine[]): Issue[] {
  const currencies = [...new Set(lines.map(({ price }) => price.currency))];
  if (currencies.length < 2) return [];
  const text = `One Invoice is in one currency, and these prices are in ${currencies.join(' and ')}: set them in one.`;
  return [refusal('business-rule', 'payment-currency', text, 'Task.input')];
}

/** Whether payment is asked for with a price: it has one that is not fixed, or the programme takes nothing on unpaid. */
export function asksForPrice({ row, rules }: Pick<Scene, 'row' | 'rules'>): boolean {
  const isPriced = rules.services.some(({ code, price }) => code === row.state.service && price !== undefined);
  return isPriced || rules.payment.when === 'before-acceptance';
}

/** Whether whoever asks for payment has to say how much: it is not known from the rules, T0 or an agreement. `scene.records` holds T0. */
export function needsPrice(scene: Pick<Scene, 'row' | 'rules' | 'records'>): boolean {
  if (!asksForPrice(scene) || paymentFacts(scene.row).agreed !== undefined) return false;
  return pricesOf(scene).lines.length === 0;
}

/** What says that the price of the case is still to be set, and how. */
export function missingPrice({ row, rules }: Pick<Scene, 'row' | 'rules'>): Issue {
  const { service } = row.state;
  const band = rules.services.find(({ code }) => code === service)?.price;
  const agreed = (['offer', 'quote'] as const).filter((kind) => rules.steps?.includes(kind) !== false);
  const or = agreed.length === 0 ? '' : `; or agree on it before with a Task ${agreed.join(' or ')}`;
  const text =
    `The price of ${titleOf(rules, service)} is ${tellPrice(band)} at this programme: what is asked for is one amount. ` +
    `Give it in Task.input, of type price (${CASE_INPUT_SYSTEM}), as valueMoney${or}.`;
  return refusal('required', 'price-missing', text, 'Task.input');
}
