/**
 * From the outbox to whoever has to be told: numbers, signed messages, retries, and reports pushed into a partner's own
 * server.
 * Words: *follower* (a subscription that is told what happens), *claim* (what one process sends now), *origin* (scheme, host
 * and port that is sent to), *push* (a report written into a home EHR), *stream* (what a screen is told as long as it looks).
 * Decides at the moment of sending what a subscriber may see; must not send what was rolled back, nor more than one message
 * of a subscription at a time.
 */
export type { DeliveryDesk, DeliveryPage, ReplayAsker, ReplayRange } from './desk.ts';
export { createDeliveryDesk } from './desk.ts';
export type { Delivery, OpenDeliveryOptions } from './open.ts';
export { openDelivery } from './open.ts';
export type { DeliveryMeter } from './meter.ts';
export { createDeliveryMeter } from './meter.ts';
export type { RotatedSecret, SecretRotation, SecretShelf, SecretShelfOptions, ShownSecret } from './secrets.ts';
export { createSecretShelf } from './secrets.ts';
export type { EventStreams, EventStreamsOptions, StreamRequest } from './stream.ts';
export { startEventStreams } from './stream.ts';
export type { StreamMessage, StreamOutlet, StreamTerms } from './stream-session.ts';
export type { SignedMessage } from './sign.ts';
export { createMessageSigner } from './sign.ts';
export type { AttemptView, DeliveryView } from './views.ts';
export { toShownId, toStoredId, viewAttempt, viewDelivery } from './views.ts';
export type {
  PublishedWebhookKey,
  RotatedWebhookKey,
  WebhookKeyOptions,
  WebhookKeyRotation,
  WebhookKeys,
} from './webhook-keys.ts';
export { openWebhookKeys, rotateWebhookKey } from './webhook-keys.ts';
