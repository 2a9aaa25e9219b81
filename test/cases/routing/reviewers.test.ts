import { describe, expect, it } from '@jest/globals';
import { readFirstOpinion } from '../../../src/cases/routing/independence.ts';
import type { Candidate, UnfitReason, WantedReviewer } from '../../../src/cases/routing/reviewers.ts';
import { AFFILIATION, CAPACITY, CONFLICT, rankReviewers } from '../../../src/cases/routing/reviewers.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { codeSystems } from '../../profiles/guide.ts';
import { UNFIT } from '../../../src/cases/routing/reviewers.ts';
import { NOW, request } from '../samples.ts';

const MEDICAL = '394593009';
const CLINICAL = '394592004';
const NEUROLOGY = '394591006';

const wanted: WantedReviewer = {
  specialty: MEDICAL,
  language: 'en',
  placer: 'hosp',
  first: {
    people: new Set(['Practitioner/first', 'Practitioner/author']),
    organizations: new Set(['Organization/clinic']),
  },
  independent: true,
};

function reviewer(
  id: string,
  changes: Record<string, unknown> = {},
  person: Record<string, unknown> = {},
  openReviews = 0,
): Candidate {
  return {
    role: {
      resourceType: 'PractitionerRole',
      id,
      practitioner: { reference: `Practitioner/${id}` },
      organization: { reference: 'Organization/prog' },
      specialty: [specialty(MEDICAL)],
      ...changes,
    },
    practitioner: {
      resourceType: 'Practitioner',
      id,
      qualification: [{ code: { text: 'Board certified' } }],
      communication: [language('en')],
      ...person,
    },
    openReviews,
  };
}

const specialty = (code: string) => ({ coding: [{ system: 'http://snomed.info/sct', code }] });
const language = (code: string) => ({ coding: [{ system: 'urn:ietf:bcp:47', code }] });
const naming = (url: string, reference: string) => ({ extension: [{ url, valueReference: { reference } }] });
const capacity = (most: number) => ({ extension: [{ url: CAPACITY, valuePositiveInt: most }] });

function reasonsOf(candidate: Candidate, changes: Partial<WantedReviewer> = {}): readonly UnfitReason[] {
  return rankReviewers([candidate], { ...wanted, ...changes }, NOW)[0]!.reasons;
}

describe('a reviewer is fit, or not, because', () => {
  it.each<[string, Candidate, UnfitReason[]]>([
    ['nothing stands against it', reviewer('a'), []],
    ['the role is not active', reviewer('a', { active: false }), ['not-active']],
    ['the person is not active', reviewer('a', {}, { active: false }), ['not-active']],
    ['the role begins today', reviewer('a', { period: { start: '2026-03-04' } }), []],
    ['the role begins tomorrow', reviewer('a', { period: { start: '2026-03-05' } }), ['period']],
    ['the role begins this month', reviewer('a', { period: { start: '2026-03' } }), []],
    ['the role ends today', reviewer('a', { period: { end: '2026-03-04' } }), []],
    ['the role ended yesterday', reviewer('a', { period: { end: '2026-03-03' } }), ['period']],
    ['the role ended an hour ago', reviewer('a', { period: { end: '2026-03-04T15:00:00+07:00' } }), ['period']],
    ['the role ends in an hour', reviewer('a', { period: { end: '2026-03-04T17:00:00+07:00' } }), []],
    ['there are no credentials', reviewer('a', {}, { qualification: [] }), ['no-credentials']],
    ['the person is unknown', { role: reviewer('a').role, openReviews: 0 }, ['no-credentials']],
    ['the specialty stands in for it', reviewer('a', { specialty: [specialty(CLINICAL)] }), []],
    ['the specialty is another', reviewer('a', { specialty: [specialty(NEUROLOGY)] }), ['specialty']],
    ['one of two specialties is it', reviewer('a', { specialty: [specialty(NEUROLOGY), specialty(MEDICAL)] }), []],
    ['there is no specialty', reviewer('a', { specialty: undefined }), ['specialty']],
    ['the language is a variant', reviewer('a', {}, { communication: [language('en-AU')] }), []],
    ['the language is another', reviewer('a', {}, { communication: [language('vi')] }), ['language']],
    ['languages are not said', reviewer('a', {}, { communication: undefined }), []],
    ['there is room for one more', reviewer('a', capacity(3), {}, 2), []],
    ['there is no room', reviewer('a', capacity(3), {}, 3), ['capacity']],
    [
      'the role is the first doctor’s clinic',
      reviewer('a', { organization: { reference: 'Organization/clinic' } }),
      ['conflict-institution'],
    ],
    [
      'the role is the placer’s',
      reviewer('a', { organization: { reference: 'Organization/hosp' } }),
      ['conflict-institution'],
    ],
    [
      'the role has a second institution',
      reviewer('a', naming(AFFILIATION, 'Organization/clinic')),
      ['conflict-institution'],
    ],
    [
      'the person works there, too',
      reviewer('a', {}, naming(AFFILIATION, 'Organization/hosp')),
      ['conflict-institution'],
    ],
    ['another institution is no matter', reviewer('a', naming(AFFILIATION, 'Organization/other')), []],
    ['it is the first doctor', reviewer('first'), ['conflict-person']],
    [
      'the role wrote for the packet',
      reviewer('a', { practitioner: { reference: 'Practitioner/author' } }),
      ['conflict-person'],
    ],
    [
      'a conflict with the placer is declared',
      reviewer('a', naming(CONFLICT, 'Organization/hosp')),
      ['conflict-declared'],
    ],
    [
      'a conflict with the first doctor is declared',
      reviewer('a', {}, naming(CONFLICT, 'Practitioner/first')),
      ['conflict-declared'],
    ],
    ['a conflict with somebody else is declared', reviewer('a', naming(CONFLICT, 'Organization/other')), []],
    [
      'of all that stands against it',
      reviewer(
        'a',
        { active: false, specialty: [specialty(NEUROLOGY)], ...capacity(1) },
        { communication: [language('zh')] },
        4,
      ),
      ['not-active', 'specialty', 'language', 'capacity'],
    ],
  ])('%s', (_, candidate, reasons) => expect(reasonsOf(candidate)).toEqual(reasons));

  it('what is not wanted is not asked for', () => {
    const one = reviewer(
      'a',
      { specialty: [specialty(NEUROLOGY)], organization: { reference: 'Organization/clinic' } },
      { communication: [language('vi')] },
    );
    expect(rankReviewers([one], { placer: 'hosp', first: wanted.first, independent: false }, NOW)[0]!.reasons).toEqual(
      [],
    );
  });

  it('a programme without the rule of independence still leaves out the first doctor', () => {
    expect(reasonsOf(reviewer('first'), { independent: false })).toEqual(['conflict-person']);
  });

  it('the guide lists the reasons', () => {
    const { concept } = codeSystems.find(({ id }) => id === 'reviewer-unfit')!;
    expect(concept.map(({ code }) => code)).toEqual(Object.keys(UNFIT));
    expect(concept.map(({ display }) => display.toLowerCase())).toEqual(
      Object.values(UNFIT).map((text) => text.toLowerCase().replace(/ \(.*\)/, '')),
    );
  });
});

it('ranks the fit first: by specialty, by a language that is known, by the fewest open reviews', () => {
  const candidates = [
    reviewer('unfit-twice', { active: false, specialty: [] }),
    reviewer('kin', { specialty: [specialty(CLINICAL)] }),
    reviewer('silent', {}, { communication: [] }),
    reviewer('busy', {}, {}, 5),
    reviewer('b-free', {}, {}, 1),
    reviewer('a-free', {}, {}, 1),
    reviewer('unfit-once', { active: false }),
  ];
  const ids = rankReviewers(candidates, wanted, NOW).map(({ role }) => role.id);
  expect(ids).toEqual(['a-free', 'b-free', 'busy', 'silent', 'kin', 'unfit-once', 'unfit-twice']);
  expect(rankReviewers([...candidates].reverse(), wanted, NOW).map(({ role }) => role.id)).toEqual(ids);
});

describe('the first opinion', () => {
  const first = {
    resourceType: 'DocumentReference',
    id: 'd1',
    category: [
      { coding: [{ system: 'https://consilium.example/fhir/CodeSystem/packet-document-kind', code: 'first-opinion' }] },
    ],
    author: [
      { reference: 'PractitionerRole/attending' },
      { reference: 'Organization/hosp-oncology' },
      { reference: 'Patient/p1' },
    ],
  };
  const roles: Resource[] = [
    role('referring', 'ref', 'ref-clinic'),
    role('attending', 'att', 'att-hospital'),
    role('lab', 'lab-doctor', 'lab-inc'),
  ];
  function role(id: string, practitioner: string, organization: string): Resource {
    return {
      resourceType: 'PractitionerRole',
      id,
      practitioner: { reference: `Practitioner/${practitioner}` },
      organization: { reference: `Organization/${organization}` },
    };
  }

  it('is of who asks and of who wrote it, with their institutions', () => {
    const asked = request({ requester: { reference: 'PractitionerRole/referring' } });
    const { people, organizations } = readFirstOpinion(asked, [first, ...roles]);
    expect([...people].sort()).toEqual([
      'Practitioner/att',
      'Practitioner/ref',
      'PractitionerRole/attending',
      'PractitionerRole/referring',
    ]);
    expect([...organizations].sort()).toEqual([
      'Organization/att-hospital',
      'Organization/hosp-oncology',
      'Organization/ref-clinic',
    ]);
  });

  it('the others who wrote records of the packet count as people, not their institutions', () => {
    const records = [
      {
        resourceType: 'DiagnosticReport',
        id: 'r',
        performer: [{ reference: 'PractitionerRole/lab' }, { reference: 'Organization/lab-inc' }],
        resultsInterpreter: [{ reference: 'Practitioner/interpreter' }],
      },
      { resourceType: 'Procedure', id: 'p', performer: [{ actor: { reference: 'Practitioner/surgeon' } }] },
      {
        resourceType: 'Condition',
        id: 'c',
        asserter: { reference: 'Practitioner/asserter' },
        recorder: { reference: 'Practitioner/recorder' },
      },
      { resourceType: 'ImagingStudy', id: 'i', interpreter: [{ reference: 'Practitioner/reader' }] },
      ...roles,
    ];
    const { people, organizations } = readFirstOpinion(request({ requester: undefined }), records);
    expect([...people].sort()).toEqual([
      'Practitioner/asserter',
      'Practitioner/interpreter',
      'Practitioner/lab-doctor',
      'Practitioner/reader',
      'Practitioner/recorder',
      'Practitioner/surgeon',
      'PractitionerRole/lab',
    ]);
    expect([...organizations]).toEqual([]);
  });
});
