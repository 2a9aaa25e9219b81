import { randomUUID } from 'node:crypto';
import type { Clock } from '../../base/index.ts';
import type { EhrConnection } from '../../store/index.ts';
import type { EhrCapability } from './capability.ts';
import { letterKey } from './drawing.ts';
import { drawParcel } from './draw.ts';
import { findPatient, findRequest } from './locate.ts';
import { Halt, never } from './outcome.ts';
import type { PushLater, PushNever, PushOutcome } from './outcome.ts';
import type { Parcel } from './parcel.ts';
import { openServer } from './server.ts';
import type { EhrServer, EhrTools } from './server.ts';
import { standingOf, withdrawReport } from './withdraw.ts';
import { writeDrafts } from './write.ts';

/** How long what an EHR says that it can is taken for current, in ms. */
const FRESH_MS = 300_000;

/** What a push needs of its surroundings. */
export interface PushTools extends EhrTools {
  readonly capabilities: Capabilities;
}

/** What the EHRs say that they can, by their addresses. */
export interface Capabilities {
  read(baseUrl: string, server: EhrServer): Promise<EhrCapability>;
  /** Is asked again the next time. */
  forget(baseUrl: string): void;
}

export function createCapabilities(clock: Clock): Capabilities {
  const known = new Map<string, { readonly capability: EhrCapability; readonly until: number }>();
  return {
    async read(baseUrl, server) {
      const found = known.get(baseUrl);
      if (found !== undefined && clock().getTime() < found.until) return found.capability;
      const capability = await server.capability();
      known.set(baseUrl, { capability, until: clock().getTime() + FRESH_MS });
      return capability;
    },
    forget: (baseUrl) => void known.delete(baseUrl),
  };
}

/**
 * Brings a report into the FHIR server of a home EHR: what it offers, whose record it is there, what is to be written, and
 * writes it. Whatever comes in between, the same push may be done again.
 */
export async function pushReport(connection: EhrConnection, parcel: Parcel, tools: PushTools): Promise<PushOutcome> {
  const server = openServer(connection, tools);
  try {
    const capability = await tools.capabilities.read(connection.baseUrl, server);
    if (parcel.report.status === 'entered-in-error')
      return { kind: 'done', ...(await withdrawReport(server, capability, parcel, connection.kinds)) };
    const { drafts, left } = drawParcel({
      parcel,
      capability,
      kinds: connection.kinds,
      patient: await findPatient(server, parcel),
      request: await findRequest(server, capability, parcel),
      bytesThere: await findBytes(server, capability, parcel),
      mint: () => `urn:uuid:${randomUUID()}`,
    });
    if (drafts.length === 0) throw never(`ehr-offers-nothing: ${left.join('; ')}`);
    const done = await writeDrafts(server, capability, drafts);
    return { kind: 'done', written: done.written, left: [...left, ...done.left] };
  } catch (error) {
    if (!(error instanceof Halt)) throw error;
    // Whoever has it sent once more has changed something there.
    if (error.outcome.kind === 'never') tools.capabilities.forget(connection.baseUrl);
    return withTrouble(error.outcome, parcel);
  }
}

/** What is withdrawn is not over because it cannot be said there. */
function withTrouble(outcome: PushLater | PushNever, parcel: Parcel): PushOutcome {
  if (outcome.kind === 'later' || outcome.trouble !== undefined) return outcome;
  if (parcel.report.status !== 'entered-in-error') return outcome;
  return { ...outcome, trouble: { kind: 'withdrawn', standing: standingOf(parcel) } };
}

/** Whether an EHR is there, speaks FHIR R4, and lets this server in; nothing is read of a patient, and nothing written. */
export async function greetServer(connection: EhrConnection, tools: PushTools): Promise<PushOutcome> {
  try {
    await openServer(connection, tools).capability();
    await tools.tokens.find(connection);
    return { kind: 'done', written: [], left: [] };
  } catch (error) {
    if (error instanceof Halt) return error.outcome;
    throw error;
  }
}

/** Letters whose bytes are there: they would come a second time. */
async function findBytes(
  server: EhrServer,
  capability: EhrCapability,
  parcel: Parcel,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (capability.of('Binary').updateCreate || !capability.of('DocumentReference').search) return found;
  for (const { uuid, language } of parcel.documents) {
    const [standing] = await server.find('DocumentReference', letterKey(parcel, language));
    const { value } = (standing?.['masterIdentifier'] ?? {}) as { readonly value?: unknown };
    const url = value === `urn:uuid:${uuid}` ? letterUrlOf(standing?.['content']) : undefined;
    if (url !== undefined) found.set(uuid, url);
  }
  return found;
}

function letterUrlOf(content: unknown): string | undefined {
  const parts = (Array.isArray(content) ? content : []) as {
    readonly attachment?: Readonly<Record<string, unknown>>;
  }[];
  const letter = parts.find(({ attachment }) => attachment?.['contentType'] === 'application/pdf')?.attachment;
  return typeof letter?.['url'] === 'string' ? letter['url'] : undefined;
}
