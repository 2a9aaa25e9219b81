import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import type { House } from '../interactions/index.ts';
import type { StreamPlace } from '../store/index.ts';

/** How far a stream has come. Nothing of it is kept here: a reader takes it along, sealed, and any process goes on from it. */
export interface StreamProgress {
  /** UUID of the stream: as long as it is gone on with, it is the same. */
  readonly stream: string;
  /** Events that were told. */
  readonly told: number;
  readonly place: StreamPlace;
  /** Snapshot: what was committed by then is not told. Left out once the place is behind all that was open then. */
  readonly begun?: string;
}

/** As long as announcements are kept: see jobs. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** Says what was sealed: there are other cursors, and another release may mean something else by a place. */
const FORM = 'stream 1';

type Sealed = [form: string, organization: string, at: number, progress: StreamProgress];
type Sealing = Pick<House, 'cursors' | 'clock'>;

export function sealProgress(house: Sealing, organization: string, progress: StreamProgress): string {
  const sealed: Sealed = [FORM, organization, house.clock().getTime(), progress];
  return house.cursors.seal(JSON.stringify(sealed));
}

/**
 * What was sealed for this organisation. It tells a place and grants nothing: another client of the organisation may go on
 * with it, and asks for what it likes.
 * @throws Fault 400 where it is none of this server, 410 where it is another organisation's or too old
 */
export function openProgress(house: Sealing, organization: string, cursor: string): StreamProgress {
  const text = house.cursors.open(cursor);
  if (text === undefined) throw unfit();
  const [form, owner, at, progress] = JSON.parse(text) as Sealed;
  if (form !== FORM) throw unfit();
  if (owner !== organization || at + KEPT_MS < house.clock().getTime()) throw cursorGone();
  return progress;
}

export function cursorGone(): Fault {
  const text =
    'The stream cannot be gone on with from there: events are kept for 30 days, for the organisation that was told. ' +
    'Open it anew without after and Last-Event-ID, and read what there is now.';
  return fault(410, 'expired', 'cursor-gone', text);
}

function unfit(): Fault {
  const text = 'after, or Last-Event-ID, is no id that a stream of this server gave. Send the last id as it came.';
  return fault(400, 'value', 'bad-cursor', text);
}
