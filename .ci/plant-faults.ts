import type { Artefact } from './print-artefact.ts';

/** One change to a resource, a step of a JSON Patch (https://www.rfc-editor.org/rfc/rfc6902): add, replace or remove. */
export interface Step {
  readonly op: 'add' | 'replace' | 'remove';
  /** JSON Pointer. */
  readonly path: string;
  readonly value?: unknown;
}

/** The rule of a profile or extension that is broken, and what a validator is to say to it. */
export interface Expected {
  /** Id of the StructureDefinition that has the rule. */
  readonly definition: string;
  /** Id of the element of its differential. */
  readonly element: string;
  /** The key of a constraint, or what the element rules: `min`, `max`, `pattern`, `binding`, `type`, `target`. */
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  /** FHIRPath of the place that the issue is to name, or that is above the place it names. */
  readonly expression: string;
}

/** The faults that are planted into one valid example. */
export interface Group {
  /** Its id. */
  readonly of: string;
  readonly faults: readonly { readonly name: string; readonly expects: Expected; readonly patch: readonly Step[] }[];
}

export interface FaultyExample {
  /** File name without ending. */
  readonly name: string;
  /** URL of the profile that the example claims and does not keep to. */
  readonly profile: string;
  readonly of: string;
  readonly expects: Expected;
  readonly resource: Artefact;
}

/** @throws Error for a fault that cannot be planted, or whose name is taken */
export function plantFaults(examples: ReadonlyMap<string, Artefact>, groups: readonly Group[]): FaultyExample[] {
  const names = new Set<string>();
  return groups.flatMap(({ of, faults }) => {
    const example = examples.get(of);
    if (example === undefined) throw new Error(`faults.json: there is no example ${of}`);
    return faults.map(({ name, expects, patch }) => {
      if (names.has(name)) throw new Error(`faults.json: two faults are called ${name}`);
      names.add(name);
      const resource = patch.reduce((tree, step) => apply(tree, step, name), structuredClone(example));
      return { name, profile: claimedProfile(example), of, expects, resource };
    });
  });
}

function claimedProfile({ id, meta }: Artefact): string {
  const url = (meta as { readonly profile?: readonly string[] } | undefined)?.profile?.[0];
  if (url === undefined) throw new Error(`The example ${id} claims no profile`);
  return url;
}

/** Changes the tree in place. */
function apply(tree: Artefact, { op, path, value }: Step, name: string): Artefact {
  const steps = path.split('/').slice(1);
  const last = steps.pop();
  const holder = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], tree);
  if (last === undefined || typeof holder !== 'object' || holder === null) throw misplaced(name, path);
  if (op !== 'add' && !Object.hasOwn(holder, last)) throw misplaced(name, path);
  if (Array.isArray(holder)) {
    if (op === 'remove') holder.splice(Number(last), 1);
    else if (op === 'replace') holder[Number(last)] = value;
    else holder.splice(last === '-' ? holder.length : Number(last), 0, value);
  } else if (op === 'remove') {
    delete (holder as Record<string, unknown>)[last];
  } else {
    (holder as Record<string, unknown>)[last] = value;
  }
  return tree;
}

function misplaced(name: string, path: string): Error {
  return new Error(`faults.json: ${name} has no place ${path}`);
}
