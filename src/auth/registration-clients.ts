import { Fault, fault, uuidv7 } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { parseScope } from '../access/index.ts';
import type { ScopeKnowledge } from '../access/index.ts';
import { checkPublicJwks } from '../keys/index.ts';
import * as store from '../store/index.ts';
import type { ClientAuthMethod, ClientChange, ClientKind, ClientRow, Transaction } from '../store/index.ts';
import { checkLaunchUri, checkRedirectUris, checkServerAddress } from './registration-addresses.ts';
import { audit, checkId, checkName, known, problem, refuseIf } from './registry.ts';
import type { Registry } from './registry.ts';
import { checkScope } from './scopes.ts';
import { hashSecret } from './secrets.ts';

/** Of one organisation, that wait for their approval. */
const PENDING_MOST = 100;
/** What only the operator gives: with these a client acts on other clients, and for people. */
const OPERATORS_SCOPES = ['admin', 'launches'];
/** Words of a service's scope beside `system/…`; all others are about a person. */
const SERVICE_WORDS = new Set(OPERATORS_SCOPES);

export interface ClientRegistry extends Registry {
  /** What types and filters of scopes are held against; without it their form alone counts. */
  readonly knowledge?: ScopeKnowledge;
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
  /** A service unless told. */
  readonly kind?: ClientKind;
  /** By its keys unless told. */
  readonly authMethod?: ClientAuthMethod;
  /** See `makeSecret`. */
  readonly secret?: string;
  readonly redirectUris?: readonly string[];
  readonly launchUri?: string;
}

/** What may be changed of a client; its kind and how it proves itself stay. */
export interface ClientSetting {
  readonly name?: string;
  readonly scope?: string;
  readonly redirectUris?: readonly string[];
  /** Null: no EHR opens it any more. */
  readonly launchUri?: string | null;
}

/**
 * Registers a client of an organisation and gives its id. The operator's is approved at once, an administrator's waits.
 * @throws Fault 422 that says what is wrong, 409 when the id is taken, 403 for scopes that the operator alone gives
 */
export async function addClient(registry: ClientRegistry, registration: ClientRegistration): Promise<string> {
  const { database, allowedHosts = [], knowledge, by } = registry;
  const { id = uuidv7(), name, scope, kind = 'service', authMethod = 'private_key_jwt' } = registration;
  const { redirectUris = [], launchUri, secret } = registration;
  const organization = by?.organization ?? registration.organization;
  refuseIf([
    ...checkId(id),
    ...checkName(name),
    ...checkScopeOf(kind, scope, knowledge),
    ...checkProof(kind, authMethod, registration, allowedHosts),
    ...checkAddresses(kind, authMethod, redirectUris, launchUri ?? null),
  ]);
  refuseReserved(registry, scope);
  await database.transact(async (transaction) => {
    if (by !== undefined) await refuseFlood(transaction, organization);
    await store.insertClient(transaction, {
      ...{ id, organization, name, scope, kind, authMethod, redirectUris },
      ...toColumns(registration),
      secretHash: secret === undefined ? null : hashSecret(secret),
      launchUri: launchUri ?? null,
      approved: by === undefined,
    });
    await audit(transaction, registry, { interaction: 'client-add', organization, client: id, detail: scope });
  });
  return id;
}

/**
 * Changes a client, for the next token that it asks for. What people granted it ends where it loses a scope. Where an
 * administrator gives it more than it had, or other addresses, it waits for the operator's approval again.
 * @throws Fault 422 that says what is wrong, 404 when there is no such client, 403 where it is the operator's to change
 */
export async function setClient(registry: ClientRegistry, id: string, setting: ClientSetting): Promise<ClientRow> {
  const { clock, knowledge, by } = registry;
  return await changeClient(registry, id, async (transaction, before) => {
    refuseReserved(registry, before.scope);
    const { name = before.name, scope = before.scope, redirectUris = before.redirectUris } = setting;
    const { launchUri = before.launchUri } = setting;
    refuseIf([
      ...checkName(name),
      ...checkScopeOf(before.kind, scope, knowledge),
      ...checkAddresses(before.kind, before.authMethod, redirectUris, launchUri),
    ]);
    refuseReserved(registry, scope);
    const after = { name, scope, redirectUris, launchUri };
    const isMore = by !== undefined && givesMore(before, after);
    if (isMore && before.approved) await refuseFlood(transaction, before.organization);
    if (losesScope(before, after)) await store.revokeGrantsOf(transaction, 'client', id, clock());
    const change = { ...after, approved: before.approved && !isMore };
    return { change, interaction: 'client-set', detail: describeChange(before, { ...before, ...change }) };
  });
}

/**
 * Gives a client other keys, for its next assertion. For a rollover without a gap: first both keys, then the new one.
 * @throws Fault 422 that says what is wrong, 404 when there is no such client
 */
export async function setClientKeys(registry: Registry, id: string, keys: ClientKeys): Promise<void> {
  await changeClient(registry, id, async (_transaction, before) => {
    refuseOthersProof(registry, before);
    refuseIf(checkProof(before.kind, before.authMethod, keys, registry.allowedHosts ?? []));
    return { change: toColumns(keys), interaction: 'client-keys', detail: keys.jwksUri ?? 'inline' };
  });
}

/** Gives a client another secret; the former one counts no longer. @throws Fault 422 when it has none, 404 */
export async function setClientSecret(registry: Registry, id: string, secret: string): Promise<void> {
  await changeClient(registry, id, async (_transaction, before) => {
    refuseOthersProof(registry, before);
    refuseIf(checkProof(before.kind, before.authMethod, { secret }, []));
    return { change: { secretHash: hashSecret(secret) }, interaction: 'client-keys', detail: 'secret' };
  });
}

/** Lets a client in that waits: the operator's word. @throws Fault 404, 409 when it is disabled */
export async function approveClient(registry: Registry, id: string): Promise<ClientRow> {
  return await changeClient(registry, id, async (_transaction, before) => {
    if (before.disabled) {
      const text = `The client ${id} is disabled, for good. Register another one.`;
      throw fault(409, 'conflict', 'client-disabled', text, 'id');
    }
    return { change: { approved: true }, interaction: 'client-approve', detail: before.scope };
  });
}

/** Disables a client: its tokens and all that people granted it die at once, on every process. @throws Fault 404 */
export async function disableClient(registry: Registry, id: string): Promise<void> {
  const { database, clock } = registry;
  await database.transact(async (transaction) => {
    const { organization } = known(registry, await store.lockClient(transaction, id), 'client', id);
    await store.disableClient(transaction, id, clock());
    const ended = await store.revokeGrantsOf(transaction, 'client', id, clock());
    const detail = ended === 0 ? {} : { detail: `grants ended: ${ended}` };
    await audit(transaction, registry, { interaction: 'client-disable', organization, client: id, ...detail });
  });
}

interface Decision {
  readonly change: ClientChange;
  readonly interaction: 'client-set' | 'client-keys' | 'client-approve';
  readonly detail: string;
}

async function changeClient(
  registry: Registry,
  id: string,
  decide: (transaction: Transaction, before: ClientRow) => Promise<Decision>,
): Promise<ClientRow> {
  return await registry.database.transact(async (transaction) => {
    const before = known(registry, await store.lockClient(transaction, id), 'client', id);
    const { change, interaction, detail } = await decide(transaction, before);
    await store.updateClient(transaction, before, change);
    await audit(transaction, registry, { interaction, organization: before.organization, client: id, detail });
    return { ...before, ...change };
  });
}

function checkScopeOf(kind: ClientKind, scope: string, knowledge: ScopeKnowledge | undefined): Issue[] {
  const wrong = checkScope(scope, knowledge);
  if (wrong.length > 0) return wrong;
  return scope.split(' ').flatMap((text) => {
    const isOfService = parseScope(text)?.context === 'system' || SERVICE_WORDS.has(text);
    if (isOfService === (kind === 'service')) return [];
    const mend =
      kind === 'service'
        ? `"${text}" is for apps, which act for the person in front of them. A service acts for itself: give it system/… scopes, or register an app.`
        : `"${text}" is for services, which act for themselves. An app acts for the person in front of it: give it patient/… and user/… scopes, or register a service.`;
    return [problem('value', 'scope-kind', mend, 'scope')];
  });
}

function checkProof(
  kind: ClientKind,
  method: ClientAuthMethod,
  { jwks, jwksUri, secret }: ClientKeys & { readonly secret?: string },
  allowedHosts: readonly string[],
): Issue[] {
  if (kind === 'service' && method !== 'private_key_jwt') {
    const text = 'A service proves itself by a key: register its public keys.';
    return [problem('value', 'proof-kind', text, 'authMethod')];
  }
  if (method !== 'private_key_jwt' && (jwks ?? jwksUri) !== undefined) {
    const text = 'This client does not prove itself by keys: leave them out.';
    return [problem('value', 'proof-kind', text, 'jwks')];
  }
  const wantsSecret = method === 'client_secret_basic' || method === 'client_secret_post';
  if (wantsSecret !== (secret !== undefined)) {
    const text = wantsSecret
      ? 'This client proves itself by a secret: it needs one.'
      : 'This client proves itself without a secret: give it none.';
    return [problem('value', 'proof-kind', text, 'secret')];
  }
  return method === 'private_key_jwt'
    ? checkKeys({ jwks, ...(jwksUri === undefined ? {} : { jwksUri }) }, allowedHosts)
    : [];
}

function checkKeys({ jwks, jwksUri }: ClientKeys, allowedHosts: readonly string[]): Issue[] {
  if ((jwks === undefined) === (jwksUri === undefined)) {
    const text = 'Give either the public keys (jwks) or their address (jwksUri), and not both.';
    return [problem('value', 'keys-one', text, 'jwks')];
  }
  if (jwksUri === undefined) return checkPublicJwks(jwks);
  const of = { what: 'The address of the keys', key: 'jwks-uri', field: 'jwksUri' };
  return checkServerAddress(jwksUri, allowedHosts, of);
}

function checkAddresses(
  kind: ClientKind,
  method: ClientAuthMethod,
  redirectUris: readonly string[],
  launchUri: string | null,
): Issue[] {
  if (kind === 'app') {
    return [
      ...checkRedirectUris(redirectUris, method === 'none'),
      ...(launchUri === null ? [] : checkLaunchUri(launchUri)),
    ];
  }
  if (redirectUris.length === 0 && launchUri === null) return [];
  const text = 'A service has no pages: leave its redirect URIs and launch URI out, or register an app.';
  return [problem('value', 'service-addresses', text, redirectUris.length === 0 ? 'launchUri' : 'redirectUris')];
}

function isReserved(scope: string): boolean {
  return scope.split(' ').some((text) => OPERATORS_SCOPES.includes(text));
}

/** An administrator neither gives nor changes what is more than its own. */
function refuseReserved({ by }: Registry, scope: string): void {
  if (by === undefined || !isReserved(scope)) return;
  const text = `A client with the scopes ${OPERATORS_SCOPES.join(' or ')} is registered and changed by the operator of this server. Ask there.`;
  throw fault(403, 'forbidden', 'scope-reserved', text, 'scope');
}

/** Whoever could give such a client a key of its choice would be that client. */
function refuseOthersProof(registry: Registry, before: ClientRow): void {
  if (registry.by?.client !== before.id) refuseReserved(registry, before.scope);
}

async function refuseFlood(transaction: Transaction, organization: string): Promise<void> {
  if ((await store.countPendingClients(transaction, organization)) < PENDING_MOST) return;
  const text = `${PENDING_MOST} clients of this organisation wait for their approval already. Ask the operator of this server for it, or disable some.`;
  throw new Fault(409, problem('throttled', 'pending-many', text, 'id'));
}

type Reach = Pick<ClientRow, 'scope' | 'redirectUris' | 'launchUri'>;

function givesMore(before: Reach, after: Reach): boolean {
  const had = new Set([...before.scope.split(' '), ...before.redirectUris]);
  const isNew = [...after.scope.split(' '), ...after.redirectUris].some((item) => !had.has(item));
  return isNew || (after.launchUri !== null && after.launchUri !== before.launchUri);
}

function losesScope(before: Reach, after: Reach): boolean {
  const has = new Set(after.scope.split(' '));
  return before.scope.split(' ').some((text) => !has.has(text));
}

function describeChange(before: ClientRow, after: ClientRow): string {
  const fields = ['name', 'scope', 'redirectUris', 'launchUri', 'approved'] as const;
  const changed = fields.filter((field) => String(before[field]) !== String(after[field]));
  return changed.map((field) => `${field}=${String(after[field])}`).join(' ') || 'nothing';
}

function toColumns({ jwks, jwksUri }: ClientKeys): { jwks: string | null; jwksUri: string | null } {
  return { jwks: jwks === undefined ? null : JSON.stringify(jwks), jwksUri: jwksUri ?? null };
}
