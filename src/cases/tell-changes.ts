import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../fhir/index.ts';
import type { Command } from './command.ts';
import type { Decision } from './decision.ts';

/** A Task that is written once more as it stood is not told of as updated. */
export function tellChanges(command: Command, decision: Decision): Decision {
  const written = taskWritten(command, decision);
  if (written === undefined || !isDeepStrictEqual(contentOf(written.before), contentOf(written.after))) return decision;
  return { ...decision, events: decision.events.filter(({ type }) => type !== 'task-updated') };
}

interface Written {
  readonly before: Resource;
  readonly after: Resource;
}

/** The Task as it stood and as it will stand, with what the decision makes of it. */
function taskWritten(command: Command, { task, changes }: Decision): Written | undefined {
  if (command.kind === 'move') return { before: command.stored, after: task?.(command.after) ?? command.after };
  if (command.kind !== 'step' || command.before === undefined) return undefined;
  return { before: command.before, after: changes?.get(command.task)?.(command.after) ?? command.after };
}

/** What a resource says, without what every write changes. */
function contentOf({ meta: _meta, lastModified: _lastModified, ...content }: Resource): unknown {
  return content;
}
