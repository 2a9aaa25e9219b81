import { Fault, fault } from '../base/index.ts';
import type { Caller, Issue } from '../base/index.ts';
import { hasScope, scopeFault, scopeNeeded } from '../access/index.ts';
import type { Letter } from '../access/index.ts';
import { profilesOf } from '../cases/index.ts';
import { isSubsetted } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Change } from './draft.ts';
import type { Context, House } from './house.ts';
import { unknownOperation } from './offered.ts';

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** Type known and scope granted, before anything else is looked at. */
export function checkType(house: House, context: Context, type: string, letter: Letter): void {
  if (type.startsWith('$')) throw unknownOperation(type);
  if (!house.definitions.isResourceType(type)) {
    throw fault(
      404,
      'not-supported',
      'unknown-type',
      'The address names no resource type of FHIR R4. Types are written as in ServiceRequest.',
    );
  }
  if (!hasScope(house, context.caller, type, letter)) throw scopeFault(context.caller, type, letter);
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

/** A resource that may be stored. */
export interface Checked {
  readonly resource: Resource;
  /** What there is to say about it all the same: warnings and information. */
  readonly remarks: readonly Issue[];
}

/** Validates a resource that is to be stored; throws all errors at once, places told from `path`. */
export function checkResource(
  house: House,
  { caller }: Context,
  body: unknown,
  type: string,
  path: string = type,
): Checked {
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
  return { resource: body as Resource, remarks: refuseErrors(caller, house.validate(body, { type }), type, path) };
}

/**
 * Validates a record against the profiles of a case that it has to conform to whether it claims them or not, as it will
 * stand: after the case's own rules, which know more and tell better what to do. Returns what is to be said all the same.
 */
export function checkProfiles(house: House, context: Context, change: Change, onCase: boolean): readonly Issue[] {
  const { caller } = context;
  const { after, path, remarks = [] } = change;
  if (after === undefined || change.consequence === true) return remarks;
  refuseSubset(change);
  const profiles = profilesOf(after, onCase);
  // All is looked at once more, so that what was remarked before is among it, where it still holds.
  if (profiles.length === 0) return remarks;
  const judge = (): readonly Issue[] =>
    refuseErrors(caller, house.validate(after, { profiles }), after.resourceType, path);
  return change.isBlind === true ? tellNothing(context, after.resourceType, path, judge) : judge();
}

/**
 * To who may not read a record, all that is wrong with what a patch makes of it is the same: the places and counts that
 * are told otherwise are those of the record.
 */
export function tellNothing<T>({ caller }: Context, type: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const text = `The patch does not fit the record, or what it makes of it is not valid. Who may read the record is told what is wrong: ask for the scope ${scopeNeeded(caller, type, 'r')}, or send the record by PUT.`;
    throw fault(422, 'processing', 'patch-unfit', text, path);
  }
}

/**
 * A summary that is sent back in place of the record would lose the rest of it. What was stored as one may stay one.
 * https://hl7.org/fhir/R4/search.html#summary
 */
function refuseSubset({ method, before, after, path }: Change): void {
  if (method !== 'PUT' || after === undefined || !isSubsetted(after)) return;
  if (before === undefined || isSubsetted(before)) return;
  throw fault(
    422,
    'business-rule',
    'subsetted',
    'The record has the tag SUBSETTED: it is not whole, and the rest would be lost. Read it without _summary and _elements, and change that.',
    `${path}.meta.tag`,
  );
}

/** Of what there is to say about one of many records at most: all of it stands in memory until the last is written. */
const MAX_ENTRY_REMARKS = 20;

function refuseErrors(caller: Caller, issues: readonly Issue[], type: string, path: string): readonly Issue[] {
  if (issues.length === 0) return issues;
  const told = forgive(caller, issues).map((issue) => relocate(issue, type, path));
  const errors = told.filter(isError);
  if (errors.length > 0) throw new Fault(422, errors);
  return path === type || told.length <= MAX_ENTRY_REMARKS ? told : [...told.slice(0, MAX_ENTRY_REMARKS), MORE_REMARKS];
}

const MORE_REMARKS: Issue = {
  severity: 'information',
  code: 'incomplete',
  key: 'more-remarks',
  text: 'There is more to say about this record than fits here. Ask $validate for all of it.',
};

/** Issues as a write of the caller takes them: of a lenient organisation, codes that are not allowed refuse nothing but where they are acted on. */
export function forgive({ lenient }: Caller, issues: readonly Issue[]): readonly Issue[] {
  if (lenient !== true) return issues;
  return issues.map((issue) =>
    issue.code === 'code-invalid' && issue.firm !== true && isError(issue) ? { ...issue, severity: 'warning' } : issue,
  );
}

export function isError({ severity }: Issue): boolean {
  return severity === 'error' || severity === 'fatal';
}

export function relocate(issue: Issue, type: string, path: string): Issue {
  const { expression } = issue;
  return path === type || expression?.startsWith(type) !== true
    ? issue
    : { ...issue, expression: path + expression.slice(type.length) };
}
