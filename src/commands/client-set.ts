import { makeSecret, setClient, setClientKeys, setClientSecret } from '../auth/index.ts';
import type { ClientSetting } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { allowLoopback, readPublicKeys } from './client-keys.ts';
import { defineCommand, UsageError } from './command.ts';
import { joinTransaction, withDatabase, withHouse } from './connect.ts';

const NAME = 'client set';

export const setClientCommand = defineCommand({
  name: NAME,
  summary: 'Changes the name, scopes, addresses, keys or secret of a client.',
  notes:
    'It holds for the next token that the client asks for. Where it loses a scope, what people granted it ends. Redirect\n' +
    'URIs and scopes take the place of those before. For a rollover of keys without a gap, give a file with both keys\n' +
    'first, and one with the new key when the client signs with that.',
  options: {
    id: { value: 'ID', text: 'Of the client, as `client list` shows it.', required: true },
    name: { value: 'NAME', text: 'For people to read.' },
    scope: { value: 'SCOPES', text: 'What it may be granted at most, in quotation marks.' },
    'redirect-uri': { value: 'URI', text: 'Where an app takes its answers; several may be given.', many: true },
    'launch-uri': { value: 'URI', text: 'Where an EHR opens an app.' },
    jwks: { value: 'FILE', text: 'Its public keys, or' },
    'jwks-uri': { value: 'URL', text: 'where it publishes them, or' },
    'new-secret': { text: 'another secret, which is made and shown.' },
  },
  example: 'client set --id ehr-north --jwks both.jwks.json',
  async run(setting, values) {
    const { id, name, scope, 'redirect-uri': redirectUris, 'launch-uri': launchUri } = values;
    const { jwks, 'jwks-uri': jwksUri, 'new-secret': renew } = values;
    const change: ClientSetting = {
      ...(name === undefined ? {} : { name }),
      ...(scope === undefined ? {} : { scope }),
      ...(redirectUris.length === 0 ? {} : { redirectUris }),
      ...(launchUri === undefined ? {} : { launchUri }),
    };
    const proofs = [jwks !== undefined, jwksUri !== undefined, renew].filter(Boolean).length;
    if (proofs > 1) throw new UsageError('Give one of --jwks FILE, --jwks-uri URL and --new-secret.', NAME);
    const isChange = Object.keys(change).length > 0;
    if (!isChange && proofs === 0)
      throw new UsageError('Say what is to change: --name, --scope, --redirect-uri …', NAME);
    const keys = jwks === undefined ? undefined : { jwks: await readPublicKeys(setting.folder, jwks) };
    const secret = renew ? makeSecret() : undefined;
    await withDatabase(setting, async (connection) => {
      const allowedHosts = allowLoopback(connection.config, jwksUri);
      await withHouse(connection, async (knowledge) => {
        // All of it, or nothing.
        await connection.database.transact(async (on) => {
          const database = joinTransaction(connection.database, on);
          const registry = { database, clock: systemClock, allowedHosts, knowledge };
          if (isChange) await setClient(registry, id, change);
          if (keys !== undefined) await setClientKeys(registry, id, keys);
          if (jwksUri !== undefined) await setClientKeys(registry, id, { jwksUri });
          if (secret !== undefined) await setClientSecret(registry, id, secret);
        });
      });
    });
    setting.terminal.print(`${id} is changed.`);
    if (secret !== undefined) setting.terminal.print(`Its secret, shown this once: ${secret}`);
    return undefined;
  },
});
