import { isRefusal, toParameters } from './answer.ts';
import { isIssues, readAskedCodes } from './asked-codes.ts';
import type { AskedCode } from './asked-codes.ts';
import { findGivenValueSet } from './given-value-set.ts';
import type { Holdings, KnownValueSet } from './holdings.ts';
import { findConcept } from './systems.ts';
import type { Answer, ValidateInValueSetRequest } from './types.ts';
import { decideInSet } from './value-set.ts';
import { combine, judgeConcept } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/**
 * Says whether a code is in a value set. One coding of several is enough
 * (http://hl7.org/fhir/R4/valueset-operation-validate-code.html).
 */
export function validateValueSetCode(holdings: Holdings, request: ValidateInValueSetRequest): Answer {
  const known = findGivenValueSet(holdings, request);
  if (isRefusal(known)) return known;
  const asked = readAskedCodes(request);
  if (isIssues(asked)) return asked;
  return toParameters(combine(asked.map((each) => judge(holdings, known, each, request.abstract ?? false))));
}

function judge(holdings: Holdings, { url, held, set }: KnownValueSet, asked: AskedCode, abstract: boolean): Verdict {
  const { codeSystems } = holdings;
  const { system, code } = asked;
  const valueSet = `the value set ${url || (held.name ?? 'that was sent')}`;
  const membership = decideInSet(set, system, code);
  const table = codeSystems.find(system);
  const codes = set.systems.get(system);
  const display = codes?.listed.get(codes.keyOf(code))?.display ?? (table && codeSystems.display(table, code));
  if (membership === 'in') return judgeConcept(table, asked, display, abstract);
  if (membership === 'unknown') {
    const text = `Whether the code is in ${valueSet} cannot be decided: its code system or a part of the set is not held here.`;
    return { result: false, message: text, display };
  }
  const isCode = table === undefined || findConcept(table, code) !== undefined || table.other(code) !== 'out';
  const reason = isCode ? '' : ' It is no code of the system that is named with it.';
  return { result: false, message: `The code is not in ${valueSet}.${reason}`, display };
}
