import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Fault } from '../../src/base/index.ts';
import { startRenderer } from '../../src/jobs/index.ts';
import type { Renderer, RenderLimits } from '../../src/jobs/index.ts';
import { fontFiles, renderLetter } from '../../src/reports/index.ts';
import type { Letter } from '../../src/reports/index.ts';
import { FONTS, letterIn } from '../reports/letters.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { waitUntil } from '../support/wait-until.ts';

const LETTER = letterIn('en');
/** Takes long to draw, long enough to be ended in the middle. */
const LONG: Letter = {
  ...LETTER,
  sections: Array.from({ length: 40 }, () => ({
    heading: 'Long',
    blocks: [{ kind: 'paragraph', runs: [{ text: 'x\n'.repeat(30_000) }] }],
  })),
};

const started: Renderer[] = [];

function start(limits: Partial<RenderLimits> = {}): Renderer {
  const renderer = startRenderer(fontFiles(), limits);
  started.push(renderer);
  return renderer;
}

afterEach(async () => {
  unsubscribe('worker_threads', onThread);
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

/** Threads that were started since the test began, and those of them that run. */
let threads = { all: 0, running: 0 };

const onThread = (message: unknown): void => {
  const counted = threads;
  counted.all += 1;
  counted.running += 1;
  (message as { readonly worker: Worker }).worker.once('exit', () => (counted.running -= 1));
};

beforeEach(() => {
  threads = { all: 0, running: 0 };
  subscribe('worker_threads', onThread);
});

async function faultOf(work: Promise<unknown>): Promise<unknown> {
  const caught = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(Fault);
  return (caught as Fault).message;
}

describe('startRenderer', () => {
  it('gives the bytes that rendering here would, letter after letter', async () => {
    const renderer = start();
    const letters = [LETTER, letterIn('ar'), LETTER];
    const aside = await Promise.all(letters.map((letter) => renderer.render(letter)));
    for (const [index, letter] of letters.entries())
      expect(Buffer.compare(aside[index]!, await renderLetter(letter, FONTS))).toBe(0);
  });

  it('leaves this thread free while letters are made', async () => {
    const renderer = start();
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 5);
    const [all, own] = [process.cpuUsage(), cpuTime()];
    await renderer.render(letterIn('en', 8));
    const { user, system } = process.cpuUsage(all);
    const share = (cpuTime() - own) / ((user + system) / 1000);
    clearInterval(ticking);
    // By the clock on the wall, others who use the machine would count, too.
    expect(share).toBeLessThan(1 / 3);
    expect(turns).toBeGreaterThan(20);
  });

  it('ends the thread with a letter that takes too long, and makes the next in a new one', async () => {
    const renderer = start({ milliseconds: 300 });
    expect(await faultOf(renderer.render(LONG))).toBe('letter-timeout');
    expect(threads.running).toBe(0);
    const patient = start();
    const [long, short] = [patient.render({ ...LETTER, createdAt: '' }), patient.render(LETTER)];
    await expect(long).rejects.toThrow('createdAt of a letter');
    expect((await short).length).toBeGreaterThan(10_000);
  });

  it('fails, and nothing but the letter, when it takes too much memory', async () => {
    const renderer = start({ heap: 8 });
    expect(await faultOf(renderer.render(LONG))).toBe('letter-too-large');
  });

  it('keeps the thread for the next letter, and ends it when none comes', async () => {
    const renderer = start({ idle: 200 });
    await Promise.all([renderer.render(LETTER), renderer.render(LETTER)]);
    expect(threads).toEqual({ all: 1, running: 1 });
    expect(await waitUntil(() => threads.running === 0)).toBe(true);
    expect((await renderer.render(LETTER)).length).toBeGreaterThan(10_000);
    expect(threads.all).toBe(2);
  });

  it('ends the thread when it stops, and with it the letter that is being made', async () => {
    const renderer = start();
    const made = renderer.render(LONG);
    const failed = expect(made).rejects.toThrow('ended without one');
    expect(await waitUntil(() => threads.running > 0)).toBe(true);
    await renderer.stop();
    await failed;
    expect(threads.running).toBe(0);
  });
});
