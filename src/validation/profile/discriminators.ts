import type { Property } from '../../definitions/index.ts';
import { isA } from '../fhirpath/index.ts';
import type { Findings } from '../findings.ts';
import { isTree } from '../tree.ts';
import { typeOfUrl } from './engine.ts';
import type { CheckOccurrence, Compiling, Occurrence } from './engine.ts';
import { follow, parsePath } from './follow.ts';
import type { PathStep, Typed } from './follow.ts';
import { buildTree, choiceOf } from './tree.ts';
import type { ProfileNode } from './tree.ts';
import { describe, fitsPattern } from './values.ts';

export interface Discriminator {
  readonly type: string;
  readonly path: string;
}

/** Whether an occurrence is one of a slice. */
export interface Match {
  readonly test: (occurrence: Occurrence, findings: Findings) => boolean;
  /** How it is told, for texts: `code is 8480-6`. */
  readonly hint: string;
}

/** Compiles one discriminator for one slice. */
export function compileMatch(compiling: Compiling, slice: ProfileNode, { type, path }: Discriminator): Match {
  const steps = parsePath(path);
  const { definitions } = compiling.engine;
  const reach = (occurrence: Occurrence, findings: Findings): Typed[] =>
    follow(definitions, toTyped(occurrence), steps, findings);
  const ends = walkNodes(compiling, [slice], steps);
  switch (type) {
    case 'exists':
      return matchExistence(ends.nodes, reach, path);
    case 'type':
      return matchType(compiling, ends.nodes, reach, steps);
    case 'profile':
      return matchProfile(compiling, ends.nodes, reach, steps);
    default:
      return matchValue(compiling, withUrl(ends, slice, path), reach, path);
  }
}

function toTyped({ value, property }: Occurrence): Typed {
  const type = property.kind === 'resource' && isTree(value) ? value['resourceType'] : property.type;
  return { value, type: type as string | undefined };
}

type Reach = (occurrence: Occurrence, findings: Findings) => Typed[];

interface Ends {
  /** What the profile says at the end of the path. */
  readonly nodes: readonly ProfileNode[];
  /** Values that fixed values and patterns on the way demand at its end. */
  readonly values: readonly unknown[];
}

/** Follows a path through the profile itself, and on through the profiles that it names. */
function walkNodes(compiling: Compiling, start: readonly ProfileNode[], steps: readonly PathStep[]): Ends {
  const values: unknown[] = [];
  let nodes = start.flatMap(withSlices);
  const collect = (rest: readonly PathStep[]): void => {
    for (const { rule } of nodes) {
      const value = choiceOf(rule, 'fixed') ?? choiceOf(rule, 'pattern');
      if (value !== undefined) values.push(...extract(value, rest));
    }
  };
  collect(steps);
  steps.forEach((step, at) => {
    nodes = nodes.flatMap((node) => takeNode(compiling, node, step));
    collect(steps.slice(at + 1));
  });
  return { nodes, values };
}

/** An extension whose definition is not known here is still told by its URL. */
function withUrl(ends: Ends, slice: ProfileNode, path: string): Ends {
  const url = path === 'url' && ends.values.length === 0 ? urlOf(slice) : undefined;
  return url === undefined ? ends : { ...ends, values: [url] };
}

function withSlices(node: ProfileNode): ProfileNode[] {
  return [node, ...[...node.slices.values()].flatMap(withSlices)];
}

function takeNode(compiling: Compiling, node: ProfileNode, step: PathStep): ProfileNode[] {
  if (step.kind === 'ofType') return [node];
  if (step.kind === 'resolve') {
    const urls = (node.rule?.type ?? []).flatMap(({ targetProfile = [] }) => targetProfile);
    return [node, ...urls.flatMap((url) => treeOf(compiling, url))];
  }
  const name = step.kind === 'extension' ? 'extension' : step.name;
  const child = node.children.get(name) ?? node.children.get(`${name}[x]`);
  if (child === undefined) {
    const urls = (node.rule?.type ?? []).flatMap(({ profile = [] }) => profile);
    return urls.flatMap((url) => treeOf(compiling, url)).flatMap((root) => childrenNamed(root, name));
  }
  if (step.kind === 'element') return withSlices(child);
  return [...child.slices.values()].filter((slice) => urlOf(slice) === step.url);
}

function childrenNamed(node: ProfileNode, name: string): ProfileNode[] {
  const child = node.children.get(name) ?? node.children.get(`${name}[x]`);
  return child === undefined ? [] : withSlices(child);
}

function treeOf({ engine }: Compiling, url: string): ProfileNode[] {
  const structure = engine.structure(url);
  return structure === undefined ? [] : [buildTree(structure)];
}

function urlOf(slice: ProfileNode): unknown {
  return choiceOf(slice.children.get('url')?.rule, 'fixed') ?? slice.rule?.type?.[0]?.profile?.[0];
}

/** What a fixed value or a pattern says at the end of a path. */
function extract(value: unknown, steps: readonly PathStep[]): unknown[] {
  const [step, ...rest] = steps;
  if (Array.isArray(value)) return value.flatMap((item) => extract(item, steps));
  if (step === undefined) return value === undefined ? [] : [value];
  if (step.kind !== 'element' || !isTree(value)) return [];
  return extract(value[step.name], rest);
}

function matchValue(compiling: Compiling, { nodes, values }: Ends, reach: Reach, path: string): Match {
  if (values.length > 0) {
    return {
      test: (occurrence, findings) =>
        reach(occurrence, findings).some(({ value }) => values.some((wanted) => fitsPattern(value, wanted))),
      hint: `${path} is ${[...new Set(values.map(describe))].join(' or ')}`,
    };
  }
  return matchContent(compiling, nodes, reach, path);
}

/** Where nothing is fixed, what the profile demands at the end of the path decides: a required value set, or more. */
function matchContent(compiling: Compiling, nodes: readonly ProfileNode[], reach: Reach, path: string): Match {
  const { definitions, terminology } = compiling.engine;
  const sets = nodes
    .filter(({ rule }) => rule?.binding?.strength === 'required')
    .flatMap(({ rule }) => rule?.binding?.valueSet ?? [])
    .map((url) => url.split('|')[0]!);
  if (sets.length > 0 && terminology !== undefined) {
    return {
      test: (occurrence, findings) =>
        reach(occurrence, findings).some(({ value }) =>
          sets.some((set) => compiling.engine.knowledge.isMember?.(value, set) === true),
        ),
      hint: `${path} is of ${sets.join(' or ')}`,
    };
  }
  const checks = new Map<string, CheckOccurrence[]>();
  const checksOf = (property: Property): CheckOccurrence[] => {
    let known = checks.get(property.type);
    if (known === undefined) {
      known = nodes.map((node) => compiling.compileElement(node, property)).filter((check) => check !== undefined);
      checks.set(property.type, known);
    }
    return known;
  };
  return {
    test: (occurrence, findings) =>
      reach(occurrence, findings).some(({ value, type }) => {
        const property = type === undefined ? undefined : pseudoProperty(definitions, type);
        if (property === undefined) return true;
        const probe = findings.probe();
        for (const check of checksOf(property)) check({ value, companion: undefined, property, index: -1 }, probe);
        return !probe.hasErrors;
      }),
    hint: `${path} is as the slice says`,
  };
}

/** A type as if it were an element. */
export function pseudoProperty(definitions: Compiling['engine']['definitions'], type: string): Property | undefined {
  const definition = definitions.type(type);
  if (definition === undefined) return undefined;
  const { kind } = definition;
  return {
    name: type,
    path: type,
    type,
    kind: kind === 'resource' ? 'complex' : kind,
    array: false,
    min: 0,
    max: 1,
    summary: false,
    modifier: false,
  };
}

function matchExistence(nodes: readonly ProfileNode[], reach: Reach, path: string): Match {
  const isAbsent = nodes.some(({ rule }) => rule?.max === '0');
  return {
    test: (occurrence, findings) => reach(occurrence, findings).length > 0 !== isAbsent,
    hint: `${path} is ${isAbsent ? 'absent' : 'there'}`,
  };
}

function matchType(
  { engine }: Compiling,
  nodes: readonly ProfileNode[],
  reach: Reach,
  steps: readonly PathStep[],
): Match {
  const { definitions } = engine;
  const isResolved = steps.at(-1)?.kind === 'resolve';
  const types = nodes.flatMap(({ rule, path, children }) => {
    if (!isResolved) return (rule?.type ?? []).map(({ code }) => code);
    const targets = (rule?.type ?? []).flatMap(({ targetProfile = [] }) => targetProfile);
    const named = targets.map((url) => typeOfUrl(definitions, url) ?? engine.structure(url)?.type);
    return rule === undefined && children.size > 0 ? [...named, path] : named;
  });
  const wanted = types.filter((type) => type !== undefined);
  return {
    test: (occurrence, findings) =>
      reach(occurrence, findings).some(
        ({ type }) => type !== undefined && wanted.some((each) => isA(definitions, type, each)),
      ),
    hint: `it is of type ${wanted.join(' or ')}`,
  };
}

function matchProfile(
  { engine }: Compiling,
  nodes: readonly ProfileNode[],
  reach: Reach,
  steps: readonly PathStep[],
): Match {
  const isResolved = steps.at(-1)?.kind === 'resolve';
  const urls = nodes.flatMap(({ rule }) =>
    (rule?.type ?? []).flatMap(({ profile = [], targetProfile = [] }) => (isResolved ? targetProfile : profile)),
  );
  return {
    test: (occurrence, findings) =>
      reach(occurrence, findings).some(
        ({ value }) => value !== undefined && urls.some((url) => engine.conforms(url, value, findings) === true),
      ),
    hint: `it conforms to ${urls.join(' or ')}`,
  };
}
