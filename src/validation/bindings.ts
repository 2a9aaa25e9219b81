import { nearNames, suggest } from '../base/index.ts';
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

/** Codes of one system are named up to this many; of more, those alone that the code may have been meant to be … */
const MAX_NAMED_OF_SYSTEM = 20;
/** … and of systems larger than this none: the work for one wrong code must stay small. */
const MAX_COMPARED = 200;

/** Below this stands what the project itself defines: a system that is not there is none. */
const OWN = 'https://consilium.example/fhir/';
/** Systems that R4 or the project itself defines stand still with them; others may have got codes since. */
const FROZEN_SYSTEMS = ['http://hl7.org/fhir/', OWN];

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
 * for the systems of R4 itself and of the project, a warning for those that grow beside them.
 */
export function compileCodingCheck(terminology: Terminology): CheckCoded {
  const own = terminology.systemsBelow(OWN);
  return (value, findings) => {
    if (!isTree(value) || findings.isFull) return;
    const { system, code } = value;
    if (typeof system !== 'string' || typeof code !== 'string') return;
    const membership = askCode(terminology, system, code, findings);
    if (membership === 'unknown' && isMissing(own, system)) {
      findings.add('code-invalid', 'unknown-code-system', describeMissing(own, system), 'system');
    }
    if (membership !== 'out') return;
    const isFrozen = FROZEN_SYSTEMS.some((frozen) => system.startsWith(frozen));
    const hint = nameCodesOf(terminology, system) ?? (isFrozen ? suggestCode(terminology, system, code) : '');
    const text = `${system} does not have this code.${hint || ' Give a code of it, or the system that the code is of.'}`;
    if (isFrozen) findings.add('code-invalid', 'unknown-code', text, 'code');
    else findings.note('warning', 'code-invalid', 'unknown-code', text, 'code');
  };
}

const UCUM = 'http://unitsofmeasure.org';

/** Units are read like expressions: one that is new and long takes a tenth of a millisecond. */
function askCode(terminology: Terminology, system: string, code: string, findings: Findings): Membership {
  if (system === UCUM && !findings.mayRead(code)) return 'unknown';
  return terminology.codeOf(system, code);
}

/** A Quantity that names UCUM has to have a unit of it (http://hl7.org/fhir/R4/datatypes.html#Quantity). */
export function compileUnitCheck(terminology: Terminology): CheckCoded {
  return (value, findings) => {
    if (!isTree(value) || value['system'] !== UCUM || typeof value['code'] !== 'string' || findings.isFull) return;
    if (askCode(terminology, UCUM, value['code'], findings) !== 'out') return;
    const text =
      'UCUM has no such unit. Give one of it (mg/dL, 10*9/L), or leave out system and code and keep the unit.';
    findings.add('code-invalid', 'unknown-unit', text, 'code');
  };
}

/** Where nothing of the project is held, nothing can be missed. */
function isMissing(own: readonly string[], system: string): boolean {
  return own.length > 0 && system.startsWith(OWN) && !own.includes(system);
}

/** Systems are told apart by what follows the base, which is long and the same for all. */
function describeMissing(own: readonly string[], system: string): string {
  const names = own.map((url) => url.slice(OWN.length));
  const near = nearNames(system.slice(OWN.length), names)[0];
  const hint =
    near === undefined
      ? `Those of ${OWN} are ${names.join(', ')}.`
      : `Did you mean ${OWN}${near}? Addresses have to be the same to the letter.`;
  return `There is no code system at this address. ${hint}`;
}

/** Of a small system; undefined of others. */
function nameCodesOf(terminology: Terminology, system: string): string | undefined {
  const codes = terminology.codesOf(system, MAX_NAMED_OF_SYSTEM);
  return codes && ` Its codes are ${codes.join(', ')}.`;
}

function suggestCode(terminology: Terminology, system: string, code: string): string {
  return suggest(code, terminology.codesOf(system, MAX_COMPARED) ?? []);
}
