import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { openReportSigner } from '../../src/jobs/index.ts';
import { insertOrganization, listSigningCertificates, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { makeGateway, PDF, signedText } from '../reports/signature/samples.ts';
import type { Gateway } from '../reports/signature/samples.ts';
import { createTestDatabase } from '../support/database.ts';
import { callConsilium, makeFolder } from './consilium.ts';
import type { Outcome } from './consilium.ts';

let folder: ReturnType<typeof makeFolder>;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

describe('consilium verify', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await makeGateway();
    const text = await signedText(gateway.signer);
    const files: [string, string | Uint8Array][] = [
      ['report.json', text],
      ['altered.json', text.replace('right upper lobe', 'left upper lobe')],
      ['report.pdf', PDF],
      ['other.pdf', PDF.subarray(1)],
      ['root.pem', gateway.root.certificate],
      ['other.pem', (await makeGateway()).root.certificate],
      ['broken.json', Buffer.of(0x7b, 0xff, 0x7d)],
    ];
    for (const [name, content] of files) writeFileSync(join(folder.folder, name), content);
  });

  // Nothing of the environment is there, no database, no settings.
  async function verify(...args: string[]): Promise<Outcome> {
    return await callConsilium(folder.folder, { DATABASE_URL: 'nowhere', PORT: 'none' }, 'verify', ...args);
  }

  test('says who signed, and ends with 0 where all is well', async () => {
    const { status, stdout, stderr } = await verify('report.json', '--pdf', 'report.pdf', '--trust', 'root.pem');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')[0]).toBe('The document is what was signed.');
    expect(stdout.split('\n')[1]).toMatch(
      /^Whether the programme has replaced or withdrawn it since is not known here/,
    );
    expect(stdout).toContain('Signed by Bệnh viện Thử Nghiệm');
    expect(stdout).toContain('The PDF is the letter of this document.');
  });

  test('trusts nobody unasked, and shows the fingerprint that is to be compared', async () => {
    for (const trust of [[], ['--trust', 'other.pem']]) {
      const { status, stdout } = await verify('report.json', ...trust);
      expect([status, stdout.split('\n')[0]]).toEqual([1, expect.stringContaining('not trusted here')]);
      expect(stdout).toMatch(/SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}\./);
    }
    expect((await verify('report.json', '--trust', 'other.pem', '--trust', 'root.pem')).status).toBe(0);
  });

  test('says what was altered, and ends with 1', async () => {
    const { status, stdout } = await verify('altered.json', '--trust', 'root.pem');
    expect(status).toBe(1);
    expect(stdout).toContain('Altered: Composition.section diagnosis: changed.');
    expect((await verify('report.json', '--trust', 'root.pem', '--pdf', 'other.pdf')).status).toBe(1);
  });

  test.each<[string, readonly string[], number, string]>([
    ['no file', [], 2, 'FILE'],
    ['a file that there is not', ['none.json'], 1, 'no such file'],
    ['a file that is no text', ['broken.json'], 1, 'not text in UTF-8'],
    ['a root that is no certificate', ['report.json', '--trust', 'report.json'], 1, 'no certificate in PEM'],
  ])('refuses %s', async (_what, args, status, text) => {
    const answer = await verify(...args);
    expect([answer.status, answer.stderr]).toEqual([status, expect.stringContaining(text)]);
  });
});

describe('consilium key show and key rotate, of reports', () => {
  const masterKey = randomBytes(32);
  let created: Awaited<ReturnType<typeof createTestDatabase>>;
  let owner: Database;
  beforeAll(async () => {
    created = await createTestDatabase();
    owner = openDatabase({ url: created.url, size: 2, logger: silentLogger });
    for (const id of ['seven-days', 'another'])
      await insertOrganization(owner, { id, name: `Programme ${id}`, role: 'programme' });
  });
  afterAll(async () => {
    await owner.close();
    await created.drop();
  });

  async function call(...args: string[]): Promise<Outcome> {
    const env = {
      DATA_DIR: folder.folder,
      DATABASE_URL: created.url,
      MASTER_KEY: masterKey.toString('base64url'),
      PUBLIC_URL: 'https://opinions.example',
    };
    return await callConsilium(folder.folder, env, 'key', ...args);
  }

  test('the root can be shown before anything is signed, and nothing is there to rotate', async () => {
    const { status, stdout } = await call('show', '--reports');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/)]);
    expect((await call('show', '--reports')).stdout).toBe(stdout);
    expect((await call('rotate', '--reports')).stdout).toBe('No report was signed yet: there is no key to rotate.\n');
  });

  test('keys of programmes are replaced: all, or one, and told who may have had them', async () => {
    const keys = { database: owner, masterKey, clock: systemClock, base: 'https://opinions.example/fhir' };
    const first = await openReportSigner(keys, 'seven-days');
    const other = await openReportSigner(keys, 'another');
    const all = await call('rotate', '--reports');
    expect(all.stdout.split('\n').sort()).toEqual([
      '',
      expect.stringMatching(
        new RegExp(`^another {2}\\S+ signs; ${other.kid} signs no more, and what it signed stays good`),
      ),
      expect.stringMatching(new RegExp(`^seven-days {2}\\S+ signs; ${first.kid} signs no more`)),
    ]);
    const args = ['--programme', 'seven-days', '--compromised', '--since', '2026-01-01T00:00:00Z'];
    const one = await call('rotate', '--reports', ...args);
    expect(one.stdout).toContain('counts as known to others since 2026-01-01T00:00:00.000Z');
    const rows = await listSigningCertificates(owner);
    expect(rows.map(({ organization }) => organization)).toEqual([
      null,
      'another',
      'another',
      ...Array<string>(3).fill('seven-days'),
    ]);
    // Since then two keys signed: the one that was replaced just before, too.
    expect(rows.filter(({ compromisedAt }) => compromisedAt !== null)).toHaveLength(2);
    const { stdout } = await call('show', '--reports');
    expect(stdout).toContain('known to others since 2026-01-01T00:00:00.000Z');
    for (const { kid } of rows) expect(stdout).toContain(kid);
  });

  test.each<[string, readonly string[], number, string]>([
    ['a programme that there is not', ['rotate', '--reports', '--programme', 'nobody'], 1, 'no programme nobody'],
    ['a programme without --reports', ['rotate', '--programme', 'seven-days'], 2, '--reports'],
    ['a moment without --compromised', ['rotate', '--reports', '--since', '2026-01-01T00:00:00Z'], 2, '--compromised'],
    ['a moment to come', ['rotate', '--reports', '--compromised', '--since', '2999-01-01T00:00:00Z'], 2, 'past'],
    ['a day for a moment', ['rotate', '--reports', '--compromised', '--since', '2026-01-01'], 2, 'past'],
    ['to show what there is not', ['show'], 2, '--reports'],
  ])('refuses %s, and changes nothing', async (_what, args, status, text) => {
    const before = await listSigningCertificates(owner);
    const answer = await call(...args);
    expect([answer.status, answer.stderr]).toEqual([status, expect.stringContaining(text)]);
    expect(await listSigningCertificates(owner)).toEqual(before);
  });
});
