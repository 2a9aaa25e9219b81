import { describe, expect, it } from '@jest/globals';
import { Fault } from '../../src/base/index.ts';
import { renderAside } from '../../src/jobs/render-aside.ts';
import { renderReport, reportInput } from '../../src/reports/index.ts';
import { readFonts, records } from '../reports/samples.ts';

const FONTS = readFonts();
const INPUT = reportInput(records());
/** Takes seconds to draw, long enough to be ended in the middle. */
const LONG = { ...INPUT, conclusion: 'x\n'.repeat(30_000) };

function threads(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Worker' || name === 'MessagePort').length;
}

async function faultOf(work: Promise<unknown>): Promise<unknown> {
  const caught = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(Fault);
  return (caught as Fault).message;
}

describe('renderAside', () => {
  it('gives the bytes that rendering here would', async () => {
    const [aside, here] = [await renderAside(INPUT, FONTS), await renderReport(INPUT, FONTS)];
    expect(Buffer.compare(aside, here)).toBe(0);
  });

  it('leaves this thread free while a long letter is made', async () => {
    let last = performance.now();
    let longest = 0;
    const ticking = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 5);
    const began = performance.now();
    await renderAside(LONG, FONTS);
    const whole = performance.now() - began;
    clearInterval(ticking);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(whole / 3);
  });

  it('ends the thread and fails when the letter takes too long', async () => {
    const before = threads();
    expect(await faultOf(renderAside(LONG, FONTS, { milliseconds: 300, heap: 512 }))).toBe('letter-timeout');
    expect(threads()).toBe(before);
  });

  it('fails, and nothing but the letter, when it takes too much memory', async () => {
    expect(await faultOf(renderAside(LONG, FONTS, { milliseconds: 30_000, heap: 8 }))).toBe('letter-too-large');
  });

  it('tells what went wrong in the thread', async () => {
    await expect(renderAside({ ...INPUT, createdAt: '' }, FONTS)).rejects.toThrow('createdAt of a report');
  });
});
