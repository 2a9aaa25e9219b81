import type { Reference, Resource } from '../../fhir/index.ts';
import { detachPayload } from '../../keys/index.ts';
import type { Signer } from '../../keys/index.ts';
import { CANONICALIZATION, canonicalDocument, canonicalJson } from './canonical.ts';
import { buildManifest } from './manifest.ts';

/** What a signer commits to, as JAdES names it: the document comes from them. ETSI TS 119 182-1, clause 5.2.3 */
const PROOF_OF_ORIGIN = 'http://uri.etsi.org/01903/v1.2.2#ProofOfOrigin';

/** Header parameters of JAdES that whoever verifies has to understand: ETSI TS 119 182-1, clause 5.1.9. */
export const CRITICAL = ['sigT', 'srCms'] as const;

/**
 * The source of what is signed, not the author of each word: https://hl7.org/fhir/R4/valueset-signature-type.html. It is
 * signed as a commitment, too, as HL7's own publisher does.
 */
const SIGNATURE_TYPE = {
  system: 'urn:iso-astm:E1762-95:2013',
  code: '1.2.840.10065.1.12.1.14',
  display: 'Source Signature',
};

/**
 * Signs a document Bundle in the name of its programme: a detached JWS in Bundle.signature over the canonical text, with
 * the time, the commitment and the chain of certificates in its header, and the manifest signed beside it. Nothing else of
 * the Bundle changes. https://hl7.org/fhir/R5/signatures.html, https://www.rfc-editor.org/rfc/rfc7515#appendix-F
 * @param signed `when`: an instant; of it, whole seconds are kept
 */
export async function signDocument(
  bundle: Resource,
  signer: Signer,
  signed: { readonly when: string; readonly who: Reference },
): Promise<Resource> {
  const sigT = `${new Date(signed.when).toISOString().slice(0, 19)}Z`;
  const digests = await signer.sign(canonicalJson(buildManifest(bundle)), { typ: 'JOSE', sigT, crit: ['sigT'] });
  const token = await signer.sign(canonicalDocument(bundle), {
    typ: 'JOSE',
    cty: 'fhir+json',
    sigT,
    srCms: [
      { commId: { id: PROOF_OF_ORIGIN } },
      { commId: { id: `urn:oid:${SIGNATURE_TYPE.code}`, desc: SIGNATURE_TYPE.display } },
    ],
    crit: CRITICAL,
    canon: CANONICALIZATION,
    digests,
  });
  const { signature: _former, ...unsigned } = bundle;
  return {
    ...unsigned,
    resourceType: bundle.resourceType,
    signature: {
      type: [SIGNATURE_TYPE],
      when: sigT,
      who: signed.who,
      // Quoted: an address is no token of a media type (RFC 9110, section 5.6.6), which R4 binds this to.
      targetFormat: `application/fhir+json;canonicalization="${CANONICALIZATION}"`,
      sigFormat: 'application/jose',
      data: Buffer.from(detachPayload(token)).toString('base64'),
    },
  };
}
