import { isRefusal, toParameters } from './answer.ts';
import { isIssues, readAskedCodes } from './asked-codes.ts';
import type { AskedCode } from './asked-codes.ts';
import type { CodeSystemTable } from './code-system.ts';
import { findGivenCodeSystem } from './given-code-system.ts';
import type { Holdings } from './holdings.ts';
import { findConcept } from './systems.ts';
import type { CodeSystems } from './systems.ts';
import type { Answer, ValidateInSystemRequest } from './types.ts';
import { combine, judgeConcept } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/**
 * Says whether a code is one of a code system. One coding of several is enough
 * (http://hl7.org/fhir/R4/codesystem-operation-validate-code.html).
 */
export function validateCodeSystemCode(holdings: Holdings, request: ValidateInSystemRequest): Answer {
  const { codeSystems } = holdings;
  const { abstract = false } = request;
  const table = findGivenCodeSystem(holdings, request);
  if (isRefusal(table)) return table;
  const asked = readAskedCodes(request.code === undefined ? request : { ...request, system: table.url });
  if (isIssues(asked)) return asked;
  return toParameters(combine(asked.map((each) => judge(codeSystems, table, each, abstract))));
}

function judge(codeSystems: CodeSystems, table: CodeSystemTable, asked: AskedCode, abstract: boolean): Verdict {
  if (asked.system !== table.url) {
    return { result: false, message: `The coding is not of the system ${table.url}.`, display: undefined };
  }
  const display = codeSystems.display(table, asked.code);
  const membership = findConcept(table, asked.code) === undefined ? table.other(asked.code) : 'in';
  if (membership === 'in') return judgeConcept(table, asked, display, abstract);
  const message =
    membership === 'out'
      ? `The code is no code of ${table.url}.`
      : `Whether the code is one of ${table.url} cannot be decided: its codes are not held here.`;
  return { result: false, message, display };
}
