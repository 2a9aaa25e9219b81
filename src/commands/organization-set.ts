import { publishOrganization, readMasterKey } from '../app.ts';
import { removeIdentityProvider, setIdentityProvider, setOrganization } from '../auth/index.ts';
import type { IdentityProvider } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import type { Caller, Role } from '../base/index.ts';
import { parseStored } from '../fhir/index.ts';
import { commit } from '../interactions/index.ts';
import type { House } from '../interactions/index.ts';
import { readRecord } from '../store/index.ts';
import type { OrganizationChange, OrganizationRow, Validation } from '../store/index.ts';
import { allowLoopback } from './client-keys.ts';
import { defineCommand, UsageError } from './command.ts';
import { joinTransaction, withDatabase, withHouse } from './connect.ts';
import type { Connection } from './connect.ts';
import { readSecret } from './files.ts';

const NAME = 'organization set';

export const setOrganizationCommand = defineCommand({
  name: NAME,
  summary:
    'Changes the name of a partner organisation, how strictly its records are taken, or where its users sign in.',
  notes:
    'Servers that run follow with the next request, without a restart.\n' +
    'What was stored before stays as it is. Under a new name Organization/ID is published anew, with what else the\n' +
    'partner has put into it. Users sign in by login and password, or at the OpenID Connect provider of their\n' +
    'organisation, where this server has to be registered with the redirect URI PUBLIC_URL/auth/upstream/callback.',
  options: {
    id: { value: 'ID', text: 'Of the organisation, as `organization list` shows it.', required: true },
    name: { value: 'NAME', text: 'As partners are to know it.' },
    validation: {
      value: 'HOW',
      text: 'Whether codes that are not allowed refuse its records (strict) or not (lenient).',
      choices: ['strict', 'lenient'],
    },
    'oidc-issuer': { value: 'URL', text: 'The address of its OpenID Connect provider.' },
    'oidc-client-id': { value: 'ID', text: 'What this server is called there.' },
    'oidc-client-secret-file': {
      value: 'FILE',
      text: "Holds this server's secret there; - reads it from standard input. Without it: proof by the server's key.",
    },
    'no-oidc': { text: 'Its users sign in here alone.' },
  },
  example: 'organization set --id hospital-north --validation strict',
  async run(setting, values) {
    const { id, name, validation, 'no-oidc': noOidc } = values;
    const provider = await readProvider(setting.folder, values);
    if (noOidc && provider !== undefined) throw new UsageError('Give --oidc-issuer or --no-oidc, and not both.', NAME);
    if (name === undefined && validation === undefined && provider === undefined && !noOidc) {
      throw new UsageError('Say what is to change: --name NAME, --validation HOW, --oidc-issuer URL, --no-oidc.', NAME);
    }
    const change: OrganizationChange = {
      ...(name === undefined ? {} : { name }),
      ...(validation === undefined ? {} : { validation: validation as Validation }),
    };
    const before = await withDatabase(setting, (connection) =>
      setAndPublish(connection, id, change, noOidc ? null : provider),
    );
    for (const line of describeChange(before, change)) setting.terminal.print(line);
    if (noOidc) setting.terminal.print(`${id}: its users sign in here.`);
    if (provider !== undefined) setting.terminal.print(`${id}: its users sign in at ${provider.issuer}.`);
    return undefined;
  },
});

async function readProvider(
  folder: string,
  values: {
    readonly 'oidc-issuer': string | undefined;
    readonly 'oidc-client-id': string | undefined;
    readonly 'oidc-client-secret-file': string | undefined;
  },
): Promise<IdentityProvider | undefined> {
  const { 'oidc-issuer': issuer, 'oidc-client-id': clientId, 'oidc-client-secret-file': file } = values;
  if (issuer === undefined && clientId === undefined && file === undefined) return undefined;
  if (issuer === undefined || clientId === undefined) {
    throw new UsageError('Give --oidc-issuer URL and --oidc-client-id ID together.', NAME);
  }
  return { issuer, clientId, ...(file === undefined ? {} : { secret: await readSecret(folder, file) }) };
}

/** The registration is kept back until the new name is published, and falls with it. `provider`: null removes it. */
async function setAndPublish(
  connection: Connection,
  id: string,
  change: OrganizationChange,
  provider: IdentityProvider | null | undefined,
): Promise<Required<OrganizationRow>> {
  const { config, owner } = connection;
  return await owner.transact(async (on) => {
    const allowedHosts = allowLoopback(config, provider?.issuer);
    const registry = { database: joinTransaction(owner, on), clock: systemClock, allowedHosts };
    const before = await setOrganization(registry, id, change);
    if (provider === null) await removeIdentityProvider(registry, id);
    if (provider != null) {
      await setIdentityProvider({ ...registry, masterKey: await readMasterKey(config) }, id, provider);
    }
    const { name } = change;
    if (name !== undefined) await withHouse(connection, (house) => publishName(house, id, name, before.role));
    return before;
  });
}

/** A partner may have completed its record, with an address for one: only the name is changed. */
async function publishName(house: House, id: string, name: string, role: Role): Promise<void> {
  const ref = `Organization/${id}`;
  const stored = await readRecord(house.database, id, ref);
  if (stored?.body == null) return await publishOrganization(house, { id, name, role });
  const caller: Caller = { client: 'consilium', organization: id, role, scopes: [] };
  const after = { ...parseStored(stored.body), name };
  await commit(house, { caller, request: 'command line' }, 'update', [
    { method: 'PUT', ref, after, path: 'Organization', ifMatch: stored.version },
  ]);
}

function describeChange(before: Required<OrganizationRow>, { name, validation }: OrganizationChange): string[] {
  const { id } = before;
  const lines: string[] = [];
  if (validation !== undefined) lines.push(`${id}: validation is ${compare(before.validation, validation)}.`);
  if (name !== undefined)
    lines.push(`${id}: the name is ${compare(before.name, name)}, published as Organization/${id}.`);
  return lines;
}

function compare(before: string, after: string): string {
  return before === after ? `${after}, as before` : `${after} (was ${before})`;
}
