/**
 * What a Subscription asks for, whether something that happened is what it asks for, and what its subscriber is sent.
 * Words: *topic* (what can be subscribed to), *plan* (what a Subscription asks for, as it is stored), *happening* (an event
 * of a case, and who brought it about), *focus* (the record that a notification is about), *echo* (being told of one's
 * own acts).
 * Must not decide who may see what, number events, send anything or read a clock: whoever does hands in what came of it.
 */
export type { CaseFacts, Happening } from './happening.ts';
export { isAbout, needsFacts } from './is-about.ts';
export type { NotificationInput } from './notification.ts';
export { writeNotification } from './notification.ts';
export type { Asks, Filter, FilterName, PayloadContent, SubscriptionPlan, Token } from './plan.ts';
export { PAYLOAD_CONTENTS } from './plan.ts';
export { ECHO, readSubscription } from './read.ts';
export type { StreamPlan } from './read-stream.ts';
export { readStream } from './read-stream.ts';
export type { NotificationType, NotifiedEvent, StatusInput, SubscriptionError, SubscriptionStatus } from './status.ts';
export { writeStatus } from './status.ts';
export type { Topic } from './topics.ts';
export { focusOf, topicOf, TOPICS } from './topics.ts';
