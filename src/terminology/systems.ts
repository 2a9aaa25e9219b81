import { buildCodeSystem } from './code-system.ts';
import type { CodeSystemTable, Concept } from './code-system.ts';
import { COUNTRIES, LISTED_SYSTEMS, buildRuledSystem, describeRuledSystems } from './ruled-systems.ts';
import type { Shelf } from './shelf.ts';
import type { Units } from './units.ts';

/** All code systems about which the server can say anything. */
export interface CodeSystems {
  /** Built when first asked for. */
  find(url: string): CodeSystemTable | undefined;
  /** Addresses of those that are held as resources. */
  urls(): readonly string[];
  display(table: CodeSystemTable, code: string): string | undefined;
}

export function gatherCodeSystems(shelf: Shelf, units: Units): CodeSystems {
  const ruled = describeRuledSystems(units, (code) => find(COUNTRIES)?.concepts.has(code) ?? false);
  const built = new Map<string, CodeSystemTable>();

  function build(url: string): CodeSystemTable | undefined {
    const rule = ruled.get(url);
    if (rule !== undefined) return buildRuledSystem(url, rule);
    const held = shelf.find('CodeSystem', url);
    if (held !== undefined) return buildCodeSystem(url, held);
    return LISTED_SYSTEMS.get(url)?.(url);
  }

  function find(url: string): CodeSystemTable | undefined {
    const known = built.get(url) ?? build(url);
    // Addresses come from requests, so only those of systems are kept.
    if (known !== undefined) built.set(url, known);
    return known;
  }

  return {
    find,
    urls: () => shelf.urls('CodeSystem'),
    display: (table, code) => findConcept(table, code)?.display ?? ruled.get(table.url)?.display?.(code),
  };
}

export function findConcept(table: CodeSystemTable, code: string): Concept | undefined {
  return table.concepts.get(table.keyOf(code));
}
