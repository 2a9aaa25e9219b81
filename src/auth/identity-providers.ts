import { Fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { seal, unseal } from '../keys/index.ts';
import * as store from '../store/index.ts';
import type { Database } from '../store/index.ts';
import { checkServerAddress } from './registration-addresses.ts';
import { audit, knownOrganization, problem, refuseIf } from './registry.ts';
import type { Registry } from './registry.ts';

const CLIENT_ID_CHARACTERS_MOST = 255;
const SECRET_CHARACTERS_MOST = 1_000;

/** Where the people of an organisation may sign in instead of here: an OpenID Connect provider of its own. */
export interface IdentityProvider {
  readonly issuer: string;
  /** This server's client_id there. */
  readonly clientId: string;
  /** Absent: this server proves itself by its own key. */
  readonly secret?: string;
}

interface Sealed {
  readonly database: Database;
  /** 32 bytes; see `parseMasterKey`. */
  readonly masterKey: Uint8Array;
}

/** @throws Error when its secret lies sealed under another MASTER_KEY */
export async function findIdentityProvider(
  { database, masterKey }: Sealed,
  organization: string,
): Promise<IdentityProvider | undefined> {
  const row = await store.findIdentityProvider(database, organization);
  if (row === undefined) return undefined;
  const { issuer, clientId, secret } = row;
  if (secret === null) return { issuer, clientId };
  const opened = Buffer.from(unseal(masterKey, secret, purposeOf(organization))).toString('utf8');
  return { issuer, clientId, secret: opened };
}

/** Takes the place of the one before, if there was one. @throws Fault 422 that says what is wrong, 404 */
export async function setIdentityProvider(
  registry: Registry & Sealed,
  organization: string,
  { issuer, clientId, secret }: IdentityProvider,
): Promise<void> {
  const { database, masterKey, allowedHosts = [] } = registry;
  refuseIf([...checkIssuer(issuer, allowedHosts), ...checkText(clientId, secret)]);
  await database.transact(async (transaction) => {
    await knownOrganization(transaction, organization);
    const sealed = secret === undefined ? null : seal(masterKey, Buffer.from(secret), purposeOf(organization));
    await store.upsertIdentityProvider(transaction, { organization, issuer, clientId, secret: sealed });
    const detail = `oidc-issuer=${issuer} oidc-client-id=${clientId}`;
    await audit(transaction, registry, { interaction: 'organization-set', organization, detail });
  });
}

/** From then on its people sign in here, by their passwords. @throws Fault 404 when there is none */
export async function removeIdentityProvider(registry: Registry, organization: string): Promise<void> {
  await registry.database.transact(async (transaction) => {
    await knownOrganization(transaction, organization);
    if (!(await store.deleteIdentityProvider(transaction, organization))) {
      const text = `${organization} has no identity provider.`;
      throw new Fault(404, problem('not-found', 'identity-provider-unknown', text, 'organization'));
    }
    await audit(transaction, registry, { interaction: 'organization-set', organization, detail: 'no oidc-issuer' });
  });
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata: without query and fragment. */
function checkIssuer(issuer: string, allowedHosts: readonly string[]): Issue[] {
  const of = { what: 'The issuer', key: 'issuer', field: 'issuer' };
  if (!issuer.includes('?')) return checkServerAddress(issuer, allowedHosts, of);
  return [problem('value', 'issuer', 'The issuer is written without a query (?).', 'issuer')];
}

function checkText(clientId: string, secret: string | undefined): Issue[] {
  const issues: Issue[] = [];
  if (!isText(clientId, CLIENT_ID_CHARACTERS_MOST)) {
    const text = `The client_id is what the identity provider knows this server by: 1 to ${CLIENT_ID_CHARACTERS_MOST} printable ASCII characters.`;
    issues.push(problem('value', 'client-id', text, 'clientId'));
  }
  if (secret !== undefined && !isText(secret, SECRET_CHARACTERS_MOST)) {
    const text = `The secret has 1 to ${SECRET_CHARACTERS_MOST} printable ASCII characters.`;
    issues.push(problem('value', 'client-secret', text, 'secret'));
  }
  return issues;
}

/** https://www.rfc-editor.org/rfc/rfc6749#appendix-A */
function isText(text: string, most: number): boolean {
  return /^[\x20-\x7e]+$/.test(text) && text.length <= most;
}

function purposeOf(organization: string): string {
  return `identity provider secret ${organization}`;
}
