import { setTimeout as delay } from 'node:timers/promises';
import { createGuardedDispatcher } from '../../base/index.ts';
import type { Clock } from '../../base/index.ts';
import type { House } from '../../interactions/index.ts';
import { findEhrConnection } from '../../store/index.ts';
import { acknowledge } from './acknowledge.ts';
import type { PushOutcome } from './outcome.ts';
import { gatherParcel, lookUp } from './parcel.ts';
import type { Parcel } from './parcel.ts';
import { createCapabilities, greetServer, pushReport } from './push-report.ts';
import { createTokens } from './token.ts';
import type { AssertionSigner } from './token.ts';

export type { PushDone, PushLater, PushNever, PushOutcome, StandingThere, Trouble, WrittenThere } from './outcome.ts';
export type { AssertionSigner } from './token.ts';

export interface EhrPush {
  /**
   * Brings a report (`DiagnosticReport/x`) as it stands now into the EHR of the placer, and acknowledges it on the case.
   * @throws Error only where this server itself has failed
   */
  push(organization: string, report: string): Promise<PushOutcome>;
  /** Whether the EHR of an organisation is there, speaks FHIR R4, and gives this server a token. */
  greet(organization: string): Promise<PushOutcome>;
  close(): Promise<void>;
}

export interface EhrPushOptions {
  readonly house: House;
  readonly signer: AssertionSigner;
  /** Hosts that may also be reached by plain http and at private addresses. */
  readonly allowedHosts: readonly string[];
  readonly clock: Clock;
}

/*
 * Together these are less than the lease under which a push is done, so that no two processes do the same one.
 */

/** A report's documents are mostly filed within a second of its issue: so long are they waited for, in ms, so often. */
const FILING_MS = 500;
const FILING_LOOKS = 8;
/** After which they are looked for once more, in ms. */
const UNFILED_MS = 5_000;
/** After which they are not waited for any more, in ms since the report was last changed. */
const UNFILED_MOST_MS = 3_600_000;
/** For the calls of a push, and for the two that it takes to get a token, in ms. */
const TIMEOUT_MS = 15_000;
const TOKEN_TIMEOUT_MS = 4_000;

const SWITCHED_OFF: PushOutcome = { kind: 'never', reason: 'ehr-connection: none, or switched off' };
const ANSWER_BYTES_MOST = 16 * 1024 * 1024;

/** Reports into home EHRs: FHIR R4 over fhir-kit-client, with a token of SMART Backend Services. */
export function createEhrPush({ house, signer, allowedHosts, clock }: EhrPushOptions): EhrPush {
  const timeoutMs = TIMEOUT_MS;
  const dispatcher = createGuardedDispatcher({ allowedHosts, maxBytes: ANSWER_BYTES_MOST, timeoutMs });
  const tokens = createTokens({ signer, allowedHosts, clock, timeoutMs: TOKEN_TIMEOUT_MS });
  const tools = { tokens, dispatcher, clock, timeoutMs, wholeMs: timeoutMs, capabilities: createCapabilities(clock) };

  async function gather(organization: string, report: string): Promise<Parcel | undefined | null> {
    for (let looks = 1; ; looks += 1) {
      const parcel = await gatherParcel(house, organization, report);
      if (parcel !== undefined || looks === FILING_LOOKS) return parcel;
      await delay(FILING_MS);
    }
  }

  async function push(organization: string, report: string): Promise<PushOutcome> {
    const connection = await findEhrConnection(house.database, organization);
    if (connection?.enabled !== true) return SWITCHED_OFF;
    const parcel = await gather(organization, report);
    if (parcel === null) return { kind: 'never', reason: 'report-unseen: not issued, or not of the organisation' };
    if (parcel === undefined) return waitForFiling(organization, report);
    const outcome = await pushReport(connection, parcel, tools);
    if (outcome.kind !== 'done' || parcel.report.status === 'entered-in-error') return outcome;
    // What was written meanwhile is not there yet: it is brought there first.
    if ((await lookUp(house, organization, report)).version !== parcel.version)
      return { kind: 'later', reason: 'report-changed', retryAfterMs: 0 };
    await acknowledge(house, organization, parcel, outcome.written);
    return outcome;
  }

  /** What has not been filed for so long may never be: those behind it are not kept waiting for that. */
  async function waitForFiling(organization: string, report: string): Promise<PushOutcome> {
    const { at } = await lookUp(house, organization, report);
    const reason = 'report-unfiled';
    if (house.clock().getTime() - at < UNFILED_MOST_MS) return { kind: 'later', reason, retryAfterMs: UNFILED_MS };
    return { kind: 'never', reason, trouble: { kind: 'unfiled' } };
  }

  async function greet(organization: string): Promise<PushOutcome> {
    const connection = await findEhrConnection(house.database, organization);
    return connection?.enabled === true ? greetServer(connection, tools) : SWITCHED_OFF;
  }

  return { push, greet, close: () => dispatcher.close() };
}
