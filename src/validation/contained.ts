import type { Findings } from './findings.ts';
import type { Tree } from './slots.ts';

/**
 * Runs `check` with the resources that `resource` contains within reach of its `#id` references
 * (http://hl7.org/fhir/R4/references.html#contained).
 */
export function withContained(resource: Tree, findings: Findings, check: () => void): void {
  const { contained } = findings;
  findings.contained = listContained(resource['contained'], findings);
  check();
  findings.contained = contained;
}

const NONE: ReadonlyMap<string, string> = new Map();

function listContained(contained: unknown, findings: Findings): ReadonlyMap<string, string> {
  if (!Array.isArray(contained)) return NONE;
  const types = new Map<string, string>();
  for (const [index, item] of (contained as unknown[]).entries()) {
    const { id, resourceType } = (item ?? {}) as { id?: unknown; resourceType?: unknown };
    if (typeof id !== 'string' || typeof resourceType !== 'string') continue;
    if (types.has(id) && !findings.isFull) {
      findings.enter('contained', index);
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
  check();
}

/** dom-4 and dom-5 of http://hl7.org/fhir/R4/domainresource.html#invs */
function checkMeta(meta: unknown, findings: Findings): void {
  if (typeof meta !== 'object' || meta === null) return;
  findings.enter('meta', -1);
  for (const name of ['versionId', 'lastUpdated', 'security']) {
    if (name in meta)
      findings.add('structure', 'contained-meta', `A contained resource has no ${name}. Remove it.`, name);
  }
  findings.leave();
}
