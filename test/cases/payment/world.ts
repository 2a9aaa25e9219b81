import type { Issue } from '../../../src/base/index.ts';
import type { Actor, CaseRow, Command, Decision, ProgrammeRules, Scene } from '../../../src/cases/index.ts';
import {
  BUSINESS_STATUS_SYSTEM,
  CANONICAL,
  commandOf,
  decide,
  nextTimer,
  NO_RULES,
  SERVICE_SYSTEM,
  TASK_KIND_SYSTEM,
  wantedFor,
} from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { NOW, request, row, task } from '../samples.ts';

export const CASE_INPUT = `${CANONICAL}/CodeSystem/case-input`;
export const CASE_OUTPUT = `${CANONICAL}/CodeSystem/case-output`;
const PAYER_KIND = `${CANONICAL}/CodeSystem/payer-kind`;

/** A programme that wants the service confirmed and the payment first; one price is fixed, one a band, one on request. */
export const PAYING: ProgrammeRules = {
  ...NO_RULES,
  programme: 'prog',
  title: 'Invented institute',
  services: [
    service('single-specialist-opinion', { price: { currency: 'USD', low: 600, high: 600 } }),
    service('multidisciplinary-opinion', { price: { currency: 'USD', low: 800, high: 1800 } }),
    service('comprehensive-opinion', {}),
    service('video-consultation', {
      alone: false,
      addOnTo: ['single-specialist-opinion', 'multidisciplinary-opinion'],
      afterReport: true,
      price: { currency: 'USD', low: 250, high: 250 },
    }),
    service('pathology-review', { price: { currency: 'USD', low: 0, high: 0 } }),
  ],
  confirmation: { required: true },
  payment: { when: 'before-acceptance', coveredBy: ['insurer'], expires: { amount: 14, unit: 'days' } },
};

export function service(
  code: string,
  more: Partial<ProgrammeRules['services'][number]>,
): ProgrammeRules['services'][number] {
  const title = `The ${code}`;
  return {
    code,
    title,
    alone: true,
    addOnTo: [],
    afterReport: false,
    team: false,
    reviewers: 0,
    specialties: [],
    ...more,
  };
}

/** A case with its records, to which writes are decided as the server does: with no more records than are asked for. */
export interface World {
  row: CaseRow;
  readonly records: Map<string, Resource>;
  now: string;
  /** All that happened: `type detail`. */
  readonly told: string[];
  /** Writes a record; refusals as their keys. */
  write(role: 'placer' | 'programme', resource: Resource): string[];
  /** Remarks of the last write, as their keys. */
  remarks: string[];
  /** The refusals of the last write. */
  issues: Issue[];
  /** Moves T0 as the programme. */
  move(status: string, businessStatus: string, more?: Readonly<Record<string, unknown>>): string[];
  /** Lets what is due until `now` be done. */
  tick(now: string): void;
  get(ref: string): Resource;
}

const ORGANIZATIONS: Readonly<Record<'placer' | 'programme', string>> = { placer: 'hosp', programme: 'prog' };

export function createWorld(rules: ProgrammeRules, start: Partial<CaseRow['state']> = {}): World {
  let made = 0;
  const records = new Map<string, Resource>([
    ['ServiceRequest/r1', request()],
    ['Task/t0', task('requested', 'submitted', { for: { reference: 'Patient/p1' } })],
  ]);

  function wanted(
    bare: Omit<Scene, 'records'>,
    command: Command,
    written: Resource | undefined,
  ): Map<string, Resource> {
    const all = new Map(records);
    if (written !== undefined) all.set(refOf(written), written);
    const { refs = [], types = [] } = wantedFor(bare, command);
    return new Map([...all].filter(([ref, one]) => refs.includes(ref) || types.includes(one.resourceType)));
  }

  function run(actor: Actor, command: Command, written: Resource | undefined): string[] {
    const bare = { row: world.row, rules, actor, now: world.now, mint: () => `made-${(made += 1)}` };
    const decided = decide({ ...bare, records: wanted(bare, command, written) }, command);
    world.remarks = [];
    world.issues = [];
    if (Array.isArray(decided)) {
      world.issues = decided;
      return decided.map(({ key }) => key);
    }
    if (written !== undefined) records.set(refOf(written), written);
    apply(decided);
    return [];
  }

  function apply({ row: next, events, task: edit, changes, makes = [], remarks = [] }: Decision): void {
    world.row = next;
    world.remarks = remarks.map(({ key }) => key);
    for (const { type, detail } of events) world.told.push([type, ...Object.values(detail ?? {})].join(' '));
    for (const [ref, change] of [...(changes ?? []), ...(edit === undefined ? [] : [[next.task, edit] as const])])
      records.set(ref, change(world.get(ref)));
    for (const { resource } of makes) records.set(refOf(resource), resource);
  }

  const world: World = {
    row: row('requested', 'submitted', { service: 'single-specialist-opinion', ...start }),
    records,
    now: NOW,
    told: [],
    remarks: [],
    issues: [],
    write(role, resource) {
      const before = records.get(refOf(resource));
      const command = commandOf({ ...(before === undefined ? {} : { before }), after: resource }, world.row);
      if (command === undefined || Array.isArray(command)) throw new Error(`no command of ${refOf(resource)}`);
      return run({ organization: ORGANIZATIONS[role], role }, command, resource);
    },
    move(status, businessStatus, more = {}) {
      const code = { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: businessStatus }] };
      return world.write('programme', { ...world.get('Task/t0'), status, businessStatus: code, ...more });
    },
    tick(now) {
      world.now = now;
      run({ organization: 'prog', role: 'programme' }, { kind: 'tick' }, undefined);
    },
    get(ref) {
      const found = records.get(ref);
      if (found === undefined) throw new Error(`${ref} is not there`);
      return found;
    },
  };
  return world;
}

/** A case of a programme that needs no confirmation any more. */
export function createConfirmed(rules: ProgrammeRules, start: Partial<CaseRow['state']> = {}): World {
  return createWorld(rules, { confirmed: true, ...start });
}

export function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${String(id)}`;
}

/** When the next thing falls due; undefined: nothing does. */
export function dueNext(world: World, rules: ProgrammeRules): string | undefined {
  return nextTimer({ row: world.row, rules })?.at;
}

export function step(
  kind: string,
  status: string,
  owner: string,
  more: Readonly<Record<string, unknown>> = {},
): Resource {
  return {
    resourceType: 'Task',
    id: 's1',
    status,
    intent: 'order',
    code: { coding: [{ system: TASK_KIND_SYSTEM, code: kind }] },
    partOf: [{ reference: 'Task/t0' }],
    owner: { reference: `Organization/${owner}` },
    ...more,
  };
}

export function coded(system: string, code: string): { coding: object[] } {
  return { coding: [{ system, code }] };
}

/** T0's input that sets a price: of the case's own service, or of one that is added. */
export function priceInput(value: number, currency = 'USD', added?: string): object {
  const coding = [
    { system: CASE_INPUT, code: 'price' },
    ...(added === undefined ? [] : [{ system: SERVICE_SYSTEM, code: added }]),
  ];
  return { type: { coding }, valueMoney: { value, currency } };
}

export function serviceInput(code: string): object {
  return { type: coded(CASE_INPUT, 'service'), valueCodeableConcept: coded(SERVICE_SYSTEM, code) };
}

export function serviceOutput(code: string): object {
  return { type: coded(CASE_OUTPUT, 'service'), valueCodeableConcept: coded(SERVICE_SYSTEM, code) };
}

/** The rules of T0 that the programme sets aside. */
export function override(rule: string): object {
  const url = `${CANONICAL}/StructureDefinition/override`;
  const reason = 'The foundation pays for all of these at the end of the year.';
  return {
    url,
    extension: [
      { url: 'rule', valueCode: rule },
      { url: 'reason', valueString: reason },
    ],
  };
}

export function notice(id: string, value: number, more: Readonly<Record<string, unknown>> = {}): Resource {
  return {
    resourceType: 'PaymentNotice',
    id,
    status: 'active',
    request: { reference: 'Invoice/made-1' },
    created: '2026-03-05',
    payment: { display: 'Bank transfer' },
    recipient: { reference: 'Organization/prog' },
    amount: { value, currency: 'USD' },
    paymentStatus: coded('http://terminology.hl7.org/CodeSystem/paymentstatus', 'cleared'),
    ...more,
  };
}

/** Gives the request a Coverage of this kind of payer. */
export function insure(world: World, kind = 'insurer', more: Readonly<Record<string, unknown>> = {}): void {
  world.records.set('Coverage/c1', {
    resourceType: 'Coverage',
    id: 'c1',
    status: 'active',
    type: coded(PAYER_KIND, kind),
    beneficiary: { reference: 'Patient/p1' },
    payor: [{ reference: 'Organization/ins' }],
    ...more,
  });
  world.records.set('ServiceRequest/r1', request({ insurance: [{ reference: 'Coverage/c1' }] }));
}

export function claimResponse(more: Readonly<Record<string, unknown>> = {}): Resource {
  return {
    resourceType: 'ClaimResponse',
    id: 'a1',
    status: 'active',
    type: { text: 'Opinion' },
    use: 'preauthorization',
    patient: { reference: 'Patient/p1' },
    created: '2026-03-05',
    insurer: { reference: 'Organization/ins' },
    outcome: 'complete',
    insurance: [{ sequence: 1, focal: true, coverage: { reference: 'Coverage/c1' } }],
    ...more,
  };
}

export function benefit(value: number): Readonly<Record<string, unknown>> {
  return {
    total: [
      {
        category: coded('http://terminology.hl7.org/CodeSystem/adjudication', 'benefit'),
        amount: { value, currency: 'USD' },
      },
    ],
  };
}
