import type { ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import { issuesToOutcome } from '../../fhir/index.ts';
import { processBundle } from '../../interactions/index.ts';
import type { BundleAnswer, EntryAnswer, House } from '../../interactions/index.ts';
import type { Bodies } from '../body.ts';
import { findUnfit, replyOr, replyText } from '../reply.ts';
import { contextOf, paramsOf, preferenceOf } from '../request.ts';

/** POST [base]: a transaction or batch. https://hl7.org/fhir/R4/http.html#transaction */
export function bundleRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'POST',
    path: '/fhir',
    async handler(request, h) {
      paramsOf(request);
      // Large answers cost both sides, and most senders only look at the locations: bodies come when asked for.
      const withBodies = preferenceOf(request, 'return') === 'representation';
      const bundle = await bodies.readResource(request.raw.req);
      return reply(h, await processBundle(house, contextOf(request), bundle, { withBodies }));
    },
  };
}

/** What was done is answered, whatever is in it: what XML cannot carry is left out, and its entry says so. */
function reply(h: ResponseToolkit, answered: BundleAnswer): ResponseObject {
  return replyOr(
    () => replyText(h, answerToText(answered)),
    () => replyText(h, answerToText({ ...answered, entries: answered.entries.map((entry) => toFit(h, entry)) })),
  );
}

function toFit(h: ResponseToolkit, entry: EntryAnswer): EntryAnswer {
  const { body, fault, ...plain } = entry;
  const unfit = body === undefined ? undefined : findUnfit(h, body);
  if (unfit !== undefined) return { ...plain, fault: unfit };
  const isTold = fault === undefined || findUnfit(h, JSON.stringify(issuesToOutcome(fault.issues))) === undefined;
  return isTold ? entry : plain;
}

function answerToText(answered: BundleAnswer): string {
  const entries = answered.entries.map(entryToText).join(',');
  return `{"resourceType":"Bundle","type":"${answered.type}","entry":[${entries}]}`;
}

function entryToText(entry: EntryAnswer): string {
  const { status, location, etag, lastModified } = entry;
  const outcome = entry.fault === undefined ? undefined : issuesToOutcome(entry.fault.issues);
  const response = JSON.stringify({ status, location, etag, lastModified, outcome });
  const resource = entry.body === undefined ? '' : `"resource":${entry.body},`;
  return `{${resource}"response":${response}}`;
}
