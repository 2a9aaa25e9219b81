import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import {
  BUSINESS_STATUS_NAMES,
  BUSINESS_STATUS_SYSTEM,
  CASE_INPUT_SYSTEM,
  SERVICE_SYSTEM,
  STATUS_REASON_SYSTEM,
  STATUS_REASONS,
} from '../catalogue.ts';
import { OVERRIDE } from '../exclusions/override.ts';
import type { Effect, Given, NamedCommand } from './command.ts';
import type { Node } from '../tree.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';
import type { CommandInput, DrawScene } from './input.ts';
import { buildMessage } from './build-message.ts';
import { buildStep, inputsOf, outputsOf } from './build-step.ts';
import { pickStep } from './pick-step.ts';

/** A plain write: a record that changes, or a new one. */
export type Drawn =
  { readonly ref: string; readonly edit: (current: Resource) => Resource } | { readonly made: Resource };

/** The plain writes that a command stands for; or why there are none, as where no such step is open. */
export function drawCommand(command: NamedCommand, input: CommandInput, scene: DrawScene): Drawn[] | Issue[] {
  const drawn: Drawn[] = [];
  for (const effect of command.effects) {
    const one = drawEffect(effect, input, scene);
    if (Array.isArray(one)) return one;
    if (one !== undefined) drawn.push(one);
  }
  return drawn;
}

/** Whether it came to writes. */
export function isDrawn(drawn: Drawn[] | Issue[]): drawn is Drawn[] {
  return !drawn.some((one) => 'key' in one);
}

function drawEffect(effect: Effect, input: CommandInput, scene: DrawScene): Drawn | undefined | Issue[] {
  const { row } = scene;
  switch (effect.write) {
    case 'case':
      if (effect.while?.includes(row.businessStatus) === false) return undefined;
      return {
        ref: row.task,
        edit: (task) => moveCase(withInputs(task, effect.input ?? [], input), effect, input, scene.now),
      };
    case 'new':
      return { made: withOverride(buildStep(effect, input, scene), input.override, input.text) };
    case 'step':
      return drawStep(effect, input, scene);
    case 'message': {
      const message = buildMessage(effect, input, scene);
      return 'severity' in message ? [message as Issue] : { made: message };
    }
    case 'request':
      return { ref: row.serviceRequest, edit: (request) => changeRequest(request, effect.to, input) };
  }
}

/** T0 with what is told for it in place of what it had of the same; what is set for a service that is added stays. */
function withInputs(task: Resource, given: readonly Given[], input: CommandInput): Resource {
  const told = inputsOf(given, input);
  if (told.length === 0) return task;
  const types = told.flatMap(({ type }) => codesIn(type, CASE_INPUT_SYSTEM));
  const kept = nodes(task.input).filter(
    ({ type }) =>
      codesIn(type, SERVICE_SYSTEM).length > 0 ||
      !codesIn(type, CASE_INPUT_SYSTEM).some((code) => types.includes(code)),
  );
  return { ...task, input: [...kept, ...told] };
}

function moveCase(
  task: Resource,
  { to: [status, businessStatus], override }: Extract<Effect, { write: 'case' }>,
  input: CommandInput,
  now: string,
): Resource {
  const rule = override ?? input.override;
  const isEnd = status === 'rejected' || status === 'failed';
  const moved: Resource = {
    ...task,
    status,
    businessStatus: {
      coding: [
        { system: BUSINESS_STATUS_SYSTEM, code: businessStatus, display: BUSINESS_STATUS_NAMES[businessStatus] },
      ],
    },
    ...(isEnd || input.reason !== undefined ? reasonOf(input) : {}),
  };
  const reasoned = withOverride(moved, rule, input.text);
  return isEnd || rule !== undefined ? reasoned : withNote(reasoned, input.text, now);
}

function drawStep(effect: Extract<Effect, { write: 'step' }>, input: CommandInput, scene: DrawScene): Drawn | Issue[] {
  const { row, now } = scene;
  const step = pickStep(row, effect.kind, input.task);
  if ('severity' in step) {
    if (effect.orMade !== true || effect.kind === 'any' || input.task !== undefined) return [step];
    const made = buildStep({ write: 'new', kind: effect.kind, owner: 'programme' }, {}, scene);
    return { made: finish(made, effect, input, now) };
  }
  return { ref: step.task, edit: (task) => finish(task, effect, input, now) };
}

/** A step with what came of it, why it ends, or whose it is now. */
function finish(
  task: Resource,
  effect: Extract<Effect, { write: 'step' }>,
  input: CommandInput,
  now: string,
): Resource {
  const outputs = effect.to === 'completed' ? outputsOf(effect.output ?? [], input) : [];
  const isSaid = (effect.output ?? []).some(([parameter]) => parameter === 'text');
  const ends = effect.to === 'rejected' || effect.to === 'cancelled';
  const changed: Resource = {
    ...task,
    ...(effect.to === undefined ? {} : { status: effect.to }),
    ...(effect.owner === true && input.owner !== undefined ? { owner: { reference: input.owner } } : {}),
    ...(outputs.length === 0 ? {} : { output: [...nodes(task.output), ...outputs] }),
    ...(effect.history === true ? historyOf(task, input) : {}),
    ...(ends ? reasonOf(input) : {}),
    lastModified: now,
  };
  const reasoned = withOverride(changed, input.override, input.text);
  return ends || isSaid || input.override !== undefined ? reasoned : withNote(reasoned, input.text, now);
}

function historyOf(task: Resource, { provenance = [] }: CommandInput): Node {
  const known = new Set(referencesOf(task.relevantHistory));
  const added = provenance.filter((ref) => !known.has(ref)).map((reference) => ({ reference }));
  return added.length === 0 ? {} : { relevantHistory: [...nodes(task.relevantHistory), ...added] };
}

function changeRequest(
  request: Resource,
  to: string | undefined,
  { focus = [], replaces, text }: CommandInput,
): Resource {
  if (to !== undefined) return withNote({ ...request, status: to }, text);
  const kept = nodes(request.supportingInfo).filter(
    (one) => replaces === undefined || !referencesOf(one).includes(replaces),
  );
  const there = new Set(referencesOf(kept));
  const added = focus.filter((ref) => !there.has(ref)).map((reference) => ({ reference }));
  return withNote({ ...request, supportingInfo: [...kept, ...added] }, text);
}

function reasonOf({ reason, text }: CommandInput): Node {
  if (reason === undefined && text === undefined) return {};
  const display = reason === undefined ? undefined : STATUS_REASONS.get(reason);
  const coding = { system: STATUS_REASON_SYSTEM, code: reason, ...(display === undefined ? {} : { display }) };
  return {
    statusReason: { ...(reason === undefined ? {} : { coding: [coding] }), ...(text === undefined ? {} : { text }) },
  };
}

function withNote(resource: Resource, text: string | undefined, time?: string): Resource {
  if (text === undefined) return resource;
  return { ...resource, note: [...nodes(resource.note), { ...(time === undefined ? {} : { time }), text }] };
}

/** @param reason without it the rule is not set aside, and the engine says so */
function withOverride(resource: Resource, rule: string | undefined, reason: string | undefined): Resource {
  if (rule === undefined) return resource;
  const extension = {
    url: OVERRIDE,
    extension: [
      { url: 'rule', valueCode: rule },
      ...(reason === undefined ? [] : [{ url: 'reason', valueString: reason }]),
    ],
  };
  return { ...resource, extension: [...nodes(resource.extension), extension] };
}
