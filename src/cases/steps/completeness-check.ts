import { noteStep } from './note.ts';
import type { StepRules } from './step.ts';

/** A coordinator of the programme looks whether the records are there and can be read. */
export const completenessCheck: StepRules = {
  kind: 'completeness-check',
  makers: ['programme'],
  movers: ['programme'],
  during: ['requested', 'received', 'accepted', 'in-progress', 'on-hold'],
  ownedBy: 'programme',
  decide: (scene, _command, step, before) => noteStep(scene, step, before),
};
