import type { Findings } from './findings.ts';
import type { Engine } from './profile/engine.ts';
import { isTree } from './tree.ts';
import type { Tree } from './tree.ts';

const META = { name: 'meta', path: 'Resource.meta', type: 'Meta' };

/**
 * Checks a resource against the profiles that it claims (`meta.profile`), and against those that are wanted of it. A claim that cannot be checked here is told, and refuses nothing; a wish that cannot be is an error.
 */
export function checkClaims(engine: Engine, resource: Tree, findings: Findings, wanted: readonly string[] = []): void {
  const checked = new Set<string>();
  const { meta } = resource;
  const claims = isTree(meta) ? meta['profile'] : undefined;
  if (Array.isArray(claims)) {
    for (const [index, url] of (claims as unknown[]).entries()) {
      if (typeof url !== 'string' || checked.has(url) || findings.isFull) continue;
      checked.add(url);
      if (engine.check(url, resource, findings)) continue;
      findings.enter(META, -1);
      const text = 'This profile is not known here, so nothing was checked against it.';
      findings.note('warning', 'not-supported', 'unknown-profile', text, 'profile', index);
      findings.leave();
    }
  }
  for (const url of wanted) {
    if (checked.has(url) || engine.check(url, resource, findings)) continue;
    const text = 'The profile asked for is not known here. Ask for one that the server has, or for none.';
    findings.add('not-supported', 'unknown-profile', text);
  }
}
