import type { Binding } from '../definitions/index.ts';
import type { Membership, Terminology } from '../terminology/index.ts';
import type { Findings } from './findings.ts';
import { isTree } from './tree.ts';
import type { Tree } from './tree.ts';

/** Checks a value that is coded, at the place where the findings stand. */
export type CheckCoded = (value: unknown, findings: Findings) => void;

/** Codes are named in a text up to this many. */
const MAX_NAMED_CODES = 40;
/** Value sets larger than this are not gone through for their systems. */
const MAX_LISTED = 20_000;

/** Systems that R4 or the project itself defines stand still with them; others may have got codes since. */
const FROZEN_SYSTEMS = ['http://hl7.org/fhir/', 'https://consilium.example/fhir/'];

/**
 * The check of a binding (http://hl7.org/fhir/R4/terminologies.html#strength) on elements of `type`; undefined where
 * there is nothing to check: the binding is a suggestion, or the value set is not known.
 */
export function compileBinding(terminology: Terminology, binding: Binding, type: string): CheckCoded | undefined {
  const checks = [
    compileStrength(terminology, binding.strength, binding.valueSet, type),
    binding.maxValueSet === undefined ? undefined : compileStrength(terminology, 'required', binding.maxValueSet, type),
  ].filter((check) => check !== undefined);
  const [first, second] = checks;
  if (first === undefined || second === undefined) return first;
  return (value, findings) => {
    first(value, findings);
    second(value, findings);
  };
}

function compileStrength(
  terminology: Terminology,
  strength: Binding['strength'],
  valueSet: string,
  type: string,
): CheckCoded | undefined {
  if (strength !== 'required' && strength !== 'extensible') return undefined;
  if (!terminology.knowsValueSet(valueSet)) return undefined;
  const isRequired = strength === 'required';
  const decide = compileMembership(terminology, valueSet, isRequired);
  const report = compileReport(terminology, valueSet, isRequired);
  switch (type) {
    case 'Coding':
      return (value, findings) => {
        if (isTree(value) && judgeCoding(value, decide) === 'out') report(findings, 'code');
      };
    case 'CodeableConcept':
      return (value, findings) => checkConcept(value, decide, isRequired, report, findings);
    case 'Quantity':
    case 'Age':
    case 'Count':
    case 'Distance':
    case 'Duration':
    case 'Money':
      return (value, findings) => {
        if (isTree(value) && judgeCoding(value, decide) === 'out') report(findings, 'code');
      };
    case 'code':
    case 'string':
    case 'uri':
    case 'url':
    case 'canonical':
    case 'oid':
      return (value, findings) => {
        if (typeof value === 'string' && decide(undefined, value) === 'out') report(findings);
      };
    default:
      return undefined;
  }
}

type Decide = (system: string | undefined, code: string) => Membership;

/** A code of a system that no code of a required set is of is not in it, whether the system is held here or not. */
function compileMembership(terminology: Terminology, valueSet: string, isRequired: boolean): Decide {
  let systems: ReadonlySet<string | undefined> | undefined | 'unasked' = 'unasked';
  return (system, code) => {
    const membership = terminology.membership(valueSet, system, code);
    if (membership !== 'unknown' || !isRequired || system === undefined) return membership;
    if (systems === 'unasked') {
      const codes = terminology.list(valueSet, MAX_LISTED);
      systems = codes === undefined ? undefined : new Set(codes.map((each) => each.system));
    }
    return systems === undefined || systems.has(system) ? 'unknown' : 'out';
  };
}

function judgeCoding(coding: Tree, decide: Decide): Membership {
  const { system, code } = coding;
  if (typeof code !== 'string') return 'unknown';
  // A code without its system is a code of nothing; that it is missing may be told by other rules.
  return typeof system === 'string' ? decide(system, code) : 'out';
}

function checkConcept(value: unknown, decide: Decide, isRequired: boolean, report: Report, findings: Findings): void {
  if (!isTree(value)) return;
  const { coding, text } = value;
  const codings = Array.isArray(coding) ? coding.filter(isTree) : [];
  const isCoded = codings.some(({ code }) => typeof code === 'string');
  if (!isCoded) {
    if (isRequired && (text !== undefined || codings.length > 0)) report(findings, 'coding');
    return;
  }
  let worst: Membership = 'out';
  for (const each of codings) {
    const judged = typeof each['code'] === 'string' ? judgeCoding(each, decide) : 'out';
    if (judged === 'in') return;
    if (judged === 'unknown') worst = 'unknown';
  }
  if (worst === 'out') report(findings, 'coding');
}

type Report = (findings: Findings, name?: string) => void;

function compileReport(terminology: Terminology, valueSet: string, isRequired: boolean): Report {
  let hint: string | undefined;
  return (findings, name) => {
    hint ??= nameCodes(terminology, valueSet);
    if (isRequired) {
      findings.add('code-invalid', 'code-not-allowed', `The code has to be ${hint}.`, name);
    } else {
      const text = `The code should be ${hint}. Use one of these where one fits; otherwise leave it, best with a text.`;
      findings.note('warning', 'code-invalid', 'code-not-in-value-set', text, name);
    }
  };
}

function nameCodes(terminology: Terminology, valueSet: string): string {
  const codes = terminology.list(valueSet, MAX_NAMED_CODES);
  if (codes === undefined || codes.length === 0) return `a code of ${valueSet}`;
  const names = codes.map(({ code }) => code).join(', ');
  const systems = [...new Set(codes.map(({ system }) => system))];
  const from = systems.length === 1 && systems[0] !== undefined ? ` (${systems[0]})` : '';
  return `one of ${names}${from} of ${valueSet}`;
}

/**
 * A Coding whose system is held here has to have a code of it (http://hl7.org/fhir/R4/datatypes.html#Coding). An error
 * for the systems of R4 itself, a warning for those that grow beside it.
 */
export function compileCodingCheck(terminology: Terminology): CheckCoded {
  const text = 'The system does not have this code. Give a code of it, or the system that the code is of.';
  return (value, findings) => {
    if (!isTree(value)) return;
    const { system, code } = value;
    if (typeof system !== 'string' || typeof code !== 'string') return;
    if (terminology.codeOf(system, code) !== 'out') return;
    if (FROZEN_SYSTEMS.some((frozen) => system.startsWith(frozen)))
      findings.add('code-invalid', 'unknown-code', text, 'code');
    else findings.note('warning', 'code-invalid', 'unknown-code', text, 'code');
  };
}
