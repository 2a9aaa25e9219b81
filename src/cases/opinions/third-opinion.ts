import type { Issue } from '../../base/index.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import { refusal } from '../refusal.ts';
import type { ByAspect } from './concordance.ts';

/** The case on which a third opinion is to be based. */
export interface EarlierCase {
  /** Whether its report has been issued. */
  readonly isIssued: boolean;
  readonly concordance: ByAspect;
}

/** What stands against a case that is based on an earlier one, by the rules of the programme that is asked. */
export function thirdOpinionIssues(rules: Pick<ProgrammeRules, 'thirdOpinion'>, earlier: EarlierCase): Issue[] {
  if (rules.thirdOpinion === 'always') return [];
  if (rules.thirdOpinion === 'never') {
    return [
      refused(
        'This programme gives no third opinion. Send a request without basedOn for an opinion of its own kind, or ask another programme.',
      ),
    ];
  }
  if (!earlier.isIssued) {
    return [
      refused(
        'This programme gives a third opinion where the second differs from the first, and the report of the earlier case is not issued yet. Send the request when it is.',
      ),
    ];
  }
  const said = Object.values(earlier.concordance);
  if (said.some((one) => one !== 'confirmed')) return [];
  const text =
    said.length === 0
      ? 'the report of the earlier case does not say whether it does. Ask its reviewer for the Observation opinion-concordance, named in DiagnosticReport.result'
      : 'the earlier case has confirmed it in every respect. Send a request without basedOn where something new has come up';
  return [refused(`This programme gives a third opinion only where the second differs from the first, and ${text}.`)];
}

function refused(text: string): Issue {
  return refusal('business-rule', 'third-opinion', text, 'ServiceRequest.basedOn');
}
