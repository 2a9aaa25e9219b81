import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { rotateServerKeys } from '../../src/auth/rotate-server-keys.ts';
import type { Rotated } from '../../src/auth/rotate-server-keys.ts';
import { checkServerKeys, SERVER_KEY_ALGS } from '../../src/auth/sealed-keys.ts';
import type { ServerKeyAlg } from '../../src/auth/sealed-keys.ts';
import { OVERLAP_MS } from '../../src/auth/server-keys.ts';
import { verifyJwt } from '../../src/keys/index.ts';
import { listServerKeys } from '../../src/store/index.ts';
import { announcedServer, urlOfDatabase } from '../support/server.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openTokenStage, refusalOf } from './token-stage.ts';
import type { TokenNode, TokenStage } from './token-stage.ts';

/** Three processes on one database; the last one never hears a word of the others. */
let stage: TokenStage;
let nodes: TokenNode[];
let service: string;
beforeAll(async () => {
  stage = await openTokenStage();
  // Together, and for the first time: each has to make the server's keys.
  nodes = await Promise.all([stage.startNode(), stage.startNode(), stage.startNode({ isDeaf: true })]);
  service = await stage.addClient();
});
afterAll(() => stage.end());

const kidOf = (node: TokenNode): string => node.serverKeys.current().access.kid;
const published = (node: TokenNode): string[] => node.serverKeys.jwks().keys.map(({ kid }) => kid);
const mint = (node: TokenNode): Promise<string> => stage.mint(node, { sub: service, client_id: service });

/** Rotates on the owner's behalf, `times` at once. */
async function rotate(algs: readonly ServerKeyAlg[] = ['ES384'], compromised = false, times = 1): Promise<Rotated[]> {
  const { owner: database, masterKey } = stage;
  const clock = (): Date => new Date(stage.now);
  const rotation = { database, masterKey, clock, algs, compromised };
  const rotated = await Promise.all(Array.from({ length: times }, () => rotateServerKeys(rotation)));
  const signing = (await listServerKeys(stage.owner)).filter(({ state }) => state === 'current').map(({ kid }) => kid);
  const isHeard = ({ serverKeys }: TokenNode): boolean => {
    const { access, id } = serverKeys.current();
    return signing.includes(access.kid) && signing.includes(id.kid);
  };
  // The word takes its milliseconds through PostgreSQL.
  if (!(await waitUntil(() => nodes.slice(0, 2).every(isHeard), 5))) throw new Error('the new key is not heard of');
  return rotated.flat();
}

describe('at a common first start', () => {
  test('one key of each algorithm is made, and all processes have the same ones', async () => {
    const rows = await listServerKeys(stage.owner);
    expect(rows.map(({ alg, state }) => [alg, state])).toEqual([
      ['ES384', 'current'],
      ['RS256', 'current'],
    ]);
    expect(new Set(nodes.map(kidOf)).size).toBe(1);
    for (const node of nodes) expect(published(node)).toEqual(rows.map(({ kid }) => kid));
  });
  test('each is as strong as it says', () => {
    const { access, id } = nodes[0]!.serverKeys.current();
    expect(access).toMatchObject({ kty: 'EC', crv: 'P-384', alg: 'ES384', use: 'sig' });
    expect(id).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
    expect(Buffer.from(id.n!, 'base64url')).toHaveLength(3072 / 8);
  });
  test('no private part is published or lies there unsealed', async () => {
    const parts = ['d', 'p', 'q', 'dp', 'dq', 'qi'];
    for (const key of nodes[0]!.serverKeys.jwks().keys) for (const part of parts) expect(key).not.toHaveProperty(part);
    const rows = await stage.owner.query({ text: 'select * from server_key' }, []);
    expect(rows.map((row) => Object.keys(JSON.parse(String(row['public_jwk'])) as object)).flat()).not.toContain('d');
    expect(JSON.stringify(rows)).not.toContain('"d\\"');
  });
  test('a process with another MASTER_KEY does not start, and rotates nothing', async () => {
    const masterKey = new Uint8Array(randomBytes(32));
    await expect(stage.startNode({ masterKey })).rejects.toThrow(/another MASTER_KEY/);
    const clock = (): Date => new Date(stage.now);
    const rotation = { database: stage.owner, masterKey, clock, algs: SERVER_KEY_ALGS, compromised: false };
    await expect(rotateServerKeys(rotation)).rejects.toThrow(/another MASTER_KEY/);
    expect(await checkServerKeys(stage.owner, stage.masterKey)).toHaveLength(2);
  });
});

describe('58 a rotation', () => {
  test('lets another key sign on every process, and what the former one signed stays good', async () => {
    const [node, other] = nodes as [TokenNode, TokenNode];
    const former = kidOf(node);
    const before = await mint(node);
    const changes: string[] = [];
    node.serverKeys.onChange(() => changes.push(kidOf(node)));
    const [rotated] = await rotate();
    expect(rotated).toMatchObject({ alg: 'ES384', former });
    expect(changes).toEqual([rotated!.kid]);
    expect([kidOf(node), kidOf(other)]).toEqual([rotated!.kid, rotated!.kid]);
    expect(node.serverKeys.privateJwks()[0]!.kid).toBe(rotated!.kid);
    for (const each of [node, other]) {
      expect(published(each)).toEqual(expect.arrayContaining([former, rotated!.kid]));
      expect(await refusalOf(each, before)).toBe('taken');
      expect(await refusalOf(each, await mint(other))).toBe('taken');
    }
  });
  test('is no gap for a process that has not heard of it: it takes tokens by the new key, and has its own taken', async () => {
    const [node, , deaf] = nodes as [TokenNode, TokenNode, TokenNode];
    const old = await mint(deaf);
    const after = await mint(node);
    expect(kidOf(deaf)).not.toBe(kidOf(node));
    expect(await refusalOf(node, old)).toBe('taken');
    expect(await refusalOf(deaf, after)).toBe('taken');
    expect(kidOf(deaf)).toBe(kidOf(node));
  });
  test('of id_tokens leaves those that are out verifiable by the published keys', async () => {
    const [node] = nodes as [TokenNode];
    const { id } = node.serverKeys.current();
    const token = await stage.mint(node, { aud: 'app' }, { typ: 'JWT', key: id });
    const [rotated] = await rotate(['RS256']);
    expect(rotated).toMatchObject({ alg: 'RS256', former: id.kid });
    const now = new Date(stage.now);
    const verdict = await verifyJwt(token, node.serverKeys.jwks(), { algs: ['RS256'], now, clockToleranceSeconds: 5 });
    expect(verdict.ok).toBe(true);
    expect(node.serverKeys.current().id.kid).toBe(rotated!.kid);
  });
  test('takes the key that was published as the next one, and publishes another', async () => {
    const [node, other] = nodes as [TokenNode, TokenNode];
    await Promise.all([node.serverKeys.tend(), other.serverKeys.tend()]);
    const rows = await listServerKeys(stage.owner);
    const next = rows.filter(({ state }) => state === 'next');
    expect(next.map(({ alg }) => alg)).toEqual(['ES384', 'RS256']);
    expect(published(node)).toEqual(expect.arrayContaining(next.map(({ kid }) => kid)));
    const rotated = await rotate(SERVER_KEY_ALGS);
    expect(rotated.map(({ kid }) => kid)).toEqual(next.map(({ kid }) => kid));
    const after = (await listServerKeys(stage.owner)).filter(({ state }) => state === 'next');
    expect(after.map(({ alg }) => alg)).toEqual(['ES384', 'RS256']);
    expect(after.map(({ kid }) => kid)).not.toEqual(next.map(({ kid }) => kid));
  });
  test('twice at once is two, one after the other', async () => {
    const before = kidOf(nodes[0]!);
    const [a, b] = (await rotate(['ES384'], false, 2)) as [Rotated, Rotated];
    const [first, second] = a.former === before ? [a, b] : [b, a];
    expect([first.former, second.former]).toEqual([before, first.kid]);
    expect(kidOf(nodes[0]!)).toBe(second.kid);
  });
  test('is over when all that the former key signed has expired: it is neither published nor taken any more', async () => {
    const [node] = nodes as [TokenNode];
    const { access } = node.serverKeys.current();
    await rotate();
    stage.now += OVERLAP_MS - 1;
    const claims = { sub: service, client_id: service };
    // By the former key, as late as it would have to be taken: whoever has it could make this.
    expect(await refusalOf(node, await stage.mint(node, claims, { key: access }))).toBe('taken');
    stage.now += 1;
    expect(published(node)).not.toContain(access.kid);
    expect(await refusalOf(node, await stage.mint(node, claims, { key: access }))).toBe('token-invalid');
    await node.serverKeys.tend();
    stage.now += 1;
    await node.serverKeys.tend();
    expect((await listServerKeys(stage.owner)).map(({ kid }) => kid)).not.toContain(access.kid);
    expect(await refusalOf(node, await mint(node))).toBe('taken');
  });
  test('of keys that somebody else may have ends all that they signed, at once and everywhere', async () => {
    const [node, , deaf] = nodes as [TokenNode, TokenNode, TokenNode];
    const before = await mint(node);
    for (const each of nodes) expect(await refusalOf(each, before)).toBe('taken');
    const gone = published(node);
    const rotated = await rotate(SERVER_KEY_ALGS, true);
    // Also on the one that has not heard, and holds the token for verified.
    expect(await refusalOf(deaf, before)).toBe('token-revoked');
    for (const each of nodes.slice(0, 2)) {
      expect(await refusalOf(each, before)).toBe('token-invalid');
      expect(published(each).filter((kid) => gone.includes(kid))).toEqual([]);
    }
    expect((await listServerKeys(stage.owner)).map(({ kid }) => kid)).toEqual(rotated.map(({ kid }) => kid));
    expect(await refusalOf(nodes[1]!, await mint(node))).toBe('taken');
  });
  test('is not for the role of requests', async () => {
    const { database } = nodes[0]!;
    const clock = (): Date => new Date(stage.now);
    const rotation = { database, masterKey: stage.masterKey, clock, algs: SERVER_KEY_ALGS, compromised: false };
    await expect(rotateServerKeys(rotation)).rejects.toMatchObject({ code: '42501' });
  });
});

test('17 unknown kids make a process read its keys only where something has changed', async () => {
  const [, , deaf] = nodes as [TokenNode, TokenNode, TokenNode];
  const key = deaf.serverKeys.current().access;
  const tryUnknown = async (n: number): Promise<void> => {
    const claims = { sub: service, client_id: service };
    const token = await stage.mint(deaf, claims, { key: { ...key, kid: `unknown ${n}` } });
    expect(await refusalOf(deaf, token)).toBe('token-invalid');
  };
  await tryUnknown(0);
  const asked = jest.spyOn(deaf.database, 'query');
  await Promise.all(Array.from({ length: 20 }, (_, n) => tryUnknown(n)));
  expect(asked).not.toHaveBeenCalled();
  await stage.owner.query({ text: 'update client set name = name' }, []);
  await Promise.all(Array.from({ length: 20 }, (_, n) => tryUnknown(n)));
  expect(asked.mock.calls.filter(([{ text }]) => text.includes('from server_key'))).toHaveLength(1);
});

test('59 keys that are made and rotated are noted', async () => {
  const [name] = await stage.owner.query<{ name: string }>({ text: 'select current_database() as name' }, []);
  // What concerns no organisation, row-level security shows to nobody.
  const superuser = new pg.Client({ connectionString: urlOfDatabase(announcedServer().url, name!.name) });
  await superuser.connect();
  const { rows } = await superuser.query<{ interaction: string; detail: string }>(
    `select interaction, detail from audit where interaction like 'key-%' order by at`,
  );
  await superuser.end();
  expect(rows.filter(({ interaction }) => interaction === 'key-add').length).toBeGreaterThanOrEqual(4);
  const rotations = rows.filter(({ interaction }) => interaction === 'key-rotate').map(({ detail }) => detail);
  expect(rotations).toContainEqual(expect.stringMatching(/^ES384 \S{43} → \S{43}$/));
  expect(rotations).toContainEqual(expect.stringMatching(/^RS256 \S{43} → \S{43} compromised$/));
});
