import type { Definitions, TypeDefinition } from '../definitions/index.ts';
import { ask, compileEvaluation } from './evaluate.ts';
import { isA } from './fhirpath/index.ts';
import type { Findings, Step } from './findings.ts';
import type { Engine } from './profile/engine.ts';
import { buildTree, choiceOf } from './profile/tree.ts';
import type { Check } from './slots.ts';
import { isTree } from './tree.ts';
import type { Tree } from './tree.ts';

/** What is known of an extension, by its URL. */
interface Known {
  readonly canonical: string;
  readonly contexts: ReadonlySet<string>;
  readonly isModifier: boolean;
  readonly contextNames: string;
  /** How often it may stand in one element. */
  readonly max: number;
  /** URLs of its parts; undefined where it has none. */
  readonly parts: ReadonlySet<string> | undefined;
  /** Asked of the element that holds it. */
  readonly invariants: readonly ((holder: unknown, extension: unknown, findings: Findings) => boolean)[];
}

/** Whether the extensions of an element are known, allowed there, and as they are defined. */
export type CheckExtensions = (owner: TypeDefinition, check: Check, isModifier: boolean) => Check;

/** http://hl7.org/fhir/R4/extensibility.html#Extension.url */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;
const EXTENSION = { path: 'Element.extension', type: 'Extension' };

/**
 * Checks extensions (http://hl7.org/fhir/R4/extensibility.html) beyond their structure. Those that nobody defines here
 * are kept, with a word about it; a modifier may turn the meaning round, so one that is not understood is refused.
 */
export function compileExtensions(definitions: Definitions, engine: Engine): CheckExtensions {
  const known = new Map<string, Known | undefined>();
  const knownOf = (url: string): Known | undefined => {
    if (!known.has(url)) {
      const found = readKnown(engine, url);
      // Names come from requests, so only those that mean something are kept.
      if (found === undefined) return undefined;
      known.set(url, found);
    }
    return known.get(url);
  };

  return (owner, check, isModifier) => {
    const name = isModifier ? 'modifierExtension' : 'extension';
    const step = { ...EXTENSION, name };
    const ofExtension = owner.name === 'Extension';
    return (value, parent, findings) => {
      check(value, parent, findings);
      if (!Array.isArray(value)) return;
      const holder = findings.step;
      const counts = new Map<Known, number>();
      for (let index = 0; index < value.length && !findings.isFull; index++) {
        const extension: unknown = value[index];
        if (!isTree(extension) || typeof extension['url'] !== 'string') continue;
        const { url } = extension;
        // Parts have short names within their extension, which says what they are.
        if (ofExtension && !url.includes(':')) continue;
        findings.enter(step, index);
        const found = knownOf(url);
        if (found === undefined) reportUnknown(url, isModifier, findings);
        else {
          countUp(counts, found, findings);
          checkKnown(definitions, engine, found, { extension, parent, owner, holder, isModifier }, findings);
        }
        findings.leave();
      }
    };
  };
}

function readKnown(engine: Engine, url: string): Known | undefined {
  const structure = engine.structure(url);
  if (structure?.type !== 'Extension') return undefined;
  const root = buildTree(structure);
  const slices = [...(root.children.get('extension')?.slices.values() ?? [])];
  const parts = slices.map((slice) => choiceOf(slice.children.get('url')?.rule, 'fixed'));
  const contexts = (structure.context ?? [])
    .filter(({ type }) => type === 'element')
    .map(({ expression }) => expression);
  return {
    canonical: structure.url,
    // Contexts of other kinds are no names of elements: with them it may stand anywhere.
    contexts: new Set(contexts.length < (structure.context ?? []).length ? ['Element'] : contexts.map(withoutChoice)),
    contextNames: contexts.join(', '),
    isModifier: root.rule?.isModifier === true,
    max: root.rule?.max === undefined || root.rule.max === '*' ? Infinity : Number(root.rule.max),
    parts: parts.length === 0 ? undefined : new Set(parts.filter((part) => typeof part === 'string')),
    invariants: (structure.contextInvariant ?? []).map((expression) => {
      const evaluate = compileEvaluation(engine.definitions, expression, undefined);
      return (holder, extension, findings) => ask(evaluate, holder, findings, engine.knowledge, extension) !== false;
    }),
  };
}

function withoutChoice(path: string): string {
  return path.replace('[x]', '');
}

/** The first that is too many is told. */
function countUp(counts: Map<Known, number>, known: Known, findings: Findings): void {
  const count = (counts.get(known) ?? 0) + 1;
  counts.set(known, count);
  if (count !== known.max + 1) return;
  const text = `This extension may stand here at most ${known.max === 1 ? 'once' : `${known.max} times`}. Leave out the others.`;
  findings.add('structure', 'too-many-elements', text);
}

function reportUnknown(url: string, isModifier: boolean, findings: Findings): void {
  if (!ABSOLUTE.test(url)) {
    const text = 'The url of an extension is absolute; only its parts have short names. Give the whole address.';
    findings.add('value', 'relative-extension-url', text, 'url');
  } else if (isModifier) {
    const text =
      'This server does not understand this modifier extension. Say it by elements of the resource, or leave it out.';
    findings.add('extension', 'unknown-modifier-extension', text);
  } else if (!findings.unknownUrls.has(url)) {
    findings.unknownUrls.add(url);
    const text = 'This extension is not defined here. It is kept, and only its structure was checked.';
    findings.note('information', 'extension', 'unknown-extension', text);
  }
}

interface Use {
  readonly extension: Tree;
  readonly parent: Tree;
  readonly owner: TypeDefinition;
  readonly holder: Step | undefined;
  readonly isModifier: boolean;
}

function checkKnown(definitions: Definitions, engine: Engine, known: Known, use: Use, findings: Findings): void {
  const { extension, parent, owner, holder, isModifier } = use;
  if (known.isModifier !== isModifier) {
    const place = known.isModifier ? 'modifierExtension' : 'extension';
    findings.add('extension', 'extension-misplaced', `This extension belongs into ${place}. Move it there.`);
  }
  if (!isInContext(definitions, known.contexts, owner, holder)) {
    const text = `This extension is not one of this element, but of: ${known.contextNames}. Move it, or leave it out.`;
    findings.add('extension', 'extension-context', text);
  } else if (owner.name !== 'Element' && known.invariants.some((holds) => !holds(parent, extension, findings))) {
    const text =
      'The element that holds this extension is not as the extension demands. Mend it, or leave the extension out.';
    findings.add('extension', 'extension-context', text);
  }
  checkParts(known, extension, findings);
  engine.check(known.canonical, extension, findings);
}

/** By the type that holds it, what that is based on, or the element that has the type. */
function isInContext(
  definitions: Definitions,
  contexts: ReadonlySet<string>,
  owner: TypeDefinition,
  holder: Step | undefined,
): boolean {
  if (contexts.has('Element') || contexts.has(owner.name)) return true;
  for (const context of contexts) if (isA(definitions, owner.name, context)) return true;
  if (owner.kind === 'resource' || holder === undefined) return false;
  return contexts.has(withoutChoice(holder.path)) || contexts.has(holder.type);
}

function checkParts({ parts }: Known, extension: Tree, findings: Findings): void {
  const nested = extension['extension'];
  if (parts === undefined || !Array.isArray(nested)) return;
  for (const [index, part] of (nested as unknown[]).entries()) {
    const url = isTree(part) ? part['url'] : undefined;
    if (typeof url !== 'string' || url.includes(':') || parts.has(url)) continue;
    const text = `This extension has no such part. Its parts are: ${[...parts].join(', ')}.`;
    findings.add('extension', 'unknown-extension-part', text, 'extension', index);
  }
}
