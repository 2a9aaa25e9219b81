import { describe, expect, it, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { NO_RULES, SERVICES } from '../../../src/cases/index.ts';
import type { ProgrammeRules } from '../../../src/cases/index.ts';
import { serviceIssues } from '../../../src/cases/payment/services.ts';
import { readRules } from '../../../src/cases/programme/schema.ts';
import { coded } from './world.ts';
import { request } from '../samples.ts';
import { SERVICE_SYSTEM } from '../../../src/cases/index.ts';

function programme(name: string): ProgrammeRules {
  return readRules(readFileSync(new URL(`../../../profiles/programmes/${name}.json`, import.meta.url), 'utf8'));
}

function keys(rules: ProgrammeRules, service: string, base?: { service: string; isIssued: boolean }): string[] {
  const basedOn = base === undefined ? {} : { basedOn: [{ reference: 'ServiceRequest/r0' }] };
  return serviceIssues(rules, request({ code: coded(SERVICE_SYSTEM, service), ...basedOn }), base).map(
    ({ key }) => key,
  );
}

const SINGLE = 'single-specialist-opinion';
const TEAM = 'multidisciplinary-opinion';
const WHOLE = 'comprehensive-opinion';
const SLIDES = 'pathology-review';
const IMAGES = 'radiology-review';
const VIDEO = 'video-consultation';
const INTEGRATIVE = 'integrative-medicine-consultation';

/** Services that each of the five programmes gives on their own, and what it adds to which, before a report (`now`) or after it. */
const CATALOGUES: Readonly<Record<string, { alone: readonly string[]; added: readonly [string, string, 'now' | 'after'][] }>> = {
  'seven-days': { alone: [SINGLE, TEAM], added: [[VIDEO, SINGLE, 'after'], [VIDEO, TEAM, 'after']] },
  'specialist-or-panel': { alone: [SINGLE, TEAM], added: [] },
  'cancer-centre': {
    alone: [WHOLE, SLIDES, IMAGES, VIDEO],
    added: [[VIDEO, WHOLE, 'after'], [VIDEO, SLIDES, 'after'], [VIDEO, IMAGES, 'after'], [INTEGRATIVE, WHOLE, 'now']],
  },
  'clinic-network': { alone: [SINGLE, TEAM], added: [[VIDEO, SINGLE, 'after'], [VIDEO, TEAM, 'after']] },
  'imaging-records': { alone: [IMAGES, SLIDES], added: [] },
}; // prettier-ignore

describe.each(Object.entries(CATALOGUES))('the catalogue of %s', (name, { alone, added }) => {
  const rules = programme(name);
  const offered = new Set([...alone, ...added.map(([code]) => code)]);

  it.each(SERVICES.map(({ code }) => code))('%s on its own', (code) => {
    const expected = alone.includes(code) ? [] : offered.has(code) ? ['service-not-alone'] : ['service-not-offered'];
    expect(keys(rules, code)).toEqual(expected);
  });

  it.each(SERVICES.flatMap(({ code }) => SERVICES.map((base) => [code, base.code] as const)))(
    '%s added to %s',
    (code, base) => {
      const rule = added.find(([service, to]) => service === code && to === base);
      const refused = alone.includes(code) ? [] : offered.has(code) ? ['service-not-alone'] : ['service-not-offered'];
      const before = rule === undefined ? refused : rule[2] === 'after' ? ['service-after-report'] : [];
      expect(keys(rules, code, { service: base, isIssued: false })).toEqual(before);
      expect(keys(rules, code, { service: base, isIssued: true })).toEqual(rule === undefined ? refused : []);
    },
  );
});

describe('a programme without rules', () => {
  it.each(SERVICES)('$code', ({ code, alone }) => {
    expect(keys(NO_RULES, code)).toEqual(alone ? [] : ['service-not-alone']);
    // What is named as base is not looked at.
    for (const base of SERVICES) expect(keys(NO_RULES, code, { service: base.code, isIssued: false })).toEqual([]);
    const based = request({ code: coded(SERVICE_SYSTEM, code), basedOn: [{ reference: 'ServiceRequest/hidden' }] });
    expect(serviceIssues(NO_RULES, based, undefined)).toEqual([]);
  });

  test('leaves a service that nobody knows to the form of the request', () => {
    expect(keys(NO_RULES, 'nonsense')).toEqual([]);
  });
});

test('a refusal names what there is, and does not tell a hidden base from an absent one', () => {
  const rules = programme('cancer-centre');
  const [offers] = serviceIssues(rules, request({ code: coded(SERVICE_SYSTEM, SINGLE) }), undefined);
  expect(offers!.text).toContain(WHOLE);
  const basedOn = [{ reference: 'ServiceRequest/hidden' }];
  const [added] = serviceIssues(rules, request({ code: coded(SERVICE_SYSTEM, INTEGRATIVE), basedOn }), undefined);
  expect(added!.text).toContain('none that you can see');
});
