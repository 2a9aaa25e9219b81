import type { CaseRow } from '../case.ts';
import { caseEvent } from '../case.ts';
import { addSpan } from '../clock/calendar.ts';
import type { Decision } from '../decision.ts';
import { chain, note } from '../decision.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import { moveTask } from '../records.ts';
import type { Scene } from '../scene.ts';
import type { Step, Timer } from '../state.ts';
import type { Standing } from '../states.ts';
import { endStep } from './end.ts';
import { openSteps } from './step.ts';

const KEY = /^(remind|expire) (Task\/\S+)(?: (\d+))?$/;

/** The reminders of each open request, and when it is given up; none while a withdrawal is asked for. */
export function informationTimers({ row, rules }: Pick<Scene, 'row' | 'rules'>): Timer[] {
  if (row.businessStatus === 'cancellation-requested') return [];
  const { remind } = rules.information;
  return openSteps({ row }, 'information-request').flatMap((step) => {
    const expiry = expiryOf(step, rules);
    return [
      ...remind.map((span, n) => ({
        key: `remind ${step.task} ${n + 1}`,
        at: addSpan(step.madeAt, span, rules.calendar),
      })),
      ...(expiry === undefined ? [] : [{ key: `expire ${step.task}`, at: expiry }]),
    ];
  });
}

export function informationTick(scene: Scene, { key }: Timer): Decision | undefined {
  const [, work, task = '', number = ''] = KEY.exec(key) ?? [];
  const step = openSteps(scene, 'information-request').find((one) => one.task === task);
  if (step === undefined) return undefined;
  if (work === 'expire') return expire(scene, step);
  const expiry = expiryOf(step, scene.rules);
  // What ran out while nobody looked needs no reminder any more.
  const isLate = expiry !== undefined && Date.parse(expiry) <= Date.parse(scene.now);
  return isLate ? { row: scene.row, events: [] } : note(scene, scene.row, 'information-reminded', task, { number });
}

function expiryOf({ madeAt }: Step, { information, calendar }: ProgrammeRules): string | undefined {
  return information.expires && addSpan(madeAt, information.expires, calendar);
}

/** Without the records there is no opinion: the case ends, as declined where it was not accepted yet. */
function expire(scene: Scene, step: Step): Decision {
  const { row, now } = scene;
  const reason = 'insufficient-records';
  const next = { ...row, ...endOf(row) };
  const ended = endStep({ ...scene, row: next }, step, 'failed', reason, 'information-expired');
  const type = next.status === 'rejected' ? 'case-declined' : 'case-failed';
  return chain(ended, {
    row: ended.row,
    task: moveTask(next, now, reason),
    events: [caseEvent(type, next, now, row.task, { from: row.businessStatus, reason })],
  });
}

function endOf({ status }: CaseRow): Standing {
  const isAccepted = status !== 'requested' && status !== 'received';
  return isAccepted
    ? { status: 'failed', businessStatus: 'cancelled' }
    : { status: 'rejected', businessStatus: 'declined' };
}
