import type { Resource } from '../../fhir/index.ts';
import type { ConcordanceAspect } from '../opinions/concordance.ts';
import { readFirst } from '../opinions/opinion.ts';
import { codings, inSystem, LOINC } from '../packet/codings.ts';
import { refOf } from '../packet/ref-of.ts';
import type { Node } from '../tree.ts';
import { nodes, referencesOf, text } from '../tree.ts';
import type { Statement } from './statement.ts';

/** What one opinion says in one respect. */
export interface Said {
  readonly aspect: ConcordanceAspect;
  readonly statement: Statement;
  /** The record, `Type/id`, that says it; none: the request itself. */
  readonly record?: string;
}

/** What the home side thinks and plans, as far as its records say it one by one. */
export interface FirstOpinion {
  readonly said: readonly Said[];
  /** The document, `DocumentReference/x`, in which the home doctor tells it. */
  readonly document?: string;
}

const NOT_SO: ReadonlySet<string> = new Set(['refuted', 'entered-in-error']);
const OVER: ReadonlySet<unknown> = new Set(['revoked', 'completed', 'cancelled', 'stopped', 'entered-in-error']);
const PLANNED: ReadonlySet<unknown> = new Set(['proposal', 'plan']);

/** Stage groups: clinical, pathological, other. https://loinc.org/21908-9 */
const STAGES: ReadonlySet<string> = new Set(inSystem(LOINC, ['21908-9', '21902-2', '21914-7']));

/**
 * The first opinion out of a packet: the conditions for which the request is made (all of them where it names none), their
 * stages, and what is planned. A plan that stands in a document alone is what that is called.
 */
export function readFirstStatements(request: Resource, packet: readonly Resource[]): FirstOpinion {
  const document = readFirst(packet)?.report;
  const planned = packet.flatMap((record) => (refOf(record) === refOf(request) ? [] : plannedIn(record)));
  const said = [
    ...diagnoses(request, packet),
    ...packet.flatMap(stageOf),
    ...(planned.length > 0 ? planned : packet.filter((one) => refOf(one) === document).flatMap(toldPlan)),
  ];
  return { said, ...(document === undefined ? {} : { document }) };
}

function diagnoses(request: Resource, packet: readonly Resource[]): Said[] {
  const all = packet.filter((record) => record.resourceType === 'Condition' && !isRefuted(record));
  const reasons = new Set(referencesOf(request.reasonReference));
  const meant = all.filter((one) => reasons.has(refOf(one)));
  const conditions = meant.length > 0 ? meant : all;
  if (conditions.length === 0) return nodes(request.reasonCode).flatMap((code) => concept('diagnosis', code));
  return conditions.flatMap(conditionSaid);
}

/** What one record says by itself, whoever wrote it. */
export function saidIn(record: Resource): Said[] {
  if (record.resourceType === 'Condition') return isRefuted(record) ? [] : conditionSaid(record);
  return [...stageOf(record), ...plannedIn(record)];
}

function conditionSaid(condition: Resource): Said[] {
  const ref = refOf(condition);
  return [
    ...concept('diagnosis', condition.code, ref),
    ...nodes(condition.stage).flatMap(({ summary }) => concept('stage', summary, ref)),
  ];
}

function isRefuted({ verificationStatus }: Resource): boolean {
  return codings(verificationStatus).some((code) => NOT_SO.has(code.slice(code.lastIndexOf('|') + 1)));
}

function stageOf(record: Resource): Said[] {
  if (record.resourceType !== 'Observation' || OVER.has(record.status)) return [];
  if (!codings(record.code).some((code) => STAGES.has(code))) return [];
  const words = text(record.valueString);
  return words === undefined
    ? concept('stage', record.valueCodeableConcept, refOf(record))
    : [{ aspect: 'stage', statement: { valueString: words }, record: refOf(record) }];
}

/** What is to be done, not what is being done already: that is no plan of the home doctor's to be judged. */
function plannedIn(record: Resource): Said[] {
  if (OVER.has(record.status)) return [];
  const ref = refOf(record);
  switch (record.resourceType) {
    case 'CarePlan':
      return activitiesOf(record);
    case 'MedicationRequest':
      return PLANNED.has(record.intent) ? concept('treatment', record.medicationCodeableConcept, ref) : [];
    case 'ServiceRequest':
      return PLANNED.has(record.intent) ? concept('treatment', record.code, ref) : [];
    case 'Procedure':
      return record.status === 'preparation' ? concept('treatment', record.code, ref) : [];
    default:
      return [];
  }
}

/** The activities that are told in the plan itself: those that stand in records of their own come with these. */
function activitiesOf(plan: Resource): Said[] {
  const details = nodes(plan.activity)
    .flatMap(({ detail }) => nodes(detail))
    .filter(({ status }) => !OVER.has(status));
  const said = details.flatMap((detail) => [
    ...concept('treatment', detail.code ?? detail.productCodeableConcept, refOf(plan)),
    ...(detail.code === undefined && detail.productCodeableConcept === undefined
      ? words('treatment', detail.description, refOf(plan))
      : []),
  ]);
  if (said.length > 0 || nodes(plan.activity).length > 0) return said;
  return words('treatment', plan.description ?? plan.title, refOf(plan));
}

function toldPlan(document: Resource): Said[] {
  const [attachment] = nodes(document.content).flatMap((content) => nodes(content.attachment));
  return words('treatment', document.description ?? attachment?.title, refOf(document));
}

function words(aspect: ConcordanceAspect, value: unknown, record: string): Said[] {
  const told = text(value);
  return told === undefined ? [] : [{ aspect, statement: { valueString: told }, record }];
}

export function concept(aspect: ConcordanceAspect, value: unknown, record?: string): Said[] {
  const [one] = nodes(value);
  if (one === undefined || !saysSomething(one)) return [];
  return [{ aspect, statement: { valueCodeableConcept: one }, ...(record === undefined ? {} : { record }) }];
}

function saysSomething({ coding, text: words }: Node): boolean {
  return text(words) !== undefined || nodes(coding).some(({ code }) => text(code) !== undefined);
}
