import { numberOf } from '../fhir/index.ts';
import {
  CHANNEL_TYPE,
  extensionsOf,
  HEARTBEAT_PERIOD,
  MAX_COUNT,
  nodeOf,
  PAYLOAD_CONTENT,
  text,
  TIMEOUT,
} from './elements.ts';
import type { Node } from './elements.ts';
import type { Asks, PayloadContent, SubscriptionPlan } from './plan.ts';
import { PAYLOAD_CONTENTS } from './plan.ts';
import { readEndpoint } from './read-endpoint.ts';
import { readHeaders } from './read-headers.ts';
import type { Issues } from './remark.ts';
import { remark } from './remark.ts';

/** What a plan takes from Subscription.channel. */
export type Channel = Omit<SubscriptionPlan, 'asks' | 'echo' | 'end'>;

const OFFERED =
  'This server offers rest-hook: it posts to an https address of yours. A screen follows its cases by server-sent ' +
  'events, without a Subscription';

/**
 * Where and how notifications go: http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html. Faults go to `issues`:
 * where there are any, what is returned is of no use.
 */
export function readChannel(channel: unknown, kind: Asks['kind'] | undefined, issues: Issues): Channel {
  const node = nodeOf(channel);
  checkType(node, issues);
  const content = readContent(node, kind, issues);
  const isPut = kind === 'criteria' && content !== null;
  const heartbeatSeconds = readNumber(node, HEARTBEAT, issues);
  if (kind === 'criteria' && heartbeatSeconds !== undefined) {
    const told = `Heartbeats go with a topic: take the extension ${HEARTBEAT.url} out.`;
    remark(issues, 'not-supported', 'subscription-bounds', 'Subscription.channel.extension', told);
  }
  const maxCount = readNumber(node, COUNT, issues) ?? 20;
  return {
    endpoint: readEndpoint(node.endpoint, isPut, issues) ?? '',
    headers: readHeaders(node.header, issues),
    content,
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
    timeoutSeconds: readNumber(node, PATIENCE, issues) ?? 15,
    maxCount: isPut ? 1 : maxCount,
  };
}

function checkType(channel: Node, issues: Issues): void {
  const place = 'Subscription.channel.type';
  if (channel.type !== 'rest-hook') {
    remark(issues, 'not-supported', 'subscription-channel', place, `Notifications go by rest-hook alone. ${OFFERED}.`);
  } else if (extensionsOf(channel._type, CHANNEL_TYPE).length > 0) {
    const told = `Other channel types than those of R4 are not offered: take the extension out. ${OFFERED}.`;
    remark(issues, 'not-supported', 'subscription-channel', place, told);
  }
}

const JSON_TYPE = 'application/fhir+json';
const JSON_PAYLOAD = /^application\/fhir\+json(?: *; *(?:charset=utf-8|fhirversion=4\.0))*$/i;

/** Plain R4 knows two contents: nothing, and the record itself. */
function readContent(channel: Node, kind: Asks['kind'] | undefined, issues: Issues): PayloadContent | null {
  const place = 'Subscription.channel.payload';
  const told = (said: string) => remark(issues, 'value', 'subscription-payload', place, said);
  const mime = text(channel.payload);
  if (mime !== undefined && !JSON_PAYLOAD.test(mime)) {
    told(`Notifications are sent as ${JSON_TYPE} alone, neither as XML nor as anything else: give that as payload.`);
  }
  const contents = extensionsOf(channel._payload, PAYLOAD_CONTENT);
  if (contents.length > 1) told('Say once how much a notification is to hold.');
  const [content] = contents;
  if (kind !== 'topic') {
    // Whoever asks for it thinks of a notification Bundle, which plain criteria do not lead to.
    if (content !== undefined && kind === 'criteria') {
      told(`The extension ${PAYLOAD_CONTENT} goes with a topic: give its canonical as criteria, or take it out.`);
    }
    return mime === undefined ? null : 'full-resource';
  }
  const code = PAYLOAD_CONTENTS.find((one) => one === content?.valueCode);
  if (code === undefined) {
    const how = `the extension ${PAYLOAD_CONTENT} with valueCode ${PAYLOAD_CONTENTS.join(', ')}`;
    told(`With a topic the payload says how much of the records is sent: give it ${how}.`);
    return null;
  }
  if (code === 'full-resource' && mime === undefined) {
    told(`Records are sent only where that is asked for in so many words: give ${JSON_TYPE} as payload.`);
  }
  return code;
}

interface Bounds {
  readonly url: string;
  readonly value: 'valueUnsignedInt' | 'valuePositiveInt';
  readonly least: number;
  readonly most: number;
  readonly what: string;
}

const HEARTBEAT: Bounds = {
  url: HEARTBEAT_PERIOD,
  value: 'valueUnsignedInt',
  least: 60,
  most: 86_400,
  what: 'Heartbeats come every 60 to 86400 seconds',
};
const PATIENCE: Bounds = {
  url: TIMEOUT,
  value: 'valueUnsignedInt',
  least: 1,
  most: 15,
  what: 'An answer is waited for 1 to 15 seconds',
};
const COUNT: Bounds = {
  url: MAX_COUNT,
  value: 'valuePositiveInt',
  least: 1,
  most: 100,
  what: 'A notification tells of 1 to 100 events',
};

function readNumber(channel: Node, { url, value, least, most, what }: Bounds, issues: Issues): number | undefined {
  const found = extensionsOf(channel, url);
  if (found.length === 0) return undefined;
  const number = numberOf(found[0]![value]);
  const isWithin = number !== undefined && Number.isInteger(number) && number >= least && number <= most;
  if (isWithin && found.length === 1) return number;
  const told = `${what}: give the extension ${url} once, with such a whole number as ${value}, or leave it out.`;
  return remark(issues, 'value', 'subscription-bounds', 'Subscription.channel.extension', told);
}
