import { addSpan } from '../clock/calendar.ts';
import type { Decision } from '../decision.ts';
import { note } from '../decision.ts';
import type { Scene } from '../scene.ts';
import type { Timer } from '../state.ts';
import { REPORT_WITHDRAWN } from '../state.ts';
import { referencesOf } from '../tree.ts';
import { FOLLOW_UP } from './follow-up-answers.ts';
import { caseInput, makeStep } from './make.ts';
import { openSteps } from './step.ts';

/** One reminder, and no more: who does not answer then has a reason. */
const REMIND_AFTER = { amount: 14, unit: 'days' } as const;
const ASK = /^follow-up (\d+)$/;
const REMIND = /^follow-up-reminder (Task\/\S+)$/;

/** When the home side is asked after the report, and reminded of what it was asked. Of a report that was withdrawn nobody asks. */
export function followUpTimers({ row, rules }: Pick<Scene, 'row' | 'rules'>): Timer[] {
  const { issuedAt, facts } = row.state;
  if (row.status !== 'completed' || issuedAt === undefined || facts[REPORT_WITHDRAWN] !== undefined) return [];
  return [
    ...rules.followUp.map((span, n) => ({ key: `follow-up ${n + 1}`, at: addSpan(issuedAt, span, rules.calendar) })),
    ...openSteps({ row }, 'follow-up').map(({ task, madeAt }) => ({
      key: `follow-up-reminder ${task}`,
      at: addSpan(madeAt, REMIND_AFTER, rules.calendar),
    })),
  ];
}

export function followUpTick(scene: Scene, { key, at }: Timer): Decision | undefined {
  const [, number] = ASK.exec(key) ?? [];
  if (number !== undefined) return ask(scene, Number(number), at);
  const [, task] = REMIND.exec(key) ?? [];
  return task === undefined ? undefined : note(scene, scene.row, 'follow-up-asked', task, { reminder: '1' });
}

/** Where the next one is due as well, after a long standstill, that one is asked alone. */
function ask(scene: Scene, number: number, due: string): Decision {
  const { row, records, now } = scene;
  const next = followUpTimers(scene).find(({ key }) => key === `follow-up ${number + 1}`);
  if (next !== undefined && Date.parse(next.at) <= Date.parse(now)) return { row, events: [] };
  const [patient] = referencesOf(records.get(row.task)?.for);
  const period = { start: row.state.issuedAt ?? due, end: due };
  return makeStep(
    scene,
    {
      kind: 'follow-up',
      owner: 'placer',
      patient,
      input: [caseInput('questionnaire', { valueCanonical: FOLLOW_UP }), caseInput('period', { valuePeriod: period })],
      notes: { number: String(number) },
    },
    'follow-up-asked',
    { number: String(number) },
  );
}
