import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closeLedger, handOver, heldBy, holderOf, openLedger } from '../../../src/cases/clock/ledger.ts';
import type { Holder, LedgerSpan } from '../../../src/cases/state.ts';
import { isClosed, PHASES } from '../../../src/cases/states.ts';

const NINE = '2026-06-01T09:00:00.000Z';
const TEN = '2026-06-01T10:00:00.000Z';
const ELEVEN = '2026-06-01T11:00:00.000Z';
const HOUR = 3_600_000;

test('who has the case, by where it stands', () => {
  const expected: Record<string, Holder> = {
    'awaiting-information': 'home',
    'awaiting-coverage': 'payer',
    'awaiting-payment': 'payer',
    'awaiting-materials': 'courier',
  };
  for (const phase of PHASES) {
    const holder = isClosed(phase.status) ? undefined : (expected[phase.businessStatus] ?? 'programme');
    expect([phase.businessStatus, holderOf(phase)]).toEqual([phase.businessStatus, holder]);
  }
  expect(holderOf({ status: 'entered-in-error', businessStatus: 'under-review' })).toBeUndefined();
});

test('a hand-over ends one span and begins the next at the same moment', () => {
  const ledger = handOver(openLedger(NINE, 'programme'), 'home', TEN);
  expect(ledger).toEqual([
    { holder: 'programme', from: NINE, to: TEN },
    { holder: 'home', from: TEN },
  ]);
  expect(heldBy(ledger, ELEVEN)).toEqual({ home: HOUR, payer: 0, programme: HOUR, courier: 0 });
  expect(closeLedger(ledger, ELEVEN)[1]).toEqual({ holder: 'home', from: TEN, to: ELEVEN });
});

test('who has it already is not handed it again, and a closed ledger stays closed', () => {
  const ledger = openLedger(NINE, 'programme');
  expect(handOver(ledger, 'programme', TEN)).toBe(ledger);
  const closed = closeLedger(ledger, TEN);
  expect(closeLedger(closed, ELEVEN)).toBe(closed);
  expect(handOver(closed, 'home', ELEVEN)).toBe(closed);
  expect(closeLedger([], NINE)).toEqual([]);
  expect(handOver([], 'home', NINE)).toEqual([{ holder: 'home', from: NINE }]);
});

test('time does not run backwards when the clock does', () => {
  const ledger = handOver(openLedger(TEN, 'programme'), 'home', NINE);
  expect(ledger).toEqual([
    { holder: 'programme', from: TEN, to: TEN },
    { holder: 'home', from: TEN },
  ]);
  expect(closeLedger(ledger, NINE)[1]).toEqual({ holder: 'home', from: TEN, to: TEN });
  expect(heldBy(ledger, NINE)).toEqual({ home: 0, payer: 0, programme: 0, courier: 0 });
});

const START = Date.parse(NINE);
const holders = fc.constantFrom<Holder>('home', 'payer', 'programme', 'courier');
/** Each at its own time, before or after the one before it. */
const handOvers = fc.array(fc.tuple(holders, fc.integer({ min: -50 * HOUR, max: 100 * HOUR })), { maxLength: 40 });

test('no time is lost or counted twice, whatever the clock does', () => {
  fc.assert(
    fc.property(holders, handOvers, fc.integer({ min: -50 * HOUR, max: 200 * HOUR }), (first, moves, end) => {
      let ledger: readonly LedgerSpan[] = openLedger(NINE, first);
      for (const [holder, after] of moves) {
        const before = ledger;
        ledger = handOver(ledger, holder, iso(START + after));
        expect(ledger.at(-1)!.holder).toBe(holder);
        expect(ledger.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
      }
      const closed = closeLedger(ledger, iso(START + end));
      expect(closed[0]!.from).toBe(NINE);
      for (const [n, { from, to }] of closed.entries()) {
        expect(from <= to!).toBe(true);
        if (n > 0) expect(from).toBe(closed[n - 1]!.to);
      }
      const whole = Date.parse(closed.at(-1)!.to!) - START;
      expect(total(closed, NINE)).toBe(whole);
      // What is still open counts until now.
      expect(total(ledger, closed.at(-1)!.to!)).toBe(whole);
    }),
    { numRuns: 400 },
  );
});

function total(ledger: readonly LedgerSpan[], now: string): number {
  return Object.values(heldBy(ledger, now)).reduce((sum, one) => sum + one, 0);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
