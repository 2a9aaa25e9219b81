import { createHash } from 'node:crypto';
import { CANONICAL, CASE_NUMBER_SYSTEM } from '../../cases/index.ts';
import type { Reference, Resource } from '../../fhir/index.ts';
import { CONSULT_NOTE } from '../draft/input.ts';
import { nodes, text } from '../elements.ts';
import { recordsOf } from './assemble.ts';
import { refOf } from './links.ts';

/** Attachment.hash is SHA-1 by definition, which proves little; this extension holds SHA-256 beside it. */
export const SHA256_EXTENSION = `${CANONICAL}/StructureDefinition/sha-256`;

export interface LetterFileInput {
  readonly id: string;
  /** The document whose letter it is. */
  readonly document: Resource;
  readonly pdf: Uint8Array;
  /** Where the bytes are: `Binary/x`. */
  readonly binary: string;
  readonly caseNumber: string;
  /** What the letter is called. */
  readonly title: string;
  /** Id of the programme's organisation. */
  readonly programme: string;
  /** The letter that this one takes the place of: `DocumentReference/x`. */
  readonly replaces?: string;
  /** The letter of which this one is a translation. */
  readonly transforms?: string;
}

/** The DocumentReference that files the letter of a document. http://hl7.org/fhir/R4/documentreference.html */
export function fileLetter(input: LetterFileInput): Resource {
  const { id, document, pdf, binary, caseNumber, title, programme } = input;
  const records = recordsOf(document);
  const [composition] = records;
  const made = records.filter(({ resourceType }) => resourceType === 'DiagnosticReport');
  const [report] = made;
  const asked = nodes(composition?.event).flatMap(({ detail }) => nodes(detail)) as Reference[];
  const related = [
    ...(report === undefined ? [] : [{ reference: refOf(report) }]),
    ...asked.map(({ reference }) => ({ reference })),
  ];
  const relations = [...relation('replaces', input.replaces), ...relation('transforms', input.transforms)];
  return {
    resourceType: 'DocumentReference',
    id,
    masterIdentifier: document.identifier,
    identifier: [{ system: CASE_NUMBER_SYSTEM, value: caseNumber }],
    status: 'current',
    docStatus: text(report?.status) === 'final' ? 'final' : 'amended',
    type: CONSULT_NOTE,
    subject: composition?.subject,
    date: document.timestamp,
    author: composition?.author,
    custodian: { reference: `Organization/${programme}` },
    ...(relations.length === 0 ? {} : { relatesTo: relations }),
    description: title,
    content: [
      {
        attachment: {
          extension: [{ url: SHA256_EXTENSION, valueBase64Binary: digest('sha256', pdf) }],
          contentType: 'application/pdf',
          language: text(composition?.language) ?? 'en',
          url: binary,
          size: pdf.length,
          hash: digest('sha1', pdf),
          title,
          creation: document.timestamp,
        },
      },
    ],
    context: { related },
  };
}

/** A document with this record behind all others. */
export function appendRecord(document: Resource, base: string, record: Resource): Resource {
  return { ...document, entry: [...nodes(document.entry), { fullUrl: `${base}/${refOf(record)}`, resource: record }] };
}

function relation(code: 'replaces' | 'transforms', reference: string | undefined): object[] {
  return reference === undefined ? [] : [{ code, target: { reference } }];
}

function digest(algorithm: 'sha1' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('base64');
}
