import { describe, expect, it } from '@jest/globals';
import type { Actor, Decision, ProgrammeRules } from '../../src/cases/index.ts';
import { BUSINESS_STATUS_SYSTEM, NO_RULES, TASK_KIND_SYSTEM } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import type { CaseModel } from './case-model.ts';
import { openModel, tick, write } from './case-model.ts';
import { ACTORS } from './samples.ts';

/* What follows from what: where several things come together in one decision. Each was a fault once. */

const GUIDE = 'https://consilium.example/fhir';
const SERVICE = 'single-specialist-opinion';
const PATIENT: Resource = { resourceType: 'Patient', id: 'p1' };
const READS_CHINESE: ProgrammeRules = {
  ...NO_RULES,
  programme: 'prog',
  languages: { read: ['zh'], translatedBy: 'programme', report: 'zh', bilingual: false },
};

function part(code: string, value: object): object {
  return { type: { coding: [{ system: `${GUIDE}/CodeSystem/case-input`, code }] }, ...value };
}

function open(rules: ProgrammeRules, ...others: Resource[]): CaseModel {
  return openModel(rules, SERVICE, '2026-03-04T09:00:00.000Z', [PATIENT, ...others]);
}

function written(model: CaseModel, actor: Actor, resource: Resource): Decision {
  const outcome = write(model, actor, resource);
  if (outcome === undefined || Array.isArray(outcome)) throw new Error(JSON.stringify(outcome));
  return outcome;
}

function move(model: CaseModel, status: string, businessStatus: string, more: object = {}): Decision {
  const businessConcept = { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: businessStatus }] };
  const t0 = { ...model.records.get('Task/t0')!, status, businessStatus: businessConcept, ...more };
  return written(model, ACTORS.programme, t0);
}

function child(kind: string, status: string, more: object = {}): Resource {
  return {
    resourceType: 'Task',
    id: kind,
    status,
    intent: 'order',
    code: { coding: [{ system: TASK_KIND_SYSTEM, code: kind }] },
    partOf: [{ reference: 'Task/t0' }],
    owner: { reference: 'Organization/prog' },
    ...more,
  };
}

const standing = ({ row }: CaseModel) => `${row.status} ${row.businessStatus}`;
const ARRIVED = {
  output: [
    {
      type: { coding: [{ system: `${GUIDE}/CodeSystem/case-output`, code: 'materials' }] },
      valueString: 'Ten slides.',
    },
  ],
};
const WAIVED = {
  extension: [
    {
      url: `${GUIDE}/StructureDefinition/override`,
      extension: [
        { url: 'rule', valueCode: 'payment-waived' },
        { url: 'reason', valueString: 'A fund has promised it by telephone.' },
      ],
    },
  ],
};
const PRICED = { input: [part('price', { valueMoney: { value: 500, currency: 'USD' } })] };

describe('a case that is accepted while slides are under way', () => {
  it('is accepted first: its records are translated while it waits', () => {
    const letter = {
      resourceType: 'DocumentReference',
      id: 'l1',
      status: 'current',
      subject: { reference: 'Patient/p1' },
    };
    const content = [{ attachment: { contentType: 'application/pdf', language: 'vi' } }];
    const model = open(READS_CHINESE, { ...letter, content });
    written(model, ACTORS.placer, child('materials', 'requested'));
    const { events } = move(model, 'accepted', 'accepted');
    expect(events.map(({ type }) => type)).toEqual(['case-accepted', 'translation-requested', 'clock-stopped']);
    expect(standing(model)).toBe('on-hold awaiting-materials');
    written(model, ACTORS.programme, child('materials', 'completed', ARRIVED));
    expect(standing(model)).toBe('accepted accepted');
    expect(model.row.state.steps.filter(({ kind }) => kind === 'translation')).toHaveLength(1);
  });

  it('goes on as accepted, also where it had waited for payment before', () => {
    const model = open(NO_RULES);
    written(model, ACTORS.programme, child('materials', 'requested'));
    move(model, 'received', 'awaiting-payment', PRICED);
    expect(model.row.state.payment).toBe('awaited');
    move(model, 'accepted', 'accepted', WAIVED);
    expect([standing(model), model.row.state.payment]).toEqual(['on-hold awaiting-materials', 'waived']);
    written(model, ACTORS.programme, child('materials', 'completed', ARRIVED));
    expect(standing(model)).toBe('accepted accepted');
    tick(model);
    expect(standing(model)).toBe('accepted accepted');
  });
});

it('a payment that had come before it was asked for lets the case go on, and that is told', () => {
  const model = open(NO_RULES);
  written(model, ACTORS.programme, {
    resourceType: 'PaymentNotice',
    id: 'n1',
    status: 'active',
    amount: { value: 500, currency: 'USD' },
    paymentStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/paymentstatus', code: 'paid' }] },
  });
  const { events } = move(model, 'received', 'awaiting-payment', PRICED);
  expect(standing(model)).toBe('received completeness-check');
  expect(events.at(-1)).toMatchObject({ type: 'clock-started', businessStatus: 'completeness-check' });
});

describe('a case that was sent in error', () => {
  it('asks nobody to confirm its service', () => {
    const model = open({ ...READS_CHINESE, confirmation: { required: true } });
    move(model, 'received', 'service-confirmation');
    const asked = model.row.state.steps[0]!;
    written(model, ACTORS.programme, { ...model.records.get(asked.task)!, status: 'entered-in-error' });
    const made = model.row.state.steps.length;
    written(model, ACTORS.placer, { ...model.records.get('ServiceRequest/r1')!, status: 'entered-in-error' });
    expect(model.row.state.steps).toHaveLength(made);
  });

  it('stays so, though its withdrawal had been asked for', () => {
    const model = open(NO_RULES);
    move(model, 'accepted', 'accepted');
    const code = { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'abort' }] };
    expect(write(model, ACTORS.placer, child('abort', 'completed', { code }))).toMatchObject([{ key: 'illegal-move' }]);
    written(model, ACTORS.placer, child('abort', 'requested', { code }));
    written(model, ACTORS.placer, { ...model.records.get('ServiceRequest/r1')!, status: 'entered-in-error' });
    expect(standing(model)).toBe('entered-in-error cancellation-requested');
    const t0 = { ...model.records.get('Task/t0')!, status: 'failed', statusReason: { text: 'Withdrawn' } };
    const businessStatus = { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: 'cancelled' }] };
    expect(write(model, ACTORS.programme, { ...t0, businessStatus })).toMatchObject([{ key: 'illegal-move' }]);
  });
});

describe('a withdrawal that is taken back before the programme has agreed', () => {
  const code = { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'abort' }] };

  it('leaves the case where it was', () => {
    const model = open(NO_RULES);
    move(model, 'accepted', 'accepted');
    written(model, ACTORS.placer, child('abort', 'requested', { code }));
    expect(standing(model)).toBe('in-progress cancellation-requested');
    const abort = model.row.state.steps[0]!.task;
    written(model, ACTORS.placer, { ...model.records.get(abort)!, status: 'cancelled' });
    expect(standing(model)).toBe('accepted accepted');
  });
});
