import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { CaseEventType } from './case.ts';
import type { Decision } from './decision.ts';
import { note } from './decision.ts';
import type { RecordCommand } from './module.ts';
import { partyOf } from './module.ts';
import { OPINION_SYSTEM } from './opinions/concordance.ts';
import { MODULES } from './modules.ts';
import { notYourMove } from './refusal.ts';
import type { Scene } from './scene.ts';
import { codesIn } from './tree.ts';

/** A record that is made on the case, or belongs to it, was written: what that means, or only that it was. */
export function decideRecord(scene: Scene, command: RecordCommand): Decision | Issue[] {
  const type = command.after.resourceType;
  const party = partyOf(scene);
  if (party === undefined)
    return [notYourMove('Writing a record of the case', 'the parties', 'Others follow it.', type)];
  for (const { record } of MODULES) {
    if (record?.types.includes(type) !== true) continue;
    const decided = record.decide(scene, command);
    if (decided !== undefined) return decided;
  }
  if (party === 'programme' && isReportPart(command.after)) return { row: scene.row, events: [] };
  return note(scene, scene.row, plainEvent(command), command.ref);
}

/** Of which a report consists as its programme writes it: what becomes of the report is told with that. */
function isReportPart({ resourceType, code, intent, use }: Resource): boolean {
  switch (resourceType) {
    case 'Composition':
      return true;
    case 'Observation':
      return codesIn(code, OPINION_SYSTEM).length > 0;
    case 'CarePlan':
      return intent === 'proposal';
    case 'Claim':
      return use === 'predetermination';
    default:
      return false;
  }
}

function plainEvent({ before, after }: RecordCommand): CaseEventType {
  if (before !== undefined) return 'record-corrected';
  return after.resourceType === 'Communication' ? 'message-sent' : 'record-added';
}
