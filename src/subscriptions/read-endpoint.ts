import { text } from './elements.ts';
import type { Issues } from './remark.ts';
import { remark } from './remark.ts';

const LONGEST = 2048;

/**
 * An absolute address without user info and fragment. Whether it is public is told by whoever sends, when it sends.
 * @param isBase whether records are put below it
 */
export function readEndpoint(value: unknown, isBase: boolean, issues: Issues): string | undefined {
  const told = (code: string, said: string) =>
    remark(issues, code, 'subscription-endpoint', 'Subscription.channel.endpoint', said);
  const endpoint = text(value);
  if (endpoint === undefined) {
    return told('required', 'Say where notifications are to go: an https address, such as https://ehr.example/hook.');
  }
  if (endpoint.length > LONGEST) return told('value', `The address has more than ${LONGEST} characters.`);
  if (URL.parse(endpoint) === null || !/^https?:\/\/[^/?#]/i.test(endpoint) || /[\s\\\p{Cc}]/u.test(endpoint)) {
    return told('value', 'This is no absolute http address: write it as in https://ehr.example/hook.');
  }
  const before = issues.length;
  if (/^[^/]*\/\/[^/?]*@/.test(endpoint)) {
    told('value', 'The address holds a user name: send what proves who you are as a header (channel.header).');
  }
  if (endpoint.includes('#')) told('value', 'The address has a fragment, which is never sent: leave it out.');
  if (isBase && endpoint.includes('?')) {
    told(
      'value',
      'With plain criteria and a payload this is the base of a FHIR server, which has no query: leave it out.',
    );
  }
  return issues.length === before ? endpoint : undefined;
}
