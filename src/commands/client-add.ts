import { addClient, makeSecret } from '../auth/index.ts';
import type { ClientKeys, ClientRegistration } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { allowLoopback, readPublicKeys } from './client-keys.ts';
import { defineCommand, UsageError } from './command.ts';
import { withDatabase, withHouse } from './connect.ts';

const NAME = 'client add';

export const addClientCommand = defineCommand({
  name: NAME,
  summary: 'Registers a system of a partner organisation, or an app for its people.',
  notes:
    'A system acts for itself (SMART Backend Services), an app for the person in front of it (SMART App Launch, --app).\n' +
    'Both may prove themselves by a key, whose public half is given as a file that `key generate` wrote (--jwks), or by\n' +
    'the https address where it is published (--jwks-uri). An app that runs on a server may have a secret instead\n' +
    "(--secret: made here and shown once), and one that runs on somebody's own machine can keep none (--public).\n" +
    'A scope is what it may be granted at most: of a system system/TYPE.LETTERS, of an app patient/… and user/…, openid,\n' +
    'fhirUser, launch, launch/patient, offline_access; LETTERS are those of c(reate), r(ead), u(pdate), d(elete),\n' +
    "s(earch) that are wanted, in this order. With the scope admin a system manages its organisation's clients and users\n" +
    '(/admin), with launches an EHR opens apps for its users.',
  options: {
    id: { value: 'ID', text: 'Letters, digits, points, hyphens; 64 at most.', required: true },
    organization: { value: 'ORG', text: 'The id of its organisation.', required: true },
    scope: { value: 'SCOPES', text: 'Scopes with blanks between them, in quotation marks.', required: true },
    app: { text: 'It is an app.' },
    'redirect-uri': { value: 'URI', text: 'Where an app takes its answers; several may be given.', many: true },
    'launch-uri': { value: 'URI', text: 'Where an EHR opens an app.' },
    public: { text: 'An app that keeps no secret.' },
    secret: { text: 'An app that keeps a secret, which is made and shown.' },
    jwks: { value: 'FILE', text: 'Its public keys, or' },
    'jwks-uri': { value: 'URL', text: 'where it publishes them.' },
    name: { value: 'NAME', text: 'For people to read. Without it: its id.' },
  },
  example:
    'client add --id ehr-north --organization hospital-north --scope "system/*.cruds" --jwks ehr.key.json.jwks.json',
  async run(setting, values) {
    const { id, organization, scope, app, 'redirect-uri': redirectUris, 'launch-uri': launchUri, name = id } = values;
    const { jwks, 'jwks-uri': jwksUri } = values;
    const authMethod = chooseMethod({ ...values, jwksUri });
    const keys: ClientKeys = {
      ...(jwks === undefined ? {} : { jwks: await readPublicKeys(setting.folder, jwks) }),
      ...(jwksUri === undefined ? {} : { jwksUri }),
    };
    const secret = authMethod === 'client_secret_basic' ? makeSecret() : undefined;
    await withDatabase(setting, async (connection) => {
      const registration: ClientRegistration = {
        ...{ id, organization, name, scope, kind: app ? 'app' : 'service', authMethod, redirectUris },
        ...keys,
        ...(secret === undefined ? {} : { secret }),
        ...(launchUri === undefined ? {} : { launchUri }),
      };
      const { config, database } = connection;
      const allowedHosts = allowLoopback(config, jwksUri);
      await withHouse(connection, async (knowledge) => {
        await addClient({ database, clock: systemClock, allowedHosts, knowledge }, registration);
      });
    });
    setting.terminal.print(`${id} is registered for ${organization} with ${scope}.`);
    if (secret !== undefined) setting.terminal.print(`Its secret, shown this once: ${secret}`);
    return undefined;
  },
});

function chooseMethod(given: {
  readonly app: boolean;
  readonly public: boolean;
  readonly secret: boolean;
  readonly jwks: string | undefined;
  readonly jwksUri: string | undefined;
}): NonNullable<ClientRegistration['authMethod']> {
  const { app, jwks, jwksUri } = given;
  const ways = [given.public, given.secret, jwks !== undefined, jwksUri !== undefined].filter(Boolean).length;
  if (!app && (given.public || given.secret)) {
    throw new UsageError('--public and --secret are for apps: give --app as well, or keys.', NAME);
  }
  if (ways !== 1) {
    throw new UsageError(
      app
        ? 'Give one of --public, --secret, --jwks FILE and --jwks-uri URL.'
        : 'Give either --jwks FILE or --jwks-uri URL, and not both.',
      NAME,
    );
  }
  if (given.public) return 'none';
  return given.secret ? 'client_secret_basic' : 'private_key_jwt';
}
