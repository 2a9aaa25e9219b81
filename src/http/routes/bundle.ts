import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import { fault } from '../../base/index.ts';
import { issuesToOutcome } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { processBundle } from '../../interactions/index.ts';
import type { BundleAnswer, EntryAnswer, House } from '../../interactions/index.ts';
import type { Bodies } from '../body.ts';
import { findUnfit, replyOr, replyText, sayApplied } from '../reply.ts';
import { contextOf, paramsOf, preferencesOf } from '../request.ts';

/** POST [base]: a transaction or batch. https://hl7.org/fhir/R4/http.html#transaction */
export function bundleRoute(house: House, bodies: Bodies): ServerRoute {
  return {
    method: 'POST',
    path: '/fhir',
    async handler(request, h) {
      paramsOf(request);
      const { return: wanted, handling } = preferencesOf(request);
      const bundle = await bodies.readResource(request.raw.req);
      // Large answers cost both sides, and most senders only look at the locations: the rest comes when asked for.
      const options = {
        withBodies: wanted === 'representation',
        withRemarks: wanted === 'OperationOutcome',
        strict: handling === 'strict',
        signal: awaitLeave(request),
      };
      const answered = await processBundle(house, contextOf(request), bundle, options);
      return sayApplied(sayApplied(reply(h, answered), 'return', wanted), 'handling', handling);
    },
  };
}

/** Aborted when the client goes away before it is answered. Nobody gets to see the status; hapi's own log has the same. */
function awaitLeave({ raw: { res } }: Request): AbortSignal {
  const leave = new AbortController();
  const text = 'The client went away before this was done. What was not committed yet is not done.';
  const gone = (): void => leave.abort(fault(499, 'timeout', 'client-gone', text));
  if (res.closed) gone();
  else res.once('close', gone);
  return leave.signal;
}

/** What was done is answered, whatever is in it: what XML cannot carry is left out, and its entry says so. */
function reply(h: ResponseToolkit, answered: BundleAnswer): ResponseObject {
  return replyOr(
    () => replyText(h, answerToText(answered)),
    () => replyText(h, answerToText({ ...answered, entries: answered.entries.map((entry) => toFit(h, entry)) })),
  );
}

function toFit(h: ResponseToolkit, entry: EntryAnswer): EntryAnswer {
  const { body, fault: _fault, remarks: _remarks, ...plain } = entry;
  const unfit = body === undefined ? undefined : findUnfit(h, body);
  if (unfit !== undefined) return { ...plain, fault: unfit };
  const outcome = outcomeOf(entry);
  const isTold = outcome === undefined || findUnfit(h, JSON.stringify(outcome)) === undefined;
  return isTold ? entry : plain;
}

function answerToText(answered: BundleAnswer): string {
  const entries = answered.entries.map(entryToText).join(',');
  return `{"resourceType":"Bundle","type":"${answered.type}","entry":[${entries}]}`;
}

function entryToText(entry: EntryAnswer): string {
  const { status, location, etag, lastModified } = entry;
  const response = JSON.stringify({ status, location, etag, lastModified, outcome: outcomeOf(entry) });
  const resource = entry.body === undefined ? '' : `"resource":${entry.body},`;
  return `{${resource}"response":${response}}`;
}

function outcomeOf({ fault, remarks }: EntryAnswer): Resource | undefined {
  const issues = fault?.issues ?? remarks;
  return issues === undefined ? undefined : issuesToOutcome(issues);
}
