import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { SNOMED } from '../packet/codings.ts';
import type { ExclusionCode, ExclusionRule, ProgrammeRules } from '../programme/rules.ts';
import { codesIn, referencesOf } from '../tree.ts';
import { tellsEmergency } from './emergency.ts';
import type { Finding, Glance, Telling } from './finding.ts';
import { refOf } from '../packet/ref-of.ts';
import { tellsInpatient, tellsIntensiveCare } from './hospital.ts';
import { tellsLowYield } from './low-yield.ts';
import { tellsSurgery } from './surgery.ts';
import { tellsRecentTreatment } from './treatment.ts';
import { wordExclusion } from './words.ts';

/** An emergency is refused whatever the programme's rules say, and by nobody's leave. */
const EMERGENCY: ExclusionRule = { code: 'emergency', action: 'refuse', override: 'nobody' };

const TELLS: Readonly<Record<ExclusionCode, (glance: Glance) => Telling | undefined>> = {
  emergency: tellsEmergency,
  inpatient: tellsInpatient,
  'intensive-care': tellsIntensiveCare,
  'recent-treatment': tellsRecentTreatment,
  'low-yield-specialty': tellsLowYield,
  'surgery-candidate': tellsSurgery,
};

const SEVERITY = { refuse: 'error', caution: 'warning', advise: 'information' } as const;

/**
 * What of a case its programme does not let through as usual, in the order of its rules and an emergency first.
 * @param records all that are at hand: of the case, or sent with the request; those of other patients do not count
 * @param now instant
 * @param specialty SNOMED CT code, where the case is routed already; else the request's performerType counts
 */
export function exclusionsOf(
  rules: ProgrammeRules,
  request: Resource,
  records: readonly Resource[],
  now: string,
  specialty?: string,
): Finding[] {
  const [patient = ''] = referencesOf(request.subject);
  const own = records.filter((record) =>
    [record.subject, record.patient]
      .flatMap(referencesOf)
      .every((ref) => ref === patient || !ref.startsWith('Patient/')),
  );
  const specialties = specialty === undefined ? codesIn(request.performerType, SNOMED) : [specialty];
  const others = rules.exclusions.filter(({ code }) => code !== 'emergency');
  return [EMERGENCY, ...others].flatMap((rule) => {
    const telling = TELLS[rule.code]({ rules, rule, request, records: own, specialties, now });
    return telling === undefined ? [] : [toFinding(rule, telling, refOf(request))];
  });
}

function toFinding(rule: ExclusionRule, { told, expression }: Telling, request: string): Finding {
  const issue: Issue = {
    severity: SEVERITY[rule.action],
    code: rule.action === 'advise' ? 'informational' : 'business-rule',
    key: rule.code,
    text: wordExclusion(rule, told === request ? undefined : told),
    ...(expression === undefined ? {} : { expression }),
  };
  return { code: rule.code, action: rule.action, override: rule.override, told, issue };
}
