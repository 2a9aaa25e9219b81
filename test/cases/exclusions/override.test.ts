import { describe, expect, test } from '@jest/globals';
import { exclusionsOf } from '../../../src/cases/exclusions/exclusions.ts';
import {
  OVERRIDE,
  overrideIssues,
  overrideProvenance,
  overridesIn,
  withOverrides,
} from '../../../src/cases/exclusions/override.ts';
import type { Finding } from '../../../src/cases/exclusions/finding.ts';
import type { ExclusionRule } from '../../../src/cases/programme/rules.ts';
import { record, requestFor, rulesWith, SENT } from '../packet/records.ts';

const REASON = 'The tumour board asked for it';

function extension(rule?: string, reason?: string): object {
  return {
    url: OVERRIDE,
    extension: [
      ...(rule === undefined ? [] : [{ url: 'rule', valueCode: rule }]),
      ...(reason === undefined ? [] : [{ url: 'reason', valueString: reason }]),
    ],
  };
}

function bearing(...extensions: readonly object[]): ReturnType<typeof requestFor> {
  return requestFor([], { extension: extensions });
}

describe('the overrides of a request', () => {
  test.each([
    ['inpatient', REASON, undefined],
    ['packet-incomplete', 'ten chars!', undefined],
    ['inpatient', 'too short', 'override-reason'],
    ['inpatient', '          ', 'override-reason'],
    ['inpatient', undefined, 'override-reason'],
    [undefined, REASON, 'override-rule'],
    ['no-such-rule', REASON, 'override-rule'],
    ['low-yield-specialty', REASON, 'override-rule'],
    ['emergency', REASON, 'override-emergency'],
  ])('%s because of %j', (rule, reason, key) => {
    const request = bearing(extension(rule, reason));
    expect(overridesIn(request)).toEqual(key === undefined ? [{ rule, reason }] : []);
    expect(overrideIssues(request).map((issue) => issue.key)).toEqual(key === undefined ? [] : [key]);
  });

  test('several, and other extensions beside them', () => {
    const request = bearing(
      { url: 'https://other.example' },
      extension('inpatient', REASON),
      extension('recent-treatment', REASON),
    );
    expect(overridesIn(request).map(({ rule }) => rule)).toEqual(['inpatient', 'recent-treatment']);
    expect(overridesIn(requestFor([]))).toEqual([]);
    expect(overridesIn({ resourceType: 'Task', extension: 'malformed' })).toEqual([]);
  });
});

describe('what is found and overridden', () => {
  const stay = record('Encounter', 'e', {
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  });
  const find = (rule: Partial<ExclusionRule>, more: object = {}): Finding[] => {
    const exclusions: ExclusionRule[] = [{ code: 'inpatient', action: 'refuse', override: 'placer', ...rule }];
    return exclusionsOf(rulesWith({ exclusions }), requestFor([], more), [stay], SENT);
  };
  const given = [{ rule: 'inpatient', reason: REASON }];

  test('is a warning still, and the override was needed', () => {
    const { issues, used } = withOverrides(find({}), given);
    expect(issues).toMatchObject([
      { severity: 'warning', key: 'inpatient', text: expect.stringContaining('overridden') },
    ]);
    expect(used).toEqual(given);
    expect(JSON.stringify(issues)).not.toContain(REASON);
  });

  test('stays refused where the rules let nobody override it, or another rule was set aside', () => {
    expect(withOverrides(find({ override: 'nobody' }), given)).toMatchObject({
      issues: [{ severity: 'error' }],
      used: [],
    });
    const other = [{ rule: 'recent-treatment', reason: REASON }];
    expect(withOverrides(find({}), other)).toMatchObject({ issues: [{ severity: 'error' }], used: [] });
  });

  test('an override that nothing needs is not used', () => {
    expect(withOverrides(find({ action: 'caution' }), given)).toMatchObject({
      issues: [{ severity: 'warning' }],
      used: [],
    });
    expect(withOverrides([], given)).toEqual({ issues: [], used: [] });
  });

  test('an emergency stays one', () => {
    const { issues, used } = withOverrides(find({}, { priority: 'stat' }), [
      { rule: 'emergency', reason: REASON },
      ...given,
    ]);
    expect(issues.map(({ key, severity }) => [key, severity])).toEqual([
      ['emergency', 'error'],
      ['inpatient', 'warning'],
    ]);
    expect(used).toEqual(given);
  });
});

test('the Provenance tells who set which rule aside, when and why', () => {
  const override = { rule: 'inpatient', reason: REASON };
  const party = { reference: 'Organization/hosp' };
  const made = overrideProvenance(override, 'ServiceRequest/r1', { organization: 'hosp', role: 'placer' }, SENT, 'v1');
  expect(made).toMatchObject({
    resourceType: 'Provenance',
    id: 'v1',
    target: [{ reference: 'ServiceRequest/r1' }],
    recorded: SENT,
    reason: [{ coding: [{ code: 'inpatient' }], text: REASON }],
    agent: [{ who: party }],
  });
  const user = 'Practitioner/d1';
  const signed = overrideProvenance(override, 'Task/t0', { organization: 'hosp', role: 'placer', user }, SENT, 'v2');
  expect(signed.agent).toMatchObject([{ who: { reference: user }, onBehalfOf: party }]);
});
