import { addClient } from '../auth/index.ts';
import type { ClientKeys } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { defineCommand, UsageError } from './command.ts';
import { withDatabase } from './connect.ts';
import { readJsonFile } from './files.ts';

const NAME = 'client add';

export const addClientCommand = defineCommand({
  name: NAME,
  summary: 'Registers a system of a partner organisation (SMART Backend Services).',
  notes:
    'It proves itself by a key whose public half is given here: as a file that `key generate` wrote (--jwks), or by the\n' +
    'https address where the client publishes its keys (--jwks-uri). A scope is what it may be granted at most:\n' +
    'system/TYPE.LETTERS, with those of c(reate), r(ead), u(pdate), d(elete), s(earch) that are wanted, in this order.',
  options: {
    id: { value: 'ID', text: 'Letters, digits, points, hyphens; 64 at most.', required: true },
    organization: { value: 'ORG', text: 'The id of its organisation.', required: true },
    scope: { value: 'SCOPES', text: 'Scopes with blanks between them, in quotation marks.', required: true },
    jwks: { value: 'FILE', text: 'Its public keys, or' },
    'jwks-uri': { value: 'URL', text: 'where it publishes them.' },
    name: { value: 'NAME', text: 'For people to read. Without it: its id.' },
  },
  example:
    'client add --id ehr-north --organization hospital-north --scope "system/*.cruds" --jwks ehr.key.json.jwks.json',
  async run(setting, { id, organization, scope, jwks, 'jwks-uri': jwksUri, name = id }) {
    if ((jwks === undefined) === (jwksUri === undefined)) {
      throw new UsageError('Give either --jwks FILE or --jwks-uri URL, and not both.', NAME);
    }
    const keys: ClientKeys =
      jwks === undefined ? { jwksUri: jwksUri! } : { jwks: await readPublicKeys(setting.folder, jwks) };
    await withDatabase(setting, async ({ config, database }) => {
      const allowedHosts = config.production || jwksUri === undefined ? [] : loopbackHost(jwksUri);
      const registration = { id, organization, name, scope, ...keys };
      await addClient({ database, clock: systemClock, allowedHosts }, registration);
    });
    setting.terminal.print(`${id} is registered for ${organization} with ${scope}.`);
    return undefined;
  },
});

async function readPublicKeys(folder: string, file: string): Promise<unknown> {
  const value = await readJsonFile(folder, file);
  if (typeof value === 'object' && value !== null && 'kty' in value && !('keys' in value)) {
    throw new Error(
      `${file} is a single key${'d' in value ? ', and the private one, which stays with the client' : ''}. ` +
        `Register the set of its public keys: ${file}.jwks.json, when \`key generate\` made it.`,
    );
  }
  return value;
}

/** While developing, keys may come from this machine by plain http. */
function loopbackHost(uri: string): string[] {
  const url = URL.parse(uri);
  return url !== null && ['127.0.0.1', 'localhost'].includes(url.hostname) ? [url.host] : [];
}
