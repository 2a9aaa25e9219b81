import { interactionPolicy } from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Launches } from './launches.ts';

const { base, Check } = interactionPolicy;

/**
 * What a person is asked before an app gets a code: to sign in, and then, at every launch, for consent. What was granted
 * before counts for nothing: else the patient of another launch could stay in context.
 */
export function createPrompts(launches: Launches): interactionPolicy.DefaultPolicy {
  const policy = base();
  const login = policy.get('login');
  login?.checks.add(
    new Check('account_gone', 'the person that was signed in is no user any more', 'login_required', (ctx) => {
      const { session, entities } = oidcOf(ctx);
      return session?.accountId !== undefined && entities.Account === undefined;
    }),
  );
  login?.checks.add(
    new Check('launch_for_another', 'the launch is for another person', 'login_required', async (ctx) => {
      const { session, params, client } = oidcOf(ctx);
      const launch = params?.['launch'];
      if (typeof launch !== 'string' || session?.accountId === undefined) return false;
      const begun = await launches.findBegun(launch, client?.clientId ?? '');
      return begun !== undefined && begun.person !== session.accountId;
    }),
  );
  const consent = policy.get('consent');
  consent?.checks.clear();
  consent?.checks.add(
    new Check('consent_missing', 'the person has to consent to this launch', 'consent_required', (ctx) => {
      return (oidcOf(ctx).result as { consent?: unknown } | undefined)?.consent === undefined;
    }),
  );
  return policy;
}

function oidcOf(ctx: KoaContextWithOIDC): KoaContextWithOIDC['oidc'] {
  return ctx.oidc;
}
