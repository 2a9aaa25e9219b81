import { describe, expect, it } from '@jest/globals';
import { routeAnew, wantedToRoute } from '../../../src/cases/routing/route.ts';
import type { CaseRow, Decision } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { readProgramme } from '../../support/programme.ts';
import { ACTORS, request, row, scene, task } from '../samples.ts';

/** A case whose service becomes another one, at a programme that gives each by its own specialties. */

const RULES = readProgramme('cancer-centre');
const ONCOLOGY = '394593009';
const PATHOLOGY = '394597005';

function caseOf(service: string, specialty?: string): CaseRow {
  const received = row('received', 'service-confirmation');
  const state = { ...received.state, service, ...(specialty === undefined ? {} : { specialty }) };
  return { ...received, rules: 1, state };
}

const CONDITION: Resource = {
  resourceType: 'Condition',
  id: 'c1',
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'C18.7' }] },
};

function route(here: CaseRow, more: Record<string, unknown> = {}): Decision {
  const asked = request({ reasonReference: [{ reference: 'Condition/c1' }], ...more });
  const records = new Map([asked, CONDITION].map((one) => [`${one.resourceType}/${one.id!}`, one]));
  const specialtyName = (code: string) => (code === ONCOLOGY ? 'Medical oncology' : undefined);
  return routeAnew(scene(here, ACTORS.programme, { rules: RULES, records, specialtyName }));
}

describe('a case that gets another service', () => {
  it('goes to the specialty of its condition that gives it', () => {
    const { row: next, events, task: edit } = route(caseOf('comprehensive-opinion', PATHOLOGY));
    expect(next.state.specialty).toBe(ONCOLOGY);
    expect(events).toMatchObject([
      { type: 'specialty-routed', focus: 'Condition/c1', detail: { specialty: ONCOLOGY, because: 'table' } },
    ]);
    expect(edit!(task('received', 'service-confirmation'))).toMatchObject({
      performerType: [{ coding: [{ code: ONCOLOGY, display: 'Medical oncology' }] }],
    });
  });

  it('stays where it is when the same specialty gives it', () => {
    const here = caseOf('comprehensive-opinion', ONCOLOGY);
    expect(route(here)).toEqual({ row: here, events: [] });
  });

  it('is the coordinator’s to route where nothing says who gives it', () => {
    const {
      row: next,
      events,
      task: edit,
    } = route(caseOf('comprehensive-opinion', PATHOLOGY), { reasonReference: [] });
    expect(next.state.specialty).toBeUndefined();
    expect(events).toEqual([]);
    expect(edit!(task('received', 'service-confirmation', { performerType: [{ text: 'x' }] }))).not.toHaveProperty(
      'performerType',
    );
  });

  it('is left alone where its programme has given no rules, or the request is not to be seen', () => {
    const without = { ...caseOf('comprehensive-opinion'), rules: 0 };
    expect(wantedToRoute({ row: without })).toEqual({});
    expect(route(without)).toEqual({ row: without, events: [] });
    const here = caseOf('comprehensive-opinion');
    expect(routeAnew(scene(here, ACTORS.programme, { rules: RULES, records: new Map() }))).toEqual({
      row: here,
      events: [],
    });
  });
});
