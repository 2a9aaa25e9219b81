import { compileTerminology } from './compile.ts';
import type { HeldValueSet } from './held.ts';
import { withoutVersion } from './holdings.ts';
import type { Holdings, KnownConceptMap, KnownValueSet } from './holdings.ts';
import type { TerminologyResource } from './resources.ts';
import { openShelf } from './shelf.ts';
import { gatherCodeSystems } from './systems.ts';
import { createUnits } from './units.ts';
import { resolveValueSet } from './value-set.ts';
import type { ResolvedSet, ResolvingContext } from './value-set.ts';

/** `http://snomed.info/sct?fhir_vs`: all codes of the system (http://hl7.org/fhir/R4/snomedct.html#implicit). */
const ALL_CODES = /^(.+)\?fhir_vs$/;

/** Brings what is published and what is added together. Value sets are worked out when they are first asked for. */
export function gatherHoldings(bytes: Uint8Array, additions: readonly TerminologyResource[]): Holdings {
  const shelf = openShelf(bytes, compileTerminology(additions));
  const units = createUnits();
  const codeSystems = gatherCodeSystems(shelf, units);
  const known = new Map<string, KnownValueSet>();
  const underWay = new Set<string>();
  const context: ResolvingContext = { codeSystems, units, resolve: (canonical) => findValueSet(canonical)?.set };
  let conceptMaps: readonly KnownConceptMap[] | undefined;

  function findHeld(url: string): HeldValueSet | undefined {
    const system = ALL_CODES.exec(url)?.[1];
    if (system === undefined) return shelf.find('ValueSet', url);
    return codeSystems.find(system) && { include: [{ system }] };
  }

  /** Value sets that include each other in a circle are held to be unknown where the circle closes. */
  function findValueSet(canonical: string): KnownValueSet | undefined {
    const url = withoutVersion(canonical);
    const found = known.get(url);
    if (found !== undefined || underWay.has(url)) return found;
    const held = findHeld(url);
    if (held === undefined) return undefined;
    underWay.add(url);
    const valueSet = { url, held, set: workOut(held) };
    underWay.delete(url);
    known.set(url, valueSet);
    return valueSet;
  }

  function workOut(held: HeldValueSet): ResolvedSet {
    return resolveValueSet(held, context);
  }

  return {
    codeSystems,
    units,
    findValueSet,
    workOut,
    conceptMaps: () =>
      (conceptMaps ??= shelf.urls('ConceptMap').map((url) => ({ url, held: shelf.find('ConceptMap', url)! }))),
  };
}
