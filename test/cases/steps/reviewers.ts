import type { CaseRow, Command, Decision, ProgrammeRules, Scene } from '../../../src/cases/index.ts';
import { commandOf, decide, NO_RULES } from '../../../src/cases/index.ts';
import type { Issue } from '../../../src/base/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, request, row, scene } from '../samples.ts';

/** Cases of a programme in which a team, or two reviewers, give the opinion. */

const SYSTEM = 'https://consilium.example/fhir/CodeSystem';
export const ONCOLOGY = '394593009';
export const NEUROLOGY = '394591006';

export const RULES: ProgrammeRules = {
  ...NO_RULES,
  programme: 'prog',
  services: NO_RULES.services.map((service) => ({
    ...service,
    reviewers: 2,
    team: service.code === 'multidisciplinary-opinion',
  })),
};

export function caseRow(changes: Partial<CaseRow> = {}, state: Partial<CaseRow['state']> = {}): CaseRow {
  return {
    ...row('in-progress', 'under-review'),
    rules: 1,
    ...changes,
    state: { ...row('in-progress', 'under-review').state, specialty: ONCOLOGY, ...state },
  };
}

export function childTask(kind: string, status: string, changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'Task',
    id: 'step1',
    status,
    intent: 'order',
    code: { coding: [{ system: `${SYSTEM}/case-task-kind`, code: kind }] },
    partOf: [{ reference: 'Task/t0' }],
    owner: { reference: 'Organization/prog' },
    ...changes,
  };
}

export function output(code: string, value: object): object {
  return { type: { coding: [{ system: `${SYSTEM}/case-output`, code }] }, ...value };
}

export function override(rule: string, reason: string): object {
  return {
    url: 'https://consilium.example/fhir/StructureDefinition/override',
    extension: [
      { url: 'rule', valueCode: rule },
      { url: 'reason', valueString: reason },
    ],
  };
}

/** A reviewer of the programme: the role and the person, both under this id. */
export function reviewer(
  id: string,
  changes: Record<string, unknown> = {},
  person: Record<string, unknown> = {},
): Resource[] {
  return [
    {
      resourceType: 'PractitionerRole',
      id,
      practitioner: { reference: `Practitioner/${id}` },
      organization: { reference: 'Organization/prog' },
      specialty: [{ coding: [{ system: 'http://snomed.info/sct', code: ONCOLOGY }] }],
      ...changes,
    },
    { resourceType: 'Practitioner', id, qualification: [{ code: { text: 'Board certified' } }], ...person },
  ];
}

/** The request and what hangs on it: the home doctor works for a clinic, who wrote the first opinion is known. */
export const RECORDS: readonly Resource[] = [
  request({
    requester: { reference: 'PractitionerRole/home' },
    supportingInfo: [{ reference: 'DocumentReference/letter' }],
  }),
  {
    resourceType: 'PractitionerRole',
    id: 'home',
    practitioner: { reference: 'Practitioner/home' },
    organization: { reference: 'Organization/clinic' },
  },
  { resourceType: 'DocumentReference', id: 'letter', author: [{ reference: 'Practitioner/author' }] },
];

export function sceneOf(
  at: CaseRow,
  records: readonly Resource[] = [],
  rules = RULES,
  who: keyof typeof ACTORS = 'programme',
): Scene {
  const known = new Map([...RECORDS, ...records].map((one) => [`${one.resourceType}/${one.id!}`, one]));
  return scene(at, ACTORS[who], { rules, records: known });
}

/** What a write leads to. */
export function write(stage: Scene, after: Resource, before?: Resource): Decision | Issue[] {
  const command = commandOf({ after, ...(before === undefined ? {} : { before }) }, stage.row) as Command;
  return decide(stage, command);
}

export function decided(result: Decision | Issue[]): Decision {
  if (Array.isArray(result)) throw new Error(result.map(({ key, text }) => `${key}: ${text}`).join('\n'));
  return result;
}

/** Keys of the refusal, each with what stands in brackets at the end of its first sentence. */
export function keysOf(result: Decision | Issue[]): string[] {
  if (!Array.isArray(result)) return [];
  return result.map(({ key, text }) =>
    [key, /\(([\w-]+)\)\./.exec(text)?.[1]].filter((part) => part !== undefined).join(' '),
  );
}

export function eventsOf({ events }: Decision): string[] {
  return events.map(({ type }) => type);
}
