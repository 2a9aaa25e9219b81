import type { ExclusionCode, ExclusionRule } from '../programme/rules.ts';
import { isOverridable } from './finding.ts';
import { OVERRIDE } from './override.ts';

const SAID: Readonly<Record<ExclusionCode, string>> = {
  emergency:
    'A second opinion is not an emergency service and this request is not accepted. An emergency needs local emergency ' +
    'care now: call the local emergency number or go to the nearest emergency department. What is no emergency is sent ' +
    'with priority routine or urgent, and without a code that says it is one.',
  inpatient:
    'The patient is in hospital. Whoever is treated there now needs the doctors at the bedside; a second opinion is asked ' +
    'for after the discharge. If the stay is over, send the Encounter with status finished, or answer the item in-hospital ' +
    'of the form narrative-and-questions with false.',
  'intensive-care':
    'The patient is in intensive care. That cannot wait for an opinion from afar; it is asked for after the discharge. If ' +
    'the stay there is over, send the Encounter with the status of its location completed, or answer the item ' +
    'intensive-care of the form narrative-and-questions with false.',
  'recent-treatment':
    'There was surgery or another treatment too short a time ago for a second opinion, or it goes on. It is asked for when ' +
    'the time has passed. If it was no treatment, send the Procedure with category 103693007 (diagnostic) of ' +
    'http://snomed.info/sct.',
  'low-yield-specialty':
    'In this specialty first diagnoses are usually right: a second opinion seldom changes them. It is given all the same.',
  'surgery-candidate':
    'An operation is planned or spoken of. Whether to operate is usually better judged at an appointment in person than ' +
    'from records; the opinion is given all the same.',
};

/** The words for a case under a rule, and how a refusal is mended or overridden. `told`: the record that tells it. */
export function wordExclusion(rule: ExclusionRule, told: string | undefined): string {
  const said = SAID[rule.code];
  const because = told === undefined ? '' : ` It is told by ${told}.`;
  return `${said}${because}${isOverridable(rule) ? howToOverride(rule.code) : ''}`;
}

function howToOverride(rule: ExclusionCode): string {
  return ` A clinician who has good reasons to send it all the same says so on the request: extension ${OVERRIDE} with rule ${rule} and the reason.`;
}
