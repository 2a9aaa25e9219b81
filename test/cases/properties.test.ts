import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProgrammeRules, Standing } from '../../src/cases/index.ts';
import { NO_RULES } from '../../src/cases/index.ts';
import { SCHEMA } from '../../src/cases/programme/schema.ts';
import { OTHERS, take, turn } from './case-acts.ts';
import type { Turn } from './case-acts.ts';
import { checkNothingDue, checkTurn, STANDINGS } from './case-invariants.ts';
import { openModel } from './case-model.ts';

const FOLDER = new URL('../../profiles/programmes/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const SHIPPED = FILES.map(
  (name) => SCHEMA.validate(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))).value as ProgrammeRules,
);
/** As they are, and with nothing that holds a case back before its work: so that sequences get to all that comes later. */
const RULES: readonly ProgrammeRules[] = [
  NO_RULES,
  ...SHIPPED,
  ...SHIPPED.map((rules): ProgrammeRules => ({
    ...rules,
    packet: [],
    confirmation: { required: false },
    payment: { when: 'none', coveredBy: [] },
    services: rules.services.map((service) => ({ ...service, reviewers: 0, team: false })),
  })),
];

const go = (status: Standing['status'], businessStatus: Standing['businessStatus']): Turn => ({
  act: { do: 'move', pick: 0, isLegal: true, isOverridden: true, to: { status, businessStatus } },
  by: 'whoever may',
});
const WORKING = [go('accepted', 'accepted'), go('in-progress', 'under-review')];
/** Where a sequence begins: what comes late in a case would seldom be reached otherwise. */
const STARTS = {
  sent: [],
  working: WORKING,
  answered: [...WORKING, { act: { do: 'report', id: 'd1', status: 'final' }, by: 'whoever may' }],
} as const satisfies Readonly<Record<string, readonly Turn[]>>;

/** Plays a sequence and looks after each turn; says where the case came by, and what happened to it. */
function play(rules: ProgrammeRules, start: keyof typeof STARTS, turns: readonly Turn[]): Set<string> {
  const service = rules.services.find(({ alone }) => alone)!.code;
  const model = openModel(rules, service, '2026-03-04T09:00:00.000Z', OTHERS);
  const seen = new Set<string>();
  let saidWaiting = false;
  for (const one of [...STARTS[start], ...turns]) {
    const before = model.row;
    const outcome = take(model, one);
    const { businessStatus } = model.row;
    const isSaid = one.act.do === 'move' && outcome !== undefined && !Array.isArray(outcome);
    const stays: boolean = saidWaiting && businessStatus === before.businessStatus;
    saidWaiting = businessStatus.startsWith('awaiting-') && (isSaid || stays);
    checkTurn(model, before, outcome, saidWaiting);
    seen.add(`${model.row.status} ${businessStatus}`);
    if (one.act.do === 'tick') checkNothingDue(model);
  }
  for (const { type } of model.events) seen.add(type);
  return seen;
}

/** Any other will do as well, and is worth a try after a change of the engine. */
const SEED = 20_261_122;

describe('whatever is done to a case, in whatever order', () => {
  const RUNS = 2000;
  it(`it stands where the table has a place, loses no time, and agrees with its records (${RUNS} runs)`, () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.constantFrom(...RULES.keys()),
        fc.constantFrom('sent', 'sent', 'working', 'answered'),
        fc.array(turn, { maxLength: 40, size: 'max' }),
        (rules, start, turns) => {
          for (const one of play(RULES[rules]!, start, turns)) seen.set(one, (seen.get(one) ?? 0) + 1);
        },
      ),
      // The same ones each time: what fails here fails because of what was changed.
      { numRuns: RUNS, seed: SEED },
    );
    // The sequences are no use if they never leave the beginning.
    for (const place of STANDINGS) expect([place, seen.has(place)]).toEqual([place, true]);
  });
});
