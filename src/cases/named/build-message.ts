import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import { MESSAGE_SYSTEM, unacknowledged } from '../report/acknowledgement.ts';
import type { Effect } from './command.ts';
import type { CommandInput, DrawScene } from './input.ts';

/** A message about a report, as who gives the command would write it: about the one that is told, else the only one. */
export function buildMessage(
  { category, otherwise }: Extract<Effect, { write: 'message' }>,
  { focus = [], text }: CommandInput,
  { row, party, now, patient }: DrawScene,
): Resource | Issue {
  const open = unacknowledged(row);
  const [only, another] = focus.length > 0 ? focus : open;
  if (only === undefined) {
    const told = 'There is no issued report that has not been acknowledged as it stands.';
    return refusal('business-rule', 'illegal-move', told, 'Parameters.parameter');
  }
  if (another !== undefined) {
    const told = `The message is about one report. Tell which one is meant as focus: ${open.join(', ')}.`;
    return refusal('required', 'focus-needed', told, 'Parameters.parameter');
  }
  const [mine, theirs] = party === 'placer' ? [row.placer, row.programme] : [row.programme, row.placer];
  return {
    resourceType: 'Communication',
    basedOn: [{ reference: row.serviceRequest }],
    partOf: [{ reference: row.task }],
    status: 'completed',
    category: [{ coding: [{ system: MESSAGE_SYSTEM, code: category }] }],
    ...(patient === undefined ? {} : { subject: { reference: patient } }),
    about: [{ reference: only }],
    recipient: [{ reference: `Organization/${theirs}` }],
    sender: { reference: `Organization/${mine}` },
    sent: now,
    payload: [{ contentString: text ?? otherwise }],
  };
}
