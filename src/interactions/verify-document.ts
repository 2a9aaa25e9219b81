import { fault } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import { tellVerification, verifyDocument } from '../reports/index.ts';
import type {
  Attestation,
  Outcome,
  SignatureVerdict,
  Standing,
  Verification,
  VerifyOptions,
} from '../reports/index.ts';
import { findCurrentDocument, listCompromisedKeys, listSigningRoots } from '../store/index.ts';
import type { SignedDocument } from '../store/index.ts';
import { checkType } from './check.ts';
import type { Context, House } from './house.ts';
import { parametersOf, readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { note, read } from './read.ts';
import { findSigned } from './signed-document.ts';

const PDF = { type: 'base64Binary' } as const;
const SENT = { document: { type: 'Resource' }, pdf: PDF } as const;
const STORED = { pdf: PDF } as const;

/** Outcomes of a document that is not what was signed: what is known of another one is not told of it. */
const NOT_THE_SIGNED: readonly Outcome[] = ['malformed', 'unsigned', 'altered'];

/** Since ever. */
const EPOCH = '1970-01-01T00:00:00Z';

/**
 * Says of a report as document Bundle, sent or stored, who signed what and when, and what was altered; with a PDF, whether
 * it is its letter. Stores nothing. What this server knows of a document is told to those who hold it.
 * https://consilium.example/fhir/OperationDefinition/verify-document
 */
export async function verifyReport(
  house: House,
  context: Context,
  asked: OperationRequest,
  id: string | undefined,
): Promise<Resource> {
  checkType(house, context, 'Bundle', 'r');
  const { text, pdf } = await readAsked(house, context, asked, id);
  const options = { now: house.clock(), ...(pdf === undefined ? {} : { pdf: readBytes(pdf) }) };
  const { verification, known } = await verifyHere(house, text, options);
  note(house, context, 'verify', id === undefined ? 'Bundle' : `Bundle/${id}`, undefined, 200);
  return toParameters(verification, known && (await standingOf(house, known)));
}

async function readAsked(
  house: House,
  context: Context,
  asked: OperationRequest,
  id: string | undefined,
): Promise<{ readonly text: string; readonly pdf?: string }> {
  if (id !== undefined) {
    const { pdf } = readInput(STORED, asked);
    const { body } = await read(house, context, 'Bundle', id);
    return { text: body, ...(pdf === undefined ? {} : { pdf }) };
  }
  const { document, pdf } = readInput(SENT, asked);
  if (document === undefined) {
    const text = 'Send the document Bundle, as the body or as the parameter document.';
    throw fault(400, 'required', 'resource-needed', text);
  }
  return { text: JSON.stringify(document), ...(pdf === undefined ? {} : { pdf }) };
}

function readBytes(base64: string): Uint8Array {
  const bare = base64.replace(/\s+/g, '');
  const bytes = Buffer.from(bare, 'base64');
  if (bytes.toString('base64') === bare) return bytes;
  throw fault(
    400,
    'value',
    'parameter-type',
    'The parameter pdf is no base64: send the bytes of the letter so encoded.',
  );
}

/** With what this server knows: its roots, keys that others may have, the documents that it signed. */
async function verifyHere(
  { database }: House,
  text: string,
  options: Pick<VerifyOptions, 'now' | 'pdf'>,
): Promise<{ readonly verification: Verification; readonly known: SignedDocument | undefined }> {
  const [roots, compromised] = await Promise.all([listSigningRoots(database), listCompromisedKeys(database)]);
  const since = new Map(compromised.map(({ kid, compromisedAt }) => [kid, compromisedAt.toISOString()]));
  const trust = { ...options, roots: roots.map(({ certificate }) => certificate) };
  const verification = await verifyDocument(text, { ...trust, revoked: since });
  const known = await findKnown(database, verification);
  const { signatures } = verification;
  if (known !== undefined || !signatures.some(({ revokedSince }) => revokedSince !== undefined)) {
    return { verification, known };
  }
  // Whoever has the key can write any time into a signature: before or after, only what stands on the list is the owner's.
  const ever = new Map([...since.keys()].map((kid) => [kid, EPOCH]));
  return { verification: await verifyDocument(text, { ...trust, revoked: ever }), known };
}

/** Told to nobody who does not hold that very document. */
async function findKnown(
  database: House['database'],
  { outcome, document, digest }: Verification,
): Promise<SignedDocument | undefined> {
  if (document === undefined || NOT_THE_SIGNED.includes(outcome)) return undefined;
  const found = await findSigned(database, document);
  return found?.digest === digest ? found : undefined;
}

async function standingOf({ database }: House, known: SignedDocument): Promise<Standing> {
  const { status } = known;
  const later = status === 'superseded' ? await findCurrentDocument(database, known) : undefined;
  return { status, ...(later === undefined ? {} : { replacedOn: later.issuedAt.toISOString() }) };
}

function toParameters(verification: Verification, standing: Standing | undefined): Resource {
  const { outcome, document, digest, signatures, attested, altered, notCovered, letter } = verification;
  return parametersOf([
    { name: 'result', valueBoolean: outcome === 'valid' },
    { name: 'outcome', valueCode: outcome },
    { name: 'text', valueString: tellVerification(verification, standing).join('\n') },
    ...texts('document', document),
    ...texts('digest', digest),
    ...(standing === undefined ? [] : [{ name: 'status', valueCode: standing.status }]),
    ...signatures.map((signature) => ({ name: 'signature', part: toParts(signature) })),
    ...attested.map((attestation) => ({ name: 'attester', part: attesterParts(attestation) })),
    ...texts('altered', ...altered),
    ...texts('not-covered', ...notCovered),
    ...(letter === undefined ? [] : [{ name: 'letter', valueCode: letter }]),
  ]);
}

function toParts(signature: SignatureVerdict): object[] {
  const { outcome, reason, kid, signer, root, when, commitments, revokedSince } = signature;
  return [
    { name: 'outcome', valueCode: outcome },
    ...(reason === undefined ? [] : [{ name: 'reason', valueCode: reason }]),
    ...texts('kid', kid),
    ...texts('signer', signer?.name),
    ...(signer?.uri === undefined ? [] : [{ name: 'programme', valueUri: signer.uri }]),
    ...(when === undefined ? [] : [{ name: 'when', valueInstant: when }]),
    ...commitments.map((commitment) => ({ name: 'commitment', valueUri: commitment })),
    ...texts('certificate', signer?.fingerprint),
    ...texts('root', root?.fingerprint),
    ...(revokedSince === undefined ? [] : [{ name: 'revoked-since', valueInstant: revokedSince }]),
  ];
}

function attesterParts({ mode, time, party }: Attestation): object[] {
  return [...texts('mode', mode), ...texts('time', time), ...texts('party', party)];
}

/** As far as there is something to say: FHIR has no empty texts. */
function texts(name: string, ...values: readonly (string | undefined)[]): object[] {
  return values.flatMap((value) => (value === undefined || value === '' ? [] : [{ name, valueString: value }]));
}
