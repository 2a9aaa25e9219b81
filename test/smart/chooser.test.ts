import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { authorizeParams, openSmartStage, PASSWORD } from './stage.ts';
import type { App, SmartStage } from './stage.ts';
import { choicesOf } from './user-agent.ts';
import type { Page, UserAgent } from './user-agent.ts';

let stage: SmartStage;
let app: App;
let browser: UserAgent;
let page: Page;
beforeAll(async () => {
  stage = await openSmartStage();
  app = await stage.addApp();
  const hospital = 'https://hospital.test/mrn';
  await patient('by-text', { name: [{ text: 'Đặng Thuý Vy' }], birthDate: '1961-04-02' });
  await patient('in-parts', { name: [{ family: 'Đặng', given: ['Văn', 'Vỹ'] }], birthDate: '1980-12-31' });
  await patient('han', { name: [{ text: '陈美玲' }], identifier: [{ system: hospital, value: 'HN|47,11' }] });
  const two = [{ system: hospital, value: '0815' }, { value: 'BH-4711' }];
  await patient('numbers', { name: [{ text: 'An Pham' }], identifier: two, birthDate: '1999' });
  const { status } = await stage.other.fetch('PUT', '/Patient/theirs', {
    resourceType: 'Patient',
    id: 'theirs',
    name: [{ text: 'Đặng Vy' }],
    identifier: [{ value: 'BH-4711' }],
    birthDate: '1961-04-02',
  });
  expect(status).toBe(201);
  browser = stage.browser();
  const { params } = authorizeParams(stage, app, 'launch/patient patient/*.rs');
  page = await browser.get(`/auth/authorize?${String(params)}`);
  page = await browser.submit(page, 'sign-in', { login: 'binh', password: PASSWORD });
});
afterAll(() => stage.end());

async function patient(id: string, resource: object): Promise<void> {
  const { status } = await stage.ehr.fetch('PUT', `/Patient/${id}`, { resourceType: 'Patient', id, ...resource });
  expect(status).toBe(201);
}

async function find(query: string): Promise<Page> {
  return await browser.submit(page, 'search', { query });
}

test.each([
  // The one whose name begins so comes first.
  ['a word anywhere, without its marks', 'vy', ['in-parts', 'by-text']],
  ['words in another order', 'VY dang', ['in-parts', 'by-text']],
  ['a part of a name without blanks', '美玲', ['han']],
  ['the whole number', '0815', ['numbers']],
  ['a second number', ' BH-4711 ', ['numbers']],
  ['a number of signs that mean something in a search', 'HN|47,11', ['han']],
  ['the beginning of a number', '081', []],
  ['the date of birth, among patients of the stage', '1961-04-02', ['by-text', 'tran']],
  ['name and date', 'dang 1961-04-02', ['by-text']],
  ['a day that there is not', '1961-02-30', []],
  ['signs alone', '-- | , $ \\', []],
  ['what cannot be seen', '\u0000\u0301 vy', ['in-parts', 'by-text']],
  ['more than anybody types', 'vy '.repeat(2000), ['in-parts', 'by-text']],
])('%s: %j', async (_what, query, expected) => {
  const found = await find(query);
  const ids = choicesOf(found, 'patient');
  expect([found.status, query.includes('1961') ? ids.sort() : ids]).toEqual([200, expected]);
});

test('says beside the field how to find somebody, and of several numbers shows the one that was sought', async () => {
  const found = await find('BH-4711');
  const text = found.text.replace(/<[^>]+>/g, '');
  expect(text).toContain('An Pham born 1999 No. BH-4711');
  expect(text).toContain('1958-04-02');
  expect((await find('An Pham')).text.replace(/<[^>]+>/g, '')).toContain('An Pham born 1999 No. 0815');
});

test('consent names the patient with birth date and number', async () => {
  const consent = await browser.submit(await find('0815'), 'choose', { patient: 'numbers' });
  expect(consent.text.replace(/<[^>]+>/g, '')).toContain('An Pham born 1999 No. 0815');
  expect(consent.text).toContain('/auth/manage"');
});

test('who stands for some patients finds those alone', async () => {
  const { status } = await stage.ehr.fetch('PUT', '/Person/carer', { resourceType: 'Person', id: 'carer' });
  expect(status).toBe(201);
  await stage.addUser('family', 'Person/carer', { patients: ['Patient/in-parts', 'Patient/tran'] });
  const other = stage.browser();
  const { params } = authorizeParams(stage, app, 'launch/patient patient/*.rs');
  let at = await other.get(`/auth/authorize?${String(params)}`);
  at = await other.submit(at, 'sign-in', { login: 'family', password: PASSWORD });
  for (const [query, expected] of [
    ['', ['in-parts', 'tran']],
    ['vy', ['in-parts']],
    ['1961-04-02', ['tran']],
    ['0815', []],
  ] as const) {
    const found = await other.submit(at, 'search', { query });
    expect([query, choicesOf(found, 'patient').sort()]).toEqual([query, expected]);
  }
});
