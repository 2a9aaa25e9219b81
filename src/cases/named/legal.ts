import type { CaseRow } from '../case.ts';
import { holdsOf } from '../holds.ts';
import type { Party } from '../module.ts';
import { stepRules } from '../modules.ts';
import type { Effect, NamedCommand } from './command.ts';
import { NAMED_COMMANDS } from '../named-commands.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import type { Step } from '../state.ts';
import { isClosed, legalMoves } from '../states.ts';
import { isOpenStep, STEP_MOVES } from '../steps/step.ts';

/** A command that its party may give as the case stands. */
export interface LegalCommand {
  readonly command: NamedCommand;
  /** The steps that it may be about; none: it is about none. */
  readonly tasks: readonly string[];
}

/**
 * All that a party may do next by name, as far as it follows from where the case and its steps stand. What the
 * programme's rules ask for before, such as a complete packet or a payment, is said when the command is given.
 */
export function legalCommands(row: CaseRow, rules: ProgrammeRules, party: Party): LegalCommand[] {
  return NAMED_COMMANDS.filter(({ by }) => by === party || by === 'either').flatMap((command) => {
    const tasks: string[] = [];
    for (const effect of command.effects) {
      const legal = isLegal(effect, row, rules, party);
      if (legal === false) return [];
      if (legal !== true) tasks.push(...legal);
    }
    return [{ command, tasks }];
  });
}

/** The steps that it may be about, for an effect on one of them. */
function isLegal(effect: Effect, row: CaseRow, rules: ProgrammeRules, party: Party): boolean | string[] {
  switch (effect.write) {
    case 'case':
      return effect.while?.includes(row.businessStatus) === false || mayMove(effect, row);
    case 'new':
      return mayMake(effect.kind, row, rules, party);
    case 'step': {
      const tasks = row.state.steps.filter((step) => mayChange(effect, step, row, party)).map(({ task }) => task);
      if (tasks.length > 0) return tasks;
      return effect.orMade === true && effect.kind !== 'any' && mayMake(effect.kind, row, rules, party);
    }
    case 'request':
      return mayWrite(effect.to, row);
  }
}

function mayMove(
  { to: [status, businessStatus], override }: Extract<Effect, { write: 'case' }>,
  row: CaseRow,
): boolean {
  const isThere = legalMoves(row, 'programme').some(
    (move) => move.via === 'Task' && move.status === status && move.businessStatus === businessStatus,
  );
  // What is awaited lets go of the case by itself; only a payment can be waived.
  const holds = holdsOf(row).filter((hold) => hold !== businessStatus);
  const isHeld = override === undefined ? holds.length > 0 : holds.some((hold) => !/payment|coverage/.test(hold));
  return isThere && (isClosed(status) || !isHeld);
}

function mayMake(kind: Step['kind'], row: CaseRow, { steps }: ProgrammeRules, party: Party): boolean {
  const rules = stepRules(kind);
  if (rules === undefined || steps?.includes(kind) === false) return false;
  return rules.makers.includes(party) && rules.during.includes(row.status);
}

function mayChange({ kind, to }: Extract<Effect, { write: 'step' }>, step: Step, row: CaseRow, party: Party): boolean {
  if (!isOpenStep(step) || (kind !== 'any' && kind !== step.kind)) return false;
  const rules = stepRules(step.kind);
  if (rules === undefined || (isClosed(row.status) && !(rules.late === true && row.status === 'completed')))
    return false;
  const isMaker = step.by === party || (step.by === 'server' && party === 'programme');
  const mayTouch = rules.movers.includes(party) || (isMaker && to === 'cancelled');
  return mayTouch && (to === undefined || STEP_MOVES[step.status].includes(to));
}

function mayWrite(to: string | undefined, row: CaseRow): boolean {
  if (to === undefined) return !isClosed(row.status);
  if (to === 'completed') return row.status === 'completed';
  const moves = legalMoves(row, 'placer');
  return moves.some(({ status }) => (status === 'entered-in-error') === (to === 'entered-in-error'));
}
