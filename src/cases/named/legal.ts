import type { CaseRow } from '../case.ts';
import { holdsOf, isPaymentHold } from '../holds.ts';
import type { CaseScene, Party } from '../module.ts';
import { MODULES, stepRules } from '../modules.ts';
import { needsPrice } from '../payment/price.ts';
import type { CommandParameter, Effect, NamedCommand } from './command.ts';
import { takenBy } from './input.ts';
import { NAMED_COMMANDS } from '../named-commands.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import { unacknowledged } from '../report/acknowledgement.ts';
import type { Step } from '../state.ts';
import { isClosed, legalMoves } from '../states.ts';
import { isOpenStep, STEP_MOVES } from '../steps/step.ts';

/** A command that its party may give as the case stands. */
export interface LegalCommand {
  readonly command: NamedCommand;
  /** The steps that it may be about; none: it is about none. */
  readonly tasks: readonly string[];
  /** Parameters that it has to be told as the case stands. */
  readonly needs: readonly CommandParameter[];
  /** What has to be done before, as far as that is known without looking anything up; nothing: it may be given now. */
  readonly against: readonly string[];
}

/**
 * All that a party may do next by name, as far as it follows from where the case and its steps stand, and what is known
 * to stand against it. What else the programme's rules ask for before, such as a complete packet, is said when the command
 * is given.
 */
export function legalCommands(scene: CaseScene, party: Party): LegalCommand[] {
  const { row, rules } = scene;
  return NAMED_COMMANDS.filter(({ by }) => by === party || by === 'either').flatMap((command) => {
    const tasks: string[] = [];
    for (const effect of command.effects) {
      const legal = isLegal(effect, row, rules, party);
      if (legal === false) return [];
      if (legal !== true) tasks.push(...legal);
    }
    return [{ command, tasks, needs: neededBy(command, scene), against: againstOf(command, scene) }];
  });
}

/** T0 is asked to wait for payment: then somebody has to have said how much. */
function neededBy({ effects, needs = [] }: NamedCommand, scene: CaseScene): CommandParameter[] {
  const asks = effects.some((effect) => effect.write === 'case' && effect.to[1] === 'awaiting-payment');
  return asks && needsPrice(scene) ? [...needs, 'price'] : [...needs];
}

function againstOf(command: NamedCommand, scene: CaseScene): string[] {
  const { row } = scene;
  return command.effects.flatMap((effect) => {
    if (effect.write === 'new') return (stepRules(effect.kind)?.known?.(scene) ?? []).map(({ text }) => text);
    if (effect.write !== 'case' || effect.while?.includes(row.businessStatus) === false) return [];
    const mayOverride = takenBy(command).has('override');
    return MODULES.flatMap(({ guard }) => {
      if (guard?.to.includes(effect.to[1]) !== true) return [];
      const { overridable, known } = guard;
      if (overridable !== undefined && overridable === effect.override) return [];
      const or =
        mayOverride && overridable !== undefined ? ` Or set it aside: override ${overridable}, and text why.` : '';
      return (known?.(scene) ?? []).map(({ text }) => text + or);
    });
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
    case 'message':
      return unacknowledged(row).length > 0;
    case 'request':
      return mayWrite(effect.to, row);
  }
}

function mayMove({ to: [status, businessStatus] }: Extract<Effect, { write: 'case' }>, row: CaseRow): boolean {
  const isThere = legalMoves(row, 'programme').some(
    (move) => move.via === 'Task' && move.status === status && move.businessStatus === businessStatus,
  );
  // What is awaited lets go of the case by itself; a payment that is to come before the case is accepted can be waived.
  const isPaymentsOwn = status === 'accepted' || isPaymentHold(businessStatus);
  const holds = holdsOf(row).filter((hold) => hold !== businessStatus && !(isPaymentsOwn && isPaymentHold(hold)));
  return isThere && (isClosed(status) || holds.length === 0);
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
