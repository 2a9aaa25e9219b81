import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { move, sendCase } from '../journeys/packet.ts';
import type { Partner } from '../support/house.ts';
import { askApp, consent, open, openBrowserStage, signIn } from './stage.ts';
import type { BrowserStage } from './stage.ts';

let stage: BrowserStage;
let programme: Partner;
beforeAll(async () => {
  stage = await openBrowserStage();
  programme = await stage.smart.house.register('abroad', 'programme');
});
afterAll(() => stage.close());

test('the screen of a clinician hears of the cases of its patient alone, from another site, and goes on after a break', async () => {
  const { ehr } = stage.smart;
  const app = await stage.register('launch patient/*.rs');
  const [mine, another] = [
    await sendCase(ehr, { number: 'mine', programme: 'abroad' }),
    await sendCase(ehr, { number: 'another', programme: 'abroad' }),
  ];
  const window = await stage.openWindow();
  const page = await window.newPage();
  await open(page, await stage.announce(app, { patient: mine.patient }));
  await signIn(page);
  await consent(page);
  await page.locator('body[data-shown]').waitFor();
  expect(await askApp(page, 'listen')).toBe('listening');

  for (const { task } of [another, mine]) await step(task, 'received', 'service-confirmation');
  expect(await heard(page, 1)).toEqual([`1 ${mine.task}`]);
  await stage.shoot(page, 'stream');

  expect(await askApp(page, 'leave')).toBe('AbortError');
  for (const { task } of [another, mine]) await step(task, 'received', 'completeness-check');
  expect(await askApp(page, 'listen')).toBe('listening');
  expect(await heard(page, 2)).toEqual([`1 ${mine.task}`, `2 ${mine.task}`]);

  // Whoever ends the access ends the stream.
  expect(await askApp(page, 'sign-out')).toBe('200 signed out');
  await page.locator('#answer', { hasText: 'over' }).waitFor();
  expect(await askApp(page, 'listen')).toMatch(/^401 /);
  await window.close();
});

async function step(task: string, status: string, businessStatus: string): Promise<void> {
  const answer = await move(programme, task, status, businessStatus);
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
}

async function heard(page: Page, count: number): Promise<string[]> {
  await page.locator(`#heard li:nth-child(${count})`).waitFor();
  return page.locator('#heard li').allInnerTexts();
}
