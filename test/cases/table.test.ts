import { describe, expect, it } from '@jest/globals';
import type { Issue } from '../../src/base/index.ts';
import type { CaseRow, Command, Decision, ReportStatus, Step } from '../../src/cases/index.ts';
import { commandOf, decide, legalMoves, PHASES, TASK_KIND_SYSTEM, TASK_KINDS } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import type { Outcome, StepCommandName } from './expected-table.ts';
import { expected, STEP_BY_HAND } from './expected-table.ts';
import { ACTORS, NOW, report, request, row, ROWS, scene, task } from './samples.ts';

/*
 * Every place of a case × every command × every role. What comes of it stands in `expected-table.ts`, written by hand and
 * not read out of the rules under test.
 */

type Role = keyof typeof ACTORS;
type Kind = (typeof TASK_KINDS)[number];

/** One write, by name; as the case stands. Undefined: there is nothing to write there. */
interface Write {
  readonly name: string;
  place(from: CaseRow): { readonly row: CaseRow; readonly command: Command } | undefined;
}

const REASON = { statusReason: { text: 'Out of scope' } };

const TASK_WRITES: readonly Write[] = [...PHASES, { status: 'draft', businessStatus: 'submitted' }].map((phase) => ({
  name: `T0 ${phase.status}/${phase.businessStatus}`,
  place: (from) => read(from, task(phase.status, phase.businessStatus, REASON), task(from.status, from.businessStatus)),
}));

const REQUEST_WRITES: readonly Write[] = [
  ['amend', 'active'],
  ['revoke', 'revoked'],
  ['retract', 'entered-in-error'],
  ['close', 'completed'],
].map(([name, status]) => ({
  name: `request ${name!}`,
  place: (from) => read(from, request({ status }), request()),
}));

/** A report on the case: the issued one, changed, if there is one; else a new one, or a registered one given up. */
const REPORT_WRITES: readonly Write[] = (
  [
    'registered',
    'partial',
    'preliminary',
    'final',
    'amended',
    'corrected',
    'appended',
    'cancelled',
    'entered-in-error',
  ] as ReportStatus[]
).map((status) => ({
  name: `report ${status}`,
  place: (from) => {
    const isGivenUp = status === 'cancelled' && from.report === undefined;
    return read(
      from,
      report(status),
      from.report !== undefined ? report('final') : isGivenUp ? report('registered') : undefined,
    );
  },
}));

const STEP_WRITES: readonly Write[] = TASK_KINDS.flatMap((kind) =>
  (['make', 'complete', 'cancel', 'reject'] as const).map((verb) => ({
    name: `${verb} ${kind}`,
    place: (from: CaseRow) => placeStep(from, kind, verb),
  })),
);

const OTHER_WRITES: readonly Write[] = [
  { name: 'record added', place: (from) => read(from, FINDING) },
  { name: 'record corrected', place: (from) => read(from, { ...FINDING, status: 'amended' }, FINDING) },
  { name: 'message', place: (from) => read(from, { resourceType: 'Communication', id: 'm1', status: 'completed' }) },
  { name: 'tick', place: (from) => ({ row: from, command: { kind: 'tick' } }) },
];
const FINDING: Resource = { resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'Finding' } };

const WRITES: readonly Write[] = [...TASK_WRITES, ...REQUEST_WRITES, ...REPORT_WRITES, ...STEP_WRITES, ...OTHER_WRITES];

const GUIDE = 'https://consilium.example/fhir/CodeSystem';
const SERVICE = { coding: [{ system: `${GUIDE}/second-opinion-service`, code: 'multidisciplinary-opinion' }] };
const CLAIM: Resource = {
  resourceType: 'Claim',
  id: 'c1',
  status: 'active',
  use: 'predetermination',
  referral: { reference: 'ServiceRequest/r1' },
};

function part(system: string, code: string, value: object): object {
  return { type: { coding: [{ system: `${GUIDE}/${system}`, code }] }, ...value };
}

/** With all that any kind of step asks for. */
function child(kind: Kind, status: string): Resource {
  const coding =
    kind === 'abort'
      ? { system: 'http://hl7.org/fhir/CodeSystem/task-code', code: kind }
      : { system: TASK_KIND_SYSTEM, code: kind };
  return {
    resourceType: 'Task',
    id: 's1',
    status,
    intent: 'order',
    code: { coding: [coding] },
    partOf: [{ reference: 'Task/t0' }],
    owner: { reference: `Organization/${STEP_BY_HAND[kind].owner === 'placer' ? 'hosp' : 'prog'}` },
    input: [part('case-input', 'service', { valueCodeableConcept: SERVICE })],
    output: [
      part('case-output', 'service', { valueCodeableConcept: SERVICE }),
      part('case-output', 'answer', { valueString: 'In March.' }),
      part('case-output', 'materials', { valueString: 'Ten slides.' }),
      part('case-output', 'cost-estimate', { valueReference: { reference: 'Claim/c1' } }),
    ],
  };
}

const STATUS_BY_VERB = { make: 'requested', complete: 'completed', cancel: 'cancelled', reject: 'rejected' } as const;

/** A step that is made, or one that is there already, made by the first who may: open, or over with its case. */
function placeStep(from: CaseRow, kind: Kind, verb: StepCommandName) {
  const after = child(kind, STATUS_BY_VERB[verb]);
  if (verb === 'make') return read(from, after);
  const { canBe, openIn, makers } = STEP_BY_HAND[kind];
  if (!canBe.includes(from.status)) return undefined;
  const status = openIn.includes(from.status) ? 'requested' : 'failed';
  const step: Step = { task: 'Task/s1', kind, status, by: makers[0]!, madeAt: NOW, since: NOW };
  const held = { ...from, state: { ...from.state, steps: [step] } };
  return read(held, { ...after, ...REASON }, child(kind, status));
}

function read(from: CaseRow, after: Resource, before?: Resource) {
  const command = commandOf(before === undefined ? { after } : { before, after }, from);
  if (command === undefined || Array.isArray(command)) throw new Error('not a command');
  return { row: from, command };
}

function judge(outcome: Decision | Issue[]): Outcome {
  if (!Array.isArray(outcome)) return 'legal';
  return outcome.every(({ code }) => code === 'forbidden') ? 'forbidden' : 'illegal';
}

/** Says what is legal, in whichever words. */
const LISTS = /Legal( moves)?: |There are no legal moves|It can be while|goes with one of these|no final report/;

describe.each(
  ROWS.map((from) => {
    const counts = { legal: 0, illegal: 0, forbidden: 0 };
    for (const write of WRITES) {
      if (write.place(from) === undefined) continue;
      for (const role of Object.keys(ACTORS) as Role[]) counts[expected(from, write.name, role)] += 1;
    }
    const { legal, illegal, forbidden } = counts;
    return {
      from,
      name: `${from.status} (${from.businessStatus}): ${legal} legal, ${illegal} illegal, ${forbidden} forbidden`,
    };
  }),
)('a case that is $name', ({ from }) => {
  it.each(WRITES)('$name', (write) => {
    const placed = write.place(from);
    if (placed === undefined) {
      // The step cannot be there: it is not made so early.
      expect(write.name).toMatch(/^(complete|cancel|reject) /);
      return;
    }
    for (const [role, actor] of Object.entries(ACTORS) as [Role, (typeof ACTORS)[Role]][]) {
      const records = new Map([['Claim/c1', CLAIM]]);
      const outcome = decide(scene(placed.row, actor, { records }), placed.command);
      const found = {
        role,
        outcome: judge(outcome),
        told: Array.isArray(outcome) ? outcome.map(({ text }) => text) : [],
      };
      expect(found).toMatchObject({ role, outcome: expected(from, write.name, role) });
      if (!Array.isArray(outcome)) continue;
      for (const { code, key, severity, text } of outcome) {
        expect([code, severity]).toEqual([found.outcome === 'illegal' ? 'business-rule' : 'forbidden', 'error']);
        if (code === 'forbidden') expect(key).toBe('not-your-move');
        else expect(text).toMatch(LISTS);
      }
    }
  });

  it('ends where a legal write of T0 says, and lists exactly those as its legal moves', () => {
    const stays = `T0 ${from.status}/${from.businessStatus}`;
    const legal = TASK_WRITES.filter(({ name }) => expected(from, name, 'programme') === 'legal');
    for (const write of legal) {
      const { command } = write.place(from)!;
      const outcome = decide(scene(from, ACTORS.programme), command) as Decision;
      expect(`T0 ${outcome.row.status}/${outcome.row.businessStatus}`).toBe(write.name);
      expect(outcome.events[0]).toMatchObject({ case: from.id, at: NOW, focus: from.task });
      expect(outcome.events.at(-1)!.businessStatus).toBe(outcome.row.businessStatus);
    }
    const listed = legalMoves(from, 'programme').filter(({ via }) => via === 'Task');
    expect(listed.map((move) => `T0 ${move.status}/${move.businessStatus}`).sort()).toEqual(
      legal
        .map(({ name }) => name)
        .filter((name) => name !== stays)
        .sort(),
    );
    for (const role of ['insurer', 'employer'] as const) expect(legalMoves(from, role)).toEqual([]);
  });
});

it('the table is whole: all places, all kinds of steps', () => {
  expect(ROWS).toHaveLength(PHASES.length + 1);
  expect(Object.keys(STEP_BY_HAND).sort()).toEqual([...TASK_KINDS].sort());
  expect(row('requested', 'submitted').state.steps).toEqual([]);
});
