import type { Definitions } from '../../definitions/index.ts';
import { tellableName } from '../json-names.ts';
import type { Resource } from '../resource.ts';
import { choicesOf, contentsOf, holderOf, isA, propertyNamed, typeOf } from './member.ts';
import type { Content, Member } from './member.ts';
import type { Literal, Step, Test } from './path.ts';
import { costlyPatch, unfitPatch } from './problem.ts';
import { isSameNumber } from './tree.ts';

/** An element of the record that is being patched. */
export interface Node {
  readonly content: Content;
  /** Whose elements it has: `Patient`, `HumanName`, `Patient.contact`; `Element` for primitives. */
  readonly type: string;
  /** `code` of a primitive, whose elements are those of Element. */
  readonly ownType: string;
  /** Where it stands, at which place; undefined for the record itself, and for what a function answers. */
  readonly member?: Member;
  readonly index: number;
}

/** Elements that the paths of one patch may look at, all together. */
const MAX_VISITS = 2_000_000;

export interface Selector {
  /** The elements that a path leads to. */
  select(steps: readonly Step[]): readonly Node[];
}

export function createSelector(definitions: Definitions, resource: Resource): Selector {
  let visits = 0;
  const root: Node = {
    content: { value: resource },
    type: resource.resourceType,
    ownType: resource.resourceType,
    index: 0,
  };

  function walk(from: readonly Node[], steps: readonly Step[]): readonly Node[] {
    let nodes = from;
    for (const step of steps) {
      visits += nodes.length + 1;
      if (visits > MAX_VISITS) throw costlyPatch();
      nodes = take(nodes, step);
    }
    return nodes;
  }

  function take(nodes: readonly Node[], step: Step): readonly Node[] {
    switch (step.kind) {
      case 'name':
        return nodes.flatMap((node) => childrenOf(definitions, node, step.name));
      case 'index':
        return nodes.slice(step.index, step.index + 1);
      case 'first':
        return nodes.slice(0, 1);
      case 'last':
        return nodes.slice(-1);
      // Several are several to whoever asks for one.
      case 'single':
        return nodes;
      case 'where':
        return nodes.filter((node) => holds(node, step.test));
      case 'extension':
        return nodes.flatMap((node) =>
          childrenOf(definitions, node, 'extension').filter((child) => holderOf(child.content)?.['url'] === step.url),
        );
      case 'ofType':
        return nodes.filter(({ ownType }) => isA(definitions, ownType, step.type));
      case 'any':
        return answer(nodes.length > 0);
      case 'exists':
        return answer(nodes.some((node) => holds(node, step.test)));
      case 'empty':
        return answer(nodes.length === 0);
      case 'not':
        return nodes.length === 1 ? answer(nodes[0]!.content.value === false) : [];
    }
  }

  function holds(node: Node, test: Test): boolean {
    switch (test.kind) {
      case 'and':
        return test.tests.every((each) => holds(node, each));
      case 'or':
        return test.tests.some((each) => holds(node, each));
      case 'holds': {
        const found = walk([node], test.steps);
        return found.length === 1 && found[0]!.content.value !== false;
      }
      case 'equals': {
        const found = walk([node], test.steps);
        // A collection of another size is not equal, and none at all neither equal nor unequal.
        if (found.length === 0) return false;
        const isEqual = found.length === 1 && isLiteral(found[0]!.content.value, test.literal);
        return isEqual !== test.negated;
      }
    }
  }

  return {
    select(steps) {
      const [first, ...rest] = steps;
      const isType = first?.kind === 'name' && isA(definitions, root.type, first.name);
      return walk([root], isType ? rest : steps);
    },
  };
}

function childrenOf(definitions: Definitions, node: Node, name: string): readonly Node[] {
  const { content, type, member: own } = node;
  const holder = holderOf(content) ?? {};
  const property = propertyNamed(definitions, type, name, holder);
  if (property === undefined) {
    // Of resources within a resource, and of the types of a choice, some may have it and others not.
    const isMixed = own?.property.kind === 'resource' || own?.property.choice !== undefined;
    if (isMixed || choicesOf(definitions, type, name).length > 0) return [];
    throw unfitPatch(`The path names an element that ${type} does not have: ${tellableName(name)}. Mend the path.`);
  }
  const member: Member = { holder, property };
  return contentsOf(member).map((child, index) => {
    const own = typeOf(child, property);
    return { content: child, type: own, ownType: property.kind === 'primitive' ? property.type : own, member, index };
  });
}

function answer(value: boolean): readonly Node[] {
  return [{ content: { value }, type: 'boolean', ownType: 'boolean', index: 0 }];
}

function isLiteral(value: unknown, { kind, text }: Literal): boolean {
  if (kind === 'string') return value === text;
  if (kind === 'boolean') return value === (text === 'true');
  if (typeof value === 'number') return isSameNumber(String(value), text);
  return JSON.isRawJSON(value) && isSameNumber(value.rawJSON, text);
}
