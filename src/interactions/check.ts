import { Fault, fault } from '../base/index.ts';
import type { Caller, Issue } from '../base/index.ts';
import { hasScope, scopeFault } from '../access/index.ts';
import type { Letter } from '../access/index.ts';
import { profilesOf } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Change } from './draft.ts';
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
export function checkResource(
  house: House,
  { caller }: Context,
  body: unknown,
  type: string,
  path: string = type,
): Resource {
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
  refuseErrors(caller, house.validate(body, { type }), type, path);
  return body as Resource;
}

/**
 * Validates a record against the profiles of a case that it has to conform to whether it claims them or not, as it will
 * stand: after the case's own rules, which know more and tell better what to do.
 */
export function checkProfiles(house: House, { caller }: Context, change: Change, onCase: boolean): void {
  const { after, path } = change;
  if (after === undefined || change.consequence === true) return;
  const profiles = profilesOf(after, onCase);
  if (profiles.length > 0) refuseErrors(caller, house.validate(after, { profiles }), after.resourceType, path);
}

function refuseErrors(caller: Caller, issues: readonly Issue[], type: string, path: string): void {
  const errors = issues.filter((issue) => isError(issue, caller));
  if (errors.length > 0)
    throw new Fault(
      422,
      errors.map((issue) => relocate(issue, type, path)),
    );
}

function isError({ severity, code }: Issue, { lenient }: Caller): boolean {
  if (lenient === true && code === 'code-invalid') return false;
  return severity === 'error' || severity === 'fatal';
}

export function relocate(issue: Issue, type: string, path: string): Issue {
  const { expression } = issue;
  return path === type || expression?.startsWith(type) !== true
    ? issue
    : { ...issue, expression: path + expression.slice(type.length) };
}
