import { Fault, uuidv7 } from '../base/index.ts';
import type { Clock, Issue } from '../base/index.ts';
import { findOrganization, writeIdentityAct } from '../store/index.ts';
import type { Database, IdentityAct, OrganizationRow, Queryable } from '../store/index.ts';

const ID = /^[A-Za-z0-9.-]{1,64}$/;
const NAME_CHARACTERS_MOST = 200;

/** What registrations are made in. */
export interface Registry {
  readonly database: Database;
  readonly clock: Clock;
  /** Hosts that may be named with plain http. */
  readonly allowedHosts?: readonly string[];
  /** The administrator's client that asks; undefined: the operator of this server does. */
  readonly by?: Administrator;
}

/** A client that manages the clients and people of its own organisation, and knows of no others. */
export interface Administrator {
  readonly client: string;
  readonly organization: string;
  /** Under which the request is logged. */
  readonly request: string;
}

/** What was changed, for the audit. */
export interface RegistryAct {
  readonly interaction: IdentityAct['interaction'];
  readonly organization: string;
  /** The client that was changed. */
  readonly client?: string;
  /** The reference of the person who was changed. */
  readonly person?: string;
  /** Never a secret, a key or a password. */
  readonly detail?: string;
}

/** An administrator's acts stand under its own client and name what it changed; the operator's under what was changed. */
export async function audit(on: Queryable, { clock, by }: Registry, act: RegistryAct): Promise<void> {
  const { interaction, organization, client = null, person = null, detail } = act;
  const subject = by === undefined ? [] : [client ?? person ?? organization];
  const details = [...subject, ...(detail === undefined ? [] : [detail])];
  await writeIdentityAct(on, {
    at: clock(),
    request: by?.request ?? uuidv7(),
    interaction,
    organization,
    client: by?.client ?? client,
    person: by === undefined ? person : null,
    status: 200,
    detail: details.length === 0 ? null : details.join(': '),
  });
}

/** What is there, if whoever asks may know of it. @throws Fault 404, the same where it is another organisation's */
export function known<T extends { readonly organization: string }>(
  { by }: Registry,
  found: T | undefined,
  kind: 'client' | 'person',
  name: string,
): T {
  if (found !== undefined && (by === undefined || by.organization === found.organization)) return found;
  const text = kind === 'client' ? `There is no client ${name}.` : `There is nobody with the id or login ${name}.`;
  throw new Fault(404, problem('not-found', `${kind}-unknown`, text, 'id'));
}

/** @throws Fault 404 when there is no such partner */
export async function knownOrganization(on: Queryable, id: string): Promise<Required<OrganizationRow>> {
  const found = await findOrganization(on, id);
  if (found !== undefined) return found;
  throw new Fault(404, problem('not-found', 'organization-unknown', `There is no organisation ${id}.`, 'id'));
}

export function checkId(id: string): Issue[] {
  return ID.test(id)
    ? []
    : [problem('value', 'id-syntax', 'An id has 1 to 64 letters, digits, points and hyphens.', 'id')];
}

export function checkName(name: string): Issue[] {
  const fits = name.trim() !== '' && name.length <= NAME_CHARACTERS_MOST;
  if (!fits) return [problem('value', 'name-length', `A name has 1 to ${NAME_CHARACTERS_MOST} characters.`, 'name')];
  // They would turn round or hide what stands beside a name on a page. A name is shown to whoever is asked for consent.
  return /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(name)
    ? [
        problem(
          'value',
          'name-characters',
          'A name has no control characters. Write it in one line of letters.',
          'name',
        ),
      ]
    : [];
}

export function refuseIf(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new Fault(422, issues);
}

export function problem(code: string, key: string, text: string, expression: string): Issue {
  return { severity: 'error', code, key, text, expression };
}
