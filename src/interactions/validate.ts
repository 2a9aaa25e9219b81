import { isDeepStrictEqual } from 'node:util';
import { fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { hasScope } from '../access/index.ts';
import { profilesOf } from '../cases/index.ts';
import { issuesToOutcome, parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { readSubscription } from '../subscriptions/index.ts';
import { remarkUnopened } from './case-unopened.ts';
import { checkId, checkType, forgive, isError } from './check.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { note, read } from './read.ts';
import { tryDelete, tryWrite } from './try-write.ts';

const RULES = { resource: { type: 'Resource' }, mode: { type: 'code' }, profile: { type: 'uri' } } as const;

/** https://hl7.org/fhir/R4/valueset-resource-validation-mode.html */
const MODES = ['create', 'update', 'delete', 'profile'] as const;
type Mode = (typeof MODES)[number];

interface Asking {
  readonly house: House;
  readonly context: Context;
  readonly type: string;
  readonly id: string | undefined;
  readonly profiles: readonly string[];
}

/**
 * Says all that is wrong with a resource, or with a record as it is stored; with a mode also what the write would be
 * refused for. Stores nothing. The answer is an OperationOutcome, whatever was found.
 * https://hl7.org/fhir/R4/resource-operation-validate.html
 */
export async function validate(
  house: House,
  context: Context,
  type: string,
  id: string | undefined,
  request: OperationRequest,
): Promise<Resource> {
  // Whoever may read, create or update records of the type may ask about them; what is stored is for readers alone.
  const letter = (['r', 'c', 'u'] as const).find((each) => hasScope(house, context.caller, type, each)) ?? 'r';
  checkType(house, context, type, letter);
  if (id !== undefined) checkId(id);
  const { bare, parameters } = splitBody(type, request);
  const { resource = bare, mode, profile } = readInput(RULES, parameters);
  if (mode !== undefined && !isMode(mode)) {
    throw fault(400, 'value', 'unknown-mode', `mode is one of ${MODES.join(', ')}, or left out.`);
  }
  const asking = { house, context, type, id, profiles: profile === undefined ? [] : [profile] };
  const issues = await judge(asking, mode, resource);
  note(house, context, 'validate', id === undefined ? type : `${type}/${id}`, undefined, 200);
  return issuesToOutcome(issues.length > 0 ? issues : [NO_ISSUES]);
}

/** A bare resource, which need not even be one, or the parameters that hold it. */
function splitBody(
  type: string,
  { query, body }: OperationRequest,
): { readonly bare?: unknown; readonly parameters: OperationRequest } {
  const { resourceType, parameter } = (body ?? {}) as { readonly resourceType?: unknown; readonly parameter?: unknown };
  // Of the type Parameters itself, only what has a resource in it is meant as parameters.
  const holdsResource = Array.isArray(parameter) && parameter.some((each: Named) => each?.name === 'resource');
  if (resourceType === 'Parameters' && (type !== 'Parameters' || holdsResource)) return { parameters: { query, body } };
  return { bare: body, parameters: { query } };
}

type Named = { readonly name?: unknown } | null;

function isMode(mode: string): mode is Mode {
  return MODES.some((each) => each === mode);
}

async function judge(asking: Asking, mode: Mode | undefined, resource: unknown): Promise<readonly Issue[]> {
  const { house, context, type, id } = asking;
  if (mode === 'delete' || mode === 'profile') {
    if (id === undefined) {
      return [misuse('mode-needs-record', `The mode ${mode} is about a record: ask below its address, [type]/[id].`)];
    }
    // Here what is sent along does not matter.
    if (mode === 'delete') return tryDelete(house, context, type, id);
    if (resource !== undefined) {
      return [misuse('resource-not-wanted', 'The mode profile is about the record as it is stored: send no resource.')];
    }
  }
  if (resource === undefined) {
    if (id !== undefined && (mode === undefined || mode === 'profile')) return checkStored(asking, id);
    const text = 'Send the resource to look at, as the body or as the parameter resource.';
    throw fault(400, 'required', 'resource-needed', text);
  }
  const issues = await check(asking, resource);
  if (mode !== 'create' && mode !== 'update') return issues;
  if (issues.some(isError)) return [...issues, notTried(mode)];
  const tried = await tryWrite(house, context, mode, resource as Resource, id);
  return [...issues, ...tried.filter((issue) => !issues.some((told) => isDeepStrictEqual(told, issue)))];
}

async function checkStored(asking: Asking, id: string): Promise<readonly Issue[]> {
  const { body } = await read(asking.house, asking.context, asking.type, id);
  return check(asking, parseStored(body));
}

/**
 * Against R4, what is asked for, what is claimed, and what records of a case have to conform to in any case; as severe as
 * a write of this caller would take it.
 */
async function check({ house, context, type, profiles }: Asking, resource: unknown): Promise<readonly Issue[]> {
  const isOfType = (resource as Partial<Resource> | null)?.resourceType === type;
  const own = isOfType ? profilesOf(resource as Resource) : [];
  const issues = house.validate(resource, { type, profiles: [...new Set([...profiles, ...own])] });
  const remarks = isOfType
    ? await remarkUnopened(house, context, house.database, { after: resource as Resource, path: type })
    : [];
  const asked = isOfType && type === 'Subscription' ? readSubscription(resource as Resource, house) : [];
  return [...forgive(context.caller, issues), ...remarks, ...(Array.isArray(asked) ? asked : [])];
}

function misuse(key: string, text: string): Issue {
  return { severity: 'error', code: 'invalid', key, text };
}

function notTried(mode: Mode): Issue {
  const text = `Whether the ${mode} would be accepted otherwise was not tried, because of the errors.`;
  return { severity: 'information', code: 'incomplete', key: 'write-not-tried', text };
}

const NO_ISSUES: Issue = {
  severity: 'information',
  code: 'informational',
  key: 'no-issues',
  text: 'No issues were found.',
};
