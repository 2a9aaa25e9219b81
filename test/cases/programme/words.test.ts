import { expect, test } from '@jest/globals';
import {
  knownUntil,
  tellExclusion,
  tellPacketItem,
  tellPrice,
  tellSpan,
  tellTurnaround,
} from '../../../src/cases/index.ts';
import type { ExclusionRule, PacketRule, ServiceRules, Span } from '../../../src/cases/index.ts';

test.each<[Span, string]>([
  [{ amount: 1, unit: 'hours' }, '1 hour'],
  [{ amount: 28, unit: 'days' }, '28 days'],
  [{ amount: 1, unit: 'business-days' }, '1 business day'],
  [{ amount: 2, unit: 'weeks' }, '2 weeks'],
])('a span: %j', (span, told) => {
  expect(tellSpan(span)).toBe(told);
});

test.each<[ServiceRules['turnaround'], string]>([
  [undefined, 'by agreement'],
  [{ amount: 7, unit: 'days', from: 'submission' }, '7 days from submission'],
  [{ amount: 4, least: 2, unit: 'weeks', from: 'complete' }, '2 to 4 weeks from complete materials'],
])('a turn-around: %j', (turnaround, told) => {
  expect(tellTurnaround(turnaround === undefined ? {} : { turnaround })).toBe(told);
});

test.each<[ServiceRules['price'], string]>([
  [undefined, 'on request'],
  [{ currency: 'USD', low: 400, high: 800 }, 'USD 400 to 800'],
  [{ currency: 'EUR', low: 99.5, high: 99.5 }, 'EUR 99.5'],
  [{ currency: 'USD', low: 0, high: 0 }, 'free of charge'],
])('a price: %j', (price, told) => {
  expect(tellPrice(price)).toBe(told);
});

test.each<[ExclusionRule, string]>([
  [{ code: 'emergency', action: 'refuse', override: 'nobody' }, 'Refused: an emergency'],
  [
    { code: 'recent-treatment', action: 'refuse', override: 'placer', within: { amount: 28, unit: 'days' } },
    'Refused: surgery or treatment within the past 28 days, unless the placer overrides it with a reason',
  ],
  [
    { code: 'surgery-candidate', action: 'advise', override: 'nobody' },
    'Taken with advice: a patient who may need surgery',
  ],
])('an exclusion: %j', (rule, told) => {
  expect(tellExclusion(rule)).toBe(told);
});

test.each<[PacketRule, string]>([
  [{ item: 'questions', level: 'required' }, 'the questions'],
  [{ item: 'operative-report', level: 'required', onlyWith: 'operation' }, 'operative reports after an operation'],
  [
    { item: 'laboratory', level: 'advised', notOlderThan: { amount: 90, unit: 'days' } },
    'laboratory results, not older than 90 days',
  ],
])('a part of the packet: %j', (rule, told) => {
  expect(tellPacketItem(rule)).toBe(told);
});

test('holidays are known until the end of the last year in which there is one', () => {
  expect(knownUntil([])).toBeUndefined();
  expect(knownUntil(['2027-01-01', '2026-12-25'])).toBe('2027-12-31');
});
