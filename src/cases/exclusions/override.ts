import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { Actor } from '../case.ts';
import { CANONICAL } from '../catalogue.ts';
import { refusal } from '../refusal.ts';
import type { Node } from '../tree.ts';
import { nodes, text } from '../tree.ts';
import type { Finding } from './finding.ts';
import { isOverridable } from './finding.ts';

/** Canonical of the extension by which a rule is overridden: of the request by the placer, of T0 by the programme. */
export const OVERRIDE = `${CANONICAL}/StructureDefinition/override`;

/** The rule under which a case is accepted whose packet lacks something that is required. */
export const PACKET_INCOMPLETE = 'packet-incomplete';

const KEYS_SYSTEM = `${CANONICAL}/CodeSystem/issue-key`;
/** Characters: less gives no reason. */
export const SHORTEST_REASON = 10;
/** Exclusions, which the placer overrides on its request, and guards of the case, which the programme overrides on T0. */
const RULES: ReadonlySet<string> = new Set([
  'inpatient',
  'intensive-care',
  'recent-treatment',
  PACKET_INCOMPLETE,
  'service-unconfirmed',
  'payment-waived',
  'translation-open',
  'translation-drift',
  'reviewer-unfit',
  'reviews-missing',
  'meeting-missing',
]);

/** A rule that somebody sets aside, and why. */
export interface GivenOverride {
  readonly rule: string;
  readonly reason: string;
}

/** The overrides that a request or a Task bears; those without a rule or a reason count for nothing, see {@link overrideIssues}. */
export function overridesIn(resource: Resource): GivenOverride[] {
  return overridesOf(resource).flatMap((extension) => {
    const rule = partOf(extension, 'rule', 'valueCode');
    const reason = reasonOf(extension);
    return rule === undefined || !RULES.has(rule) || reason.length < SHORTEST_REASON ? [] : [{ rule, reason }];
  });
}

/** Those that a write brings: what stood there before was said of something else. */
export function freshOverrides(before: Resource | undefined, after: Resource): GivenOverride[] {
  const known = new Set(
    (before === undefined ? [] : overridesIn(before)).map(({ rule, reason }) => `${rule} ${reason}`),
  );
  return overridesIn(after).filter(({ rule, reason }) => !known.has(`${rule} ${reason}`));
}

/** What is wrong with the overrides that a resource bears: each one is meant, and must not fail in silence. */
export function overrideIssues(resource: Resource): Issue[] {
  return overridesOf(resource).flatMap((extension) => {
    const rule = partOf(extension, 'rule', 'valueCode');
    const reason = reasonOf(extension);
    const place = `${resource.resourceType}.extension`;
    if (rule === 'emergency') {
      const text = 'Nobody overrides an emergency: it needs local emergency care now. Leave the extension out.';
      return [refusal('business-rule', 'override-emergency', text, place)];
    }
    if (rule === undefined || !RULES.has(rule)) {
      const text = `An override names the rule that it sets aside: one of ${[...RULES].join(', ')} as valueCode of its extension rule.`;
      return [refusal('value', 'override-rule', text, place)];
    }
    if (reason.length >= SHORTEST_REASON) return [];
    const text = `An override says why: at least ${SHORTEST_REASON} characters as valueString of its extension reason.`;
    return [refusal('required', 'override-reason', text, place)];
  });
}

/** What was found with what is overridden turned into warnings, and the overrides that were needed for it. */
export function withOverrides(
  findings: readonly Finding[],
  given: readonly GivenOverride[],
): { readonly issues: readonly Issue[]; readonly used: readonly GivenOverride[] } {
  const used = new Set<GivenOverride>();
  const issues = findings.map((finding): Issue => {
    const override = isOverridable(finding) ? given.find(({ rule }) => rule === finding.code) : undefined;
    if (override === undefined) return finding.issue;
    used.add(override);
    const text = `${finding.issue.text} It goes through all the same, because it is overridden with a reason.`;
    return { ...finding.issue, severity: 'warning', text };
  });
  return { issues, used: [...used] };
}

/**
 * The Provenance of an override: who set which rule aside, when and why. https://hl7.org/fhir/R4/provenance.html
 * @param target `Type/id` of the request or the Task
 * @param now instant
 * @param id minted
 */
export function overrideProvenance(
  { rule, reason }: GivenOverride,
  target: string,
  { organization, user }: Actor,
  now: string,
  id: string,
): Resource {
  const party = { reference: `Organization/${organization}` };
  return {
    resourceType: 'Provenance',
    id,
    target: [{ reference: target }],
    recorded: now,
    reason: [{ coding: [{ system: KEYS_SYSTEM, code: rule }], text: reason }],
    activity: { text: 'Override of a rule of the programme' },
    agent: [
      {
        type: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }],
        },
        who: user === undefined ? party : { reference: user },
        ...(user === undefined ? {} : { onBehalfOf: party }),
      },
    ],
  };
}

function overridesOf(resource: Resource): Node[] {
  return nodes(resource.extension).filter(({ url }) => url === OVERRIDE);
}

/** Whether these words are long enough to say why. */
export function isReason(words: string): boolean {
  return legible(words).length >= SHORTEST_REASON;
}

function reasonOf(extension: Node): string {
  return legible(partOf(extension, 'reason', 'valueString') ?? '');
}

/** What cannot be seen says nothing. */
function legible(words: string): string {
  return words.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
}

function partOf(extension: Node, url: string, value: string): string | undefined {
  return nodes(extension.extension).flatMap((part) => (part.url === url ? (text(part[value]) ?? []) : []))[0];
}
