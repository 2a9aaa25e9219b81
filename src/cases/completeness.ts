import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import { SERVICE_SYSTEM } from './catalogue.ts';
import type { BaseCase } from './examine.ts';
import { baseIssues } from './examine.ts';
import { exclusionsOf } from './exclusions/exclusions.ts';
import { overrideIssues, overridesIn, withOverrides } from './exclusions/override.ts';
import { intakeIssues } from './intake.ts';
import { checkPacket } from './packet/check.ts';
import { readPacket } from './packet/read.ts';
import { serviceIssues } from './payment/services.ts';
import type { ProgrammeRules } from './programme/rules.ts';
import { SNOMED } from './routing/condition-table.ts';
import { specialtyOf } from './routing/specialty.ts';
import { codesIn, referencesOf } from './tree.ts';

/** A request that is looked at before it is sent, or after. */
export interface Asking {
  readonly request: Resource;
  /** What comes with the request: the case's record, as far as it may be seen. */
  readonly records: readonly Resource[];
  /** All that is at hand, named by the request or not: who is in hospital is there whether that is told or not. */
  readonly atHand: readonly Resource[];
  /** Id of the programme, and its rules. */
  readonly programme: string;
  readonly rules: ProgrammeRules;
  /** Instants: now, and when the request was sent; absent: it would be sent now. */
  readonly now: string;
  readonly sentAt?: string | undefined;
  /** The case on which it is based, as far as it may be seen. */
  readonly base?: BaseCase | undefined;
  /** Of a case: its service as it is confirmed, and the specialty that it is routed to. */
  readonly service?: string | undefined;
  readonly specialty?: string | undefined;
}

/**
 * All that stands against a request and all that its packet lacks, each once and with how to mend it: errors first, then
 * warnings, then what comes; `packet-complete` where there is no error.
 */
export function completenessIssues(asking: Asking): Issue[] {
  const { request, records, rules, now, base } = asking;
  const [subject = ''] = referencesOf(request.subject);
  const patient = records.find(({ resourceType, id }) => `${resourceType}/${id ?? ''}` === subject);
  const [wish] = codesIn(request.performerType, SNOMED);
  const specialty = asking.specialty ?? wish ?? specialtyOf(records, request, rules, patient, now)?.specialty;
  const service = asking.service ?? codesIn(request.code, SERVICE_SYSTEM)[0];
  const findings = exclusionsOf(rules, request, asking.atHand, now, specialty);
  const packet = readPacket(request, records, asking.sentAt ?? now, now);
  const issues = [
    ...intakeIssues(request, asking.programme),
    ...overrideIssues(request),
    ...withOverrides(findings, overridesIn(request)).issues,
    ...serviceIssues(rules, request, base),
    ...(base === undefined ? [] : baseIssues(rules, request, base)),
    ...checkPacket(rules, packet, { service, specialty, now }),
  ];
  return sortIssues(issues.some(({ severity }) => severity === 'error') ? issues : [...issues, COMPLETE]);
}

const COMPLETE: Issue = {
  severity: 'information',
  code: 'informational',
  key: 'packet-complete',
  text: 'Nothing is missing that the programme requires.',
};

const ORDER = ['fatal', 'error', 'warning', 'information'] as const;
/** What is looked for by several rules in the same words or others, and is told once. */
const ONCE: ReadonlySet<string> = new Set(['emergency', 'service-not-alone']);

/** The gravest first, each of them once. */
export function sortIssues(issues: readonly Issue[]): Issue[] {
  const told = new Set<string>();
  const fresh = issues.filter(({ key, text }) => {
    const name = ONCE.has(key) ? key : `${key} ${text}`;
    return !told.has(name) && told.add(name);
  });
  return ORDER.flatMap((severity) => fresh.filter((issue) => issue.severity === severity));
}
