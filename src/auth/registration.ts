import { Fault, ROLES, uuidv7 } from '../base/index.ts';
import type { Clock, Issue, Role } from '../base/index.ts';
import { checkPublicJwks } from '../keys/index.ts';
import * as store from '../store/index.ts';
import type { Database, OrganizationChange, OrganizationRow } from '../store/index.ts';
import { checkScope } from './scopes.ts';

const ID = /^[A-Za-z0-9.-]{1,64}$/;
const NAME_CHARACTERS_MOST = 200;

export interface Registry {
  readonly database: Database;
  readonly clock: Clock;
  /** Hosts whose `jwks_uri` may be plain http. */
  readonly allowedHosts?: readonly string[];
}

/** Either public keys as a JSON Web Key Set, or where they are published. */
export interface ClientKeys {
  readonly jwks?: unknown;
  readonly jwksUri?: string;
}

export interface ClientRegistration extends ClientKeys {
  /** Made when absent. */
  readonly id?: string;
  readonly organization: string;
  readonly name: string;
  readonly scope: string;
}

/** Registers a partner organisation. @throws Fault 422 that says what is wrong, 409 when the id is taken. */
export async function addOrganization({ database, clock }: Registry, row: OrganizationRow): Promise<void> {
  refuseIf([...checkId(row.id), ...checkName(row.name), ...checkRole(row.role)]);
  await database.transact(async (transaction) => {
    await store.insertOrganization(transaction, row);
    await audit(transaction, clock, 'organization-add', row.id, null, row.role);
  });
}

/**
 * Changes a partner organisation: every process takes its clients so from then on, and within ten seconds where no word
 * comes through. Gives it as it stood before. The database has to be that of the owner of the tables.
 * @throws Fault 422 that says what is wrong, 404 when there is no such partner.
 */
export async function setOrganization(
  { database, clock }: Registry,
  id: string,
  change: OrganizationChange,
): Promise<Required<OrganizationRow>> {
  refuseIf(change.name === undefined ? [] : checkName(change.name));
  return await database.transact(async (transaction) => {
    const before = await store.updateOrganization(transaction, id, change);
    if (before === undefined) {
      throw new Fault(404, problem('not-found', 'organization-unknown', `There is no organisation ${id}.`, 'id'));
    }
    const detail = Object.entries(change).map(([name, value]) => `${name}=${value}`);
    await audit(transaction, clock, 'organization-set', id, null, detail.join(' '));
    return before;
  });
}

/** Registers a client of an organisation and gives its id. @throws Fault 422 that says what is wrong, 409 when taken. */
export async function addClient(registry: Registry, registration: ClientRegistration): Promise<string> {
  const { id = uuidv7(), organization, name, scope } = registration;
  refuseIf([
    ...checkId(id),
    ...checkName(name),
    ...checkScope(scope),
    ...checkKeys(registration, registry.allowedHosts ?? []),
  ]);
  await registry.database.transact(async (transaction) => {
    await store.insertClient(transaction, { id, organization, name, scope, ...toColumns(registration) });
    await audit(transaction, registry.clock, 'client-add', organization, id, scope);
  });
  return id;
}

/**
 * Gives a client other keys, for its next assertion. For a rollover without a gap: first both keys, then the new one.
 * @throws Fault 422 that says what is wrong, 404 when there is no such client.
 */
export async function setClientKeys(
  { database, clock, allowedHosts = [] }: Registry,
  id: string,
  keys: ClientKeys,
): Promise<void> {
  refuseIf(checkKeys(keys, allowedHosts));
  await database.transact(async (transaction) => {
    const organization = known(id, await store.updateClientKeys(transaction, id, toColumns(keys)));
    await audit(transaction, clock, 'client-keys', organization, id, keys.jwksUri ?? 'inline');
  });
}

/** Disables a client: its tokens die at once, on every process. @throws Fault 404 when there is none. */
export async function disableClient({ database, clock }: Registry, id: string): Promise<void> {
  await database.transact(async (transaction) => {
    const organization = known(id, await store.disableClient(transaction, id, clock()));
    await audit(transaction, clock, 'client-disable', organization, id, null);
  });
}

function known(id: string, organization: string | undefined): string {
  if (organization !== undefined) return organization;
  throw new Fault(404, problem('not-found', 'client-unknown', `There is no client ${id}.`, 'id'));
}

function toColumns({ jwks, jwksUri }: ClientKeys): { jwks: string | null; jwksUri: string | null } {
  return { jwks: jwks === undefined ? null : JSON.stringify(jwks), jwksUri: jwksUri ?? null };
}

async function audit(
  on: store.Queryable,
  clock: Clock,
  interaction: store.IdentityAct['interaction'],
  organization: string,
  client: string | null,
  detail: string | null,
): Promise<void> {
  await store.writeIdentityAct(on, {
    at: clock(),
    request: uuidv7(),
    interaction,
    organization,
    client,
    status: 200,
    detail,
  });
}

function checkId(id: string): Issue[] {
  return ID.test(id)
    ? []
    : [problem('value', 'id-syntax', 'An id has 1 to 64 letters, digits, points and hyphens.', 'id')];
}

function checkName(name: string): Issue[] {
  const fits = name.trim() !== '' && name.length <= NAME_CHARACTERS_MOST;
  return fits ? [] : [problem('value', 'name-length', `A name has 1 to ${NAME_CHARACTERS_MOST} characters.`, 'name')];
}

function checkRole(role: Role): Issue[] {
  return ROLES.includes(role)
    ? []
    : [problem('value', 'role-unknown', `The role is one of ${ROLES.join(', ')}.`, 'role')];
}

function checkKeys({ jwks, jwksUri }: ClientKeys, allowedHosts: readonly string[]): Issue[] {
  if ((jwks === undefined) === (jwksUri === undefined)) {
    return [
      problem(
        'value',
        'keys-one',
        'Give either the public keys (jwks) or their address (jwksUri), and not both.',
        'jwks',
      ),
    ];
  }
  if (jwksUri === undefined) return checkPublicJwks(jwks);
  const url = URL.parse(jwksUri);
  const fits = url !== null && url.username === '' && url.password === '' && url.hash === '';
  if (
    fits &&
    (url.protocol === 'https:' ||
      (url.protocol === 'http:' && [url.host, url.hostname].some((host) => allowedHosts.includes(host))))
  )
    return [];
  const text = 'The address of the keys is an absolute https URL without user name and fragment.';
  return [problem('value', 'jwks-uri', text, 'jwksUri')];
}

function refuseIf(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new Fault(422, issues);
}

function problem(code: string, key: string, text: string, expression: string): Issue {
  return { severity: 'error', code, key, text, expression };
}
