import { OutboundError } from '../../base/index.ts';
import type { Clock } from '../../base/index.ts';
import { parseRetryAfter } from '../retry.ts';
import { Halt, later, never } from './outcome.ts';

/** What fhir-kit-client throws for an answer that is none of a FHIR server's, or says no. */
interface AnswerError {
  readonly response: { readonly status: number; readonly data: unknown };
  readonly config: { readonly headers?: Headers };
}

/** Of 400 and above, those that may be different another time. */
const PASSING = new Set([401, 403, 404, 408, 409, 423, 425, 429]);

/**
 * Why a call ends a push. Of an answer its status and the codes of its OperationOutcome are told, never its words.
 * @param what was asked: a type, or what it is called
 * @param refusals what a refusal for good counts as: `later` where the EHR may be mended
 */
export function toHalt(error: unknown, what: string, clock: Clock, refusals: 'later' | 'never' = 'never'): Halt {
  if (error instanceof Halt) return error;
  if (!isAnswer(error)) return later(`ehr-${reasonOf(error)}: ${what}`);
  const { status, data } = error.response;
  // What is no JSON is no FHIR server's: a page of somebody in between, or a half of an answer.
  if (typeof data === 'string' && status < 400) return later(`ehr-unreadable: ${what}`);
  const reason = `ehr-refused: ${what} ${[status, ...codesOf(data)].join(' ')}`;
  const retryAfterMs = parseRetryAfter(error.config.headers?.get('retry-after') ?? undefined, clock());
  // By 501 a server says that it does not know how to do such a thing at all; by any other of 500 and above, that it failed.
  // https://www.rfc-editor.org/rfc/rfc9110#name-501-not-implemented
  const mayPass = PASSING.has(status) || (status >= 500 && status !== 501);
  return mayPass || refusals === 'later' ? later(reason, retryAfterMs) : never(reason);
}

function isAnswer(error: unknown): error is AnswerError {
  return typeof error === 'object' && error !== null && 'response' in error && 'config' in error;
}

/** `fetch` says of all that it failed; the guard, or the clock, says why. */
function reasonOf(error: unknown): string {
  for (let cause = error; typeof cause === 'object' && cause !== null;) {
    if (cause instanceof OutboundError) return cause.reason;
    const { name, cause: next } = cause as { readonly name?: unknown; readonly cause?: unknown };
    if (name === 'TimeoutError') return 'too-slow';
    cause = next;
  }
  return 'unreachable';
}

/** http://hl7.org/fhir/R4/valueset-issue-type.html */
function codesOf(outcome: unknown): string[] {
  const { issue } = (outcome ?? {}) as { readonly issue?: unknown };
  const issues = Array.isArray(issue) ? (issue as ({ readonly code?: unknown } | null)[]) : [];
  const codes = issues.flatMap((one) => (typeof one?.code === 'string' ? one.code : []));
  return [...new Set(codes.filter((code) => /^[a-z-]{1,40}$/.test(code)))].slice(0, 5);
}
