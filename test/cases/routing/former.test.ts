import { expect, test } from '@jest/globals';
import type { Resource } from '../../../src/fhir/index.ts';
import { formerReviewers, keepFormer, reviewersOf, withFormer } from '../../../src/cases/routing/former.ts';
import type { Step } from '../../../src/cases/state.ts';
import { caseRow, childTask, keysOf, reviewer, sceneOf, write } from '../steps/reviewers.ts';

/** Of those who gave the opinion before a third one is to be independent. */

const STEP: Step = {
  task: 'Task/r',
  kind: 'review',
  status: 'completed',
  by: 'programme',
  since: '2026-03-01T00:00:00.000Z',
  madeAt: '2026-03-01T00:00:00.000Z',
};

test('who reviews a case: of reviews that were not called off, each once, and no organisation', () => {
  const steps: Step[] = [
    { ...STEP, owner: 'PractitionerRole/a' },
    { ...STEP, owner: 'PractitionerRole/a', status: 'requested' },
    { ...STEP, owner: 'Practitioner/b', status: 'in-progress' },
    { ...STEP, owner: 'PractitionerRole/c', status: 'cancelled' },
    { ...STEP, owner: 'Organization/prog', status: 'requested' },
    { ...STEP, owner: 'PractitionerRole/d', kind: 'translation' },
  ];
  expect(reviewersOf({ ...caseRow().state, steps })).toEqual(['PractitionerRole/a', 'Practitioner/b']);
});

test('they are kept with the case that is based on theirs', () => {
  const { state } = keepFormer(caseRow(), ['PractitionerRole/a', 'Practitioner/b']);
  expect(formerReviewers(state)).toEqual(['PractitionerRole/a', 'Practitioner/b']);
  expect(formerReviewers(keepFormer(caseRow(), []).state)).toEqual([]);
});

test('a person is the same in every role', () => {
  const first = { people: new Set(['Practitioner/home']), organizations: new Set<string>() };
  const roles = reviewer('a').slice(0, 1);
  const { people } = withFormer(first, ['PractitionerRole/a'], roles);
  expect([...people]).toEqual(['Practitioner/home', 'PractitionerRole/a', 'Practitioner/a']);
});

test('they are not given the review of a third opinion, in whatever role', () => {
  const row = keepFormer(caseRow(), ['PractitionerRole/a']);
  const otherRole: Resource = { ...reviewer('a')[0]!, id: 'a2' };
  const scene = sceneOf(row, [...reviewer('a'), ...reviewer('b'), otherRole]);
  const assign = (id: string) =>
    keysOf(write(scene, childTask('review', 'requested', { owner: { reference: `PractitionerRole/${id}` } })));
  expect(assign('b')).toEqual([]);
  expect(assign('a')).toEqual(['reviewer-unfit conflict-person']);
  expect(assign('a2')).toEqual(['reviewer-unfit conflict-person']);
});
