import { describe, expect, it } from '@jest/globals';
import type { ProgrammeRules } from '../../../src/cases/programme/rules.ts';
import { NO_RULES } from '../../../src/cases/programme/no-rules.ts';
import { CONDITIONS } from '../../../src/cases/routing/conditions.ts';
import { parseRange } from '../../../src/cases/routing/code-ranges.ts';
import { specialtyOf } from '../../../src/cases/routing/specialty.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { valueSets } from '../../profiles/guide.ts';
import { NOW, request } from '../samples.ts';

const SCT = 'http://snomed.info/sct';
const ICD = 'http://hl7.org/fhir/sid/icd-10';
const CM = 'http://hl7.org/fhir/sid/icd-10-cm';

const ONCOLOGY = '394593009';
const GYNAECOLOGICAL = '408446006';
const HAEMATOLOGY = '394803006';
const PAEDIATRIC = '418002000';
const PATHOLOGY = '394915009';

function condition(id: string, code: string, system = ICD, more: object = {}): Resource {
  return { resourceType: 'Condition', id, code: { coding: [{ system, code }] }, ...more };
}

function patient(birthDate: string): Resource {
  return { resourceType: 'Patient', id: 'p1', birthDate };
}

function route(code: string, system?: string, rules = NO_RULES, birthDate = '1968-03-14', more: object = {}) {
  const asked = request({ reasonReference: [{ reference: 'Condition/c1' }], ...more });
  return specialtyOf([condition('c1', code, system)], asked, rules, patient(birthDate), NOW)?.specialty;
}

describe('the shipped table', () => {
  const groups = CONDITIONS.map((group) => [`${group.specialty} ${group.icd10}`, group] as const);
  const concepts = CONDITIONS.flatMap(({ snomed }) => snomed);
  const known = new Set(
    valueSets
      .find(({ url }) => url.endsWith('/ValueSet/specialty'))!
      .compose.include.flatMap(({ concept = [] }) => concept.map(({ code }) => code)),
  );

  it('has more than 120 concepts, each once', () => {
    const codes = concepts.map((concept) => concept.split(' ')[0]);
    expect(codes.length).toBeGreaterThan(120);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each(concepts)('%s is a SNOMED CT identifier with its words', (concept) => {
    expect(concept).toMatch(/^\d{6,18} \|[^|]+\|$/);
    expect(verhoeff(concept.split(' ')[0]!)).toBe(0);
  });

  it.each(groups)('%s names specialties of the guide and ranges that can be read', (_, group) => {
    expect([group.specialty, group.children].filter((code) => code !== undefined && !known.has(code))).toEqual([]);
    const ranges = group.icd10.split(',').filter((part) => part !== '');
    expect(ranges.filter((range) => parseRange(range) === undefined)).toEqual([]);
  });

  it('has ranges that lie within each other or apart, and none twice', () => {
    const ranges = CONDITIONS.flatMap(({ icd10 }) => icd10.split(',').flatMap((part) => parseRange(part) ?? []));
    const crossing = ranges.filter((a) => ranges.some((b) => a.from < b.from && b.from <= a.to && a.to < b.to));
    expect(crossing).toEqual([]);
    expect(new Set(ranges.map(({ from, to }) => `${from} ${to}`)).size).toBe(ranges.length);
  });

  it.each([
    ['C18.9', ICD, ONCOLOGY],
    ['C50.911', CM, ONCOLOGY],
    ['c50.9', ICD, ONCOLOGY],
    ['C4A.9', CM, ONCOLOGY],
    ['C56', ICD, GYNAECOLOGICAL],
    ['C58.9', ICD, GYNAECOLOGICAL],
    ['C61', ICD, '419043006'],
    ['C68.9', ICD, '419043006'],
    ['C69.2', ICD, '394594003'],
    ['C71.9', ICD, '394610002'],
    ['C80.9', ICD, ONCOLOGY],
    ['C81', ICD, HAEMATOLOGY],
    ['C96.9', ICD, HAEMATOLOGY],
    ['C97', ICD, ONCOLOGY],
    ['D07.3', ICD, GYNAECOLOGICAL],
    ['D07.4', ICD, '419043006'],
    ['D46.9', ICD, HAEMATOLOGY],
    ['D48', ICD, ONCOLOGY],
    ['D49', CM, undefined],
    ['E11.9', ICD, '394583002'],
    ['E75.2', ICD, '394580004'],
    ['E84.0', ICD, '418112009'],
    ['G35', ICD, '394591006'],
    ['G91.1', ICD, '394610002'],
    ['I27.0', ICD, '418112009'],
    ['I63.9', ICD, '394591006'],
    ['I67.1', ICD, '394610002'],
    ['I50.0', ICD, '394579002'],
    ['K35.8', ICD, '394609007'],
    ['K74.6', ICD, '408472002'],
    ['M1A.00X0', CM, '394810000'],
    ['M90.7*', ICD, '394801008'],
    ['Z94.0', ICD, '408477008'],
    ['R05', ICD, undefined],
    ['nonsense', ICD, undefined],
    ['', ICD, undefined],
    ['C18.9', 'https://elsewhere.example/codes', undefined],
    ['93761005', SCT, ONCOLOGY],
    ['109838007', SCT, ONCOLOGY],
    ['126906006', SCT, '419043006'],
    ['92691004', SCT, '419043006'],
    ['314994000', SCT, '419043006'],
    ['68496003', SCT, '394584008'],
    ['449868002', SCT, undefined],
  ])('%s of %s goes to %s', (code, system, specialty) => {
    expect(route(code, system)).toBe(specialty);
  });
});

describe('children', () => {
  it.each([
    ['C71.9', '2008-03-05', PAEDIATRIC, 'the day before the eighteenth birthday'],
    ['C71.9', '2008-03-04', '394610002', 'on the eighteenth birthday'],
    ['C71.9', '2008-03', PAEDIATRIC, 'of whom the month is known, in that month'],
    ['C71.9', '2008', PAEDIATRIC, 'of whom the year is known, in that year'],
    ['C71.9', '2007', '394610002', 'of whom the year is known, the year after'],
    ['C91.0', '2015-01-01', PAEDIATRIC, 'with leukaemia'],
    ['I42.9', '2015-01-01', '408459003', 'with a disease of the heart'],
    ['L40.0', '2015-01-01', '394582007', 'with what has no specialty for children'],
    ['C71.9', 'unknown', '394610002', 'whose birth date cannot be read'],
  ])('%s, born %s, goes to %s: %s', (code, born, specialty) => {
    expect(route(code, ICD, NO_RULES, born)).toBe(specialty);
  });

  it('are never routed to adults where the programme has no specialty for them', () => {
    const rules = { ...NO_RULES, specialties: [ONCOLOGY, '394610002'] };
    expect(route('C71.9', ICD, rules, '2015-01-01')).toBeUndefined();
    expect(route('C71.9', ICD, rules)).toBe('394610002');
  });
});

describe('a programme’s own rules', () => {
  const rules = (
    conditions: ProgrammeRules['routing']['conditions'],
    more: Partial<ProgrammeRules> = {},
  ): ProgrammeRules => ({
    ...NO_RULES,
    ...more,
    routing: { conditions, independent: true },
  });

  it('come before the table, the narrowest range first', () => {
    const own = rules([
      { system: 'icd-10', codes: 'C00-C97', specialty: '394592004' },
      { system: 'icd-10', codes: 'C50-C50.9', specialty: '408469009' },
      { system: 'snomed', codes: '93761005', specialty: '408464004' },
    ]);
    expect(route('C50.1', ICD, own)).toBe('408469009');
    expect(route('C56', ICD, own)).toBe('394592004');
    expect(route('G35', ICD, own)).toBe('394591006');
    expect(route('93761005', SCT, own)).toBe('408464004');
    expect(route('109838007', SCT, own)).toBe(ONCOLOGY);
  });

  it('leave only what the programme has: then the next wider range is taken', () => {
    const few = rules([], { specialties: [ONCOLOGY] });
    expect(route('C56', ICD, few)).toBe(ONCOLOGY);
    expect(route('G35', ICD, few)).toBeUndefined();
  });

  it('a service that one specialty alone gives goes there', () => {
    const services = NO_RULES.services.map((service) =>
      service.code === 'pathology-review' ? { ...service, specialties: [PATHOLOGY] } : service,
    );
    const code = {
      coding: [
        { system: 'https://consilium.example/fhir/CodeSystem/second-opinion-service', code: 'pathology-review' },
      ],
    };
    expect(route('C56', ICD, rules([], { services }), '1968', { code })).toBe(PATHOLOGY);
    expect(route('C56', ICD, rules([], { services }))).toBe(GYNAECOLOGICAL);
  });

  it('so does one that several give who stand in for each other, and no other', () => {
    const code = {
      coding: [
        { system: 'https://consilium.example/fhir/CodeSystem/second-opinion-service', code: 'pathology-review' },
      ],
    };
    const given = (...specialties: readonly string[]): ProgrammeRules => {
      const services = NO_RULES.services.map((one) =>
        one.code === 'pathology-review' ? { ...one, specialties } : one,
      );
      return rules([], { services });
    };
    const [anatomical, histopathology] = ['394915009', '394597005'];
    expect(route('C56', ICD, given(anatomical, histopathology), '1968', { code })).toBe(anatomical);
    expect(route('C56', ICD, given(anatomical, GYNAECOLOGICAL), '1968', { code })).toBe(GYNAECOLOGICAL);
    expect(route('G35', ICD, given(anatomical, GYNAECOLOGICAL), '1968', { code })).toBeUndefined();
  });
});

describe('what is asked for', () => {
  const wish = { performerType: { coding: [{ system: SCT, code: '394591006' }] } };

  it('wins; what the programme does not have goes to the coordinator', () => {
    expect(route('C56', ICD, NO_RULES, '1968', wish)).toBe('394591006');
    expect(route('C56', ICD, { ...NO_RULES, specialties: [ONCOLOGY] }, '1968', wish)).toBeUndefined();
  });

  it('is read from the reasons in their order, with by what it was decided', () => {
    const conditions = [condition('c2', 'G35'), condition('c1', 'R05'), condition('c3', 'C56')];
    const asked = request({
      reasonReference: ['c1', 'c2', 'c3'].map((id) => ({ reference: `Condition/${id}` })),
    });
    expect(specialtyOf(conditions, asked, NO_RULES, undefined, NOW)).toEqual({
      specialty: '394591006',
      because: 'table',
      condition: 'Condition/c2',
    });
  });

  it('a code of the request itself counts after them; what is not named, or never was, does not', () => {
    const reasonCode = [{ coding: [{ system: ICD, code: 'C56' }] }];
    const refuted = {
      verificationStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'refuted' }],
      },
    };
    const named = [{ reference: 'Condition/c1' }];
    const asked = request({ reasonReference: named, reasonCode });
    const found = specialtyOf([condition('c1', 'G35', ICD, refuted)], asked, NO_RULES, undefined, NOW);
    expect(found).toEqual({ specialty: GYNAECOLOGICAL, because: 'table' });
    expect(specialtyOf([condition('c9', 'G35')], request(), NO_RULES, undefined, NOW)).toBeUndefined();
  });
});

/** Check digit of SNOMED CT identifiers: 0 for a right one. */
function verhoeff(digits: string): number {
  const turn = (a: number, b: number): number =>
    a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5)) : b < 5 ? 5 + ((a - b) % 5) : (a - b + 10) % 5;
  const step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  const permute = (digit: number, times: number): number => (times === 0 ? digit : permute(step[digit]!, times - 1));
  return digits
    .split('')
    .reverse()
    .reduce((sum, digit, at) => turn(sum, permute(Number(digit), at % 8)), 0);
}
