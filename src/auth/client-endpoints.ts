import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { Fault, uuidv7 } from '../base/index.ts';
import type { Clock, Logger } from '../base/index.ts';
import { findGrant, touchGrant, writeIdentityAct } from '../store/index.ts';
import type { AppGrant, ClientRow, Database } from '../store/index.ts';
import type { Addresses } from './addresses.ts';
import { contextOf } from './flow.ts';
import { digestPayloadId } from './payload-id.ts';
import { APP_TOKEN_SECONDS, OFFLINE_SECONDS, SESSION_SECONDS } from './provider.ts';
import type { Attempt, Attempts } from './provider.ts';

type Context = KoaContextWithOIDC;

interface Options {
  readonly addresses: Addresses;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes an access token of this client back; silent where it is none. */
  readonly revoke: (of: { client: ClientRow; token: string }) => Promise<void>;
}

/** What OAuth answers, RFC 6749 sections 5.1 and 5.2. */
interface OAuthError {
  readonly error: string;
  readonly error_description: string;
}

const UNKNOWN: OAuthError = { error: 'invalid_client', error_description: 'client authentication failed' };
const AWAY: OAuthError = { error: 'temporarily_unavailable', error_description: 'try again in a moment' };
const GUARDED: Readonly<Record<string, 'token' | 'revoke'>> = { '/token': 'token', '/revoke': 'revoke' };

/**
 * Goes around the provider's endpoints for clients (token, revocation): one and the same answer to every client that is
 * not let in, headers that forbid keeping, CORS for the client's own pages alone, what SMART adds to a token, and a line
 * in the audit for each token and each refusal, without which no token leaves.
 */
export function guardClientEndpoints(provider: Provider, attempts: Attempts, options: Options): void {
  const { addresses, database, clock, logger } = options;
  const failures = new WeakMap<IncomingMessage, Error>();
  provider.on('grant.error', (ctx, error) => failures.set(ctx.req, error));
  provider.on('revocation.error', (ctx, error) => failures.set(ctx.req, error));
  provider.on('server_error', (ctx, error) => failures.set(ctx.req, error));

  provider.use(async (ctx: Context, next) => {
    const endpoint = GUARDED[ctx.path];
    if (endpoint === undefined || ctx.method !== 'POST') {
      await next();
      return;
    }
    const attempt: Attempt = {};
    attempts.set(ctx.req, attempt);
    await next();
    if (endpoint === 'revoke') await settleRevocation(ctx, attempt);
    settleError(ctx, attempt);
    if (endpoint === 'token') await tellContext(ctx);
    allowOrigin(ctx, attempt);
    ctx.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    await audit(ctx, attempt, endpoint);
  });

  /** The provider lets the client in and then refuses what is a JWT, for it keeps none: those are ours to take back. */
  async function settleRevocation(ctx: Context, attempt: Attempt): Promise<void> {
    const failure = failures.get(ctx.req);
    const token = ctx.oidc.params?.['token'];
    if (failure?.message !== 'unsupported_token_type' || attempt.client === undefined) return;
    if (typeof token === 'string') await options.revoke({ client: attempt.client, token });
    failures.delete(ctx.req);
    ctx.status = 200;
    ctx.body = '';
  }

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
        'the authorization server failed',
      );
    } else if (isAuthenticationFailure(failure)) {
      answer(ctx, 401, UNKNOWN);
    }
    // Only the name: the provider's texts may repeat what was sent.
    attempt.refusal ??= failure.message;
  }

  /** https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#launch-context-arrives-with-your-access_token */
  async function tellContext(ctx: Context): Promise<void> {
    const grantId = ctx.oidc.entities.Grant?.jti;
    if (ctx.status !== 200 || grantId === undefined) return;
    const hash = digestPayloadId(grantId);
    const grant = await findGrant(database, hash);
    if (grant === undefined) throw new Error('a token was made for a grant that is not there');
    const now = clock();
    const lasts = grant.offline ? OFFLINE_SECONDS : SESSION_SECONDS;
    if (ctx.oidc.entities.RefreshToken !== undefined) {
      await touchGrant(database, hash, now, new Date(now.getTime() + (lasts + APP_TOKEN_SECONDS) * 1000));
    }
    ctx.body = { ...(ctx.body as object), ...describeContext(grant, addresses) };
  }

  function allowOrigin(ctx: Context, { origin }: Attempt): void {
    ctx.vary('Origin');
    if (origin === undefined) ctx.remove('Access-Control-Allow-Origin');
    else ctx.set('Access-Control-Allow-Origin', origin);
  }

  async function audit(ctx: Context, attempt: Attempt, interaction: 'token' | 'revoke'): Promise<void> {
    const { client } = attempt;
    const { accountId } = ctx.oidc.entities.AccessToken ?? {};
    if (ctx.status >= 400) {
      logger.info(
        { client: client?.id, reason: attempt.refusal, why: reasonOf(failures.get(ctx.req)) },
        'a client was refused',
      );
    }
    try {
      await writeIdentityAct(database, {
        at: clock(),
        request: uuidv7(),
        interaction,
        organization: client?.organization ?? null,
        client: client?.id ?? null,
        person: accountId ?? null,
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

/** What an app is told with its token: who is in context, and how it may look. */
export function describeContext(grant: AppGrant, addresses: Addresses): Readonly<Record<string, unknown>> {
  const { patient, encounter } = grant;
  return {
    ...(patient === null ? {} : { patient: patient.slice('Patient/'.length) }),
    ...(encounter === null ? {} : { encounter: encounter.slice('Encounter/'.length) }),
    ...(patient === null ? {} : { need_patient_banner: true }),
    ...contextOf(grant),
    smart_style_url: addresses.style,
  };
}

/** What was wrong with a code or refresh token, in the provider's words where these repeat nothing of what was sent. */
function reasonOf(failure: Error | undefined): string | undefined {
  const { error_detail: detail } = (failure ?? {}) as { error_detail?: unknown };
  return failure?.message === 'invalid_grant' && typeof detail === 'string' ? detail : undefined;
}

/** Errors of the assertion's form count as well: whoever sends one gets no other answer than whoever guesses. */
function isAuthenticationFailure(failure: Error): boolean {
  const description = (failure as { error_description?: string }).error_description ?? '';
  return (
    failure.message === 'invalid_client' ||
    /^(invalid client_assertion|client_id mismatch|no client auth|invalid auth|client auth|origin )/.test(description)
  );
}

function answer(ctx: Context, status: number, body: OAuthError): void {
  ctx.status = status;
  ctx.body = body;
}
