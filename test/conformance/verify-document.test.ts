import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { parseStored } from '../../src/fhir/index.ts';
import { openReportSigner, rotateReportKey } from '../../src/jobs/index.ts';
import type { ReportKeys } from '../../src/jobs/index.ts';
import { parseMasterKey, readCertificate } from '../../src/keys/index.ts';
import type { Signer } from '../../src/keys/index.ts';
import { documentDigest, letterHash } from '../../src/reports/index.ts';
import { markDocuments, noteSignedDocument, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { documentText, makeGateway, PDF, signedText, UUID } from '../reports/signature/samples.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { TEST_MASTER_KEY } from '../support/server.ts';

// https://consilium.example/fhir/OperationDefinition/verify-document

const VERIFY = '/Bundle/$verify';

let house: TestHouse;
let owner: Database;
let keys: ReportKeys;
let home: Partner;
let programme: Partner;
let signer: Signer;
let signed: string;

beforeAll(async () => {
  house = await startHouse();
  owner = openDatabase({ url: house.database, size: 2, logger: silentLogger });
  home = await house.register('home', 'placer');
  programme = await house.register('seven-days', 'programme');
  const masterKey = parseMasterKey(TEST_MASTER_KEY) as Uint8Array;
  keys = { database: owner, masterKey, clock: systemClock, base: `${house.url}/fhir` };
  signer = await openReportSigner(keys, 'seven-days');
  signed = await signedText(signer, documentText(), new Date().toISOString());
});
afterAll(async () => {
  await owner.close();
  await house.stop();
});

/** The values of an answer's parameters by name, of one name the last. */
function valuesOf({ body }: Answer): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (body.parameter as Json[]).map(({ name, part, ...value }: Json) => [name, part ?? Object.values(value)[0]]),
  );
}

async function verify(text: string, partner = home): Promise<Readonly<Record<string, unknown>>> {
  const answer = await partner.fetch('POST', VERIFY, text);
  expect(answer.status).toBe(200);
  return valuesOf(answer);
}

function withPdf(text: string, pdf: string): string {
  return `{"resourceType":"Parameters","parameter":[{"name":"document","resource":${text}},{"name":"pdf","valueBase64Binary":"${pdf}"}]}`;
}

test('the root is there for everybody, and is the one behind the signatures', async () => {
  const answer = await fetch(`${house.url}/.well-known/consilium-report-root.pem`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-pem-file']);
  expect((await readCertificate(await answer.text()))!.der).toBe(signer.chain[1]);
});

describe('a document that is sent', () => {
  test('is told to be what was signed, by whom and when', async () => {
    const told = await verify(signed);
    expect(told).toMatchObject({ result: true, outcome: 'valid', document: UUID });
    expect(told['digest']).toBe(documentDigest(parseStored(documentText())));
    expect(told['text']).toContain('Signed by Organisation seven-days');
    const parts = told['signature'] as Json[];
    expect(parts).toContainEqual({ name: 'programme', valueUri: `${house.url}/fhir/Organization/seven-days` });
    expect(parts).toContainEqual({ name: 'kid', valueString: signer.kid });
    expect(told['attester']).toContainEqual({ name: 'party', valueString: 'Dr Invented' });
    expect(told['not-covered']).toContain('the precision in which the number is written');
  });

  test('keeps its decimals on the way', async () => {
    expect((await verify(signed.replace('940.00', '941.00')))['altered']).toBe('Claim/cl1: changed');
    expect((await verify(signed.replace('940.00', '940.000')))['result']).toBe(true);
  });

  test('with its letter is told to be that, and with another not', async () => {
    const told = await verify(withPdf(signed, PDF.toString('base64')));
    expect(told).toMatchObject({ result: true, letter: 'same' });
    const other = await verify(withPdf(signed, PDF.subarray(1).toString('base64')));
    expect(other).toMatchObject({ result: false, outcome: 'other-letter', letter: 'other' });
  });

  test('that is altered, unsigned or signed by others is told to be so, with 200', async () => {
    const altered = await verify(signed.replace('right upper lobe', 'left upper lobe'));
    expect(altered).toMatchObject({ result: false, outcome: 'altered' });
    expect(await verify(documentText())).toMatchObject({ result: false, outcome: 'unsigned' });
    const others = await signedText((await makeGateway()).signer);
    expect(await verify(others)).toMatchObject({ result: false, outcome: 'untrusted' });
    expect(await verify('{"resourceType":"Patient"}')).toMatchObject({ result: false, outcome: 'malformed' });
  });

  test.each<[string, string, number, string]>([
    ['nothing', '{"resourceType":"Parameters"}', 400, 'resource-needed'],
    ['a name twice', '{"resourceType":"Bundle","type":"document","type":"document"}', 400, 'duplicate-name'],
    [
      'a parameter that there is not',
      '{"resourceType":"Parameters","parameter":[{"name":"trust","valueString":"x"}]}',
      400,
      'unknown-parameter',
    ],
    ['a letter that is no base64', withPdf('{"resourceType":"Bundle"}', 'a'), 400, 'parameter-type'],
  ])('as %s is refused', async (_what, body, status, key) => {
    const answer = await home.fetch('POST', VERIFY, body);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringContaining(key)]);
  });

  test('needs a scope to read Bundles', async () => {
    const blind = await house.register('blind', 'placer', 'system/Patient.rs');
    expect((await blind.fetch('POST', VERIFY, signed)).status).toBe(403);
  });
});

describe('what this server knows of a document', () => {
  async function note(id: string, text: string): Promise<void> {
    const bundle = parseStored(text);
    // A document whose report is not there counts as withdrawn.
    const report = { resourceType: 'DiagnosticReport', id: id.slice(-4), status: 'final', code: { text: 'Opinion' } };
    const written = await programme.fetch('PUT', `/DiagnosticReport/${report.id}`, report);
    expect([written.body.issue, written.body.id]).toEqual([undefined, report.id]);
    await noteSignedDocument(owner, {
      id,
      programme: 'seven-days',
      report: `DiagnosticReport/${id.slice(-4)}`,
      language: 'en',
      pdfSha256: letterHash(bundle)!,
      digest: documentDigest(bundle),
      kid: signer.kid,
      issuedAt: new Date(),
    });
  }

  test('is told to those who hold it, and to nobody else', async () => {
    expect(await verify(signed)).not.toHaveProperty('status');
    await note(UUID, signed);
    expect(await verify(signed)).toMatchObject({ outcome: 'valid', status: 'current' });
    // Another document under its name, even one that the programme signed.
    const guessed = await signedText(signer, documentText(UUID, 'Benign'), new Date().toISOString());
    expect(await verify(guessed)).not.toHaveProperty('status');
    for (const text of [documentText(), signed.replace('right upper lobe', 'left upper lobe')]) {
      expect(await verify(text)).not.toHaveProperty('status');
    }
    const report = `DiagnosticReport/${UUID.slice(-4)}`;
    await markDocuments(owner, { report, programme: 'seven-days' }, 'withdrawn');
    const told = await verify(signed);
    expect(told).toMatchObject({ result: true, status: 'withdrawn' });
    expect(String(told['text']).split('\n')[0]).toBe('WITHDRAWN by the programme: do not act on it.');
  });

  test('that another is in its place is said first, and since when', async () => {
    const [former, later] = ['0d5a2d2e-1111-4111-8111-00000000dddd', '0d5a2d2e-1111-4111-8112-00000000dddd'];
    const text = await signedText(signer, documentText(former), new Date().toISOString());
    await note(former, text);
    const owned = { report: 'DiagnosticReport/dddd', programme: 'seven-days' };
    await markDocuments(owner, owned, 'superseded');
    const first = async (): Promise<string | undefined> => String((await verify(text))['text']).split('\n')[0];
    expect(await first()).toBe('Replaced by a later document. Ask for that one.');
    await note(later, await signedText(signer, documentText(later), new Date().toISOString()));
    expect(await first()).toMatch(/^Replaced by a later document \(issued 20\d\d-.*Z\)\. Ask for that one\.$/);
    expect(await verify(text)).toMatchObject({ result: true, outcome: 'valid', status: 'superseded' });
  });

  test('saves it where others may have the key: they can write any time, but not onto the list', async () => {
    const listed = '0d5a2d2e-1111-4111-8111-00000000aaaa';
    const text = await signedText(signer, documentText(listed), new Date().toISOString());
    const unlisted = await signedText(
      signer,
      documentText('0d5a2d2e-1111-4111-8111-00000000bbbb'),
      new Date().toISOString(),
    );
    await note(listed, text);
    expect([(await verify(text))['outcome'], (await verify(unlisted))['outcome']]).toEqual(['valid', 'valid']);
    const compromisedSince = new Date();
    await rotateReportKey(keys, { programme: 'seven-days', compromisedSince });
    const told = await verify(text);
    expect(told).toMatchObject({ result: true, outcome: 'valid', status: 'current' });
    expect(told['signature']).toContainEqual({ name: 'revoked-since', valueInstant: compromisedSince.toISOString() });
    expect(await verify(unlisted)).toMatchObject({ result: false, outcome: 'revoked' });
    signer = await openReportSigner(keys, 'seven-days');
  });
});

describe('a document that is stored', () => {
  const DOCUMENT = {
    resourceType: 'Bundle',
    type: 'document',
    identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:0d5a2d2e-1111-4111-8111-00000000cccc' },
    timestamp: '2026-11-22T08:00:00Z',
    entry: [
      {
        fullUrl: 'https://opinions.example/fhir/Composition/c1',
        resource: {
          resourceType: 'Composition',
          id: 'c1',
          status: 'final',
          type: { coding: [{ system: 'http://loinc.org', code: '11488-4' }] },
          date: '2026-11-22',
          author: [{ display: 'Dr Invented' }],
          title: 'Second opinion',
        },
      },
    ],
  };

  test('is verified as it lies there, for those who may read it', async () => {
    const text = await signedText(signer, JSON.stringify(DOCUMENT), new Date().toISOString());
    const { id: _id, meta: _meta, ...bundle } = parseStored(text);
    const stored = await programme.fetch('POST', '/Bundle', bundle);
    expect([stored.status, stored.text]).toEqual([201, expect.any(String)]);
    const path = `/Bundle/${stored.body.id}/$verify`;
    for (const method of ['GET', 'POST']) {
      const answer = await programme.fetch(method, path);
      expect([answer.status, valuesOf(answer)['outcome']]).toEqual([200, 'valid']);
    }
    const withLetter = { resourceType: 'Parameters', parameter: [{ name: 'pdf', valueBase64Binary: 'JVBERg==' }] };
    expect(valuesOf(await programme.fetch('POST', path, withLetter))['letter']).toBe('not-named');
    expect((await home.fetch('GET', path)).status).toBe(404);
    expect((await programme.fetch('GET', '/Bundle/nowhere/$verify')).status).toBe(404);
  });
});
