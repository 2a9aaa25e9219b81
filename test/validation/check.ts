import type { Issue } from '../../src/base/index.ts';
import { compileValidator } from '../../src/validation/index.ts';
import { definitions } from '../definitions/r4.ts';

export const validate = compileValidator(definitions);

/** `key expression` of every issue. */
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
