import type { Issue } from '../base/index.ts';
import type { CaseRow } from './case.ts';
import { isClosed } from './states.ts';
import type { TaskStatus } from './states.ts';

/** A case of those whose requests bear the same number. */
export interface NumberedCase {
  readonly serviceRequest: string;
  readonly placer: string;
  readonly status: string;
}

/**
 * Of a case that is opened: its placer has given the number to another one that is open. That may be meant, so it is only
 * told; mostly the request was sent twice.
 */
export function sameNumberIssues({ placer }: Pick<CaseRow, 'placer'>, others: readonly NumberedCase[]): Issue[] {
  const open = others.find((other) => other.placer === placer && !isClosed(other.status as TaskStatus));
  if (open === undefined) return [];
  const text =
    `Another case that is open bears the same number: ${open.serviceRequest}. If this request was sent twice, withdraw one ` +
    '(status revoked); a conditional create (If-None-Exist with the identifier) would have found the first.';
  return [
    { severity: 'warning', code: 'business-rule', key: 'same-number', text, expression: 'ServiceRequest.identifier' },
  ];
}
