import type { Decision } from '../decision.ts';
import { chain, note } from '../decision.ts';
import type { RecordCommand } from '../module.ts';
import { partyOf } from '../module.ts';
import type { Scene } from '../scene.ts';
import { nodes, referencesOf } from '../tree.ts';
import { cancelSteps } from './end.ts';
import { openSteps } from './step.ts';
import { isVoid, requestTranslations } from './translation-needs.ts';

/**
 * What happens to an original: replaced or taken back it is not translated any more; one that comes after the acceptance is
 * translated like those before.
 */
export function decideOriginal(scene: Scene, { ref, before, after }: RecordCommand): Decision | undefined {
  const replaced = nodes(after.relatesTo)
    .filter(({ code }) => code === 'replaces')
    .flatMap(({ target }) => referencesOf(target));
  const gone = isVoid(after) ? [ref] : replaced;
  const ended = openSteps(scene, 'translation').filter(({ focus }) => focus !== undefined && gone.includes(focus));
  const isUnderWay = ['accepted', 'in-progress', 'on-hold'].includes(scene.row.status);
  const cleared = cancelSteps(scene, ended, 'superseded');
  const asked =
    isUnderWay && partyOf(scene) === 'placer'
      ? requestTranslations({ ...scene, row: cleared.row, records: new Map([[ref, after]]) })
      : undefined;
  if (ended.length === 0 && asked === undefined) return undefined;
  const told = note(scene, scene.row, before === undefined ? 'record-added' : 'record-corrected', ref);
  const done = chain(told, cleared);
  return asked === undefined ? done : chain(done, asked);
}
