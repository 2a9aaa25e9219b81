import type { Findings } from './findings.ts';
import type { Tree } from './tree.ts';
import { isContainedReference, isTree } from './tree.ts';

/**
 * Runs `check` with the resources that `resource` contains within reach of its `#id` references
 * (http://hl7.org/fhir/R4/references.html#contained), and then looks for contained ones that nobody refers to.
 */
export function withContained(resource: Tree, findings: Findings, check: () => void): void {
  const { contained, resource: outer, rootResource } = findings;
  findings.contained = resource['contained'] === undefined ? NONE : listContained(resource['contained'], findings);
  findings.resource = resource;
  findings.rootResource = resource;
  check();
  if (resource['contained'] !== undefined) checkReferred(resource, findings);
  findings.contained = contained;
  findings.resource = outer;
  findings.rootResource = rootResource;
}

const NONE: ReadonlyMap<string, string> = new Map();

function listContained(contained: unknown, findings: Findings): ReadonlyMap<string, string> {
  if (!Array.isArray(contained)) return NONE;
  const types = new Map<string, string>();
  for (const [index, item] of (contained as unknown[]).entries()) {
    const { id, resourceType } = (item ?? {}) as { id?: unknown; resourceType?: unknown };
    if (typeof id !== 'string' || typeof resourceType !== 'string') continue;
    if (types.has(id) && !findings.isFull) {
      findings.enter(CONTAINED, index);
      findings.add(
        'invalid',
        'duplicate-contained-id',
        'Two contained resources have this id. Give each its own.',
        'id',
      );
      findings.leave();
    }
    types.set(id, resourceType);
  }
  return types;
}

const CONTAINED = { name: 'contained', path: 'DomainResource.contained', type: 'Resource' };
const META = { name: 'meta', path: 'Resource.meta', type: 'Meta' };

/** Runs `check` on a contained resource: it needs an id, and neither contains others nor has a version of its own. */
export function checkAsContained(resource: Tree, findings: Findings, check: () => void): void {
  if (resource['id'] === undefined) {
    findings.add(
      'required',
      'contained-without-id',
      'A contained resource needs an id to be referred to. Add it.',
      'id',
    );
  }
  if (resource['contained'] !== undefined) {
    const text = 'A contained resource contains no others. Put them all into the outer resource.';
    findings.add('structure', 'nested-contained', text, 'contained');
  }
  checkMeta(resource['meta'], findings);
  const { resource: outer } = findings;
  findings.resource = resource;
  check();
  findings.resource = outer;
}

/** dom-4 and dom-5 of http://hl7.org/fhir/R4/domainresource.html#invs */
function checkMeta(meta: unknown, findings: Findings): void {
  if (typeof meta !== 'object' || meta === null) return;
  findings.enter(META, -1);
  for (const name of ['versionId', 'lastUpdated', 'security']) {
    if (name in meta)
      findings.add('structure', 'contained-meta', `A contained resource has no ${name}. Remove it.`, name);
  }
  findings.leave();
}

/** dom-3: what is contained is referred to, by the outer resource or by another contained one, or refers to the outer. */
function checkReferred(resource: Tree, findings: Findings): void {
  const { contained } = resource;
  if (!Array.isArray(contained) || findings.isFull) return;
  const referred = new Set<string>();
  collectLocal(resource, referred);
  for (const [index, item] of (contained as unknown[]).entries()) {
    if (!isTree(item) || typeof item['id'] !== 'string' || referred.has(`#${item['id']}`)) continue;
    const own = new Set<string>();
    collectLocal(item, own);
    if (own.has('#')) continue;
    findings.enter(CONTAINED, index);
    const text = 'Nothing refers to this contained resource. Refer to it by # and its id, or leave it out.';
    findings.add('invariant', 'dom-3', text);
    findings.leave();
  }
}

/** All texts that begin with `#`: references, canonicals and URIs may. */
function collectLocal(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    if (isContainedReference(value)) found.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) collectLocal(item, found);
  }
}
