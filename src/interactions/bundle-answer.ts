import { Fault, fault, framesOf } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { issuesToOutcome } from '../fhir/index.ts';
import { answerTooLarge } from './answer-room.ts';
import type { AnswerRoom } from './answer-room.ts';
import type { EntryRequest, Fetched, ReadEntry, ReadOptions } from './bundle-form.ts';
import type { Committed } from './commit.ts';
import type { Context, House } from './house.ts';

/** The answer to one entry; `body` is text. */
export interface EntryAnswer {
  readonly status: string;
  readonly location?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly body?: string;
  readonly fault?: Fault;
  /** What there is to say about what was written, if it was asked for and there is anything. */
  readonly remarks?: readonly Issue[];
}

export interface BundleOptions extends ReadOptions {
  /** Whether what was written is answered as well, as far as there is room: `Prefer: return=representation`. */
  readonly withBodies: boolean;
  /** Whether it is answered what there is to say about what was written: `Prefer: return=OperationOutcome`. */
  readonly withRemarks: boolean;
  /** Aborted when nobody waits for the answer any more; its reason is thrown then. */
  readonly signal?: AbortSignal;
}

/** Whether a part of the answer is wanted and still has room; the location tells in any case where the record is. */
export interface Wanted {
  readonly body: (text: string) => boolean;
  readonly remarks: (issues: readonly Issue[]) => boolean;
}

export function wantedOf({ withBodies, withRemarks }: BundleOptions, room: AnswerRoom): Wanted {
  return {
    body: (text) => withBodies && room.take(text),
    remarks: (issues) => withRemarks && issues.length > 0 && room.take(JSON.stringify(issuesToOutcome(issues))),
  };
}

/** The answer to a write; of a deletion of nothing there is no version to tell. */
export function answerWrite(
  house: House,
  { method }: EntryRequest,
  committed: Committed | undefined,
  wanted: Wanted,
): EntryAnswer {
  if (committed === undefined) return { status: '204' };
  const { body, remarks = [] } = committed;
  return {
    status: method === 'DELETE' ? '204' : committed.created ? '201' : '200',
    // As the answer to a request has it: a deletion leaves nothing to go to.
    ...(method === 'DELETE' ? {} : { location: `${house.base}/${committed.ref}/_history/${committed.version}` }),
    etag: `W/"${committed.version}"`,
    lastModified: new Date(committed.at).toISOString(),
    ...(body === undefined || !wanted.body(body) ? {} : { body }),
    ...(wanted.remarks(remarks) ? { remarks } : {}),
  };
}

/** An answer with what else there is to say, as far as there is room for it. */
export function addRemarks(answer: EntryAnswer, issues: readonly Issue[], wanted: Wanted): EntryAnswer {
  return wanted.remarks(issues) ? { ...answer, remarks: [...(answer.remarks ?? []), ...issues] } : answer;
}

/** Asks for what an entry reads. What has no room left in the answer is refused for itself alone. */
export async function answerRead(
  house: House,
  context: Context,
  entry: ReadEntry,
  options: ReadOptions,
  room: AnswerRoom,
): Promise<EntryAnswer> {
  if (room.isFull) return refuse(answerTooLarge(entry.path));
  const { body, ...found } = await entry.form.fetch(house, context, entry, options);
  const { version, at } = found;
  const known = {
    ...(version === undefined ? {} : { etag: `W/"${version}"` }),
    ...(at === undefined ? {} : { lastModified: new Date(at).toISOString() }),
  };
  if (isKnown(entry, found)) return { status: '304', ...known };
  if (entry.method === 'HEAD') return { status: '200', ...known };
  return room.take(body) ? { status: '200', ...known, body } : refuse(answerTooLarge(entry.path));
}

/**
 * Whether the sender has it already. Where an ETag is given, the time does not count.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
function isKnown({ ifNoneMatch, ifModifiedSince }: EntryRequest, { version, at }: Omit<Fetched, 'body'>): boolean {
  if (version === undefined || at === undefined) return false;
  if (ifNoneMatch !== undefined) return ifNoneMatch === '*' || etagsIn(ifNoneMatch).includes(String(version));
  // As an HTTP date would: it has no fractions of a second.
  return ifModifiedSince !== undefined && Math.floor(at / 1000) <= Math.floor(ifModifiedSince / 1000);
}

function etagsIn(text: string): string[] {
  return Array.from(text.matchAll(/(?:W\/)?"([^"]*)"/g), ([, tag]) => tag!);
}

/**
 * What went wrong with one entry becomes its answer, and leaves the others as they are. It is audited as a refused
 * request is; when even that fails, the refusal stands.
 */
export function answerFailed(house: House, context: Context, interaction: string, error: unknown): EntryAnswer {
  const refused = error instanceof Fault ? error : unforeseen(house, context, error);
  const { caller, request } = context;
  const [issue] = refused.issues;
  try {
    house.trail.note({
      request,
      organization: caller.organization,
      client: caller.client,
      ...(caller.user === undefined ? {} : { person: caller.user }),
      interaction,
      status: refused.status,
      ...(issue === undefined ? {} : { detail: issue.key }),
    });
  } catch (failed) {
    if (!(failed instanceof Fault)) throw failed;
  }
  return refuse(refused);
}

/** To refuse the whole Bundle would say that nothing of it was done. */
function unforeseen(house: House, { request }: Context, error: unknown): Fault {
  const { name, code } = error as { name?: string; code?: unknown };
  const at = error instanceof Error ? framesOf(error) : [];
  house.logger.error({ request, reason: name, state: code, at }, 'an entry of a Bundle failed unexpectedly');
  const text = `The server failed to answer this entry; the others stand as they are answered. Report the request ${request} to its operator.`;
  return fault(500, 'exception', 'unexpected', text);
}

function refuse(refused: Fault): EntryAnswer {
  return { status: String(refused.status), fault: refused };
}
