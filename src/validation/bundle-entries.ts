import type { Tree } from './tree.ts';
import { isTree } from './tree.ts';

/** `Type/id` at the end of an address, without a version. */
const TYPE_AND_ID = /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** The resources of a Bundle by what references call them (http://hl7.org/fhir/R4/bundle.html#references). */
export class BundleEntries {
  private readonly bundle: Tree;
  private byUrl: Map<string, unknown> | undefined;
  private bases: Map<unknown, string> | undefined;

  constructor(bundle: Tree) {
    this.bundle = bundle;
  }

  /** The entry that a reference in `from` means: by its fullUrl, or relative to the fullUrl of `from`. */
  find(reference: string, from: unknown): unknown {
    this.byUrl ??= this.index();
    const exact = this.byUrl.get(withoutVersion(reference));
    if (exact !== undefined || !TYPE_AND_ID.test(reference) || /^[a-z][a-z0-9+.-]*:/i.test(reference)) return exact;
    const base = this.bases!.get(from);
    return this.byUrl.get((base ?? '') + withoutVersion(reference)) ?? this.byUrl.get(`?${withoutVersion(reference)}`);
  }

  private index(): Map<string, unknown> {
    const byUrl = new Map<string, unknown>();
    this.bases = new Map();
    const entries = Array.isArray(this.bundle['entry']) ? (this.bundle['entry'] as unknown[]) : [];
    for (const entry of entries) {
      const resource = isTree(entry) ? entry['resource'] : undefined;
      if (!isTree(entry) || !isTree(resource)) continue;
      const { fullUrl } = entry;
      const { resourceType, id } = resource;
      const name = typeof resourceType === 'string' && typeof id === 'string' ? `${resourceType}/${id}` : undefined;
      if (typeof fullUrl === 'string') {
        byUrl.set(fullUrl, resource);
        if (name !== undefined && fullUrl.endsWith(`/${name}`))
          this.bases.set(resource, fullUrl.slice(0, -name.length));
      }
      // Where no fullUrl says what is meant, type and id alone do.
      if (name !== undefined && !byUrl.has(`?${name}`)) byUrl.set(`?${name}`, resource);
    }
    return byUrl;
  }
}

function withoutVersion(reference: string): string {
  const at = reference.indexOf('/_history/');
  return at < 0 ? reference : reference.slice(0, at);
}
