import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import { Fault, uuidv7 } from '../base/index.ts';
import type { Clock, Logger } from '../base/index.ts';
import { writeIdentityAct } from '../store/index.ts';
import type { Database } from '../store/index.ts';
import type { Attempt, Attempts } from './provider.ts';

type Context = Provider['context'] & { req: IncomingMessage };

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What OAuth answers, RFC 6749 sections 5.1 and 5.2. */
interface OAuthError {
  readonly error: string;
  readonly error_description: string;
}

const UNKNOWN: OAuthError = { error: 'invalid_client', error_description: 'client authentication failed' };
const CROSS_ORIGIN: OAuthError = {
  error: 'invalid_request',
  error_description: 'the token endpoint takes no cross-origin requests',
};
const AWAY: OAuthError = { error: 'temporarily_unavailable', error_description: 'try again in a moment' };

/**
 * Goes around the provider's token endpoint: one and the same answer to every client that is not let in, headers that
 * forbid keeping, no CORS, and a line in the audit for each token and each refusal, without which no token leaves.
 */
export function guardTokenEndpoint(provider: Provider, attempts: Attempts, options: Options): void {
  const { database, clock, logger } = options;
  const failures = new WeakMap<IncomingMessage, Error>();
  provider.on('grant.error', (ctx, error) => failures.set(ctx.req, error));
  provider.on('server_error', (ctx, error) => failures.set(ctx.req, error));

  provider.use(async (ctx, next) => {
    if (ctx.path !== '/token') {
      await next();
      return;
    }
    const attempt: Attempt = {};
    attempts.set(ctx.req, attempt);
    // Clients of Backend Services are no pages; and the provider's own refusal would tell known clients from others.
    if (ctx.get('Origin') === '') {
      await next();
    } else {
      attempt.refusal = 'cross-origin';
      answer(ctx, 400, CROSS_ORIGIN);
    }
    settleError(ctx, attempt);
    ctx.remove('Access-Control-Allow-Origin');
    ctx.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    await audit(ctx, attempt);
  });

  function settleError(ctx: Context, attempt: Attempt): void {
    const failure = failures.get(ctx.req);
    if (failure === undefined) return;
    if (ctx.status >= 500) {
      if (failure instanceof Fault && failure.status >= 503) {
        answer(ctx, 503, AWAY);
        ctx.set('Retry-After', '2');
      }
      logger.error(
        { reason: failure.name, key: failure instanceof Fault ? failure.message : undefined },
        'the token endpoint failed',
      );
    } else if (isAuthenticationFailure(failure)) {
      answer(ctx, 401, UNKNOWN);
    }
    // Only the name: the provider's texts may repeat what was sent.
    attempt.refusal ??= failure.message;
  }

  async function audit(ctx: Context, attempt: Attempt): Promise<void> {
    const { client } = attempt;
    try {
      await writeIdentityAct(database, {
        at: clock(),
        request: uuidv7(),
        interaction: 'token',
        organization: client?.organization ?? null,
        client: client?.id ?? null,
        status: ctx.status,
        detail: (ctx.status === 200 ? attempt.scope : attempt.refusal) ?? null,
      });
    } catch (error) {
      logger.error(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'a token was not given, for the audit failed',
      );
      answer(ctx, 503, AWAY);
    }
  }
}

/** Errors of the assertion's form count as well: whoever sends one gets no other answer than whoever guesses. */
function isAuthenticationFailure(failure: Error): boolean {
  const description = (failure as { error_description?: string }).error_description ?? '';
  return (
    failure.message === 'invalid_client' ||
    /^(invalid client_assertion|client_id mismatch|no client auth|invalid auth|client auth)/.test(description)
  );
}

function answer(ctx: Context, status: number, body: OAuthError): void {
  ctx.status = status;
  ctx.body = body;
}
