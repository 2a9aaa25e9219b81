import type { Issue } from '../../src/base/index.ts';
import type { Actor, CaseEvent, CaseRow, Command, Decision, ProgrammeRules, Scene } from '../../src/cases/index.ts';
import { commandOf, decide, keepTime, NO_RULES, openCase, showStanding, wantedFor } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { collectReferences } from '../../src/fhir/index.ts';
import { request } from './samples.ts';

/** A case with all its records, kept as the interactions keep them: what a decision says is done to them. */
export interface CaseModel {
  row: CaseRow;
  /** Milliseconds since 1970. */
  clock: number;
  readonly rules: ProgrammeRules;
  /** By `Type/id`. */
  readonly records: Map<string, Resource>;
  /** In order. */
  readonly events: CaseEvent[];
  made: number;
}

/** What came of a write: the decision, or the issues; undefined where the write means nothing to the case. */
export type Outcome = Decision | Issue[] | undefined;

export function openModel(rules: ProgrammeRules, service: string, at: string, others: readonly Resource[]): CaseModel {
  const asked = request({ code: { coding: [{ ...SERVICE, code: service }] } });
  const opened = openCase({
    serviceRequest: asked,
    placer: 'hosp',
    programme: 'prog',
    now: at,
    rules: rules === NO_RULES ? 0 : 1,
    ids: { case: '0198c1f0-0000-7000-8000-000000000001', task: 't0', number: 'SO-26-7K3M-9QTX' },
  });
  if (Array.isArray(opened)) throw new Error(opened.map(({ text }) => text).join(' '));
  const row = keepTime(opened.case, opened.case, rules, at);
  const model: CaseModel = {
    row: freeze(row),
    clock: Date.parse(at),
    rules,
    records: new Map(),
    events: [...opened.events],
    made: 0,
  };
  for (const record of [...others, opened.serviceRequest, showStanding(row, at)(opened.task)]) keep(model, record);
  return model;
}

const SERVICE = { system: 'https://consilium.example/fhir/CodeSystem/second-opinion-service' };

export function nowOf({ clock }: CaseModel): string {
  return new Date(clock).toISOString();
}

/** One write by somebody; a refused one leaves all as it was. */
export function write(model: CaseModel, actor: Actor, after: Resource): Outcome {
  const before = model.records.get(refOf(after));
  const command = commandOf(before === undefined ? { after } : { before, after }, model.row);
  if (Array.isArray(command)) return command;
  if (command === undefined) {
    keep(model, after);
    return undefined;
  }
  const outcome = decide(sceneOf(model, actor, command, after), command);
  if (!Array.isArray(outcome)) {
    keep(model, after);
    apply(model, outcome);
  }
  return outcome;
}

/** What is due is done, in the name of the programme. */
export function tick(model: CaseModel): Outcome {
  const actor: Actor = { organization: 'prog', role: 'programme' };
  const outcome = decide(sceneOf(model, actor, { kind: 'tick' }), { kind: 'tick' });
  if (!Array.isArray(outcome)) apply(model, outcome);
  return outcome;
}

function sceneOf(model: CaseModel, actor: Actor, command: Command, written?: Resource): Scene {
  const { row, rules } = model;
  const bare = { row, rules, actor, now: nowOf(model), mint: () => `made-${(model.made += 1)}` };
  const { refs = [], types = [], follow = [], hold = [] } = wantedFor(bare, command);
  const all = new Map(model.records);
  if (written !== undefined) all.set(refOf(written), written);
  const found = new Map([...all].filter(([, { resourceType }]) => types.includes(resourceType)));
  const take = (ref: string): void => {
    const record = all.get(ref);
    if (record === undefined || found.has(ref)) return;
    found.set(ref, record);
    for (const named of collectReferences(record)) if (follow.includes(named.split('/', 1)[0]!)) take(named);
  };
  for (const ref of [...refs, ...hold]) take(ref);
  return { ...bare, records: found };
}

function apply(model: CaseModel, decision: Decision): void {
  const { row } = model;
  model.row = freeze(decision.row);
  model.events.push(...decision.events);
  for (const { resource } of decision.makes ?? []) {
    if (model.records.has(refOf(resource))) throw new Error(`${refOf(resource)} is made twice`);
    keep(model, resource);
  }
  const changes = new Map(decision.changes);
  if (decision.task !== undefined) changes.set(row.task, decision.task);
  if (decision.serviceRequest !== undefined) changes.set(row.serviceRequest, decision.serviceRequest);
  for (const [ref, change] of changes) {
    const record = model.records.get(ref);
    if (record === undefined) throw new Error(`${ref} is to be changed, and is not there`);
    keep(model, change(record));
  }
}

function keep(model: CaseModel, record: Resource): void {
  model.records.set(refOf(record), freeze(record));
}

export function refOf({ resourceType, id = '' }: Resource): string {
  return `${resourceType}/${id}`;
}

/** Whoever changed a value in place would change it under the eyes of others: then this throws. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
