import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { authorizeParams } from '../smart/stage.ts';
import type { App } from '../smart/stage.ts';
import { measureOverflow } from './measure.js';
import { choosePatient, consent, open, openBrowserStage, press, put, signIn } from './stage.ts';
import type { BrowserStage } from './stage.ts';

const SCOPE =
  'openid fhirUser launch/patient patient/Observation.rs?category=laboratory patient/DocumentReference.cruds offline_access';

let stage: BrowserStage;
let app: App;
beforeAll(async () => {
  stage = await openBrowserStage();
  app = await stage.register(SCOPE);
});
afterAll(() => stage.close());

/** Where an app sends its person to; what comes after the code is not looked at here. */
function authorizeUrl(): string {
  return `${stage.smart.house.url}/auth/authorize?${authorizeParams(stage.smart, app, SCOPE).params.toString()}`;
}

/** Goes the whole way as a person without scripts does, and looks at each page. */
async function walk(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await open(page, authorizeUrl());
  await look('sign-in');
  await signIn(page, 'binh', 'not the password');
  await page.getByRole('alert').waitFor();
  await look('sign-in-wrong');
  await signIn(page);
  await page.locator('#query').waitFor();
  await page.locator('#query').fill('Nobody');
  await press(page, 'search');
  await page.locator('.empty').waitFor();
  await look('nobody-found');
  // Letters without their marks, and the given name first.
  await page.locator('#query').fill(' binh  nguyen');
  await press(page, 'search');
  await page.getByRole('radio', { name: 'Nguyễn Văn Bình' }).waitFor();
  expect(await page.getByRole('radio').count()).toBe(1);
  expect(await page.getByRole('alert').count()).toBe(0);
  await choosePatient(page, 'tr', 'Trần Thị Mai');
  await page.locator('button[value=consent]').waitFor();
  await look('consent');
  for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
  await press(page, 'consent');
  await page.getByRole('alert').waitFor();
  await look('nothing-chosen');
  await consent(page);
  await page.waitForURL(/\/index\.html\?code=/);
}

describe.each([
  ['en-GB', 'en', 'Sign in', 'The user name or the password is not right. Please check both and try again.'],
  ['vi-VN', 'vi', 'Đăng nhập', ''],
  ['zh-CN', 'zh-Hans', '登录', ''],
])('a browser in %s', (locale, lang, title, wrong) => {
  test('has every page in its language, on a phone and without scripts', async () => {
    const options = { locale, javaScriptEnabled: false, viewport: { width: 360, height: 740 }, isMobile: true };
    const window = await stage.openWindow({ ...options, hasTouch: true });
    const page = await window.newPage();
    const seen: string[] = [];
    await walk(page, async (name) => {
      seen.push(name);
      expect({ name, lang: await page.locator('html').getAttribute('lang') }).toEqual({ name, lang });
      expect({ name, ...(await page.evaluate(measureOverflow)) }).toEqual({ name, wider: 0, wide: [] });
      if (name === 'sign-in') expect(await page.locator('h1').innerText()).toBe(title);
      if (name === 'sign-in-wrong' && wrong !== '') expect(await page.getByRole('alert').innerText()).toContain(wrong);
      await stage.shoot(page, `${lang}-phone-${name}`);
    });
    expect(seen).toEqual(['sign-in', 'sign-in-wrong', 'nobody-found', 'consent', 'nothing-chosen']);
    await window.close();
  });
});

test('the keyboard alone is enough', async () => {
  const window = await stage.openWindow({ javaScriptEnabled: false });
  const page = await window.newPage();
  const { keyboard } = page;
  await open(page, authorizeUrl());
  await tabTo(page, '#login');
  await keyboard.type('binh');
  await tabTo(page, '#password');
  await keyboard.type('correct horse battery');
  await keyboard.press('Enter');
  await page.locator('#query').waitFor();
  await tabTo(page, '#query');
  await keyboard.type('pham');
  await keyboard.press('Enter');
  await page.locator('#query[value=pham]').waitFor();
  await tabTo(page, 'input[type=radio]');
  await keyboard.press('Space');
  await keyboard.press('Enter');
  await page.locator('button[value=consent]').waitFor();
  await tabTo(page, 'input[value="patient/DocumentReference.cruds"]');
  await keyboard.press('Space');
  await tabTo(page, 'button[value=consent]');
  await keyboard.press('Enter');
  await page.waitForURL(/\/index\.html\?code=/);
  await window.close();
});

/** Presses the tabulator until this has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab');
    if ((await page.locator(`${selector}:focus`).count()) === 1) return;
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

test('a page that is sent back by another browser, or too late, says so and does nothing', async () => {
  const [window, stranger] = [await stage.openWindow(), await stage.openWindow()];
  const page = await window.newPage();
  await open(page, authorizeUrl());
  const theirs = await stranger.newPage();
  const answer = await theirs.goto(page.url());
  expect(answer?.status()).toBe(400);
  expect(await theirs.locator('input').count()).toBe(0);
  await stage.shoot(theirs, 'expired');
  await window.close();
  await stranger.close();
});

test('a request that no app can be told of ends at a page of the server', async () => {
  const window = await stage.openWindow();
  const page = await window.newPage();
  const { params } = authorizeParams(stage.smart, app, SCOPE, { redirect_uri: 'https://elsewhere.example/' });
  const answer = await page.goto(`${stage.smart.house.url}/auth/authorize?${params.toString()}`);
  expect(answer?.status()).toBe(400);
  expect(new URL(page.url()).origin).toBe(stage.smart.house.url);
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.locator('h1').innerText()).not.toBe('');
  await stage.shoot(page, 'error');
  await window.close();
});

test('who tries too often is told how long to wait', async () => {
  await put(stage.smart, 'Practitioner', 'dr-tam', { name: [{ family: 'Ho', given: ['Tam'] }] });
  await stage.smart.addUser('tam', 'Practitioner/dr-tam');
  const window = await stage.openWindow({ javaScriptEnabled: false });
  const page = await window.newPage();
  await open(page, authorizeUrl());
  for (let attempt = 1; attempt <= 5; attempt++) {
    await signIn(page, 'tam', `guess ${attempt}`);
    expect(await page.getByRole('alert').innerText()).toContain('not right');
  }
  const [answer] = await Promise.all([page.waitForResponse(/interaction/), signIn(page, 'tam')]);
  expect(answer.status()).toBe(429);
  expect(Number(answer.headers()['retry-after'])).toBeGreaterThan(0);
  expect(await page.getByRole('alert').innerText()).toMatch(/too many attempts.* wait (30|2\d) seconds/i);
  await stage.shoot(page, 'throttled');
  await window.close();
});

test('no page of another site can hold these in a frame', async () => {
  const window = await stage.openWindow();
  const page = await window.newPage();
  await page.goto(`${stage.app.origin}/index.html`);
  await page.setContent(`<iframe src="${authorizeUrl().replaceAll('&', '&amp;')}"></iframe>`);
  const frame = page.frames()[1]!;
  await frame.waitForURL(/^chrome-error:/);
  expect(await frame.locator('#login').count()).toBe(0);
  await window.close();
});
