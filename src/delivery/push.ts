import type { House } from '../interactions/index.ts';
import { readClaimedEvents } from '../store/index.ts';
import type { Claim, Database } from '../store/index.ts';
import { messageId } from './attempt.ts';
import type { Tried } from './attempt.ts';
import type { PushOutcome } from './ehr/outcome.ts';
import { tellOfUnpushed } from './mirror.ts';

/** The own FHIR server of an organisation. */
export interface Push {
  /** Writes a report (`DiagnosticReport/x`) there. */
  readonly push: (organization: string, report: string) => Promise<PushOutcome>;
  /** Whether it is there, speaks R4 and lets this server in; nothing is written. */
  readonly greet: (organization: string) => Promise<PushOutcome>;
}

/** Pushes the report that is next. One that can never be taken there does not hold up those behind it. */
export async function tryPush(
  { house, worker, ehr }: { readonly house: House; readonly worker: Database; readonly ehr: Push },
  claim: Claim,
): Promise<Tried> {
  const { last } = claim;
  const about = { message: messageId(claim, last), last, isOrigins: false };
  const [event] = await readClaimedEvents(worker, claim);
  const outcome = await (event === undefined
    ? ehr.greet(claim.organization)
    : ehr.push(claim.organization, event.focus));
  switch (outcome.kind) {
    case 'done':
      return { ...about, result: 'delivered' };
    case 'never':
      if (event === undefined) return { ...about, result: 'never', reason: outcome.reason };
      await tellOfUnpushed(house, claim, event.focus, outcome);
      return { ...about, result: 'skip', reason: outcome.reason };
    case 'later':
      return {
        ...about,
        result: 'later',
        reason: outcome.reason,
        ...(outcome.retryAfterMs === undefined ? {} : { retryAfter: outcome.retryAfterMs }),
      };
  }
}
