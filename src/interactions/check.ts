import { Fault, fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { hasScope, scopeFault } from '../access/index.ts';
import type { Letter } from '../access/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Context, House } from './house.ts';

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** Type known and scope granted, before anything else is looked at. */
export function checkType(house: House, context: Context, type: string, letter: Letter): void {
  if (!house.definitions.isResourceType(type)) {
    throw fault(
      404,
      'not-supported',
      'unknown-type',
      'The address names no resource type of FHIR R4. Types are written as in ServiceRequest.',
    );
  }
  if (!hasScope(context.caller, type, letter)) throw scopeFault(type, letter);
}

export function checkId(id: string): void {
  if (!ID.test(id))
    throw fault(
      400,
      'value',
      'bad-id',
      'An id has 1 to 64 of the characters A-Z a-z 0-9 - and . (https://hl7.org/fhir/R4/datatypes.html#id).',
    );
}

/** Validates a resource that is to be stored; throws all errors at once, places told from `path`. */
export function checkResource(house: House, body: unknown, type: string, path: string = type): Resource {
  const named = typeof body === 'object' && body !== null ? (body as Partial<Resource>).resourceType : undefined;
  if (named === undefined || typeof named !== 'string') {
    throw fault(400, 'structure', 'not-a-resource', 'The body is not a FHIR resource: it needs a resourceType.', path);
  }
  if (named !== type) {
    throw fault(
      400,
      'invalid',
      'type-mismatch',
      `The body's resourceType is not the type in the address (${type}).`,
      `${path}.resourceType`,
    );
  }
  const issues = house.validate(body, type);
  if (issues.some(isError))
    throw new Fault(
      422,
      issues.filter(isError).map((issue) => relocate(issue, type, path)),
    );
  return body as Resource;
}

function isError(issue: Issue): boolean {
  return issue.severity === 'error' || issue.severity === 'fatal';
}

export function relocate(issue: Issue, type: string, path: string): Issue {
  const { expression } = issue;
  return path === type || expression?.startsWith(type) !== true
    ? issue
    : { ...issue, expression: path + expression.slice(type.length) };
}
