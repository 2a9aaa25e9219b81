import { Fault, notFound } from '../base/index.ts';
import { permitOf } from '../access/index.ts';
import { parseEvent, readTimelineLanguage, specialtyNames, tellTimeline, TIMELINE_LANGUAGES } from '../cases/index.ts';
import type { TimelineLanguage } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import { dateInterval } from '../search/index.ts';
import { lookUpText, readCaseEvents } from '../store/index.ts';
import type { StoredCase } from '../store/index.ts';
import { readCaseOf } from './case-of-request.ts';
import { toCaseRow } from './case-state.ts';
import { checkType } from './check.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { Input, OperationRequest } from './parameters.ts';
import { isPermitted } from './permit-record.ts';
import { note } from './read.ts';

/** Events on one page at most: what goes beyond comes on the next. */
const MAX_COUNT = 1000;

const PARAMETERS = {
  _since: { type: 'instant' },
  _count: { type: 'integer' },
  _cursor: { type: 'string' },
  language: { type: 'code' },
} as const;

type Asked = Input<typeof PARAMETERS>;

/**
 * What happened to the case that a request opened, step by step, in plain words; for the parties of the case.
 * https://consilium.example/fhir/OperationDefinition/case-timeline
 */
export async function timelineOfCase(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<Resource> {
  const ref = `ServiceRequest/${id}`;
  const row = await findCase(house, context, id);
  const asked = readInput(PARAMETERS, request);
  const { since, count, language } = readWindow(asked, request);
  const self = linkTo(house, ref, asked, count);
  const after = asked._cursor === undefined ? undefined : (openCursor(house, context, self, asked._cursor) as number);
  const { organization } = context.caller;
  const [{ calendar }, found] = await Promise.all([
    house.rules.at(house.database, row.programme, row.rules),
    readCaseEvents(house.database, organization, row.id, {
      ...(after === undefined ? {} : { after }),
      ...(since === undefined ? {} : { since }),
      limit: count + 1,
    }),
  ]);
  const page = found.slice(0, count);
  const last = page.at(-1);
  const next =
    found.length > page.length && last !== undefined
      ? { next: `${self}&_cursor=${sealCursor(house, context, self, last.position)}` }
      : {};
  note(house, context, 'timeline', ref, undefined, 200);
  return tellTimeline({
    row: toCaseRow(row),
    events: page.map(({ event, position: _position, ...who }) => ({ ...who, event: parseEvent(event) })),
    timeZone: calendar.timeZone,
    language,
    now: house.clock().toISOString(),
    specialties: specialtyNames(house.terminology),
    mayName: (type) => permitOf(house, context.caller, type, 'r') !== undefined,
    ...next,
  });
}

/**
 * The case of a request, for one of its parties that may read both the request and the Task that says where the case
 * stands.
 */
async function findCase(house: House, context: Context, id: string): Promise<StoredCase> {
  const { caller } = context;
  const hidden = notFound(`ServiceRequest/${id}`);
  checkType(house, context, 'ServiceRequest', 'r');
  checkType(house, context, 'Task', 'r');
  const { row } = await readCaseOf(house, context, id);
  const task = await lookUpText(house.database, caller, row.task);
  if (task === undefined || !(await isPermitted(house, context, house.database, 'r', { ...task, ref: row.task })))
    throw hidden;
  return row;
}

interface Window {
  readonly since: number | undefined;
  readonly count: number;
  readonly language: TimelineLanguage;
}

/** Without `language` it is told in the one that was chosen by Accept-Language. */
function readWindow(asked: Asked, request: OperationRequest): Window {
  const since = asked._since === undefined ? undefined : dateInterval(asked._since);
  const count = asked._count ?? MAX_COUNT;
  const language = readTimelineLanguage(asked.language ?? request.language ?? 'en');
  const texts: string[] = [];
  if (asked._since !== undefined && since === undefined) texts.push('_since is a time, such as 2026-01-31T12:00:00Z.');
  if (count < 1) texts.push('_count is a whole number from 1 on.');
  if (language === undefined)
    texts.push(`A timeline is told in one of the languages ${TIMELINE_LANGUAGES.join(', ')}.`);
  if (texts.length > 0 || language === undefined) {
    throw new Fault(
      400,
      texts.map((text) => ({ severity: 'error', code: 'value', key: 'bad-parameter', text })),
    );
  }
  return { since: since?.low, count: Math.min(count, MAX_COUNT), language };
}

function linkTo(house: House, ref: string, asked: Asked, count: number): string {
  const { _cursor, _count, ...rest } = asked;
  const params = Object.entries({ ...rest, _count: count });
  return `${house.base}/${ref}/$timeline?${params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}
