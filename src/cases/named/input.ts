import type { Issue } from '../../base/index.ts';
import type { CommandParameter, Effect, NamedCommand } from './command.ts';
import type { CaseRow } from '../case.ts';
import { isReason, SHORTEST_REASON } from '../exclusions/override.ts';
import type { Party } from '../module.ts';
import { refusal } from '../refusal.ts';

/** What was told with a command; references as `Type/id`. */
export interface CommandInput {
  /** Code of decline-reason. */
  readonly reason?: string;
  readonly text?: string;
  readonly task?: string;
  readonly focus?: readonly string[];
  readonly owner?: string;
  /** Code of second-opinion-service. */
  readonly service?: string;
  /** Language tag. */
  readonly language?: string;
  /** Money of FHIR. */
  readonly price?: Readonly<Record<string, unknown>>;
  readonly number?: string;
  /** Date, or instant. */
  readonly until?: string;
  readonly replaces?: string;
  /** Who made what is handed over, and how. */
  readonly provenance?: readonly string[];
  /** Code of the rule that is set aside; `text` says why. */
  readonly override?: string;
}

/** What a command is drawn by. */
export interface DrawScene {
  readonly row: CaseRow;
  readonly party: Party;
  /** Instant. */
  readonly now: string;
  /** `Patient/x` whom the case is about. */
  readonly patient: string | undefined;
}

/** The parameters that a command heeds; text may always be told. */
export function takenBy({ effects, needs = [] }: NamedCommand): ReadonlySet<CommandParameter> {
  return new Set<CommandParameter>(['text', ...needs, ...effects.flatMap(takenByEffect)]);
}

function takenByEffect(effect: Effect): CommandParameter[] {
  switch (effect.write) {
    case 'case':
      return [
        'reason',
        ...(effect.override === undefined ? (['override'] as const) : []),
        ...(effect.input ?? []).map(([parameter]) => parameter),
      ];
    case 'new':
      return [
        'until',
        ...(effect.owner === 'named' ? (['owner', 'override'] as const) : []),
        ...(effect.about === 'focus' ? (['focus'] as const) : []),
        ...(effect.input ?? []).map(([parameter]) => parameter),
      ];
    case 'step':
      return [
        'task',
        ...(effect.to === 'completed' || effect.to === undefined ? [] : (['reason'] as const)),
        ...(effect.owner === true ? (['owner', 'override'] as const) : []),
        ...(effect.output ?? []).map(([parameter]) => parameter),
        ...(effect.history === true ? (['provenance'] as const) : []),
      ];
    case 'message':
      return ['focus'];
    case 'request':
      return [];
  }
}

/** What is missing of what a command has to be told, and what it has no use for: nothing is left unheeded in silence. */
export function inputIssues(command: NamedCommand, input: CommandInput): Issue[] {
  const taken = takenBy(command);
  const told = (Object.keys(input) as CommandParameter[]).filter((name) => input[name] !== undefined);
  const list = [...taken].sort().join(', ');
  return [
    ...(command.needs ?? [])
      .filter((name) => !told.includes(name))
      .map((name) => {
        const text = `The command ${command.code} has to be told ${name}. ${command.text}`;
        return refusal('required', 'parameter-missing', text, 'Parameters.parameter');
      }),
    ...unreasoned(command, input),
    ...told
      .filter((name) => !taken.has(name))
      .map((name) => {
        const text = `The command ${command.code} has no use for ${name}. It takes ${list}.`;
        return refusal('not-supported', 'unknown-parameter', text, 'Parameters.parameter');
      }),
  ];
}

/** Whoever sets a rule aside says why, also where text would do without. */
function unreasoned({ code, effects, needs = [] }: NamedCommand, { override, text }: CommandInput): Issue[] {
  const rule = override ?? effects.flatMap((effect) => (effect.write === 'case' ? (effect.override ?? []) : []))[0];
  const isMissed = text === undefined && needs.includes('text');
  if (rule === undefined || isMissed || isReason(text ?? '')) return [];
  const words = `The command ${code} sets a rule aside: text says why (at least ${SHORTEST_REASON} characters).`;
  return [refusal('required', 'override-reason', words, 'Parameters.parameter')];
}
