import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { CaseRow } from '../case.ts';
import { SERVICE_SYSTEM, SERVICES } from '../catalogue.ts';
import type { ProgrammeRules, ServiceRules } from '../programme/rules.ts';
import { refusal } from '../refusal.ts';
import { codesIn, referencesOf } from '../tree.ts';
import { withFacts } from './facts.ts';

/** What is known of the case that a request is based on. */
export interface BaseService {
  /** Code of its service. */
  readonly service: string;
  /** Whether it has its report. */
  readonly isIssued: boolean;
}

/** What stands against the service that a request asks for: the programme offers it, on its own or to what it comes in addition. */
export function serviceIssues(rules: ProgrammeRules, request: Resource, base: BaseService | undefined): Issue[] {
  const [service = ''] = codesIn(request.code, SERVICE_SYSTEM);
  const isBased = referencesOf(request.basedOn).length > 0;
  if (!hasRules(rules)) return mereAddition(service, isBased);
  const issues = offerIssues(rules, service, base, 'ServiceRequest.code');
  if (!isBased || base !== undefined) return issues;
  // What cannot be seen and what is not there look alike.
  return issues.map((issue) => ({
    ...issue,
    text: `${issue.text} The request that it names is none that you can see.`,
  }));
}

/**
 * What stands against a service in a case: asked for, confirmed or offered instead.
 * @param base the case on which the case is based
 * @param expression where the service is named
 */
export function offerIssues(
  rules: ProgrammeRules,
  service: string,
  base: BaseService | undefined,
  expression: string,
): Issue[] {
  const offered = rules.services.find(({ code }) => code === service);
  if (offered === undefined) {
    const all = rules.services.map(({ code }) => code).join(', ');
    const text = `This programme does not offer the service. It offers, as codes of ${SERVICE_SYSTEM}: ${all}.`;
    return [refusal('business-rule', 'service-not-offered', text, expression)];
  }
  if (!hasRules(rules)) return [];
  return additionIssues(rules, offered, base, expression);
}

function additionIssues(
  rules: ProgrammeRules,
  { title, alone, addOnTo, afterReport }: ServiceRules,
  base: BaseService | undefined,
  expression: string,
): Issue[] {
  const isAdded = base !== undefined && addOnTo.includes(base.service);
  if (!alone && !isAdded) {
    const to = addOnTo.map((code) => titleOf(rules, code)).join(', ');
    const text = `${title} comes in addition to another service of this programme: name the request for that in ServiceRequest.basedOn. It is added to: ${to}.`;
    return [refusal('business-rule', 'service-not-alone', text, expression)];
  }
  if (!isAdded || !afterReport || base.isIssued) return [];
  const text = `${title} comes after the report of the opinion that it is added to. Ask for it when that report has been issued.`;
  return [refusal('business-rule', 'service-after-report', text, expression)];
}

/** Without rules of its own a programme goes by the shipped catalogue, and what is named as base is not looked at. */
function mereAddition(code: string, isBased: boolean): Issue[] {
  const service = SERVICES.find((one) => one.code === code);
  if (service === undefined || service.alone || isBased) return [];
  const text = `${service.display} comes in addition to another service: name the request for that in basedOn.`;
  return [refusal('business-rule', 'service-not-alone', text, 'ServiceRequest.basedOn')];
}

/** Whether a programme has given rules: of one that has not nothing is asked but what the catalogue says. */
export function hasRules({ programme }: ProgrammeRules): boolean {
  return programme !== '';
}

/** The name of a service that people are shown. */
export function titleOf({ services }: ProgrammeRules, code: string): string {
  return services.find((one) => one.code === code)?.title ?? code;
}

const BASE = 'service.base';
const BASE_ISSUED = 'service.base-issued';

/** The case with what it is based on, as it is opened: services that are confirmed or offered later are judged by it. */
export function keepBase(row: CaseRow, base: BaseService | undefined): CaseRow {
  if (base === undefined) return row;
  return withFacts(row, { [BASE]: base.service, ...(base.isIssued ? { [BASE_ISSUED]: 'yes' } : {}) });
}

/** What {@link keepBase} kept. */
export function baseOf({ state: { facts } }: Pick<CaseRow, 'state'>): BaseService | undefined {
  const service = facts[BASE];
  return service === undefined ? undefined : { service, isIssued: facts[BASE_ISSUED] !== undefined };
}
