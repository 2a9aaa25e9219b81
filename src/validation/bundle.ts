import type { Definitions } from '../definitions/index.ts';
import { BundleEntries } from './bundle-entries.ts';
import type { Findings } from './findings.ts';
import { isTree } from './tree.ts';
import type { Tree } from './tree.ts';

/*
 * Rules of Bundles beyond their invariants (http://hl7.org/fhir/R4/bundle.html): what fullUrl says, and that a document
 * has with it what its Composition speaks of.
 */

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;
const UNIQUE = /^urn:(?:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|oid:[0-2](?:\.(?:0|[1-9][0-9]*))+)$/i;
const ENTRY = { name: 'entry', path: 'Bundle.entry', type: 'Bundle.entry' };
const RESOURCE = { name: 'resource', path: 'Bundle.entry.resource', type: 'Resource' };

/** Runs `check` with the entries of the Bundle within reach of references. */
export function withEntries(bundle: Tree, findings: Findings, check: () => void): void {
  const { bundle: outer } = findings;
  findings.bundle = new BundleEntries(bundle);
  check();
  findings.bundle = outer;
}

export function checkBundle(definitions: Definitions, bundle: Tree, findings: Findings): void {
  const { entry, type } = bundle;
  if (!Array.isArray(entry)) return;
  const entries = entry as unknown[];
  for (let index = 0; index < entries.length && !findings.isFull; index++) {
    const each = entries[index];
    if (!isTree(each)) continue;
    checkFullUrl(definitions, each, index, findings);
    if (type === 'transaction' || type === 'batch') checkBody(each, index, findings);
  }
  if (type === 'document') checkDocument(entries[0], findings);
}

/** A fullUrl is absolute, and where it is no urn ends with the type, if with any, and the id of the resource. */
function checkFullUrl(definitions: Definitions, { fullUrl, resource }: Tree, index: number, findings: Findings): void {
  if (typeof fullUrl !== 'string') return;
  let text: string | undefined;
  // What is no URI at all is told by its type.
  if (!ABSOLUTE.test(fullUrl) && !/\s/.test(fullUrl)) {
    text = 'A fullUrl is absolute. Give the whole address, or urn:uuid: and a UUID.';
  } else if (/^urn:(?:uuid|oid):/i.test(fullUrl) && !UNIQUE.test(fullUrl)) {
    text = 'This is no UUID or OID. Give one as urn:uuid: with 32 hexadecimal digits and hyphens, or as urn:oid:1.2.3.';
  } else if (/^https?:/i.test(fullUrl) && isTree(resource) && typeof resource['id'] === 'string') {
    const [type = '', id] = fullUrl.split('/').slice(-2);
    if (id !== resource['id']) {
      text = 'This fullUrl ends with another id than its resource has. Give both the same.';
    } else if (type !== resource['resourceType'] && definitions.isResourceType(type)) {
      text = 'This fullUrl has another type than its resource. Give both the same.';
    }
  }
  if (text === undefined) return;
  findings.enter(ENTRY, index);
  findings.add('value', 'invalid-full-url', text, 'fullUrl');
  findings.leave();
}

/** What is created or updated is sent along (http://hl7.org/fhir/R4/http.html#transaction); searches and operations need not. */
function checkBody({ request, resource }: Tree, index: number, findings: Findings): void {
  if (!isTree(request) || resource !== undefined) return;
  const { method, url } = request;
  const isWrite = method === 'PUT' || (method === 'POST' && typeof url === 'string' && !/[$_]/.test(url));
  if (!isWrite) return;
  findings.enter(ENTRY, index);
  const text = 'What is to be created or updated is missing. Give the resource.';
  findings.add('required', 'missing-element', text, 'resource');
  findings.leave();
}

/** Elements of a Composition whose targets a document has to have with it (http://hl7.org/fhir/R4/documents.html#content). */
const CARRIED: readonly (readonly string[])[] = [
  ['subject'],
  ['encounter'],
  ['author'],
  ['attester', 'party'],
  ['custodian'],
  ['event', 'detail'],
];

function checkDocument(first: unknown, findings: Findings): void {
  const composition = isTree(first) ? first['resource'] : undefined;
  if (!isTree(composition) || composition['resourceType'] !== 'Composition') return;
  findings.enter(ENTRY, 0);
  findings.enter(RESOURCE, -1);
  for (const path of CARRIED) checkCarried(composition, composition, path, findings);
  checkSections(composition, composition, findings);
  findings.leave();
  findings.leave();
}

function checkSections(composition: Tree, holder: Tree, findings: Findings): void {
  const { section } = holder;
  if (!Array.isArray(section)) return;
  for (const [index, each] of (section as unknown[]).entries()) {
    if (!isTree(each)) continue;
    findings.enter({ name: 'section', path: 'Composition.section', type: 'Composition.section' }, index);
    for (const path of [['author'], ['focus'], ['entry']]) checkCarried(composition, each, path, findings);
    checkSections(composition, each, findings);
    findings.leave();
  }
}

function checkCarried(composition: Tree, holder: Tree, path: readonly string[], findings: Findings): void {
  const [name = '', ...rest] = path;
  const value = holder[name];
  const isArray = Array.isArray(value);
  const items = isArray ? (value as unknown[]) : [value];
  items.forEach((item, at) => {
    if (!isTree(item)) return;
    findings.enter({ name, path: `Composition.${name}`, type: 'Reference' }, isArray ? at : -1);
    if (rest.length > 0) checkCarried(composition, item, rest, findings);
    else checkReferred(composition, item['reference'], findings);
    findings.leave();
  });
}

function checkReferred(composition: Tree, reference: unknown, findings: Findings): void {
  if (typeof reference !== 'string' || reference.startsWith('#')) return;
  if (findings.bundle?.find(reference, composition) !== undefined) return;
  const text =
    'A document has with it what its Composition refers to. Add that record as an entry, under this address.';
  findings.add('not-found', 'unresolved-in-document', text, 'reference');
}
