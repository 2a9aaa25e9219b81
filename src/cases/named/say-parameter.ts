import type { Issue } from '../../base/index.ts';
import type { CommandParameter, NamedCommand } from './command.ts';
import { takenBy } from './input.ts';

/** Refusals that a parameter mends, by their key: which one, and how it is said. */
const MENDED: Readonly<Record<string, readonly [parameter: CommandParameter, how: string]>> = {
  'price-missing': ['price', 'give it as the parameter price (valueMoney)'],
  'price-form': ['price', 'give the parameter price as valueMoney with its value and currency'],
  'price-outside': ['price', 'give another one as the parameter price'],
  'price-agreed': ['price', 'leave the parameter price out'],
  'status-reason': ['reason', 'give the code as the parameter reason'],
  'override-reason': ['text', 'say why in the parameter text'],
  'override-rule': ['override', 'name the rule in the parameter override'],
  'offer-empty': ['service', 'give one of the parameters service, price and until'],
  'offer-date': ['until', 'give a later one as the parameter until'],
  'service-output': ['service', 'give it as the parameter service'],
  'service-not-offered': ['service', 'give one of these as the parameter service'],
  'report-acknowledged': ['focus', 'name another one in the parameter focus'],
  'translation-missing': ['focus', 'name it in the parameter focus'],
  'translation-provenance': ['provenance', 'name the Provenance in the parameter provenance'],
};

/** A refusal of a plain write, as whoever gave the command for it can mend it; others stay as they are. */
export function sayParameter(command: NamedCommand, issue: Issue): Issue {
  const mended = Object.hasOwn(MENDED, issue.key) ? MENDED[issue.key] : undefined;
  if (mended === undefined || !takenBy(command).has(mended[0])) return issue;
  return { ...issue, text: `${issue.text} With the command ${command.code}: ${mended[1]}.` };
}
