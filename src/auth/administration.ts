import { Fault } from '../base/index.ts';
import type { Caller, Clock } from '../base/index.ts';
import type { ScopeKnowledge } from '../access/index.ts';
import * as store from '../store/index.ts';
import type { Database } from '../store/index.ts';
import { findEhrConnection, removeEhrConnection, setOwnEhrConnection } from './ehr-connections.ts';
import type { EhrRegistration } from './ehr-connections.ts';
import { findIdentityProvider, removeIdentityProvider, setIdentityProvider } from './identity-providers.ts';
import type { IdentityProvider } from './identity-providers.ts';
import { makePassword } from './passwords.ts';
import { addPerson, disablePerson, setPerson } from './people.ts';
import type { PersonRegistration, PersonSetting } from './people.ts';
import { addClient, disableClient, setClient, setClientKeys, setClientSecret } from './registration-clients.ts';
import type { ClientKeys, ClientRegistration, ClientRegistry, ClientSetting } from './registration-clients.ts';
import { known, knownOrganization } from './registry.ts';
import type { Registry } from './registry.ts';
import { makeSecret } from './secrets.ts';
import { viewClient, viewPerson } from './views.ts';
import type { ClientView, PersonView } from './views.ts';

/** Who asks, and under which id the request is logged. */
export interface Asker {
  readonly caller: Caller;
  readonly request: string;
}

/** A part of a list, in order of id. */
export interface Window {
  /** The id behind which it begins. */
  readonly after?: string;
  /** From 1 to 200. */
  readonly limit: number;
}

export interface Listed<T> {
  readonly entries: readonly T[];
  /** The id behind which there is more. */
  readonly next?: string;
}

/** Of an organisation that manages itself. */
export interface OrganizationView {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly validation: string;
  readonly identityProvider?: { readonly issuer: string; readonly clientId: string; readonly hasSecret: boolean };
}

type Own<T> = Omit<T, 'organization' | 'id'>;

/**
 * What an organisation's administrator client (scope `admin`) does without the operator: clients and people of its own
 * organisation, and where these sign in. What others have is unknown to it. Secrets and passwords that are made are told
 * once, in the answer. Each function throws Fault 403 first when the caller is no administrator.
 */
export interface Administration {
  listClients(asker: Asker, window: Window): Promise<Listed<ClientView>>;
  findClient(asker: Asker, id: string): Promise<ClientView>;
  /** It waits for the operator's approval, and gets no token until then. */
  addClient(asker: Asker, registration: Own<ClientRegistration>): Promise<ClientView & { secret?: string }>;
  setClient(asker: Asker, id: string, setting: ClientSetting): Promise<ClientView>;
  /** Other keys, or without them another secret, by what the client proves itself. */
  renewProof(asker: Asker, id: string, keys: ClientKeys): Promise<ClientView & { secret?: string }>;
  disableClient(asker: Asker, id: string): Promise<ClientView>;
  listPeople(asker: Asker, window: Window): Promise<Listed<PersonView>>;
  findPerson(asker: Asker, id: string): Promise<PersonView>;
  addPerson(asker: Asker, registration: Own<PersonRegistration>): Promise<PersonView & { password?: string }>;
  setPerson(asker: Asker, id: string, setting: Omit<PersonSetting, 'password'>): Promise<PersonView>;
  /** Another password: this one, or one that is made. */
  setPassword(asker: Asker, id: string, password?: string): Promise<PersonView & { password?: string }>;
  disablePerson(asker: Asker, id: string): Promise<PersonView>;
  findOrganization(asker: Asker): Promise<OrganizationView>;
  setIdentityProvider(asker: Asker, provider: IdentityProvider): Promise<OrganizationView>;
  removeIdentityProvider(asker: Asker): Promise<void>;
  /** The FHIR server of its own into which reports are written. */
  findEhrConnection(asker: Asker): Promise<EhrRegistration>;
  setEhrConnection(asker: Asker, registration: EhrRegistration): Promise<EhrRegistration>;
  removeEhrConnection(asker: Asker): Promise<void>;
  /** @throws Fault 403 unless the caller is an administrator */
  check(asker: Asker): void;
}

interface Options {
  readonly database: Database;
  /** 32 bytes; see `parseMasterKey`. */
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  /** Hosts that may be named with plain http. */
  readonly allowedHosts: readonly string[];
  readonly knowledge: ScopeKnowledge;
}

export function createAdministration(options: Options): Administration {
  const { database, masterKey } = options;

  function registryOf(asker: Asker): ClientRegistry & { masterKey: Uint8Array; organization: string } {
    check(asker);
    const { client, organization } = asker.caller;
    return { ...options, masterKey, organization, by: { client, organization, request: asker.request } };
  }

  async function seeClient(registry: Registry, id: string): Promise<ClientView> {
    return viewClient(known(registry, await store.findClient(database, id), 'client', id));
  }

  async function seePerson(registry: Registry, id: string): Promise<PersonView> {
    return viewPerson(known(registry, await store.findPerson(database, id), 'person', id));
  }

  async function seeOrganization(id: string): Promise<OrganizationView> {
    const { name, role, validation } = await knownOrganization(database, id);
    const provider = await findIdentityProvider({ database, masterKey }, id);
    if (provider === undefined) return { id, name, role, validation };
    const { issuer, clientId, secret } = provider;
    return { id, name, role, validation, identityProvider: { issuer, clientId, hasSecret: secret !== undefined } };
  }

  return {
    check,
    async listClients(asker, window) {
      const { organization } = registryOf(asker);
      return toPage(await store.listClients(database, oneMore(organization, window)), window, viewClient);
    },
    async findClient(asker, id) {
      return await seeClient(registryOf(asker), id);
    },
    async addClient(asker, registration) {
      const registry = registryOf(asker);
      const secret = registration.authMethod?.startsWith('client_secret_') === true ? { secret: makeSecret() } : {};
      const { organization } = registry;
      const id = await addClient(registry, { ...registration, ...secret, organization });
      return { ...(await seeClient(registry, id)), ...secret };
    },
    async setClient(asker, id, setting) {
      return viewClient(await setClient(registryOf(asker), id, setting));
    },
    async renewProof(asker, id, keys) {
      const registry = registryOf(asker);
      const { authMethod } = await seeClient(registry, id);
      if (authMethod === 'private_key_jwt' || keys.jwks !== undefined || keys.jwksUri !== undefined) {
        await setClientKeys(registry, id, keys);
        return await seeClient(registry, id);
      }
      const secret = makeSecret();
      await setClientSecret(registry, id, secret);
      return { ...(await seeClient(registry, id)), secret };
    },
    async disableClient(asker, id) {
      const registry = registryOf(asker);
      await disableClient(registry, id);
      return await seeClient(registry, id);
    },
    async listPeople(asker, window) {
      const { organization } = registryOf(asker);
      return toPage(await store.listPeople(database, oneMore(organization, window)), window, viewPerson);
    },
    async findPerson(asker, id) {
      return await seePerson(registryOf(asker), id);
    },
    async addPerson(asker, registration) {
      const registry = registryOf(asker);
      const { organization } = registry;
      const { id, ...made } = await addPerson(registry, { ...registration, organization });
      return { ...(await seePerson(registry, id)), ...made };
    },
    async setPerson(asker, id, setting) {
      return viewPerson(await setPerson(registryOf(asker), id, setting));
    },
    async setPassword(asker, id, password) {
      const given = password ?? makePassword();
      const person = await setPerson(registryOf(asker), id, { password: given });
      return { ...viewPerson(person), ...(password === undefined ? { password: given } : {}) };
    },
    async disablePerson(asker, id) {
      return viewPerson(await disablePerson(registryOf(asker), id));
    },
    async findOrganization(asker) {
      return await seeOrganization(registryOf(asker).organization);
    },
    async setIdentityProvider(asker, provider) {
      const registry = registryOf(asker);
      await setIdentityProvider(registry, registry.organization, provider);
      return await seeOrganization(registry.organization);
    },
    async removeIdentityProvider(asker) {
      const registry = registryOf(asker);
      await removeIdentityProvider(registry, registry.organization);
    },
    async findEhrConnection(asker) {
      const registry = registryOf(asker);
      return await findEhrConnection(registry, registry.organization);
    },
    async setEhrConnection(asker, registration) {
      const registry = registryOf(asker);
      await setOwnEhrConnection(registry, registry.organization, registration);
      return await findEhrConnection(registry, registry.organization);
    },
    async removeEhrConnection(asker) {
      const registry = registryOf(asker);
      await removeEhrConnection(registry, registry.organization);
    },
  };
}

/** A person's token never administers, whatever its app was granted. */
function check({ caller: { scopes, user } }: Asker): void {
  if (user === undefined && scopes.includes('admin')) return;
  const text =
    'This is for an administrator client: a service with the scope admin, which the operator of this server registers.';
  const header = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="admin"' };
  throw new Fault(403, { severity: 'error', code: 'forbidden', key: 'scope-admin', text }, header);
}

function oneMore(organization: string, { after, limit }: Window): store.ListWindow {
  return { organization, limit: limit + 1, ...(after === undefined ? {} : { after }) };
}

function toPage<R extends { readonly id: string }, T>(
  rows: readonly R[],
  { limit }: Window,
  view: (row: R) => T,
): Listed<T> {
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { entries: entries.map(view), ...(isMore ? { next: last.id } : {}) };
}
