import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { uuidv7 } from '../base/index.ts';
import type { Clock, Logger } from '../base/index.ts';
import { findPerson, writeIdentityAct } from '../store/index.ts';
import type { Database } from '../store/index.ts';

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Notes each authorization of a registered app that ends without a code, with the name of the error. What names no app is
 * nobody's act; noting it would let strangers fill the trail.
 */
export function noteRefusals(provider: Provider, { database, clock, logger }: Options): void {
  provider.on('authorization.error', (ctx, error) => {
    note(ctx, error.message).catch((failure: Error) =>
      logger.error({ reason: failure.name }, 'a refused authorization was not noted'),
    );
  });

  async function note({ oidc }: KoaContextWithOIDC, error: string): Promise<void> {
    const { client, session } = oidc;
    const organization = client?.['organization'];
    if (client === undefined || typeof organization !== 'string') return;
    const person = session?.accountId === undefined ? undefined : await findPerson(database, session.accountId);
    await writeIdentityAct(database, {
      at: clock(),
      request: uuidv7(),
      interaction: 'authorize',
      organization,
      client: client.clientId,
      person: person?.fhirUser ?? null,
      status: 400,
      detail: error,
    });
  }
}
