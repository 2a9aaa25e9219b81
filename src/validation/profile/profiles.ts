import type { Definitions, StructureDefinition } from '../../definitions/index.ts';
import type { Terminology } from '../../terminology/index.ts';
import type { Knowledge } from '../evaluate.ts';
import { isA } from '../fhirpath/index.ts';
import { isTree } from '../tree.ts';
import { pseudoProperty } from './discriminators.ts';
import { compileChildren } from './children.ts';
import { compileElement } from './element.ts';
import { typeOfUrl } from './engine.ts';
import type { CheckOccurrence, Compiling, Engine } from './engine.ts';
import { buildTree } from './tree.ts';

/**
 * All profiles that are known: those handed in, and R4's own with the definitions. Each is compiled when it is first
 * asked for; until then it costs nothing.
 */
export function createEngine(
  definitions: Definitions,
  terminology: Terminology | undefined,
  structures: Iterable<StructureDefinition>,
  knowledge: Knowledge,
): Engine {
  const byUrl = new Map<string, StructureDefinition>();
  for (const structure of structures) byUrl.set(structure.url, structure);
  const compiled = new Map<string, CheckOccurrence | undefined>();

  const engine: Engine = {
    definitions,
    terminology,
    knowledge,
    structure: (url) => {
      const canonical = withoutVersion(url);
      return byUrl.get(canonical) ?? definitions.structure(canonical);
    },
    check: (url, value, findings) => {
      const canonical = withoutVersion(url);
      const type = typeOfUrl(definitions, canonical);
      const structure = type === undefined ? engine.structure(canonical) : undefined;
      if (type === undefined && structure === undefined) return false;
      const verdicts = findings.verdictsOn(value);
      if (verdicts.get(canonical) === true) return true;
      verdicts.set(canonical, true);
      const { errorCount } = findings;
      const name = isTree(value) ? value['resourceType'] : undefined;
      const wanted = structure?.type ?? type!;
      if (typeof name === 'string' && !isA(definitions, name, wanted)) {
        const text = `The profile ${canonical} is one of ${wanted}. Claim another, or send a ${wanted}.`;
        findings.add('structure', 'wrong-profile-type', text);
      } else if (structure !== undefined) {
        const property = pseudoProperty(definitions, typeof name === 'string' ? name : structure.type);
        const check = property === undefined ? undefined : compileOnce(structure);
        check?.({ value, companion: undefined, property: property!, index: -1 }, findings);
      }
      verdicts.set(canonical, findings.errorCount === errorCount);
      return true;
    },
    conforms: (url, value, findings) => {
      const canonical = withoutVersion(url);
      const verdicts = findings.verdictsOn(value);
      const known = verdicts.get(canonical);
      if (known !== undefined) return known;
      const probe = findings.probe();
      if (isTree(value) && 'resourceType' in value) {
        probe.resource = value;
        if (!isContainedIn(probe.rootResource, value)) probe.rootResource = value;
      }
      if (!engine.check(canonical, value, probe)) return undefined;
      verdicts.set(canonical, !probe.hasErrors);
      return !probe.hasErrors;
    },
  };

  function compileOnce(structure: StructureDefinition): CheckOccurrence | undefined {
    const { url } = structure;
    if (!compiled.has(url)) compiled.set(url, compileStructure(structure));
    return compiled.get(url);
  }

  function compileStructure(structure: StructureDefinition): CheckOccurrence | undefined {
    const property = pseudoProperty(definitions, structure.type);
    if (property === undefined) return undefined;
    const root = buildTree(structure);
    const label = structure.title ?? structure.name ?? structure.url;
    const compiling: Compiling = {
      engine,
      root,
      label,
      compileElement: (node, of) => compileElement(compiling, node, of),
      compileChildren: (node, type) => compileChildren(compiling, node, type),
    };
    const own = compiling.compileElement(root, property);
    const { baseDefinition } = structure;
    // A snapshot says all that the profile's own base says; a differential alone does not.
    if (structure.snapshot !== undefined || baseDefinition === undefined) return own;
    return (occurrence, findings) => {
      engine.check(baseDefinition, occurrence.value, findings);
      own?.(occurrence, findings);
    };
  }

  return engine;
}

function withoutVersion(url: string): string {
  const at = url.indexOf('|');
  return at < 0 ? url : url.slice(0, at);
}

function isContainedIn(resource: unknown, value: unknown): boolean {
  const contained = isTree(resource) ? resource['contained'] : undefined;
  return Array.isArray(contained) && contained.includes(value);
}
