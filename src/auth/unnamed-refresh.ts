import { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import { findClient } from '../store/index.ts';
import type { Database } from '../store/index.ts';

const NAMES = ['client_id', 'client_assertion', 'client_secret'];

/**
 * Who refreshes without saying who it is. An app that keeps no secret need not say so, and the most widely used SMART
 * library does not: the token was given to one client, which a `client_id` would only repeat. Undefined for all others.
 * https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export async function nameRefreshing(
  form: URLSearchParams,
  provider: Provider,
  database: Database,
): Promise<string | undefined> {
  const value = form.get('refresh_token');
  if (form.get('grant_type') !== 'refresh_token' || value === null || NAMES.some((name) => form.has(name))) {
    return undefined;
  }
  const token = await provider.RefreshToken.find(value);
  const client = token?.clientId === undefined ? undefined : await findClient(database, token.clientId);
  return client?.authMethod === 'none' ? client.id : undefined;
}

/** The same request with a body that is still to be read. */
export function resend(req: IncomingMessage, body: string): IncomingMessage {
  const again = new IncomingMessage(req.socket);
  const { method, url, headers } = req;
  const length = String(Buffer.byteLength(body));
  // `complete`: to end it must not end the connection.
  Object.assign(again, { method, url, headers: { ...headers, 'content-length': length }, complete: true });
  again.push(body);
  again.push(null);
  return again;
}
