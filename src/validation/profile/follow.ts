import type { Definitions } from '../../definitions/index.ts';
import type { Findings } from '../findings.ts';
import { typeInReference } from '../references.ts';
import { isTree } from '../tree.ts';
import { compileGather, propertiesOf } from './occurrences.ts';

/** One step of a discriminator's path (http://hl7.org/fhir/R4/profiling.html#discriminator). */
export type PathStep =
  | { readonly kind: 'element'; readonly name: string }
  | { readonly kind: 'extension'; readonly url: string }
  | { readonly kind: 'ofType'; readonly type: string }
  | { readonly kind: 'resolve' };

/** A value on the way, with its type where it is known; without a value where only the type of a record is. */
export interface Typed {
  readonly value: unknown;
  readonly type: string | undefined;
}

const STEP =
  /^(?:extension\(\s*['"]([^'"]+)['"]\s*\)|(?:ofType|as)\(\s*([\w.]+)\s*\)|(resolve)\(\)|(\$this)|([A-Za-z]\w*)(?:\[x\])?)(?:\.|$)/;

/** Throws for a path that is not one of the restricted kind that R4 allows. */
export function parsePath(path: string): PathStep[] {
  const steps: PathStep[] = [];
  for (let rest = path.trim(); rest !== '';) {
    const match = STEP.exec(rest);
    if (match === null) throw new Error(`A discriminator has the path ${path}, which is none`);
    const [whole, url, type, resolve, self, name] = match;
    rest = rest.slice(whole.length);
    if (url !== undefined) steps.push({ kind: 'extension', url });
    else if (type !== undefined) steps.push({ kind: 'ofType', type: type.replace(/^FHIR\./, '') });
    else if (resolve !== undefined) steps.push({ kind: 'resolve' });
    else if (self === undefined) steps.push({ kind: 'element', name: name! });
  }
  return steps;
}

/** What stands at the end of a path. */
export function follow(definitions: Definitions, from: Typed, path: readonly PathStep[], findings: Findings): Typed[] {
  let current = [from];
  for (const step of path) current = current.flatMap((each) => take(definitions, each, step, findings));
  return current;
}

function take(definitions: Definitions, { value, type }: Typed, step: PathStep, findings: Findings): Typed[] {
  switch (step.kind) {
    case 'ofType':
      return type === step.type ? [{ value, type }] : [];
    case 'extension':
      return elements(definitions, value, type, 'extension').filter(
        (each) => isTree(each.value) && each.value['url'] === step.url,
      );
    case 'element':
      return elements(definitions, value, type, step.name);
    case 'resolve': {
      const reference = isTree(value) ? value['reference'] : value;
      const found = typeof reference === 'string' ? findings.resolve(reference) : undefined;
      if (isTree(found)) return [{ value: found, type: found['resourceType'] as string | undefined }];
      const named = typeInReference(reference) ?? (isTree(value) ? value['type'] : undefined);
      return typeof named === 'string' ? [{ value: undefined, type: named }] : [];
    }
  }
}

function elements(definitions: Definitions, value: unknown, type: string | undefined, name: string): Typed[] {
  const owner = isTree(value) && typeof value['resourceType'] === 'string' ? value['resourceType'] : type;
  if (owner === undefined) return [];
  const exact = propertiesOf(definitions, owner, name);
  const properties = exact.length > 0 ? exact : propertiesOf(definitions, owner, `${name}[x]`);
  if (properties.length === 0) return [];
  return compileGather(properties)(value).map((each) => ({
    value: each.value,
    type:
      each.property.kind === 'resource' && isTree(each.value)
        ? (each.value['resourceType'] as string | undefined)
        : each.property.type,
  }));
}
