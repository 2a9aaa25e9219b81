import { items } from './elements.ts';
import type { Issues } from './remark.ts';
import { remark } from './remark.ts';

type Header = readonly [name: string, value: string];

const MOST = 10;
const LARGEST = 4096;

/** https://www.rfc-editor.org/rfc/rfc9110#name-field-names and #name-field-values, in ASCII */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
const VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;

/** What the sender sets itself, what tells how the message is read, and what would speak for another. */
const KEPT: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'cookie',
  'cookie2',
  'date',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
]);
const KEPT_FAMILY = /^(?:content|proxy|sec|webhook|x-forwarded|x-http|x-method|x-real)-/;

/**
 * Subscription.channel.header: `Name: value` each. Texts hold neither: a value is most often a secret, and who mistakes
 * the form may have put it in the place of the name.
 */
export function readHeaders(value: unknown, issues: Issues): Header[] {
  const place = 'Subscription.channel.header';
  const written = items(value);
  if (written.length > MOST) {
    remark(issues, 'too-long', 'subscription-header', place, `At most ${MOST} headers can be given.`);
    return [];
  }
  if (written.reduce<number>((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0) > LARGEST) {
    remark(
      issues,
      'too-long',
      'subscription-header',
      place,
      `All headers together have ${LARGEST} characters at most.`,
    );
    return [];
  }
  const names = new Set<string>();
  return written.flatMap((one, index): Header[] => {
    const header = typeof one === 'string' ? split(one) : undefined;
    const fault = header === undefined ? MALFORMED : faultOf(header[0].toLowerCase(), names);
    if (fault !== undefined) remark(issues, 'value', 'subscription-header', `${place}[${index}]`, fault);
    return header === undefined ? [] : [header];
  });
}

const MALFORMED = 'A header is written as in "Authorization: Bearer abc": a name, a colon, a value, all in ASCII.';

function split(written: string): Header | undefined {
  const colon = written.indexOf(':');
  const name = written.slice(0, Math.max(colon, 0));
  const value = written.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
  return NAME.test(name) && VALUE.test(value) ? [name, value] : undefined;
}

function faultOf(name: string, names: Set<string>): string | undefined {
  if (names.has(name)) return 'A header of this name is given already: give each once.';
  names.add(name);
  if (!KEPT.has(name) && !KEPT_FAMILY.test(name)) return undefined;
  return (
    'This header is set by the server, or is not for a subscriber to set (cookies, hops, content, webhook-*): ' +
    'leave it out. Authorization, or a name of your own, will do.'
  );
}
