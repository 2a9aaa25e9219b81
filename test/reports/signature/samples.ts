import { hash } from 'node:crypto';
import { CASE_NUMBER_SYSTEM } from '../../../src/cases/index.ts';
import { parseStored } from '../../../src/fhir/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { createSigner, makeLeaf, makeRoot } from '../../../src/keys/index.ts';
import type { CertifiedKey, Signer, Validity } from '../../../src/keys/index.ts';
import { SHA256_EXTENSION, signDocument } from '../../../src/reports/index.ts';

export const BASE = 'https://opinions.example/fhir';
export const PROGRAMME = `${BASE}/Organization/seven-days`;
export const SIGNED_AT = '2026-03-02T08:15:00Z';
export const NOW = new Date('2026-04-01T00:00:00Z');
export const UUID = '0d5a2d2e-1111-4111-8111-000000000001';

export const YEARS: Validity = { from: new Date('2026-01-01T00:00:00Z'), until: new Date('2028-01-01T00:00:00Z') };

/** A gateway with one programme. */
export interface Gateway {
  readonly root: CertifiedKey;
  readonly leaf: CertifiedKey;
  readonly signer: Signer;
}

export async function makeGateway(validity = YEARS, uri = PROGRAMME): Promise<Gateway> {
  const root = await makeRoot('Consilium report root', { ...YEARS, until: new Date('2046-01-01T00:00:00Z') });
  const leaf = await makeLeaf(root, { name: 'Bệnh viện Thử Nghiệm', uri }, validity);
  return { root, leaf, signer: await createSigner(leaf.privateJwk, [leaf.certificate, root.certificate]) };
}

export const PDF = Buffer.from(`%PDF-1.7\n${'An invented letter. '.repeat(40)}\n%%EOF\n`);

/** An invented report, as its text: amounts are written with their cents, which a parsed number would lose. */
export function documentText(uuid = UUID, diagnosis = 'Adenocarcinoma of the right upper lobe'): string {
  const resources = [
    {
      resourceType: 'Composition',
      id: 'c1',
      status: 'final',
      language: 'en',
      title: 'Second opinion',
      attester: [
        {
          mode: 'professional',
          time: '2026-03-02T08:00:00Z',
          party: { reference: 'PractitionerRole/r1', display: 'Dr Invented' },
        },
      ],
      section: [
        section('summary', 'Summary', 'All records were reviewed.'),
        section('diagnosis', 'Diagnosis', diagnosis),
        {
          ...section('answers', 'Answers', 'See below.'),
          section: [
            section('answers', 'Is an operation possible?', 'Yes.'),
            section('answers', 'Which one?', 'Lobectomy.'),
          ],
        },
        section('disclaimer', 'Please note', 'Advisory only.'),
      ],
    },
    { resourceType: 'DiagnosticReport', id: 'd1', status: 'final', conclusion: diagnosis },
    { resourceType: 'Observation', id: 'o1', status: 'final', valueQuantity: { value: '@34.0@', unit: 'mm' } },
    { resourceType: 'Claim', id: 'cl1', total: { value: '@940.00@', currency: 'EUR' } },
    {
      resourceType: 'DocumentReference',
      id: 'l1',
      masterIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid}` },
      identifier: [{ system: CASE_NUMBER_SYSTEM, value: 'SO-26-7K3M-9QTX' }],
      content: [
        {
          attachment: {
            extension: [{ url: SHA256_EXTENSION, valueBase64Binary: hash('sha256', PDF, 'base64') }],
            contentType: 'application/pdf',
            size: PDF.length,
          },
        },
      ],
    },
  ];
  const bundle = {
    resourceType: 'Bundle',
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid}` },
    type: 'document',
    timestamp: SIGNED_AT,
    entry: resources.map((resource) => ({ fullUrl: `${BASE}/${resource.resourceType}/${resource.id}`, resource })),
  };
  return JSON.stringify(bundle).replace(/"@([\d.]+)@"/g, '$1');
}

function section(code: string, title: string, text: string): Record<string, unknown> {
  return {
    title,
    code: { coding: [{ system: 'https://consilium.example/fhir/CodeSystem/report-section', code }] },
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${text}</p></div>` },
  };
}

/** The same signed, as a server would answer it. */
export async function signedText(signer: Signer, text = documentText(), when = SIGNED_AT): Promise<string> {
  const signed = await signDocument(parseStored(text), signer, { when, who: { reference: 'Organization/seven-days' } });
  return JSON.stringify({ ...signed, id: 'b1', meta: { versionId: '1', lastUpdated: '2026-03-02T08:15:01.123Z' } });
}

/** A signed document with another header, signature or frame. */
export function reframe(text: string, change: (frame: Record<string, unknown>) => Record<string, unknown>): string {
  const bundle = parseStored(text);
  return JSON.stringify({ ...bundle, signature: change(bundle['signature'] as Record<string, unknown>) });
}

/** The compact JWS of a signed document. */
export function tokenOf(bundle: Resource): string {
  return Buffer.from((bundle['signature'] as { data: string }).data, 'base64').toString();
}

export function withToken(text: string, token: string): string {
  return reframe(text, (frame) => ({ ...frame, data: Buffer.from(token).toString('base64') }));
}
