import { requestToken } from '../auth/index.ts';
import type { TokenAnswer } from '../auth/index.ts';
import { fetchGuarded, OutboundError } from '../base/index.ts';
import type { PrivateJwk } from '../keys/index.ts';
import { defineCommand, UsageError } from './command.ts';
import { readJsonFile } from './files.ts';

const NAME = 'token';

export const tokenCommand = defineCommand({
  name: NAME,
  summary: 'Asks a running server for an access token, as a client, and prints it alone.',
  notes:
    'Signs an assertion with the private key and sends it to the token endpoint. The token is good for five minutes.\n' +
    'For scripts: curl -H "Authorization: Bearer $(COMMAND)" …',
  options: {
    client: { value: 'ID', text: 'The client, as registered.', required: true },
    key: { value: 'FILE', text: 'Its private key, as `key generate` wrote it.', required: true },
    scope: { value: 'SCOPES', text: 'What is asked for, in quotation marks.', required: true },
    base: { value: 'URL', text: "The server's address. Without it: PUBLIC_URL, or else HOST and PORT." },
  },
  example: 'token --client ehr-north --key ehr.key.json --scope "system/*.cruds"',
  async run({ loadConfig, terminal, folder }, { client, key, scope, base }) {
    const privateJwk = await readPrivateKey(folder, key);
    const server = base === undefined ? loadConfig().publicUrl : parseBase(base);
    const audience = await chooseAudience(server, () => loadConfig().publicUrl);
    const request = { clientId: client, privateJwk, scope, tokenUrl: toTokenUrl(server), audience, now: new Date() };
    const answer = await requestToken(request).catch((error: unknown) => {
      throw explainOutbound(server, error);
    });
    const { access_token: token } = answer.body;
    if (typeof token !== 'string') throw new Error(explainRefusal(answer, client, privateJwk.kid));
    terminal.print(token);
    return undefined;
  },
});

async function readPrivateKey(folder: string, file: string): Promise<PrivateJwk> {
  const value = await readJsonFile(folder, file);
  if (typeof value === 'object' && value !== null && 'd' in value && 'kty' in value && 'kid' in value) {
    return value as PrivateJwk;
  }
  throw new Error(
    `${file} is no private key. Name the file that \`key generate --out\` wrote, not the public set beside it.`,
  );
}

/** The server's address; that of its FHIR base is taken as well. */
function parseBase(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw new UsageError(`--base is an http or https address, for example http://127.0.0.1:8080, not "${text}".`, NAME);
  }
  return url.origin + url.pathname.replace(/\/+$/, '').replace(/\/fhir$/, '');
}

/**
 * The address that the assertion is made out to. What a server says its address is, is believed only when it is the one
 * that it was called by, or our own PUBLIC_URL: an assertion made out to another is that one's to be impersonated at.
 */
async function chooseAudience(server: string, publicUrl: () => string): Promise<string> {
  const announced = await readAnnounced(server);
  if (announced === toTokenUrl(server) || announced === toTokenUrl(publicUrl())) return announced;
  const address = announced.replace(/\/auth\/token$/, '');
  throw new Error(`The server at ${server} calls itself ${address}. Ask it there: --base ${address}`);
}

function toTokenUrl(server: string): string {
  return `${server}/auth/token`;
}

/** The token endpoint in the server's discovery document. https://hl7.org/fhir/smart-app-launch/conformance.html */
async function readAnnounced(server: string): Promise<string> {
  const url = `${server}/fhir/.well-known/smart-configuration`;
  const answer = await fetchGuarded(url, { allowedHosts: [new URL(url).host], timeoutMs: 10_000 }).catch(
    (error: unknown) => {
      throw explainOutbound(server, error);
    },
  );
  try {
    const { token_endpoint: announced } = JSON.parse(Buffer.from(answer.body).toString('utf8')) as {
      token_endpoint?: unknown;
    };
    if (typeof announced === 'string') return announced;
  } catch {
    // Falls through: it is no discovery document.
  }
  throw new Error(`What answers at ${server} is no Consilium (status ${answer.status}). Check --base or PUBLIC_URL.`);
}

function explainOutbound(server: string, error: unknown): unknown {
  if (!(error instanceof OutboundError)) return error;
  return new Error(
    `No server to be reached at ${server}: ${error.message} Start it (npm start), or name another: --base URL`,
    {
      cause: error,
    },
  );
}

function explainRefusal({ status, body }: TokenAnswer, client: string, kid: string): string {
  const { error = `status ${status}`, error_description: description } = body as Record<string, string | undefined>;
  const said = `The server gives no token: ${error}${description === undefined ? '' : `, ${description}`}.`;
  const mend = MENDS[error]?.(client, kid);
  return mend === undefined ? said : `${said}\n${mend}`;
}

const MENDS: Readonly<Record<string, (client: string, kid: string) => string>> = {
  invalid_client: (client, kid) =>
    `It tells nobody why. Check that the client ${client} is registered there and not disabled (client list), that the ` +
    `public half of this key is among its keys (key id ${kid}), and the clock of this machine.`,
  invalid_scope: () =>
    'Ask for scopes within those that the client is registered with (client list), for example "system/*.rs".',
};
