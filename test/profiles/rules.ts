import type { Element, Structure } from './guide.ts';

/** Extensions have their profile instead; a part that R4 describes elsewhere (contentReference) sushi copies to its place. */
const SPELLED_OUT: ReadonlySet<string | undefined> = new Set(['Extension', 'BackboneElement']);

/**
 * What an element of a differential rules, beside its constraints. What makes a slice is no rule of its own: an item that
 * does not have it is in no slice.
 */
export function rulesOf(structure: Structure, element: Element): string[] {
  if (isDecisive(structure, element.id) || isOfEveryExtension(structure, element)) return [];
  const rules: string[] = [];
  if ((element.min ?? 0) > 0 && !isRaisedBySlices(structure, element)) rules.push('min');
  if (element.max !== undefined && element.max !== '*') rules.push('max');
  if (Object.keys(element).some((name) => /^(pattern|fixed)[A-Z]/.test(name))) rules.push('pattern');
  if (element.binding !== undefined) rules.push('binding');
  const { type = [] } = element;
  if (type.some(({ targetProfile }) => targetProfile !== undefined)) rules.push('target');
  else if (type.length > 0 && !SPELLED_OUT.has(type[0]?.code)) rules.push('type');
  return rules;
}

/** Whether the element is one by which a slice above it is told. */
function isDecisive(structure: Structure, id: string): boolean {
  const steps = id.split('.');
  return steps.some((step, at) => {
    if (!step.includes(':')) return false;
    const sliced = [...steps.slice(0, at), step.slice(0, step.indexOf(':'))].join('.');
    const below = steps.slice(at + 1).join('.');
    if (step.startsWith('extension:') && below === 'url') return true;
    const element = structure.snapshot.element.find((one) => one.id === sliced);
    return element?.slicing?.discriminator.some(({ path }) => path === below) === true;
  });
}

/** An extension has a URL, and either a value or extensions: that goes for all of them (ext-1). */
function isOfEveryExtension({ type }: Structure, { id, max }: Element): boolean {
  if (type !== 'Extension') return false;
  return id === 'Extension.url' || id === 'Extension' || (/\.(extension|value\[x\])$/.test(id) && max === '0');
}

/** sushi raises the minimum of a sliced element to what its slices need. */
function isRaisedBySlices({ differential }: Structure, { id }: Element): boolean {
  return differential.element.some((slice) => slice.id.startsWith(`${id}:`) && (slice.min ?? 0) > 0);
}
