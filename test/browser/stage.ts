import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openSmartStage, PASSWORD } from '../smart/stage.ts';
import type { App, Proof, SmartStage } from '../smart/stage.ts';
import { launchBrowser } from './browser.ts';
import { serveApp } from './app-server.ts';
import type { AppServer } from './app-server.ts';

/** To be looked at by people; of the last run only. */
const SCREENSHOTS = join(tmpdir(), 'consilium-screenshots');

export const STANDALONE_SCOPE = 'openid fhirUser launch/patient patient/*.rs user/Practitioner.rs offline_access';
export const EHR_SCOPE = 'openid fhirUser launch patient/*.rs user/Practitioner.rs online_access';

/** The hospital of test/smart with documents of its patients, a browser, and a SMART app on another site. */
export interface BrowserStage {
  readonly smart: SmartStage;
  readonly app: AppServer;
  /** Registers the app anew, with a proof of its own, and has it ask for `scope`. */
  register(scope: string, proof?: Proof): Promise<App>;
  /** Has the hospital's EHR announce a launch of the app; answers with the address that it opens. */
  announce(app: App, context: Readonly<Record<string, unknown>>): Promise<string>;
  /** A person's own browser: nothing of it is shared with other windows. */
  openWindow(options?: BrowserContextOptions): Promise<BrowserContext>;
  shoot(page: Page, name: string): Promise<void>;
  /** @throws when a page of the server tried what its policy forbids */
  close(): Promise<void>;
}

export async function openBrowserStage(): Promise<BrowserStage> {
  const [smart, app, browser] = await Promise.all([openSmartStage(), serveApp(), launchBrowser()]);
  await mkdir(SCREENSHOTS, { recursive: true });
  await Promise.all([
    ...['Biopsy', 'Mammogram'].map((what) => addDocument(smart, 'tran', what)),
    addDocument(smart, 'pham', 'Echocardiogram'),
  ]);
  await put(smart, 'Patient', 'nguyen', { name: [{ family: 'Nguyễn', given: ['Văn', 'Bình'] }] });
  const violations: string[] = [];
  return {
    smart,
    app,
    async announce(to, context) {
      const answer = await fetch(`${smart.house.url}/auth/launches`, {
        method: 'POST',
        headers: { authorization: `Bearer ${smart.ehr.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ client: to.id, user: smart.doctor.fhirUser, ...context }),
      });
      const { launch_url: address } = (await answer.json()) as { launch_url?: string };
      if (answer.status !== 201 || address === undefined) throw new Error(`no launch: ${answer.status}`);
      return address;
    },
    async register(scope, proof = 'none') {
      const registered = await smart.addApp({
        proof,
        redirectUri: `${app.origin}/index.html`,
        launchUri: `${app.origin}/launch.html`,
      });
      const { id, secret, privateJwk } = registered;
      app.configure({
        iss: smart.fhir,
        clientId: id,
        scope,
        ...(secret === undefined ? {} : { clientSecret: secret }),
        ...(privateJwk === undefined ? {} : { clientPrivateJwk: privateJwk }),
      });
      return registered;
    },
    async openWindow(options) {
      const window = await openWindow(browser, options);
      window.on('console', (message) => {
        const text = message.text();
        // To be framed is tried on purpose.
        const isViolation = text.includes('Content Security Policy') && !text.includes('frame-ancestors');
        if (isViolation) violations.push(text);
      });
      return window;
    },
    async shoot(page, name) {
      await page.screenshot({ path: join(SCREENSHOTS, `flow-${name}.png`), fullPage: true });
    },
    async close() {
      await browser.close();
      await app.close();
      await smart.end();
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
  };
}

async function openWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const window = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options });
  window.setDefaultTimeout(10_000);
  return window;
}

async function addDocument(smart: SmartStage, patient: string, description: string): Promise<void> {
  await put(smart, 'DocumentReference', description.toLowerCase(), {
    status: 'current',
    description,
    subject: { reference: `Patient/${patient}` },
    content: [{ attachment: { contentType: 'text/plain', data: btoa(description) } }],
  });
}

/** The hospital's EHR sends a record of its own. */
export async function put({ ehr }: SmartStage, type: string, id: string, resource: object): Promise<void> {
  const { status, text } = await ehr.fetch('PUT', `/${type}/${id}`, { resourceType: type, id, ...resource });
  if (status !== 201) throw new Error(`${type}/${id}: ${text}`);
}

/** Presses a button of the server's pages: its name depends on the language, its step does not. */
export async function press(page: Page, step: string): Promise<void> {
  await page.locator(`button[name=step][value=${step}]`).first().click();
}

/** Opens the app and waits for what the server shows first. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('main h1').waitFor();
}

export async function signIn(page: Page, login = 'binh', password = PASSWORD): Promise<void> {
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(password);
  await press(page, 'sign-in');
}

/** Finds a patient by (part of) the name, as typed, and chooses the one that is left. */
export async function choosePatient(page: Page, query: string, name: string): Promise<void> {
  await page.locator('#query').fill(query);
  await press(page, 'search');
  await page.getByRole('radio', { name }).check();
  await press(page, 'choose');
}

export async function consent(page: Page, untick: readonly string[] = []): Promise<void> {
  await page.locator('button[value=consent]').waitFor();
  for (const scope of untick) await page.locator(`input[name=scope][value="${scope}"]`).uncheck();
  await press(page, 'consent');
}

/** What the app shows when it has read all that it shows, or could not. */
export async function readApp(page: Page): Promise<Readonly<Record<string, string>>> {
  await page.waitForURL(/\/index\.html/);
  await page.locator('body[data-shown]').waitFor();
  const entries = ['problem', 'patient', 'user', 'encounter', 'context', 'scope'].map(
    async (id) => [id, await page.locator(`#${id}`).innerText()] as const,
  );
  const documents = await page.locator('#documents li').allInnerTexts();
  return { ...Object.fromEntries(await Promise.all(entries)), documents: documents.sort().join(', ') };
}

type Button = 'ask' | 'refresh' | 'sign-out' | 'listen' | 'leave';

/** What the app answers when one of its buttons is pressed. */
export async function askApp(page: Page, button: Button, records?: string): Promise<string> {
  if (records !== undefined) await page.locator('#asked').fill(records);
  await page.locator(`#${button}`).click();
  const answer = page.locator('#answer', { hasText: /^[^…]/ });
  await page.locator('#answer', { hasText: /^[^…]/ }).or(page.locator('#problem:not(:empty)')).first().waitFor();
  return (await answer.count()) > 0 ? await answer.innerText() : await page.locator('#problem').innerText();
}
