import { hash, randomBytes, randomUUID } from 'node:crypto';
import { toAddresses } from '../../src/auth/addresses.ts';
import { createIntrospection } from '../../src/auth/introspection.ts';
import type { Introspection } from '../../src/auth/introspection.ts';
import { createRevocation } from '../../src/auth/revocation.ts';
import type { Revocation } from '../../src/auth/revocation.ts';
import { openServerKeys } from '../../src/auth/server-keys.ts';
import type { ServerKeys } from '../../src/auth/server-keys.ts';
import { createTokenVerifier } from '../../src/auth/tokens.ts';
import type { TokenVerifier } from '../../src/auth/tokens.ts';
import { Fault, silentLogger } from '../../src/base/index.ts';
import { signJwt } from '../../src/keys/index.ts';
import type { PrivateJwk } from '../../src/keys/index.ts';
import { insertClient, insertGrant, insertOrganization, insertPerson, openDatabase } from '../../src/store/index.ts';
import type { AppGrant, Database, NewClient, NewPerson } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

export const ADDRESSES = toAddresses('https://consilium.test');

/** What of a server process has to do with tokens: its own pool, its own memory. */
export interface TokenNode {
  readonly database: Database;
  readonly serverKeys: ServerKeys;
  readonly tokens: TokenVerifier;
  readonly introspect: Introspection;
  readonly revoke: Revocation;
}

export interface TokenStage {
  readonly masterKey: Uint8Array;
  /** The database as the role that owns it. */
  readonly owner: Database;
  /** Epoch milliseconds that all clocks show; may be set forward. */
  now: number;
  /** `isDeaf`: no NOTIFY ever comes through to it. */
  startNode(options?: { isDeaf?: boolean; masterKey?: Uint8Array }): Promise<TokenNode>;
  /** A service and an app of hospital-a, and a practitioner of it, each under a new name. */
  addClient(client?: Partial<NewClient>): Promise<string>;
  addPerson(person?: Partial<NewPerson>): Promise<string>;
  /** What the person granted the app; its hash. */
  grant(person: string, client: string, grant?: Partial<AppGrant>): Promise<string>;
  /** An access token with a good signature, whatever it says. */
  mint(node: TokenNode, claims: Readonly<Record<string, unknown>>, header?: MintHeader): Promise<string>;
  end(): Promise<void>;
}

export interface MintHeader {
  readonly typ?: string;
  readonly key?: PrivateJwk;
}

export async function openTokenStage(): Promise<TokenStage> {
  const created = await createTestDatabase();
  const masterKey = new Uint8Array(randomBytes(32));
  const owner = openDatabase({ url: created.url, size: 2, logger: silentLogger });
  const endings: (() => Promise<unknown>)[] = [() => created.drop(), () => owner.close()];
  await insertOrganization(owner, { id: 'hospital-a', name: 'Hospital A', role: 'placer' });
  await insertOrganization(owner, { id: 'programme-b', name: 'Programme B', role: 'programme' });

  const stage: TokenStage = {
    masterKey,
    owner,
    now: Date.now(),
    async startNode({ isDeaf = false, masterKey: key = masterKey } = {}) {
      const clock = (): Date => new Date(stage.now);
      const open = openDatabase({ url: created.url, role: 'consilium_app', size: 4, logger: silentLogger });
      const database = isDeaf ? { ...open, listen: async () => async () => undefined } : open;
      endings.push(() => database.close());
      const serverKeys = await openServerKeys({ database, masterKey: key, clock, logger: silentLogger });
      endings.push(() => serverKeys.close());
      const tokens = createTokenVerifier({ addresses: ADDRESSES, serverKeys, database, clock });
      const introspect = createIntrospection({ addresses: ADDRESSES, tokens, database, clock });
      return { database, serverKeys, tokens, introspect, revoke: createRevocation({ tokens, database, clock }) };
    },
    async addClient(client = {}) {
      const id = randomUUID();
      const { kind = 'service' } = client;
      await insertClient(owner, {
        id,
        organization: 'hospital-a',
        name: 'A client',
        scope: 'system/*.cruds',
        kind,
        ...(kind === 'service' ? SERVICE : APP),
        secretHash: null,
        jwksUri: null,
        launchUri: null,
        approved: true,
        ...client,
      });
      return id;
    },
    async addPerson(person = {}) {
      const id = randomUUID();
      await insertPerson(owner, {
        id,
        organization: 'hospital-a',
        login: id,
        name: 'Dr Amina Vo',
        fhirUser: 'Practitioner/vo',
        patients: null,
        password: null,
        subject: null,
        ...person,
      });
      return id;
    },
    async grant(person, client, grant = {}) {
      const granted = {
        hash: hash('sha256', randomUUID(), 'base64url'),
        person,
        client,
        sessionHash: null,
        scope: 'patient/*.rs',
        patient: 'Patient/p1',
        encounter: null,
        context: '{}',
        offline: false,
        createdAt: new Date(stage.now),
        expiresAt: new Date(stage.now + 7_200_000),
        ...grant,
      };
      await insertGrant(owner, granted);
      return granted.hash;
    },
    async mint(node, claims, { typ = 'at+jwt', key = node.serverKeys.current().access } = {}) {
      const iat = Math.floor(stage.now / 1000);
      const times = { jti: randomUUID(), iat, exp: iat + 300 };
      const all = { iss: ADDRESSES.issuer, aud: ADDRESSES.fhir, scope: 'patient/*.rs', ...times, ...claims };
      return await signJwt(key, all, { typ, alg: key.kty === 'EC' ? 'ES384' : 'RS256' });
    },
    async end() {
      for (const ending of endings.reverse()) await ending();
    },
  };
  return stage;
}

const SERVICE = { authMethod: 'private_key_jwt', jwks: '{"keys":[]}', redirectUris: [] } as const;
const APP = { authMethod: 'none', jwks: null, redirectUris: ['https://app.test/back'] } as const;

/** Key of the refusal of a token; `taken` where it is none. */
export async function refusalOf(node: TokenNode, token: string): Promise<string> {
  try {
    await node.tokens.authenticate(token);
    return 'taken';
  } catch (error) {
    if (!(error instanceof Fault) || error.status !== 401) throw error;
    expectBearer(error.headers['www-authenticate']);
    return error.issues[0]!.key;
  }
}

function expectBearer(header: string | undefined): void {
  if (header !== 'Bearer error="invalid_token"') throw new Error(`WWW-Authenticate is ${String(header)}`);
}
