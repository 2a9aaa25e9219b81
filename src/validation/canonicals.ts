import type { Definitions } from '../definitions/index.ts';
import type { Terminology } from '../terminology/index.ts';
import type { Findings } from './findings.ts';
import type { CheckValue } from './slots.ts';
import { isContainedReference } from './tree.ts';

/** The type of what a canonical URL names; undefined where it is not known here. */
type Recognise = (url: string) => string | undefined;

/**
 * What canonicals may lead to (http://hl7.org/fhir/R4/references.html#canonical). Their text shows no type: it is told
 * where the resource is contained, or is a definition or value set that is known here. `targets` undefined: any.
 */
export function compileCanonical(recognise: Recognise, targets: readonly string[] | undefined): CheckValue {
  return (value, findings) => {
    if (typeof value !== 'string') return;
    const type = isContainedReference(value)
      ? findContained(value.slice(1), findings)
      : recognise(value.split('|')[0]!.split('#')[0]!);
    if (type === undefined || targets === undefined || targets.includes(type)) return;
    const text = `This is the canonical of a ${type}, which is not allowed here. Name one of: ${targets.join(', ')}.`;
    findings.add('value', 'wrong-canonical-type', text);
  };
}

function findContained(id: string, findings: Findings): string | undefined {
  if (id === '') return undefined;
  const type = findings.contained.get(id);
  if (type === undefined) {
    const text = 'No contained resource has this id. Contain it, or name one by its canonical URL.';
    findings.add('value', 'unresolved-contained', text);
  }
  return type;
}

/** Definitions are those of R4 and of the profiles that are held; the rest of what a server holds is not looked up. */
export function createRecognise(
  definitions: Definitions,
  terminology: Terminology | undefined,
  isStructure: (url: string) => boolean,
): Recognise {
  const base = 'http://hl7.org/fhir/StructureDefinition/';
  return (url) => {
    const isType = url.startsWith(base) && definitions.type(url.slice(base.length)) !== undefined;
    if (isType || isStructure(url)) return 'StructureDefinition';
    return terminology?.knowsValueSet(url) === true ? 'ValueSet' : undefined;
  };
}
