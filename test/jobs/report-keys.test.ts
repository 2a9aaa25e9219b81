import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/base/index.ts';
import { openReportSigner, readReportRoot, rotateReportKey } from '../../src/jobs/index.ts';
import type { ReportKeys } from '../../src/jobs/index.ts';
import { readCertificate } from '../../src/keys/index.ts';
import { verifyDocument } from '../../src/reports/index.ts';
import {
  findSignedDocument,
  findSignedPdf,
  insertOrganization,
  listCompromisedKeys,
  listSigningCertificates,
  markDocuments,
  noteSignedDocument,
  openDatabase,
} from '../../src/store/index.ts';
import type { Database, SignedDocument } from '../../src/store/index.ts';
import { signedText } from '../reports/signature/samples.ts';
import { createTestDatabase } from '../support/database.ts';

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: Database;
let requests: Database;
let now: Date;
let keys: ReportKeys;

beforeEach(async () => {
  own = await createTestDatabase();
  owner = openDatabase({ url: own.url, size: 4, logger: silentLogger });
  requests = openDatabase({ url: own.url, role: 'consilium_app', size: 2, logger: silentLogger });
  now = new Date('2026-11-22T08:00:00Z');
  const masterKey = new Uint8Array(randomBytes(32));
  keys = { database: owner, masterKey, clock: () => now, base: 'https://opinions.example/fhir' };
  for (const id of ['seven-days', 'another'])
    await insertOrganization(owner, { id, name: `Programme ${id}`, role: 'programme' });
  await insertOrganization(owner, { id: 'home', name: 'A home', role: 'placer' });
});

afterEach(async () => {
  await Promise.all([owner.close(), requests.close()]);
  await own.drop();
});

function wait(days: number): void {
  now = new Date(now.getTime() + days * 86_400_000);
}

async function outcomeOf(text: string, at = now): Promise<string> {
  const revoked = new Map(
    (await listCompromisedKeys(requests)).map((one) => [one.kid, one.compromisedAt.toISOString()]),
  );
  return (await verifyDocument(text, { roots: [await readReportRoot(keys)], now: at, revoked })).outcome;
}

async function sign(): Promise<string> {
  return await signedText(await openReportSigner(keys, 'seven-days'), undefined, now.toISOString());
}

describe('the key of a programme', () => {
  test('is made when it is first needed, below the root of the gateway, and is the same from then on', async () => {
    const signer = await openReportSigner(keys, 'seven-days');
    expect(signer).toMatchObject({
      name: 'Programme seven-days',
      uri: 'https://opinions.example/fhir/Organization/seven-days',
    });
    expect((await openReportSigner(keys, 'seven-days')).kid).toBe(signer.kid);
    expect((await openReportSigner(keys, 'another')).kid).not.toBe(signer.kid);
    const root = (await readCertificate(await readReportRoot(keys)))!;
    expect(signer.chain[1]).toBe(root.der);
    expect(root.until.getUTCFullYear()).toBe(2046);
    expect((await listSigningCertificates(owner)).map(({ organization }) => organization)).toEqual([
      null,
      'another',
      'seven-days',
    ]);
  });

  test('is one, however many processes make it at once', async () => {
    const signers = await Promise.all(Array.from({ length: 6 }, () => openReportSigner(keys, 'seven-days')));
    expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1);
    expect(new Set(signers.map(({ chain }) => chain[1])).size).toBe(1);
    expect(await listSigningCertificates(owner)).toHaveLength(2);
  });

  test('lies sealed, out of reach of requests', async () => {
    await openReportSigner(keys, 'seven-days');
    const [row] = await owner.query<{ sealed: string }>({ text: 'select sealed from signing_key limit 1' }, []);
    expect(row!.sealed).not.toContain('privateJwk');
    await expect(requests.query({ text: 'select sealed from signing_key' }, [])).rejects.toThrow();
    const stranger = { ...keys, masterKey: new Uint8Array(randomBytes(32)) };
    await expect(openReportSigner(stranger, 'seven-days')).rejects.toThrow('another MASTER_KEY');
  });

  test('is not made for who is no programme', async () => {
    await expect(openReportSigner(keys, 'home')).rejects.toThrow('no programme home');
    await expect(openReportSigner(keys, 'nobody')).rejects.toThrow('no programme nobody');
  });

  test('is replaced by itself a month before its end; what it signed stays good', async () => {
    const early = await sign();
    const { kid } = await openReportSigner(keys, 'seven-days');
    wait(2 * 365 - 31);
    expect((await openReportSigner(keys, 'seven-days')).kid).toBe(kid);
    wait(2);
    expect((await openReportSigner(keys, 'seven-days')).kid).not.toBe(kid);
    const [former] = (await listSigningCertificates(owner)).filter((one) => one.kid === kid);
    expect(former).toMatchObject({ retiredAt: now, compromisedAt: null });
    wait(365);
    expect([await outcomeOf(early), await outcomeOf(await sign())]).toEqual(['valid', 'valid']);
  });

  test('outlives no root: that is replaced in time, and its own stays behind the keys that it signed', async () => {
    const root = await readReportRoot(keys);
    // Twenty years have five leap days.
    wait(20 * 365 + 5 - 2 * 366);
    const { chain } = await openReportSigner(keys, 'seven-days');
    const next = await readReportRoot(keys);
    expect(next).not.toBe(root);
    expect(chain[1]).toBe((await readCertificate(next))!.der);
  });
});

describe('rotation', () => {
  test('lets another key sign, and forgets the former one but for its certificate', async () => {
    const early = await sign();
    const { kid: first } = await openReportSigner(keys, 'seven-days');
    wait(1);
    const { kid, former } = await rotateReportKey(keys, { programme: 'seven-days' });
    expect([former, (await openReportSigner(keys, 'seven-days')).kid]).toEqual([first, kid]);
    const rows = await owner.query({ text: 'select sealed, certificate from signing_key where kid = $1' }, [first]);
    expect(rows).toEqual([{ sealed: null, certificate: expect.stringContaining('BEGIN CERTIFICATE') as unknown }]);
    expect([await outcomeOf(early), await outcomeOf(await sign())]).toEqual(['valid', 'valid']);
  });

  test('of a key that others may have: what was signed before stays good, what came after does not', async () => {
    const early = await sign();
    wait(10);
    const late = await sign();
    const since = new Date(now.getTime() - 86_400_000);
    wait(1);
    await rotateReportKey(keys, { programme: 'seven-days', compromisedSince: since });
    expect([await outcomeOf(early), await outcomeOf(late), await outcomeOf(await sign())]).toEqual([
      'valid',
      'revoked',
      'valid',
    ]);
    const rotated = await owner.query<{ detail: string }>(
      { text: `select detail from audit where interaction = 'key-rotate'` },
      [],
    );
    expect(rotated.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('compromised since 2026-12-01T08:00:00.000Z'),
    ]);
  });

  test('of keys that others may have had for long reaches those that were replaced meanwhile, and no earlier ones', async () => {
    const texts: string[] = [];
    for (const _key of ['before', 'since', 'now']) {
      texts.push(await sign());
      wait(10);
      await rotateReportKey(keys, { programme: 'seven-days' });
    }
    const compromisedSince = new Date('2026-12-10T00:00:00Z');
    await openReportSigner(keys, 'another');
    await rotateReportKey(keys, { programme: 'seven-days', compromisedSince });
    expect(await Promise.all(texts.map((text) => outcomeOf(text)))).toEqual(['valid', 'valid', 'revoked']);
    const marked = (await listSigningCertificates(owner)).map(({ organization, compromisedAt }) => [
      organization,
      compromisedAt,
    ]);
    expect(marked).toEqual([
      [null, null],
      ['another', null],
      ['seven-days', null],
      ...Array<unknown>(3).fill(['seven-days', compromisedSince]),
      ['seven-days', null],
    ]);
  });

  test('makes a first key where there is none', async () => {
    expect((await rotateReportKey(keys, { programme: 'another' })).former).toBeUndefined();
    await expect(rotateReportKey(keys, { programme: 'home' })).rejects.toThrow('no programme home');
  });
});

describe('the list of signed documents', () => {
  const ids = ['0d5a2d2e-1111-4111-8111-000000000001', '0d5a2d2e-1111-4111-8111-000000000002'] as const;

  async function note(id: string, pdf: string): Promise<Omit<SignedDocument, 'status'>> {
    const { kid } = await openReportSigner(keys, 'seven-days');
    const row = {
      id,
      programme: 'seven-days',
      report: 'DiagnosticReport/d1',
      language: 'vi',
      pdfSha256: pdf.repeat(64),
      digest: 'c'.repeat(64),
      kid,
      issuedAt: now,
    };
    expect(await noteSignedDocument(requests, row)).toBe(true);
    expect(await noteSignedDocument(requests, row)).toBe(false);
    return row;
  }

  test('says of each what it is now', async () => {
    const first = await note(ids[0], 'a');
    expect(await findSignedDocument(requests, ids[0])).toEqual({ ...first, status: 'current' });
    expect(await findSignedPdf(requests, 'a'.repeat(64))).toEqual({ ...first, status: 'current' });
    const second = await note(ids[1], 'b');
    const { report, programme } = first;
    await markDocuments(requests, { report, programme, but: [ids[1]] }, 'superseded');
    expect((await findSignedDocument(requests, ids[0]))!.status).toBe('superseded');
    expect((await findSignedDocument(requests, ids[1]))!.status).toBe('current');
    await markDocuments(requests, { report, programme: 'another' }, 'withdrawn');
    expect((await findSignedDocument(requests, second.id))!.status).toBe('current');
    await markDocuments(requests, second, 'withdrawn');
    await markDocuments(requests, second, 'superseded');
    for (const id of ids) expect((await findSignedDocument(requests, id))!.status).toBe('withdrawn');
  });

  test('knows nothing else', async () => {
    await note(ids[0], 'a');
    for (const id of ['', 'x', ids[1], `${ids[0]}'`]) expect(await findSignedDocument(requests, id)).toBeUndefined();
    expect(await findSignedPdf(requests, 'f'.repeat(64))).toBeUndefined();
    await expect(requests.query({ text: 'delete from signed_document' }, [])).rejects.toThrow();
  });
});
