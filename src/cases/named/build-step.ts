import type { Resource } from '../../fhir/index.ts';
import { CASE_INPUT_SYSTEM, CASE_OUTPUT_SYSTEM, SERVICE_SYSTEM, TASK_KIND_SYSTEM } from '../catalogue.ts';
import type { CommandParameter, Effect, Given } from './command.ts';
import type { Node } from '../tree.ts';
import type { CommandInput, DrawScene } from './input.ts';

/** A new step, as who gives the command would write it. */
export function buildStep(
  { kind, owner, about, input: given = [] }: Extract<Effect, { write: 'new' }>,
  input: CommandInput,
  { row, party, now, patient }: DrawScene,
): Resource {
  const mine = party === 'placer' ? row.placer : row.programme;
  const inputs = inputsOf(given, input);
  const isSaid = given.some(([parameter]) => parameter === 'text');
  return {
    resourceType: 'Task',
    partOf: [{ reference: row.task }],
    status: 'requested',
    intent: 'order',
    code: { coding: [codeOf(kind)] },
    ...(input.text === undefined || isSaid ? {} : { description: input.text }),
    ...focusOf(about, input, row.task),
    ...(patient === undefined ? {} : { for: { reference: patient } }),
    authoredOn: now,
    lastModified: now,
    requester: { reference: `Organization/${mine}` },
    ...ownerOf(owner, input, row, party),
    ...(input.until === undefined ? {} : { restriction: { period: { end: input.until } } }),
    ...(inputs.length === 0 ? {} : { input: inputs }),
  };
}

/** https://hl7.org/fhir/R4/codesystem-task-code.html knows how to end something; the other steps are the guide's own. */
function codeOf(kind: string): Node {
  return kind === 'abort'
    ? { system: 'http://hl7.org/fhir/CodeSystem/task-code', code: kind }
    : { system: TASK_KIND_SYSTEM, code: kind };
}

function focusOf(about: 'focus' | 'case' | undefined, { focus = [] }: CommandInput, t0: string): Node {
  const [reference] = about === 'case' ? [t0] : about === 'focus' ? focus : [];
  return reference === undefined ? {} : { focus: { reference } };
}

function ownerOf(
  owner: Extract<Effect, { write: 'new' }>['owner'],
  input: CommandInput,
  row: DrawScene['row'],
  party: DrawScene['party'],
): Node {
  if (owner === 'named') return input.owner === undefined ? {} : { owner: { reference: input.owner } };
  const acting = owner === 'other' ? (party === 'placer' ? 'programme' : 'placer') : owner;
  return { owner: { reference: `Organization/${acting === 'placer' ? row.placer : row.programme}` } };
}

/** What is told with a Task to work on, or by. */
export function inputsOf(given: readonly Given[], input: CommandInput): Node[] {
  return valuesOf(given, input, CASE_INPUT_SYSTEM);
}

/** What came of a step; where nothing was told, what stands for it. */
export function outputsOf(given: readonly Given[], input: CommandInput): Node[] {
  const told = valuesOf(given, input, CASE_OUTPUT_SYSTEM);
  if (told.length > 0) return told;
  return given.flatMap(([, type, otherwise]) =>
    otherwise === undefined ? [] : [{ type: typeOf(CASE_OUTPUT_SYSTEM, type), valueString: otherwise }],
  );
}

function valuesOf(given: readonly Given[], input: CommandInput, system: string): Node[] {
  return given.flatMap(([parameter, type]) =>
    valueOf(parameter, input).map((value) => ({ type: typeOf(system, type), ...value })),
  );
}

function typeOf(system: string, code: string): Node {
  return { coding: [{ system, code }] };
}

function valueOf(parameter: CommandParameter, input: CommandInput): Node[] {
  const { focus = [], text, language, price, service, number } = input;
  switch (parameter) {
    case 'focus':
      return focus.map((reference) => ({ valueReference: { reference } }));
    case 'text':
      return text === undefined ? [] : [{ valueString: text }];
    case 'number':
      return number === undefined ? [] : [{ valueString: number }];
    case 'language':
      return language === undefined ? [] : [{ valueCode: language }];
    case 'price':
      return price === undefined ? [] : [{ valueMoney: price }];
    case 'service':
      return service === undefined
        ? []
        : [{ valueCodeableConcept: { coding: [{ system: SERVICE_SYSTEM, code: service }] } }];
    default:
      return [];
  }
}
