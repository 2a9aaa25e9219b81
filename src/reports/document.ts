import { createHash } from 'node:crypto';
import { CANONICAL, CASE_NUMBER_SYSTEM } from '../cases/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';

/** Attachment.hash is SHA-1 by definition, which proves little; this extension holds SHA-256 beside it. */
export const SHA256_EXTENSION = `${CANONICAL}/StructureDefinition/sha-256`;

export interface DocumentInput {
  /** Logical id, where it is minted already. */
  readonly id?: string;
  readonly pdf: Uint8Array;
  /** Where the bytes are: `Binary/x`. */
  readonly binary: string;
  readonly caseNumber: string;
  /** `ServiceRequest/x` */
  readonly serviceRequest: string;
  /** `DiagnosticReport/x` */
  readonly diagnosticReport: string;
  /** DiagnosticReport.status */
  readonly status: string;
  readonly subject: Reference;
  readonly authors: readonly Reference[];
  /** Id of the programme's organisation. */
  readonly programme: string;
  /** BCP 47 */
  readonly language: string;
  /** Instant. */
  readonly createdAt: string;
  /** The document that this one takes the place of: `DocumentReference/x`. */
  readonly replaces?: string;
}

/** The DocumentReference that files a rendered report. http://hl7.org/fhir/R4/documentreference.html */
export function pdfDocumentReference(input: DocumentInput): Resource {
  const title = `Second opinion ${input.caseNumber}`;
  return {
    resourceType: 'DocumentReference',
    ...(input.id === undefined ? {} : { id: input.id }),
    identifier: [{ system: CASE_NUMBER_SYSTEM, value: input.caseNumber }],
    status: 'current',
    docStatus: input.status === 'final' ? 'final' : 'amended',
    type: { coding: [{ system: 'http://loinc.org', code: '11488-4', display: 'Consult note' }] },
    subject: input.subject,
    date: input.createdAt,
    ...(input.authors.length === 0 ? {} : { author: input.authors }),
    custodian: { reference: `Organization/${input.programme}` },
    ...(input.replaces === undefined
      ? {}
      : { relatesTo: [{ code: 'replaces', target: { reference: input.replaces } }] }),
    description: title,
    content: [
      {
        attachment: {
          extension: [{ url: SHA256_EXTENSION, valueBase64Binary: digest('sha256', input.pdf) }],
          contentType: 'application/pdf',
          language: input.language,
          url: input.binary,
          size: input.pdf.length,
          hash: digest('sha1', input.pdf),
          title,
          creation: input.createdAt,
        },
      },
    ],
    context: { related: [{ reference: input.diagnosticReport }, { reference: input.serviceRequest }] },
  };
}

function digest(algorithm: 'sha1' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('base64');
}
