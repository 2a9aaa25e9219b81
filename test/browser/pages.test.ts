import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { SHEET_LANGUAGES } from '../../src/pages/index.ts';
import { FORM, LANGUAGES, renderAll, SCOPES } from '../pages/samples.ts';
import { renderSheets } from '../pages/sheet-samples.ts';
import { launchBrowser } from './browser.ts';
import { describeFocus, listFocusable, measureContrast, measureOverflow, measureTargets } from './measure.js';
import { servePages } from './page-server.ts';
import type { PageServer } from './page-server.ts';

/** To be looked at by people; of the last run only. */
const SCREENSHOTS = join(tmpdir(), 'consilium-screenshots');

const LONG = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(9);
const STRANGE = { organization: LONG, client: LONG, user: LONG, patient: LONG, other: LONG };

const PAGES: Readonly<Record<string, string>> = Object.fromEntries([
  ...LANGUAGES.flatMap((language) =>
    Object.entries(renderAll(language)).map(([name, html]) => [`/${language}/${name}`, html]),
  ),
  ...Object.entries(renderAll('en', STRANGE)).map(([name, html]) => [`/long/${name}`, html]),
  ...SHEET_LANGUAGES.flatMap((language) =>
    Object.entries(renderSheets(language)).map(([name, html]) => [`/sheet-${language}/${name}`, html]),
  ),
  // Names that are written from right to left.
  ...Object.entries(renderAll('en', { ...STRANGE, patient: 'ליאת כהן', client: 'ملف المريض', other: 'x' })).map(
    ([name, html]) => [`/rtl/${name}`, html],
  ),
]);
const PATHS = Object.keys(PAGES);
/** Those of usual names; the others have the same elements. */
const USUAL_PATHS = PATHS.filter((path) => !/^\/(long|rtl)\//.test(path));

let browser: Browser;
let server: PageServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), servePages(PAGES)]);
  await mkdir(SCREENSHOTS, { recursive: true });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** As a person has it whose browser runs no scripts at all. */
async function openWindow(width: number, colorScheme: 'light' | 'dark'): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width, height: 800 }, colorScheme, javaScriptEnabled: false });
}

/** Goes through pages in one window; what the browser complains about is collected. */
async function visit(
  paths: readonly string[],
  width: number,
  scheme: 'light' | 'dark',
  look: (page: Page, path: string) => Promise<void>,
) {
  const window = await openWindow(width, scheme);
  const page = await window.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  for (const path of paths) {
    const answer = await page.goto(server.address + path);
    expect(answer?.status()).toBe(200);
    await look(page, path);
  }
  await window.close();
  expect(complaints).toEqual([]);
}

describe.each([
  [320, 'light'],
  [320, 'dark'],
  [1280, 'light'],
  [1280, 'dark'],
] as const)('a window of %d pixels, %s', (width, scheme) => {
  // Each width and each scheme once.
  const isShot = (width === 320) === (scheme === 'light');

  test('nothing sticks out, all can be read and pressed', async () => {
    await visit(PATHS, width, scheme, async (page, path) => {
      expect({ path, ...(await page.evaluate(measureOverflow)) }).toEqual({ path, wider: 0, wide: [] });
      const contrasts = await page.evaluate(measureContrast);
      expect(contrasts.length).toBeGreaterThan(3);
      const faint = contrasts.filter(({ kind, contrast }) => contrast < (kind === 'text' ? 4.5 : 3));
      expect({ path, faint }).toEqual({ path, faint: [] });
      const small = (await page.evaluate(measureTargets)).filter((target) => target.width < 44 || target.height < 44);
      expect({ path, small }).toEqual({ path, small: [] });
      if (!isShot) return;
      const name = `${path.slice(1).replace('/', '-')}-${width}-${scheme}.png`;
      await page.screenshot({ path: join(SCREENSHOTS, name), fullPage: true });
    });
  });
});

test('the keyboard reaches everything in the order of the page, and one sees where it is', async () => {
  await visit(USUAL_PATHS, 1280, 'light', async (page, path) => {
    const expected = await page.evaluate(listFocusable);
    const reached: string[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate(describeFocus);
      // Behind the last there is the browser's own, or the first again.
      if (focus === undefined || reached.length > expected.length) break;
      if (reached.length === expected.length && focus.element === expected[0]) break;
      reached.push(focus.element);
      expect({ path, ...focus, outline: focus.outline >= 2 }).toMatchObject({ path, outline: true, isInView: true });
    }
    expect({ path, reached }).toEqual({ path, reached: expected });
  });
});

test('whatever can be used has a name in the accessibility tree', async () => {
  const used = [
    'button',
    'textbox',
    'searchbox',
    'checkbox',
    'radio',
    'link',
    'group',
    'heading',
    'DisclosureTriangle',
  ];
  const roles = new Set<string>();
  const window = await openWindow(1280, 'light');
  const page = await window.newPage();
  const session = await window.newCDPSession(page);
  for (const path of USUAL_PATHS) {
    await page.goto(server.address + path);
    const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: AccessibilityNode[] };
    const shown = nodes.filter(({ ignored, role }) => !ignored && used.includes(role?.value ?? ''));
    for (const { role } of shown) roles.add(role!.value);
    // A <details> is a group without a name; its summary has one.
    const nameless = shown.filter(({ name, role }) => (name?.value ?? '').trim() === '' && role?.value !== 'group');
    expect({ path, nameless }).toEqual({ path, nameless: [] });
    const landmarks = nodes
      .map(({ role }) => role?.value)
      .filter((role) => ['banner', 'main', 'contentinfo'].includes(role ?? ''));
    expect({ path, landmarks }).toEqual({ path, landmarks: ['banner', 'main', 'contentinfo'] });
  }
  expect([...roles]).toEqual(
    expect.arrayContaining(['button', 'textbox', 'searchbox', 'checkbox', 'radio', 'link', 'heading']),
  );
  await window.close();
});

interface AccessibilityNode {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
}

test('what is read out with a field: its label, what went wrong, what it means', async () => {
  const window = await openWindow(1280, 'light');
  const page = await window.newPage();
  await page.goto(`${server.address}/en/sign-in-wrong`);
  expect(await page.locator('main').ariaSnapshot()).toContain('alert: The user name or the password is not right.');
  const password = page.getByLabel('Password', { exact: true });
  expect(await password.getAttribute('aria-describedby')).toBe('problem');
  await page.goto(`${server.address}/en/consent`);
  const tree = await page.locator('main').ariaSnapshot();
  expect(tree).toContain('heading "Opinion Desk asks for access" [level=1]');
  expect(tree).toContain('group "Delete records"');
  expect(tree).toContain('checkbox "Read the documents of Mrs Tran" [checked]');
  await page.goto(`${server.address}/en/choose-patient`);
  expect(await page.locator('main').ariaSnapshot()).toContain(
    'radio "Mrs Tran born 2 April 1958 female No. 4711-0815"',
  );
  await window.close();
});

describe('forms, without any script', () => {
  let window: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    window = await openWindow(360, 'light');
    page = await window.newPage();
  });

  afterAll(() => window.close());

  /** Opens a page, does something on it, and gives back what came of it. */
  async function send(path: string, act: () => Promise<void>): Promise<PageServer['sent'][number]> {
    const before = server.sent.length;
    await page.goto(server.address + path);
    await act();
    await page.waitForURL(server.address + FORM.action);
    expect(server.sent).toHaveLength(before + 1);
    const last = server.sent.at(-1)!;
    expect(last.path).toBe(FORM.action);
    expect(last.fields[0]).toEqual(['csrf', FORM.csrf]);
    return { ...last, fields: last.fields.slice(1) };
  }

  test('sign in by the enter key', async () => {
    const { fields } = await send('/en/sign-in', async () => {
      await page.getByLabel('User name').fill('anna');
      await page.getByLabel('Password').fill('pass & wörd+');
      await page.keyboard.press('Enter');
    });
    expect(fields).toEqual([
      ['login', 'anna'],
      ['password', 'pass & wörd+'],
      ['step', 'sign-in'],
    ]);
  });

  test('sign-in waits until both are filled in; cancelling does not', async () => {
    await page.goto(`${server.address}/en/sign-in`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(page.url()).toBe(`${server.address}/en/sign-in`);
    const { fields } = await send('/en/sign-in', () => page.getByRole('button', { name: 'Cancel' }).click());
    expect(fields.at(-1)).toEqual(['step', 'cancel']);
  });

  test('search by the enter key, in Chinese', async () => {
    const { fields } = await send('/zh/choose-patient', async () => {
      await page.getByLabel('姓名、编号或出生日期').fill('王小明');
      await page.keyboard.press('Enter');
    });
    expect(fields).toEqual([
      ['query', '王小明'],
      ['step', 'search'],
    ]);
  });

  test('choose a patient by the arrow keys; with nobody chosen it waits', async () => {
    await page.goto(`${server.address}/en/choose-patient`);
    const next = page.getByRole('button', { name: 'Continue with this patient' });
    await next.click();
    expect(page.url()).toBe(`${server.address}/en/choose-patient`);
    const { fields } = await send('/en/choose-patient', async () => {
      await page.getByRole('radio').first().focus();
      await page.keyboard.press('ArrowDown');
      await next.click();
    });
    expect(fields).toEqual([
      ['patient', 'p2'],
      ['step', 'choose'],
    ]);
  });

  test('choose by pressing anywhere in the row', async () => {
    const { fields } = await send('/vi/choose-patient', async () => {
      await pressAt(page.getByText('sinh 1974'));
      await page.getByRole('button', { name: 'Tiếp tục' }).click();
    });
    expect(fields[0]).toEqual(['patient', 'p3']);
  });

  test('what is unticked is not sent', async () => {
    const { fields } = await send('/en/consent', async () => {
      await page.getByLabel('Delete the documents of Mrs Tran').uncheck();
      // The caution belongs to the row as well.
      await pressAt(page.getByText('records of every kind'));
      await page.getByRole('button', { name: 'Allow access' }).click();
    });
    const left = SCOPES.filter(
      (text) => !['openid', 'launch', 'patient/DocumentReference.d', 'user/*.rs'].includes(text),
    );
    const sent = fields.filter(([name]) => name === 'scope').map(([, value]) => value);
    expect(sent.sort()).toEqual([...left].sort());
    expect(fields.at(-1)).toEqual(['step', 'consent']);
  });

  test('not allowing says so', async () => {
    const { fields } = await send('/zh/consent', () => page.getByRole('button', { name: '不允许' }).click());
    expect(fields.at(-1)).toEqual(['step', 'cancel']);
  });

  test('end an access, sign out', async () => {
    const ended = await send('/en/manage', () =>
      page.getByRole('button', { name: 'End access – Opinion Desk 2' }).click(),
    );
    expect(ended.fields).toEqual([
      ['grant', 'g2'],
      ['step', 'end'],
    ]);
    const left = await send('/en/manage', () => page.getByRole('button', { name: 'Sign out' }).first().click());
    expect(left.fields).toEqual([['step', 'sign-out']]);
  });

  test('what an application may do is unfolded', async () => {
    await page.goto(`${server.address}/en/manage`);
    const sentence = page.getByText('Read the documents of Mrs Tran').first();
    expect(await sentence.isVisible()).toBe(false);
    await page.getByText('What it may do').first().press('Enter');
    expect(await sentence.isVisible()).toBe(true);
  });
});

/** Presses where something stands, whatever lies over it. */
async function pressAt(place: Locator): Promise<void> {
  await place.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await place.boundingBox())!;
  await place.page().mouse.click(x + width - 2, y + height / 2);
}

test('who wants no motion gets none', async () => {
  const window = await browser.newContext({ reducedMotion: 'reduce', javaScriptEnabled: false });
  const page = await window.newPage();
  await page.goto(`${server.address}/en/sign-in`);
  const button = page.getByRole('button', { name: 'Cancel' });
  const durations = await button.evaluate((element) =>
    element.computedStyleMap().get('transition-duration')?.toString(),
  );
  expect(durations).toBe('0s');
  await window.close();
});

test('on paper there is the text and no button', async () => {
  const window = await openWindow(1280, 'light');
  const page = await window.newPage();
  await page.goto(`${server.address}/en/consent`);
  await page.emulateMedia({ media: 'print' });
  expect(await page.getByRole('button', { name: 'Allow access' }).isVisible()).toBe(false);
  expect(await page.getByText('Read the documents of Mrs Tran').isVisible()).toBe(true);
  await window.close();
});
