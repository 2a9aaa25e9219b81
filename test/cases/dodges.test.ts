import { describe, expect, it } from '@jest/globals';
import { CANONICAL, CASE_OUTPUT_SYSTEM, SERVICE_SYSTEM, STATUS_REASON_SYSTEM } from '../../src/cases/index.ts';
import type { CaseRow, ProgrammeRules, Step } from '../../src/cases/index.ts';
import { specialtyOf } from '../../src/cases/routing/specialty.ts';
import type { Resource } from '../../src/fhir/index.ts';
import type { World } from './payment/world.ts';
import { coded, createConfirmed, createWorld, notice, override, PAYING, priceInput, step } from './payment/world.ts';
import { caseRow, childTask, decided, keysOf, reviewer, sceneOf, write } from './steps/reviewers.ts';
import { NOW, request, row } from './samples.ts';

/*
 * What a party may try to get round a rule of the case, or somebody does by mistake: nothing of it loses, stops or alters
 * a case.
 */

const ABORT = coded('http://hl7.org/fhir/CodeSystem/task-code', 'abort');
/** A programme with rules that asks for no payment. */
const FREE: ProgrammeRules = { ...PAYING, confirmation: { required: false }, payment: { when: 'none', coveredBy: [] } };
const SECRET = 'Family name, diagnosis';

function asks(service: string, more: Readonly<Record<string, unknown>> = {}): Resource {
  return request({ code: coded(SERVICE_SYSTEM, service), ...more });
}

/** A case whose request and state name the same service, which nobody has confirmed. */
function createAsking(rules: ProgrammeRules, more: Partial<CaseRow> = {}): World {
  const world = createWorld(rules);
  world.records.set('ServiceRequest/r1', asks('single-specialist-opinion'));
  world.row = { ...world.row, rules: 1, ...more };
  return world;
}

function answered(...refs: string[]): object {
  const type = coded(CASE_OUTPUT_SYSTEM, 'sent-records');
  return { status: 'completed', output: refs.map((reference) => ({ type, valueReference: { reference } })) };
}

describe('a step', () => {
  it.each([
    ['without its code', { code: undefined }],
    ['with words for its code', { code: { text: 'Something else' } }],
    ['with the code of another step', { code: coded(`${CANONICAL}/CodeSystem/case-task-kind`, 'quote') }],
  ])('stays what it is, also %s', (_what, change) => {
    const world = createWorld(FREE);
    expect(world.write('programme', step('information-request', 'requested', 'hosp'))).toEqual([]);
    expect(world.write('programme', { ...world.get('Task/s1'), ...change })).toEqual(['step-fixed']);
  });

  it('that is over keeps who did it', () => {
    const world = createWorld(FREE);
    const owner = { reference: 'Practitioner/a' };
    expect(world.write('programme', step('completeness-check', 'completed', 'prog', { owner }))).toEqual([]);
    const other = { ...world.get('Task/s1'), owner: { reference: 'Practitioner/b' } };
    expect(world.write('programme', other)).toEqual(['step-fixed']);
    expect(world.write('programme', { ...other, owner, note: [{ text: 'Looked at twice.' }] })).toEqual([]);
  });

  it('that is only a draft holds nothing, and is sent by who made it', () => {
    const world = createWorld(FREE);
    expect(world.write('programme', step('offer', 'draft', 'hosp', { input: [priceInput(1)] }))).toEqual([
      'illegal-move',
    ]);
    world.row = row('accepted', 'accepted', world.row.state);
    expect(world.write('placer', step('materials', 'draft', 'prog'))).toEqual([]);
    expect(world.row.businessStatus).toBe('accepted');
    expect(world.write('placer', { ...world.get('Task/s1'), status: 'requested' })).toEqual([]);
    expect(world.row.businessStatus).toBe('awaiting-materials');
  });

  it.each([
    [999, 0, []],
    [1000, 0, ['too-many-steps']],
    [500, 4499, []],
    [500, 4500, ['too-many-steps']],
  ])('is made beside %i open and %i closed ones: refused as %j', (open, over, keys) => {
    const steps = Array.from({ length: open + over }, (_, n): Step => {
      const status = n < open ? 'requested' : 'completed';
      return { task: `Task/x${n}`, kind: 'quote', status, by: 'placer', madeAt: NOW, since: NOW };
    });
    const world = createWorld(FREE, { steps });
    expect(world.write('placer', step('quote', 'requested', 'prog'))).toEqual(keys);
  });
});

describe('records of another patient', () => {
  const ofAnother: readonly Resource[] = [
    { resourceType: 'Patient', id: 'p2' },
    { resourceType: 'Observation', id: 'o2', subject: { reference: 'Patient/p2' } },
    { resourceType: 'List', id: 'l2', entry: [{ item: { reference: 'Patient/p2' } }] },
  ];

  it.each(ofAnother)('answer no request: $resourceType', (record) => {
    const ref = `${record.resourceType}/${record.id!}`;
    const world = createWorld(FREE);
    world.records.set(ref, record);
    expect(world.write('programme', step('information-request', 'requested', 'hosp'))).toEqual([]);
    expect(world.write('placer', { ...world.get('Task/s1'), ...answered(ref) })).toEqual(['sent-record-unfit']);
    expect(world.row.businessStatus).toBe('awaiting-information');
  });
});

describe('a sent request', () => {
  it('becomes no emergency', () => {
    const category = [coded('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'EMER')];
    const world = createAsking(FREE);
    const urgent = asks('single-specialist-opinion', { priority: 'urgent', category });
    expect(world.write('placer', urgent)).toEqual(['emergency']);
  });

  it.each([
    [[{ reference: 'ServiceRequest/r9' }], 'based-on-fixed'],
    [[{ reference: 'ServiceRequest/r1' }], 'based-on-fixed'],
  ])('is not based on another one later: %j', (basedOn, key) => {
    const world = createAsking(FREE);
    expect(world.write('placer', asks('single-specialist-opinion', { basedOn }))).toEqual([key]);
  });

  it('does not become a service that only comes in addition', () => {
    const world = createAsking(FREE);
    expect(world.write('placer', asks('video-consultation'))).toEqual(['service-not-alone']);
  });

  it('keeps the service that is paid for, or worked on', () => {
    const world = createAsking({ ...PAYING, confirmation: { required: false } });
    expect(world.write('placer', asks('multidisciplinary-opinion'))).toEqual([]);
    expect(world.write('placer', asks('single-specialist-opinion'))).toEqual([]);
    expect(world.move('received', 'awaiting-payment')).toEqual([]);
    const dearer = asks('multidisciplinary-opinion');
    expect(world.write('placer', dearer)).toEqual(['service-confirmed']);
    expect(world.write('programme', notice('n1', 600))).toEqual([]);
    expect(world.write('placer', dearer)).toEqual(['service-confirmed']);
    const taken = createAsking(FREE, { status: 'accepted', businessStatus: 'accepted' });
    expect(taken.write('placer', dearer)).toEqual(['service-confirmed']);
  });
});

describe('an override', () => {
  const again = (text: string) => ({
    ...override('payment-waived'),
    extension: [
      { url: 'rule', valueCode: 'payment-waived' },
      { url: 'reason', valueString: text },
    ],
  });

  it('counts for the move that it came with', () => {
    const world = createConfirmed(PAYING);
    expect(world.write('programme', { ...world.get('Task/t0'), extension: [override('payment-waived')] })).toEqual([]);
    expect(world.move('accepted', 'accepted')).toEqual(['payment-missing']);
    expect(world.issues[0]!.text).toContain('earlier move');
    const extension = [override('payment-waived'), again('The fund has agreed by telephone.')];
    expect(world.move('accepted', 'accepted', { extension })).toEqual([]);
    expect(world.row.state.overrides).toHaveLength(1);
  });

  it.each(['\u200b'.repeat(12), '  \u00ad\u00ad\u00ad\u00ad\u00ad\u00ad\u00ad\u00ad\u00ad\u00ad '])(
    'has a reason that can be seen: %j',
    (text) => {
      const world = createConfirmed(PAYING);
      expect(world.move('accepted', 'accepted', { extension: [again(text)] })).toContain('override-reason');
    },
  );
});

describe('an Invoice', () => {
  it('stays as it was, also when the work has begun', () => {
    const world = createConfirmed(PAYING);
    expect(world.move('received', 'awaiting-payment')).toEqual([]);
    expect(world.write('programme', notice('n1', 600))).toEqual([]);
    expect(world.move('accepted', 'accepted')).toEqual([]);
    const cheaper = { ...world.get('Invoice/made-1'), totalGross: { value: 1, currency: 'USD' } };
    expect(world.write('programme', cheaper)).toEqual(['invoice-fixed']);
    expect(world.write('programme', { ...world.get('Invoice/made-1'), note: [{ text: 'Sent by post.' }] })).toEqual([]);
  });
});

describe('a withdrawal', () => {
  function withdrawn(): World {
    const world = createWorld(FREE);
    world.row = row('in-progress', 'under-review', world.row.state);
    expect(world.write('placer', step('abort', 'requested', 'prog', { code: ABORT }))).toEqual([]);
    return world;
  }

  it.each([
    ['cancelled', 'not-your-move'],
    ['entered-in-error', 'not-your-move'],
    ['rejected', 'illegal-move'],
  ])('is not called off by the programme as %s', (status, key) => {
    const world = withdrawn();
    expect(world.write('programme', { ...world.get('Task/s1'), status })).toEqual([key]);
    expect(world.row.businessStatus).toBe('cancellation-requested');
  });

  it('does not fail after it was accepted', () => {
    const world = withdrawn();
    expect(world.write('programme', { ...world.get('Task/s1'), status: 'accepted' })).toEqual([]);
    expect(world.write('programme', { ...world.get('Task/s1'), status: 'failed' })).toEqual(['illegal-move']);
  });

  it('is asked for once, so that taking it back takes back all of it', () => {
    const world = withdrawn();
    const second = { ...step('abort', 'requested', 'prog', { code: ABORT }), id: 's2' };
    expect(world.write('placer', second)).toEqual(['illegal-move']);
    expect(world.write('placer', { ...world.get('Task/s1'), status: 'cancelled' })).toEqual([]);
    expect(world.row.businessStatus).toBe('under-review');
  });
});

describe('one reviewer', () => {
  it('is one, in whatever role', () => {
    const records = [
      ...reviewer('a'),
      ...reviewer('b', { practitioner: { reference: 'Practitioner/a' } }).slice(0, 1),
      ...reviewer('c'),
    ];
    let at = caseRow({}, { service: 'single-specialist-opinion' });
    const sign = (id: string, owner: string): void => {
      const task = childTask('review', 'completed', { id, owner: { reference: owner } });
      at = decided(write(sceneOf(at, records), task)).row;
    };
    const issue = (): string[] =>
      keysOf(
        write(sceneOf(at, records), {
          resourceType: 'DiagnosticReport',
          id: 'd1',
          status: 'final',
          basedOn: [{ reference: 'ServiceRequest/r1' }],
          conclusion: 'The diagnosis is confirmed.',
          resultsInterpreter: [{ reference: 'Practitioner/a' }],
        }),
      );
    sign('one', 'PractitionerRole/a');
    sign('two', 'PractitionerRole/b');
    expect(issue()).toEqual(['reviews-missing']);
    sign('three', 'PractitionerRole/c');
    expect(issue()).toEqual([]);
  });
});

describe('what is kept and told', () => {
  it('is no free text in the place of a code', () => {
    const world = createWorld(FREE);
    expect(world.write('programme', step('information-request', 'requested', 'hosp'))).toEqual([]);
    const statusReason = coded(STATUS_REASON_SYSTEM, SECRET);
    expect(world.write('placer', { ...world.get('Task/s1'), status: 'rejected', statusReason })).toEqual([]);
    expect(world.move('rejected', 'declined', { statusReason })).toEqual([]);
    expect(JSON.stringify([world.told, world.row])).not.toContain(SECRET);
  });

  it('is a specialty by its code', () => {
    const asked = request({ performerType: coded('http://snomed.info/sct', SECRET) });
    expect(specialtyOf([], asked, FREE, undefined, NOW)).toBeUndefined();
  });

  it('names all reports of a case, whatever its Task leaves out', () => {
    const world = createWorld(FREE, { reports: ['DiagnosticReport/d1', 'DiagnosticReport/d2'] });
    world.row = { ...row('completed', 'report-issued', world.row.state), report: 'DiagnosticReport/d1' };
    expect(world.move('completed', 'report-issued', { output: [] })).toEqual([]);
    expect(JSON.stringify(world.get('Task/t0').output)).toMatch(/d1.*d2/);
  });
});
