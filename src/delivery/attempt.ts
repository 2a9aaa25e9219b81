import { OutboundError, uuidv7 } from '../base/index.ts';
import type { FetchAnswer } from '../base/index.ts';
import type { House } from '../interactions/index.ts';
import { toWebhookId } from '../keys/index.ts';
import type { Claim, Database, SecretOwner } from '../store/index.ts';
import { cutBatch, readClaimedEvents } from '../store/index.ts';
import type { SubscriptionPlan } from '../subscriptions/index.ts';
import { composeMessage } from './message.ts';
import { parseRetryAfter } from './retry.ts';
import type { SignedMessage } from './sign.ts';
import { findSubscriber } from './subscriber.ts';

/** Sends through the guard; `webhook-*` headers are added by the sender. @throws OutboundError */
export type Post = (request: {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}) => Promise<FetchAnswer>;

/** Headers by which a message of a subscription can be verified. */
export type Sign = (owner: SecretOwner, message: SignedMessage) => Promise<Readonly<Record<string, string>>>;

/** How one try ended, before it is decided what follows from that. */
export interface Tried {
  readonly message: string;
  readonly last: number | null;
  readonly result: 'delivered' | 'later' | 'never' | 'off' | 'skip' | 'wait';
  readonly status?: number;
  readonly reason?: string;
  /** ms */
  readonly retryAfter?: number;
  /** Whether the trouble is that of all who are sent to there. */
  readonly isOrigins: boolean;
}

export interface AttemptTools {
  readonly house: House;
  readonly worker: Database;
  readonly post: Post;
  readonly sign: Sign;
}

/**
 * Name of a message: the same for every try of the same events. What one is told that was made again under the id of one
 * that was deleted is not taken for what that one was told.
 */
export function messageId({ id, kind, first, beganWith, sentAt }: Claim, last: number | null): string {
  const [, own = id] = id.split('/');
  const name = beganWith > 1 ? `${own}-v${beganWith}` : own;
  // Without events in it, it is the one after the last message that arrived.
  return toWebhookId(first === null || last === null ? `${name}-${kind}-${sentAt}` : `${name}-${first}-${last}`);
}

/** Sends what is due to a subscriber, once. */
export async function tryRestHook(tools: AttemptTools, claim: Claim, lease: string): Promise<Tried> {
  const { house, worker, post, sign } = tools;
  const plan = JSON.parse(claim.plan) as SubscriptionPlan;
  const unsent = { message: messageId(claim, claim.last), last: claim.last, isOrigins: false };
  if (claim.ended) return { ...unsent, result: 'off', reason: 'ended' };
  const caller = await findSubscriber(house, claim);
  if (caller === undefined) return { ...unsent, result: 'never', reason: 'client-not-let-in' };
  // A plain subscription knows no handshake and no heartbeat: it is active once it is registered.
  if (plan.asks.kind === 'criteria' && claim.first === null) return { ...unsent, result: 'delivered' };
  const events = await readClaimedEvents(worker, claim);
  const composed = await composeMessage(house, caller, claim, plan, events, uuidv7());
  if (composed === undefined) return { ...unsent, result: 'skip', reason: 'record-gone' };
  if (claim.kind === 'event' && composed.last !== claim.last && !(await cutBatch(worker, claim, lease, composed.last!)))
    return { ...unsent, result: 'wait' };
  const { method, url, body, last } = composed;
  const message = messageId(claim, last);
  const at = house.clock();
  const headers = {
    ...Object.fromEntries(plan.headers),
    ...(body === '' ? {} : { 'content-type': 'application/fhir+json' }),
    ...(await sign({ subscription: claim.id, organization: claim.organization }, { id: message, at, body })),
  };
  try {
    const answer = await post({ method, url, headers, body, timeoutMs: plan.timeoutSeconds * 1000 });
    return { message, last, ...judge(answer, at) };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const reason = reasonOf(error);
    return { message, last, result: 'later', reason, isOrigins: UNREACHABLE.has(reason) };
  }
}

/** By what all that is sent to an origin fails alike: an answer that does not come, or a bad one, is one endpoint's own. */
const UNREACHABLE: ReadonlySet<string> = new Set(['unreachable', 'refused', 'name-not-found', 'tls']);

/** Of an error, or of what it came from. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  const { code } = cause as { readonly code?: unknown };
  return typeof code === 'string' ? code : codeOf(cause.cause);
}

/** Why it was not to be reached, as far as it is known: codes of Node and of OpenSSL. */
function reasonOf({ reason, cause }: OutboundError): string {
  if (reason !== 'unreachable') return reason;
  const code = codeOf(cause);
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name-not-found';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'connection-lost';
  return /CERT|LEAF_SIGNATURE|^INVALID_|PATH_LENGTH|SSL|TLS|EPROTO/.test(code) ? 'tls' : reason;
}

function judge({ status, headers }: FetchAnswer, now: Date): Omit<Tried, 'message' | 'last'> {
  if (status >= 200 && status < 300) return { result: 'delivered', status, isOrigins: false };
  if (status === 410) return { result: 'off', status, reason: 'gone', isOrigins: false };
  const retryAfter = parseRetryAfter(headers['retry-after'], now);
  return {
    result: 'later',
    status,
    reason: `http-${status}`,
    isOrigins: false,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
