import type { Issue } from '../../src/base/index.ts';
import { compileValidator } from '../../src/validation/index.ts';
import { readFileSync } from 'node:fs';
import type { StructureDefinition } from '../../src/definitions/index.ts';
import { createTerminology } from '../../src/terminology/index.ts';
import { definitions } from '../definitions/r4.ts';

/** Everything that is said of a resource, without terminology. */
export const examine = compileValidator(definitions);

export const terminology = createTerminology(
  readFileSync(new URL('../../src/terminology/r4-terminology.ndjson', import.meta.url)),
);
/** Everything that is said of a resource. */
export const examineWithCodes = compileValidator(definitions, terminology);

/** What refuses it. */
export function validate(resource: unknown, expectedType?: string): Issue[] {
  return examine(resource, expectedType).filter(({ severity }) => severity === 'error');
}

/** `key expression` of every error. */
export function findings(resource: unknown, expectedType?: string): string[] {
  return validate(resource, expectedType).map(({ key, expression }: Issue) => `${key} ${expression}`);
}

/** An invented, valid request with `change` laid over it; undefined takes an element away. */
export function request(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const resource: Record<string, unknown> = {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p1' },
    ...change,
  };
  for (const [name, value] of Object.entries(resource)) if (value === undefined) delete resource[name];
  return resource;
}

type Element = NonNullable<StructureDefinition['snapshot']>['element'][number];

/** An invented profile of a type: its elements by id, with the path made from it. */
export function profile(
  type: string,
  elements: Readonly<Record<string, Partial<Element>>>,
  change: Partial<StructureDefinition> = {},
): StructureDefinition {
  return {
    resourceType: 'StructureDefinition',
    url: `https://example.org/StructureDefinition/${type}`,
    name: 'Invented',
    type,
    derivation: 'constraint',
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    snapshot: {
      element: Object.entries({ [type]: {}, ...elements }).map(([id, element]) => {
        const last = id.slice(id.lastIndexOf('.') + 1);
        const sliceName = last.includes(':') ? { sliceName: last.slice(last.indexOf(':') + 1) } : {};
        return { id, path: id.replace(/:[^.]*/g, ''), ...sliceName, ...element };
      }),
    },
    ...change,
  };
}

/** `key expression` of every error by the profile, with others at hand. */
export function conform(
  resource: object,
  structure: StructureDefinition,
  ...others: readonly StructureDefinition[]
): string[] {
  const issues = compileValidator(definitions, terminology, [structure, ...others])(resource, {
    profiles: [structure.url],
  });
  return issues.filter(({ severity }) => severity === 'error').map(({ key, expression }) => `${key} ${expression}`);
}
