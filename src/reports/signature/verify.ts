import { checkChain, isSignedText, readJws } from '../../keys/index.ts';
import type { ReadJws } from '../../keys/index.ts';
import { parseJson } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { CANONICALIZATION, canonicalDocument } from './canonical.ts';
import { decideDocument, decideSignature } from './decide-outcome.ts';
import type { Findings } from './decide-outcome.ts';
import { documentDigest } from './digest.ts';
import { compositionOf, isObject, nodesOf, textOf } from './entries.ts';
import { compareLetter } from './letter.ts';
import { buildManifest, compareManifests, readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { listNotCovered } from './not-covered.ts';
import { CRITICAL } from './sign.ts';
import type { Attestation, SignatureVerdict, Verification, VerifyOptions } from './verification.ts';

/** A document that can be verified, and its one text. */
interface Subject {
  readonly bundle: Resource;
  readonly canonical: string;
  readonly manifest: Manifest;
  readonly digest: string;
}

/** How far the clock of who signed may be ahead of ours, in ms. */
const TOLERANCE_MS = 300_000;
/** Entries at most: ten times as many as a document has that is signed here. What is beyond would only cost time. */
const ENTRIES_MOST = 10_000;
/** Of a list of signatures, which makes no document valid, as many are told: each takes the whole document once. */
const SIGNATURES_TOLD = 4;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const WHOLE_SECOND = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.0{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const MALFORMED: Verification = { outcome: 'malformed', signatures: [], attested: [], altered: [], notCovered: [] };

/**
 * Says of a document Bundle who signed it and when, who attests it, what was altered since, and what the signature does not
 * cover. Needs nothing but the text and the roots that are trusted. Whatever cannot be read without doubt is malformed;
 * nothing is thrown.
 */
export async function verifyDocument(text: string, options: VerifyOptions): Promise<Verification> {
  const subject = readSubject(text);
  if (subject === undefined) return MALFORMED;
  const { bundle } = subject;
  const given = bundle['signature'];
  const isList = Array.isArray(given);
  const candidates: readonly unknown[] = isList ? given.slice(0, SIGNATURES_TOLD) : given === undefined ? [] : [given];
  const signatures = await Promise.all(candidates.map((one) => verifySignature(subject, one, options)));
  const letter = options.pdf === undefined ? undefined : compareLetter(bundle, options.pdf);
  return {
    outcome: decideDocument(signatures, { isList, letter }),
    signatures,
    document: subject.manifest.document,
    digest: subject.digest,
    attested: readAttestations(bundle),
    altered: [...new Set(signatures.flatMap(({ altered }) => altered))],
    notCovered: listNotCovered(bundle),
    ...(letter === undefined ? {} : { letter }),
  };
}

/** Strictly as the server reads what is sent to it: what two readers could read in two ways is no document. */
function readSubject(text: string): Subject | undefined {
  try {
    const bytes = Buffer.from(text, 'utf8');
    // Half of a surrogate pair does not come through.
    if (bytes.toString('utf8') !== text) return undefined;
    const bundle = parseJson(bytes);
    if (!isObject(bundle) || bundle['resourceType'] !== 'Bundle' || bundle['type'] !== 'document') return undefined;
    if (Array.isArray(bundle['entry']) && bundle['entry'].length > ENTRIES_MOST) return undefined;
    const document = bundle as Resource;
    return {
      bundle: document,
      canonical: canonicalDocument(document),
      manifest: buildManifest(document),
      digest: documentDigest(document),
    };
  } catch {
    return undefined;
  }
}

async function verifySignature(
  subject: Subject,
  signature: unknown,
  { roots, now, revoked = new Map() }: VerifyOptions,
): Promise<SignatureVerdict> {
  const read = readSignature(signature);
  if (typeof read === 'string') return { ...decideSignature({ unreadable: read }), commitments: [], altered: [] };
  const { jws, frame, sigT } = read;
  const signedAt = new Date(sigT);
  const { refusals, leaf, root } = await checkChain(jws.header.x5c, roots, signedAt);
  const publicJwk = leaf?.publicJwk;
  const isOfDocument = publicJwk !== undefined && (await isSignedText(jws, publicJwk, CRITICAL, subject.canonical));
  const revokedSince = revoked.get(jws.header.kid);
  const misframed = checkFrame(frame, sigT, leaf?.uri);
  const found: Findings = {
    isOfDocument,
    isFramedRight: misframed.length === 0,
    chain: refusals,
    isPast: signedAt.getTime() <= now.getTime() + TOLERANCE_MS,
    isOwn: revokedSince === undefined || signedAt < new Date(revokedSince),
  };
  return {
    ...decideSignature(publicJwk === undefined ? { unreadable: 'chain-shape' } : found),
    kid: jws.header.kid,
    ...(leaf === undefined || root === undefined ? {} : { signer: leaf, root }),
    when: sigT,
    commitments: readCommitments(jws.header['srCms']),
    altered: [...(isOfDocument ? [] : await tellAltered(subject, jws, publicJwk)), ...misframed],
    ...(revokedSince === undefined ? {} : { revokedSince }),
  };
}

interface ReadSignature {
  readonly jws: ReadJws;
  /** Bundle.signature */
  readonly frame: Readonly<Record<string, unknown>>;
  readonly sigT: string;
}

/** The signature, or in a word why it cannot be looked at. */
function readSignature(signature: unknown): ReadSignature | string {
  if (!isObject(signature)) return 'signature';
  const data = textOf(signature['data']);
  if (data === undefined || data === '' || !BASE64.test(data)) return 'signature-data';
  const bytes = Buffer.from(data, 'base64');
  if (bytes.toString('base64') !== data) return 'signature-data';
  const jws = readJws(bytes.toString('latin1'), CRITICAL);
  if (typeof jws === 'string') return jws;
  const { sigT, canon, crit } = jws.header;
  if (jws.parts[1] !== '') return 'not-detached';
  if (canon !== CANONICALIZATION) return 'canonicalization';
  if (!Array.isArray(crit) || !CRITICAL.every((name) => crit.includes(name))) return 'header';
  return isInstant(sigT) ? { jws, frame: signature, sigT } : 'sigT';
}

function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !INSTANT.test(value) || Number.isNaN(Date.parse(value))) return false;
  // JavaScript takes the 30th of February for a day of March.
  return new Date(value).toISOString() === value.replace('Z', '.000Z');
}

/** Whether an instant of FHIR, however it is written, is this one in whole seconds. */
function isSameMoment(value: unknown, second: string): boolean {
  return typeof value === 'string' && WHOLE_SECOND.test(value) && Date.parse(value) === Date.parse(second);
}

/** What stands in Bundle.signature beside the signature is not signed: the time and who signed have to agree with it. */
function checkFrame(frame: Readonly<Record<string, unknown>>, sigT: string, uri: string | undefined): string[] {
  const who = isObject(frame['who']) ? textOf(frame['who']['reference']) : undefined;
  return [
    ...(isSameMoment(frame['when'], sigT) ? [] : ['Bundle.signature.when: another time than the one that is signed']),
    ...(who !== undefined && (uri === who || uri?.endsWith(`/${who}`) === true)
      ? []
      : ['Bundle.signature.who: somebody else than the certificate names']),
  ];
}

/** By the signer's own list of parts, where that can be proved to be of this document. */
async function tellAltered(
  { manifest }: Subject,
  { header }: ReadJws,
  publicJwk: Parameters<typeof isSignedText>[1] | undefined,
): Promise<string[]> {
  const before = publicJwk && (await readSignedManifest(header, publicJwk));
  if (before === undefined) return ['the signature: it cannot be told what else is altered'];
  if (before.document !== manifest.document) return ['Bundle.identifier: the signature is of another document'];
  const altered = compareManifests(before, manifest);
  return altered.length > 0 ? altered : ['the signature: the parts of the document are as they were signed'];
}

async function readSignedManifest(
  { digests, sigT, kid }: ReadJws['header'],
  publicJwk: Parameters<typeof isSignedText>[1],
): Promise<Manifest | undefined> {
  const jws = typeof digests === 'string' ? readJws(digests, CRITICAL) : undefined;
  if (typeof jws !== 'object' || jws.header.kid !== kid || jws.header['sigT'] !== sigT) return undefined;
  if (!(await isSignedText(jws, publicJwk, CRITICAL))) return undefined;
  try {
    return readManifest(JSON.parse(Buffer.from(jws.parts[1], 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

function readCommitments(srCms: unknown): string[] {
  return nodesOf(srCms).flatMap(({ commId }) => (isObject(commId) ? (textOf(commId['id']) ?? []) : []));
}

/** Composition.attester: https://hl7.org/fhir/R4/composition-definitions.html#Composition.attester */
function readAttestations(bundle: Resource): Attestation[] {
  return nodesOf(compositionOf(bundle)?.resource?.['attester']).map(({ mode, time, party }) => {
    const told = isObject(party) ? (textOf(party['display']) ?? textOf(party['reference'])) : undefined;
    return {
      mode: textOf(mode) ?? '',
      ...(typeof time === 'string' ? { time } : {}),
      ...(told === undefined ? {} : { party: told }),
    };
  });
}
