import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPayloadAdapter, digestPayloadId } from '../../src/auth/payload-adapter.ts';
import { endGrant } from '../../src/auth/revocation.ts';
import {
  disableClient,
  disablePerson,
  findClient,
  readIdentityMark,
  revokeGrant,
  revokeSession,
  revokeToken,
  saveOidcPayload,
  touchGrant,
} from '../../src/store/index.ts';
import type { ClientRow } from '../../src/store/index.ts';
import { openTokenStage, refusalOf } from './token-stage.ts';
import type { TokenNode, TokenStage } from './token-stage.ts';

/** Two processes on one database; the second never hears a word of the first. */
let stage: TokenStage;
let node: TokenNode;
let deaf: TokenNode;
beforeAll(async () => {
  stage = await openTokenStage();
  node = await stage.startNode();
  deaf = await stage.startNode({ isDeaf: true });
});
afterAll(() => stage.end());

const clock = (): Date => new Date(stage.now);

/** A token of a service, and one of an app that somebody uses; both were taken by both processes. */
async function issue() {
  const service = await stage.addClient();
  const app = await stage.addClient({ kind: 'app' });
  const person = await stage.addPerson();
  const grant = await stage.grant(person, app, { sessionHash: `session of ${person}` });
  const jti = `service ${service}`;
  const ofService = await stage.mint(node, { sub: service, client_id: service, jti, scope: 'system/*.rs' });
  const ofApp = await stage.mint(node, { sub: person, client_id: app, gid: grant, jti: `app ${app}` });
  for (const token of [ofService, ofApp]) {
    for (const each of [node, deaf]) expect(await refusalOf(each, token)).toBe('taken');
  }
  return { service, app, person, grant, jti, ofService, ofApp };
}

type Issued = Awaited<ReturnType<typeof issue>>;

const row = async (id: string): Promise<ClientRow> => (await findClient(stage.owner, id))!;

const byHand = async (text: string, id: string): Promise<unknown> => stage.owner.query({ text }, [id]);

describe('32 the very next request on every process refuses the token', () => {
  test.each<[string, (issued: Issued) => Promise<unknown>]>([
    ['of an app that revokes it', async ({ app, ofApp }) => node.revoke({ client: await row(app), token: ofApp })],
    ['of a grant that was ended', ({ grant }) => endGrant(node.database, clock, grant, 'ended-by-person')],
    ['of a session that was ended', ({ person }) => revokeSession(node.database, `session of ${person}`, clock())],
    ['of somebody who was disabled', ({ person }) => disablePerson(node.database, person, clock())],
    ['of an app that was disabled', ({ app }) => disableClient(node.database, app, clock())],
    ['whose jti was revoked', ({ app }) => revokeToken(node.database, `app ${app}`, new Date(stage.now + 300_000))],
    [
      'of a grant that went by hand',
      ({ grant }) => byHand('update app_grant set revoked_at = now() where hash = $1', grant),
    ],
    [
      'of somebody disabled by hand',
      ({ person }) => byHand('update person set disabled_at = now() where id = $1', person),
    ],
    ['of an app taken back by hand', ({ app }) => byHand('update client set approved_at = null where id = $1', app)],
  ])('%s', async (_what, end) => {
    const issued = await issue();
    await end(issued);
    expect(await refusalOf(deaf, issued.ofApp)).toBe('token-revoked');
    expect(await refusalOf(node, issued.ofApp)).toBe('token-revoked');
    expect(await refusalOf(deaf, issued.ofService)).toBe('taken');
  });

  test.each<[string, (issued: Issued) => Promise<unknown>]>([
    [
      'that revokes it',
      async ({ service, ofService }) => node.revoke({ client: await row(service), token: ofService }),
    ],
    ['that was disabled', ({ service }) => disableClient(node.database, service, clock())],
    ['whose jti was revoked', ({ jti }) => revokeToken(node.database, jti, new Date(stage.now + 300_000))],
  ])('of a service %s', async (_what, end) => {
    const issued = await issue();
    await end(issued);
    expect(await refusalOf(deaf, issued.ofService)).toBe('token-revoked');
    expect(await refusalOf(node, issued.ofService)).toBe('token-revoked');
    expect(await refusalOf(deaf, issued.ofApp)).toBe('taken');
  });

  test('and none before the revocation is committed', async () => {
    const { grant, ofApp } = await issue();
    await node.database.transact(async (on) => {
      await revokeGrant(on, grant, clock());
      expect(await refusalOf(deaf, ofApp)).toBe('taken');
    });
    expect(await refusalOf(deaf, ofApp)).toBe('token-revoked');
  });

  test('also under load, whatever else changes meanwhile', async () => {
    const { grant, ofApp } = await issue();
    const others = await Promise.all([issue(), issue(), issue()]);
    let isEnded = false;
    let taken = 0;
    const readers = Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 60; n++) {
        const wasEnded = isEnded;
        const outcome = await refusalOf(deaf, ofApp);
        if (wasEnded) expect(outcome).toBe('token-revoked');
        else if (outcome === 'taken') taken += 1;
      }
    });
    await Promise.all(others.map((other) => endGrant(node.database, clock, other.grant, 'revoked')));
    await endGrant(node.database, clock, grant, 'revoked');
    isEnded = true;
    await Promise.all(readers);
    expect(taken).toBeGreaterThan(0);
  });

  test('also where the line on which words come is cut', async () => {
    const { grant, ofApp } = await issue();
    await stage.owner.query(
      {
        text: `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'consilium-listen'`,
      },
      [],
    );
    await endGrant(deaf.database, clock, grant, 'revoked');
    expect(await refusalOf(node, ofApp)).toBe('token-revoked');
  });
});

test('many ends at once do not get into the way of each other', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, issue));
  let runs = 0;
  const ends = all.flatMap(({ person, grant, app }) => [
    // The person and the grant in one transaction, against the grant and the client in another.
    node.database.transact(async (on) => {
      runs += 1;
      await disablePerson(on, person, clock());
      await revokeGrant(on, grant, clock());
    }),
    deaf.database.transact(async (on) => {
      runs += 1;
      await revokeGrant(on, grant, clock());
      await disableClient(on, app, clock());
    }),
  ]);
  await Promise.all(ends);
  // Whoever loses in a deadlock runs again.
  expect(runs).toBe(ends.length);
});

describe('a client', () => {
  test('takes back no token but its own', async () => {
    const { ofApp, ofService, app, service } = await issue();
    const other = await row(await stage.addClient({ kind: 'app' }));
    await node.revoke({ client: other, token: ofApp });
    await node.revoke({ client: await row(app), token: ofService });
    await node.revoke({ client: await row(service), token: ofApp });
    for (const token of ['', 'x', 'a.b.c', 'kX9_refresh']) await node.revoke({ client: other, token });
    expect(await refusalOf(node, ofApp)).toBe('taken');
    expect(await refusalOf(node, ofService)).toBe('taken');
  });
  test('takes all back that came from the grant of its token', async () => {
    const { ofApp, app, person, grant } = await issue();
    const sibling = await stage.mint(node, { sub: person, client_id: app, gid: grant });
    const refresh = { kind: 'RefreshToken', idHash: `refresh of ${app}`, payload: 'x', uidHash: null, expiresAt: null };
    await saveOidcPayload(stage.owner, { ...refresh, grantHash: grant });
    await node.revoke({ client: await row(app), token: ofApp });
    expect(await refusalOf(node, sibling)).toBe('token-revoked');
    const text = 'select 1 as one from oidc_payload where grant_hash = $1';
    expect(await stage.owner.query({ text }, [grant])).toEqual([]);
  });
});

describe('what is used twice', () => {
  test.each(['AuthorizationCode', 'RefreshToken'])('%s: the grant and all its tokens end', async (kind) => {
    const { app, person } = await issue();
    const grantId = `grant id of ${app}`;
    const gid = await stage.grant(person, app, { hash: digestPayloadId(grantId) });
    const token = await stage.mint(node, { sub: person, client_id: app, gid });
    const [here, there] = [node, deaf].map(({ database }) =>
      createPayloadAdapter(kind, { database, masterKey: stage.masterKey, clock }),
    );
    await here!.upsert(`of ${app}`, { jti: `of ${app}`, grantId }, 60);
    await here!.consume(`of ${app}`);
    expect(await refusalOf(deaf, token)).toBe('taken');
    await expect(Promise.resolve(there!.consume(`of ${app}`))).rejects.toThrow('invalid_grant');
    expect(await refusalOf(deaf, token)).toBe('token-revoked');
    expect(await refusalOf(node, token)).toBe('token-revoked');
    expect(await here!.find(`of ${app}`)).toBeUndefined();
  });
});

test('59 each end is noted, with who and why, and no token', async () => {
  const { service, app, grant, ofService, ofApp } = await issue();
  await node.revoke({ client: await row(service), token: ofService });
  await node.revoke({ client: await row(app), token: ofApp });
  await endGrant(node.database, clock, grant, 'ended-by-person');
  const acts = await stage.owner.transact(async (on) => {
    await on.query({ text: `select set_config('app.org', 'hospital-a', true)` }, []);
    return await on.query(
      {
        text: `select interaction, organization, client, person, status, detail from audit
          where client = any ($1) order by at, detail`,
      },
      [[service, app]],
    );
  });
  const own = { interaction: 'revoke', organization: 'hospital-a', status: 200 };
  expect(acts).toEqual([
    { ...own, client: service, person: null, detail: 'access-token' },
    { ...own, client: app, person: 'Practitioner/vo', detail: 'revoked' },
  ]);
});

test('only what may end a token changes the mark', async () => {
  const before = await readIdentityMark(node.database);
  const { app, grant } = await issue();
  await touchGrant(node.database, grant, clock(), clock());
  expect(await readIdentityMark(node.database)).toBe(before);
  await byHand(`update client set name = 'Another' where id = $1`, app);
  expect(await readIdentityMark(node.database)).not.toBe(before);
});
