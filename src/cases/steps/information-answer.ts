import type { Issue } from '../../base/index.ts';
import { collectReferences } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { CASE_OUTPUT_SYSTEM } from '../catalogue.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Node } from '../tree.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';

/** `Type/id`s of the records that an answered request names. */
export function sentRecords(task: Resource): string[] {
  return nodes(task.output).flatMap(({ valueReference }) => referencesOf(valueReference));
}

/**
 * Why a request for information is not answered yet: its Task has to bear what was sent, records that are there and of
 * the case's patient, or a value of whatever type that says it.
 */
export function answerIssues(scene: Scene, task: Resource): Issue[] {
  const outputs = nodes(task.output);
  if (outputs.length === 0) {
    const text = `An answered request names in output what was sent: type sent-records (${CASE_OUTPUT_SYSTEM}) with a valueReference each, or type answer with a valueString. Where it cannot be had, reject the Task with a statusReason.`;
    return [refusal('required', 'answer-missing', text, 'Task.output')];
  }
  const patient = referencesOf(scene.records.get(scene.row.serviceRequest)?.subject)[0];
  return outputs.flatMap((output, n) => outputIssues(scene, output, `Task.output[${n}]`, patient));
}

function outputIssues({ records }: Scene, output: Node, place: string, patient: string | undefined): Issue[] {
  const isSent = codesIn(output.type, CASE_OUTPUT_SYSTEM).includes('sent-records');
  if (output.valueReference === undefined) {
    if (!isSent) return [];
    const text = 'Records that were sent are named by a valueReference. An answer in words has the type answer.';
    return [refusal('value', 'answer-missing', text, place)];
  }
  const [ref] = referencesOf(output.valueReference);
  const record = ref === undefined ? undefined : records.get(ref);
  if (record === undefined) {
    const text =
      'There is no such record here: send it in the same Bundle as the Task, or first, and name it as Type/id.';
    return [refusal('not-found', 'sent-record-unknown', text, `${place}.valueReference`)];
  }
  // A record that speaks of another patient, too, is not shared with the programme: it would answer nothing.
  const of = [ref, ...collectReferences(record)].filter((one) => one?.startsWith('Patient/') === true);
  if (patient === undefined || of.every((one) => one === patient)) return [];
  const text = 'The record is about another patient than the case. Name the records of the patient of the request.';
  return [refusal('business-rule', 'sent-record-unfit', text, `${place}.valueReference`)];
}
