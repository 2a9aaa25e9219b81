import { AuthorizationResponseError, ResponseBodyError } from 'openid-client';
import { OutboundError } from '../base/index.ts';

const ERROR_CODE = /^[a-z_]{1,40}$/;

/**
 * Why nobody came in through an identity provider, in a word for the audit. What an error of openid-client carries
 * besides (answers, tokens, addresses) goes nowhere.
 */
export function reasonOf(error: unknown): string {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth++) {
    if (cause instanceof OutboundError) return `outbound ${cause.reason}`;
    if (cause instanceof AuthorizationResponseError) return `refused there: ${codeOf(cause.error)}`;
    if (cause instanceof ResponseBodyError) return `code refused there: ${codeOf(cause.error)}`;
    const claim = claimOf(cause);
    if (claim !== undefined) return `claim ${claim}`;
  }
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string'
    ? code
        .replace(/^OAUTH_/, '')
        .toLowerCase()
        .replaceAll('_', ' ')
    : 'failed';
}

/** Whether it was for want of an answer, and not because of one. */
export function isUnreachable(error: unknown): boolean {
  return /^outbound (unreachable|too-slow)$/.test(reasonOf(error));
}

/** `error` of an answer: what the other side put there, as far as it looks like one. */
function codeOf(error: string): string {
  return ERROR_CODE.test(error) ? error : 'other';
}

/** The claim of an id_token that was not as it had to be. */
function claimOf({ cause }: Error): string | undefined {
  const claim = (cause as { claim?: unknown } | undefined)?.claim;
  return typeof claim === 'string' && ERROR_CODE.test(claim) ? claim : undefined;
}
