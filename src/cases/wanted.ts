import type { Resource } from '../fhir/index.ts';
import { SERVICE_SYSTEM } from './catalogue.ts';
import type { Command } from './command.ts';
import { MODULES, stepRules } from './modules.ts';
import { wantedToRoute } from './routing/route.ts';
import { wantedToJudge } from './report/final.ts';
import { wantedToWithdraw } from './report/withdrawn.ts';
import { isIssued } from './report-status.ts';
import type { Scene, Wanted } from './scene.ts';
import type { BusinessStatus } from './states.ts';
import { codesIn } from './tree.ts';

/** The records that this command is decided by, beside those that it writes. */
export function wantedFor(scene: Omit<Scene, 'records'>, command: Command): Wanted {
  switch (command.kind) {
    case 'step':
      return merge([
        stepRules(command.step)?.wanted?.(scene, command),
        // A step may move the case, by which others have their say.
        ...whenMoved(scene, undefined),
      ]);
    case 'record':
      return merge(
        MODULES.map(({ record }) =>
          record?.types.includes(command.after.resourceType) === true ? record.wanted?.(scene, command) : undefined,
        ),
      );
    case 'move':
      return merge([
        ...guards(scene, command.businessStatus as BusinessStatus),
        ...whenMoved(scene, command.businessStatus as BusinessStatus),
      ]);
    case 'report':
      return isIssued(command.to)
        ? merge([
            wantedToJudge(scene, command),
            ...(command.to === 'final' ? guards(scene, 'report-issued') : []),
            ...whenMoved(scene, 'report-issued'),
          ])
        : wantedToWithdraw(scene, command);
    case 'amend':
      return merge([
        ...MODULES.map(({ amended }) => amended?.wanted(scene, command.after)),
        asksAnother(command) ? wantedToRoute(scene) : undefined,
      ]);
    case 'tick':
      // It is held anyway: what is made for the patient says whose it is.
      return { refs: [scene.row.task] };
    default:
      return {};
  }
}

/** Whether the placer asks for another service than before: who gives that may be of another specialty. */
function asksAnother({ before, after }: Readonly<Record<'before' | 'after', Resource>>): boolean {
  return codesIn(before.code, SERVICE_SYSTEM)[0] !== codesIn(after.code, SERVICE_SYSTEM)[0];
}

function guards(scene: Omit<Scene, 'records'>, to: BusinessStatus): (Wanted | undefined)[] {
  return MODULES.map(({ guard }) => (guard?.to.includes(to) === true ? guard.wanted?.(scene) : undefined));
}

function whenMoved(scene: Omit<Scene, 'records'>, to: BusinessStatus | undefined): (Wanted | undefined)[] {
  return to === undefined ? [] : MODULES.map(({ wantedWhenMoved }) => wantedWhenMoved?.(scene, to));
}

function merge(all: readonly (Wanted | undefined)[]): Wanted {
  return {
    refs: [...new Set(all.flatMap((one) => one?.refs ?? []))],
    types: [...new Set(all.flatMap((one) => one?.types ?? []))],
    follow: [...new Set(all.flatMap((one) => one?.follow ?? []))],
    hold: [...new Set(all.flatMap((one) => one?.hold ?? []))],
  };
}
