import { Fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import * as store from '../store/index.ts';
import type { EhrConnection, EhrKind } from '../store/index.ts';
import { checkServerAddress } from './registration-addresses.ts';
import { audit, knownOrganization, problem, refuseIf } from './registry.ts';
import type { Registry } from './registry.ts';

export const EHR_KINDS: readonly EhrKind[] = ['document', 'letter', 'report'];

const CLIENT_ID_CHARACTERS_MOST = 255;
const SCOPE_CHARACTERS_MOST = 2_000;

/** The FHIR server of a placer's own into which reports are written, as it is registered. */
export interface EhrRegistration {
  readonly baseUrl: string;
  /** Absent: as its .well-known/smart-configuration says. */
  readonly tokenUrl?: string;
  /** What this server is called there; absent: it asks for no token. */
  readonly clientId?: string;
  /** Absent: what is needed for all that may be written. */
  readonly scope?: string;
  /** What is written there; absent: all of it. */
  readonly kinds?: readonly EhrKind[];
  /** Absent: yes. */
  readonly enabled?: boolean;
}

/** @throws Fault 404 when the organisation has none */
export async function findEhrConnection(registry: Registry, organization: string): Promise<EhrRegistration> {
  const found = await store.findEhrConnection(registry.database, organization);
  if (found === undefined) throw unknownConnection(organization);
  const { baseUrl, tokenUrl, clientId, scope, kinds, enabled } = found;
  return {
    baseUrl,
    ...(tokenUrl === null ? {} : { tokenUrl }),
    ...(clientId === null ? {} : { clientId }),
    ...(scope === null ? {} : { scope }),
    ...(kinds.length === 0 ? {} : { kinds }),
    enabled,
  };
}

/** Takes the place of the one before, if there was one. @throws Fault 422 that says what is wrong, 404 */
export async function setEhrConnection(
  registry: Registry,
  organization: string,
  registration: EhrRegistration,
): Promise<void> {
  const { database, clock, allowedHosts = [] } = registry;
  refuseIf(checkRegistration(registration, allowedHosts));
  const { baseUrl, tokenUrl = null, clientId = null, scope = null, kinds = [], enabled = true } = registration;
  const row: EhrConnection = {
    organization,
    baseUrl: baseUrl.replace(/\/+$/, ''),
    tokenUrl,
    clientId,
    scope,
    kinds: EHR_KINDS.filter((kind) => kinds.includes(kind)),
    enabled,
  };
  await database.transact(async (transaction) => {
    const { role } = await knownOrganization(transaction, organization);
    if (role !== 'placer') {
      const text = 'Reports are written into the FHIR server of a placer: of who has asked for them.';
      refuseIf([problem('business-rule', 'ehr-role', text, 'organization')]);
    }
    await store.upsertEhrConnection(transaction, row, clock());
    const detail = `ehr=${new URL(baseUrl).host}${enabled ? '' : ' off'}`;
    await audit(transaction, registry, { interaction: 'organization-set', organization, detail });
  });
}

/**
 * The same, asked for by the organisation itself. Tokens are sent to the base: only who runs the server says that another
 * host gives them for it, or a hospital could have tokens sent to itself that are good at another's.
 */
export async function setOwnEhrConnection(
  registry: Registry,
  organization: string,
  registration: EhrRegistration,
): Promise<void> {
  const { baseUrl, tokenUrl } = registration;
  const [base, tokens] = [URL.parse(baseUrl)?.origin, tokenUrl === undefined ? undefined : URL.parse(tokenUrl)?.origin];
  if (tokens !== undefined && tokens !== base) {
    const text =
      'A token endpoint at another host than the FHIR server is registered by who runs this server (ehr-set).';
    refuseIf([problem('business-rule', 'ehr-address', text, 'tokenUrl')]);
  }
  await setEhrConnection(registry, organization, registration);
}

/** From then on no report is written there; what was stays. @throws Fault 404 when there is none */
export async function removeEhrConnection(registry: Registry, organization: string): Promise<void> {
  await registry.database.transact(async (transaction) => {
    await knownOrganization(transaction, organization);
    if (!(await store.deleteEhrConnection(transaction, organization))) throw unknownConnection(organization);
    await audit(transaction, registry, { interaction: 'organization-set', organization, detail: 'no ehr' });
  });
}

function checkRegistration(
  { baseUrl, tokenUrl, clientId, scope, kinds = [] }: EhrRegistration,
  allowedHosts: readonly string[],
): Issue[] {
  const issues = checkAddress(baseUrl, allowedHosts, 'The base of a FHIR server', 'baseUrl');
  if (tokenUrl !== undefined) issues.push(...checkAddress(tokenUrl, allowedHosts, 'A token endpoint', 'tokenUrl'));
  if (clientId !== undefined && !isPrintable(clientId, CLIENT_ID_CHARACTERS_MOST)) {
    const text = `The client_id is what the EHR knows this server by: 1 to ${CLIENT_ID_CHARACTERS_MOST} printable ASCII characters.`;
    issues.push(problem('value', 'client-id', text, 'clientId'));
  }
  if (clientId === undefined && (tokenUrl ?? scope) !== undefined) {
    const text = 'Tokens are asked for under a client_id: give it, or leave token endpoint and scope out.';
    issues.push(problem('required', 'client-id', text, 'clientId'));
  }
  if (scope !== undefined && !isPrintable(scope, SCOPE_CHARACTERS_MOST)) {
    const text = 'A scope is written as SMART has them, separated by blanks: system/Patient.rs system/Bundle.crus …';
    issues.push(problem('value', 'scope', text, 'scope'));
  }
  if (kinds.some((kind) => !EHR_KINDS.includes(kind))) {
    issues.push(problem('value', 'ehr-kind', `What is written is one of ${EHR_KINDS.join(', ')}.`, 'kinds'));
  }
  return issues;
}

function checkAddress(url: string, allowedHosts: readonly string[], what: string, field: string): Issue[] {
  if (!url.includes('?')) return checkServerAddress(url, allowedHosts, { what, key: 'ehr-address', field });
  return [problem('value', 'ehr-address', `${what} is written without a query (?).`, field)];
}

function isPrintable(text: string, most: number): boolean {
  return text.length <= most && /^[\x20-\x7e]+$/.test(text) && text.trim() === text;
}

function unknownConnection(organization: string): Fault {
  const text = `${organization} has no FHIR server of its own here into which reports are written.`;
  return new Fault(404, problem('not-found', 'ehr-unknown', text, 'organization'));
}
