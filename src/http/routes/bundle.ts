import type { ServerRoute } from '@hapi/hapi';
import { issuesToOutcome } from '../../fhir/index.ts';
import { processBundle } from '../../interactions/index.ts';
import type { BundleAnswer, EntryAnswer, House } from '../../interactions/index.ts';
import type { Bodies } from '../body.ts';
import { replyText } from '../reply.ts';
import { contextOf, paramsOf, preferenceOf } from '../request.ts';

/** POST [base]: a transaction or batch. https://hl7.org/fhir/R4/http.html#transaction */
export function bundleRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'POST',
    path: '/fhir',
    async handler(request, h) {
      paramsOf(request);
      const answered = await processBundle(house, contextOf(request), await bodies.readJson(request.raw.req));
      // Large answers cost both sides, and most senders only look at the locations: bodies come when asked for.
      return replyText(h, answerToText(answered, preferenceOf(request, 'return') === 'representation'));
    },
  };
}

function answerToText(answered: BundleAnswer, withBodies: boolean): string {
  const entries = answered.entries.map((entry) => entryToText(entry, withBodies)).join(',');
  return `{"resourceType":"Bundle","type":"${answered.type}","entry":[${entries}]}`;
}

function entryToText(entry: EntryAnswer, withBodies: boolean): string {
  const { status, location, etag, lastModified } = entry;
  const outcome = entry.fault === undefined ? undefined : issuesToOutcome(entry.fault.issues);
  const response = JSON.stringify({ status, location, etag, lastModified, outcome });
  const isRead = location === undefined;
  const resource = entry.body !== undefined && (withBodies || isRead) ? `"resource":${entry.body},` : '';
  return `{${resource}"response":${response}}`;
}
