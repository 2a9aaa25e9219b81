import type { CodeSystem, Concept, Published, ValueSet } from './published.ts';
import type { CompiledType } from './compiled.ts';

/**
 * The codes of every value set that a `code` element is bound to with strength `required`. Value sets drawn from outside
 * FHIR (media types, currencies) cannot be listed and are left out.
 */
export function compileCodes(
  resources: readonly Published[],
  types: readonly CompiledType[],
): Record<string, string[]> {
  const byUrl = new Map(
    resources.filter(isTerminology).map((resource) => [`${resource.resourceType} ${resource.url}`, resource] as const),
  );
  const bound = new Set(
    types
      .flatMap(({ elements }) => elements ?? [])
      .filter((element) => element.types[0] === 'code' && element.binding?.startsWith('required '))
      .map(({ binding = '' }) => binding.slice('required '.length)),
  );
  const listed = [...bound].sort().flatMap((url): [string, string[]][] => {
    const codes = listCodes(url, byUrl);
    return codes === undefined ? [] : [[url, codes]];
  });
  return Object.fromEntries(listed);
}

function isTerminology(resource: Published): resource is ValueSet | CodeSystem {
  return ['ValueSet', 'CodeSystem'].includes(resource.resourceType);
}

function listCodes(valueSet: string, byUrl: ReadonlyMap<string, ValueSet | CodeSystem>): string[] | undefined {
  const compose = (byUrl.get(`ValueSet ${valueSet}`) as ValueSet | undefined)?.compose;
  if (compose === undefined || compose.exclude !== undefined) return undefined;
  const codes: string[] = [];
  for (const { system, concept, filter, valueSet: nested } of compose.include) {
    const concepts = concept ?? (byUrl.get(`CodeSystem ${system}`) as CodeSystem | undefined)?.concept;
    if (concepts === undefined || filter !== undefined || nested !== undefined) return undefined;
    codes.push(...flattenConcepts(concepts));
  }
  return codes;
}

function flattenConcepts(concepts: readonly Concept[]): string[] {
  return concepts.flatMap(({ code, concept = [] }) => [code, ...flattenConcepts(concept)]);
}
