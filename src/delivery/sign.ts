import { signWebhook } from '../keys/index.ts';
import type { SecretOwner } from '../store/index.ts';
import type { SecretShelf } from './secrets.ts';
import type { WebhookKeys } from './webhook-keys.ts';

/** What is to be signed. */
export interface SignedMessage {
  /** The same for every try of one message; see `toWebhookId`. */
  readonly id: string;
  /** Of this try. */
  readonly at: Date;
  /** As it is sent. */
  readonly body: string;
}

/**
 * Makes the function that signs a message with the secrets of its subscription and the keys of the server.
 * @returns the headers of https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createMessageSigner(
  secrets: Pick<SecretShelf, 'secretsOf'>,
  keys: Pick<WebhookKeys, 'signing'>,
): (owner: SecretOwner, message: SignedMessage) => Promise<Readonly<Record<string, string>>> {
  return async (owner, { id, at, body }) => {
    const timestamp = Math.floor(at.getTime() / 1000);
    const [own, ours] = await Promise.all([secrets.secretsOf(owner), keys.signing()]);
    return {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook({ id, timestamp, body }, own, ours),
    };
  };
}
