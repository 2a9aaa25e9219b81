import { hash } from 'node:crypto';
import { fault } from '../base/index.ts';
import type { Caller, Fault } from '../base/index.ts';
import type { Context, House } from './house.ts';

/*
 * A next link carries where its page begins. Nothing of it is kept here, so it is sealed: a client can neither read it,
 * nor make one up, nor follow that of another client.
 */

/** How long a page can be asked for after its link was given, in ms. */
const HOUR_MS = 60 * 60 * 1000;
/** Of what is sealed: another release may mean something else by the same place. */
const FORM = 1;

type Sealing = Pick<House, 'cursors' | 'clock'>;

type Sealed = [form: number, holder: string, asked: string, until: number, place: unknown];

/**
 * Seals where the next page begins. `asked` says in full what the pages are of (interaction, address, parameters): the
 * cursor fits nothing else. `place` is plain data.
 */
export function sealCursor(house: Sealing, { caller }: Context, asked: string, place: unknown): string {
  const until = house.clock().getTime() + HOUR_MS;
  const sealed: Sealed = [FORM, holderOf(caller), digestOf(asked), until, place];
  return house.cursors.seal(JSON.stringify(sealed));
}

/**
 * The place that was sealed for this caller and the same question.
 * @throws Fault 400 where it is no cursor of this server or one of another question, 410 where it is another client's or
 * too old: which of the two is not said.
 */
export function openCursor(house: Sealing, { caller }: Context, asked: string, cursor: string): unknown {
  const text = house.cursors.open(cursor);
  if (text === undefined) throw unfit();
  const [form, holder, question, until, place] = JSON.parse(text) as Sealed;
  if (form !== FORM || holder !== holderOf(caller) || until < house.clock().getTime()) {
    const advice = 'Pages are kept for an hour, for the client that asked. Begin again at the first page.';
    throw fault(410, 'expired', 'cursor-gone', `There is no such page, or not any more. ${advice}`);
  }
  if (question !== digestOf(asked)) throw unfit();
  return place;
}

function unfit(): Fault {
  const text = 'The _cursor is not one that this server gave for this question. Follow the next link as it is.';
  return fault(400, 'value', 'bad-cursor', text);
}

function holderOf({ organization, client, user = '', patient = '', patients = [] }: Caller): string {
  return JSON.stringify([organization, client, user, patient, patients]);
}

function digestOf(asked: string): string {
  return hash('sha256', asked, 'base64url');
}
