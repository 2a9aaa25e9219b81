import { describe, expect, it } from '@jest/globals';
import type { CaseFacts } from '../../src/subscriptions/index.ts';
import { isAbout, needsFacts } from '../../src/subscriptions/index.ts';
import { BASE, event, FACTS, filter, plan, toCriteria, toTopic } from './samples.ts';

function filtered(...filters: readonly string[]) {
  return plan(toTopic({ _criteria: { extension: filters.map(filter) } }));
}

function hears(filters: readonly string[], facts: CaseFacts = FACTS): boolean {
  return isAbout(filtered(...filters), 'hosp', { event: event('case-accepted'), by: 'prog', facts });
}

describe('filters', () => {
  it.each([
    'Task?case=SO-26-7K3M-9QTX',
    'Task?case=so-26-7k3m-9qtx',
    'case=SO-26-7K3M-9QTX',
    'Task?case=SO-25-AAAA-BBBB,SO-26-7K3M-9QTX',
    'Task?case=https://consilium.example/fhir/case-number|SO-26-7K3M-9QTX',
    'Task?case=0198c1f0-0000-7000-8000-000000000001',
    'Task?case=r1',
    'Task?case=ServiceRequest/r1',
    `Task?case=${BASE}/ServiceRequest/r1`,
    'Task?case=Task/t0',
    'Task?organization=Organization/hosp',
    'Task?organization=prog',
    `Task?organization=${BASE}/Organization/insurer`,
    'Task?patient=Patient/p1',
    'Task?patient=p0,p1',
    'Task?specialty=394593009',
    'Task?specialty=http://snomed.info/sct|394593009',
    'Task?specialty=http%3A%2F%2Fsnomed.info%2Fsct%7C394593009',
    'Task?specialty=http://snomed.info/sct|',
    'Task?patient=p1&specialty=394593009&case=r1',
  ])('%s is met', (written) => {
    expect(hears([written])).toBe(true);
  });

  it.each([
    'Task?case=SO-26-7K3M-9QTY',
    'Task?case=t0',
    'Task?case=Task/r1',
    'Task?case=ServiceRequest/t0',
    'Task?organization=other',
    'Task?patient=Patient/p2',
    'Task?specialty=394592004',
    'Task?specialty=http://loinc.org|394593009',
    'Task?specialty=|394593009',
    'Task?specialty=http://loinc.org|',
    'Task?patient=p1&specialty=394592004',
  ])('%s is not', (written) => {
    expect(hears([written])).toBe(false);
  });

  it('have to be met all together', () => {
    expect(hears(['Task?patient=p1', 'Task?organization=hosp'])).toBe(true);
    expect(hears(['Task?patient=p1', 'Task?organization=other'])).toBe(false);
  });

  it('by what is not known of the case are not met', () => {
    const { patient: _patient, ...unknown } = { ...FACTS, specialties: [] };
    expect(hears(['Task?patient=p1'], unknown)).toBe(false);
    expect(hears(['Task?specialty=394593009'], unknown)).toBe(false);
    expect(hears(['Task?case=r1'], unknown)).toBe(true);
  });

  it('by a code without a system meet codes that have none', () => {
    const facts = { ...FACTS, specialties: [{ code: 'onco' }] };
    expect(hears(['Task?specialty=|onco'], facts)).toBe(true);
    expect(hears(['Task?specialty=onco'], facts)).toBe(true);
  });

  it('say whether more than the case itself has to be read', () => {
    expect(needsFacts(filtered('Task?case=r1', 'Task?organization=hosp'))).toBe(false);
    expect(needsFacts(filtered('Task?case=r1', 'Task?patient=p1'))).toBe(true);
    expect(needsFacts(filtered('Task?specialty=394593009'))).toBe(true);
    expect(needsFacts(plan(toCriteria('Task?patient=p1')))).toBe(false);
  });
});

const ECHO = 'https://consilium.example/fhir/StructureDefinition/subscription-echo';

describe('own acts', () => {
  const happened = { event: event('case-accepted'), facts: FACTS };

  it('are told, save where the subscriber says no', () => {
    const silent = plan(toTopic({ extension: [{ url: ECHO, valueBoolean: false }] }));
    expect(isAbout(plan(toTopic()), 'hosp', { ...happened, by: 'hosp' })).toBe(true);
    expect(isAbout(silent, 'hosp', { ...happened, by: 'hosp' })).toBe(false);
    expect(isAbout(silent, 'hosp', { ...happened, by: 'prog' })).toBe(true);
    expect(
      isAbout(plan(toTopic({ extension: [{ url: ECHO, valueBoolean: true }] })), 'hosp', { ...happened, by: 'hosp' }),
    ).toBe(true);
  });
});

it('plain criteria are about no event of a case', () => {
  expect(isAbout(plan(toCriteria('Task?')), 'hosp', { event: event('case-accepted'), by: 'prog', facts: FACTS })).toBe(
    false,
  );
});

describe('who pays', () => {
  const hears = (written: string, organization: string): boolean =>
    isAbout(filtered(written), organization, { event: event('case-accepted'), by: 'prog', facts });
  const facts = { ...FACTS, sponsors: ['insurer', 'another'] };

  it('learns by filters neither the specialty nor who else pays', () => {
    const hidden = ['Task?specialty=394593009', 'Task?specialty=http://snomed.info/sct|', 'Task?organization=another'];
    for (const written of hidden) {
      expect([written, hears(written, 'insurer')]).toEqual([written, false]);
      expect([written, hears(written, 'hosp')]).toEqual([written, true]);
    }
  });

  it('narrows by what it sees', () => {
    for (const written of ['Task?organization=insurer', 'Task?organization=hosp', 'Task?patient=p1', 'Task?case=r1'])
      expect([written, hears(written, 'insurer')]).toEqual([written, true]);
  });
});
