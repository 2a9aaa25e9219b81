import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { putRecord } from '../auth/records.ts';
import { createTestDatabase } from '../support/database.ts';
import { callConsilium, makeFolder } from './consilium.ts';
import type { Outcome } from './consilium.ts';

/** The commands about the rules of programmes. */
const SEVEN_DAYS = fileURLToPath(new URL('../../profiles/programmes/seven-days.json', import.meta.url));

let folder: string;
let remove: () => void;
let drop: () => Promise<void>;
let url: string;
let owner: pg.Client;

beforeAll(async () => {
  ({ folder, remove } = makeFolder());
  ({ url, drop } = await createTestDatabase());
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await drop();
  remove();
});

const consilium = (...args: string[]): Promise<Outcome> =>
  callConsilium(folder, { DATABASE_URL: url, DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'silent' }, ...args);
const done = (stdout: unknown) => ({ status: 0, stderr: '', stdout });
const failed = (stderr: unknown) => ({ status: 1, stdout: '', stderr });

type File = Record<string, unknown> & { services: Record<string, unknown>[]; calendar: Record<string, unknown> };

/** Writes the rules of seven-days, changed, to a file in the folder of the test. */
function writeRules(name: string, change: (file: File) => void = () => undefined): string {
  const file = JSON.parse(readFileSync(SEVEN_DAYS, 'utf8')) as File;
  change(file);
  writeFileSync(join(folder, name), JSON.stringify(file, null, 2));
  return name;
}

/** Current versions of the records under HealthcareService/seven-days-…, by service. */
async function published(): Promise<
  Record<string, { version: number; readers: string[]; body: Record<string, unknown> }>
> {
  const { rows } = await owner.query<{ ref: string; version: string; readers: string[]; body: string }>(
    `select ref, version, readers, body from record where type = 'HealthcareService' and ref like '%/seven-days-%'`,
  );
  return Object.fromEntries(
    rows.map(({ ref, version, readers, body }) => [
      ref.replace('HealthcareService/seven-days-', ''),
      { version: Number(version), readers, body: JSON.parse(body) as Record<string, unknown> },
    ]),
  );
}

describe('programme check', () => {
  test('tells what the programme does', async () => {
    const { status, stdout, stderr } = await consilium('programme', 'check', SEVEN_DAYS);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Second opinions in seven days (seven-days)\n');
    expect(stdout).toMatch(/single-specialist-opinion +7 days from submission +USD 400 to 800 +1 +alone\n/);
    expect(stdout).toMatch(/Records +in zh, en; others are translated by the programme\n/);
    expect(stdout).toMatch(/Holidays +\d+ days, known until 2027-12-31\n/);
    expect(stdout).toMatch(/required +the pathology report +multidisciplinary-opinion\n/);
  });

  test('tells all mistakes with their places', async () => {
    const file = writeRules('wrong.json', (rules) => {
      rules.services[0]!['turnaround'] = { amount: 7, unit: 'dayz', from: 'submission' };
      rules.calendar['timeZone'] = 'Asia/Shangai';
      delete rules['title'];
    });
    const outcome = await consilium('programme', 'check', file);
    expect(outcome).toEqual(failed(expect.stringMatching(/\nwrong.json has 3 mistakes.\n$/)));
    expect(outcome.stderr).toContain('title: This is missing. Add it.\n');
    expect(outcome.stderr).toContain(
      'calendar.timeZone: There is no time zone "Asia/Shangai". Did you mean Asia/Shanghai',
    );
    expect(outcome.stderr).toContain('services[0].turnaround.unit: This has to be one of hours, days, ');
  });

  test('tells where a file is no JSON, and that there is none', async () => {
    writeFileSync(join(folder, 'broken.json'), '{\n  "programme": seven-days\n}');
    expect(await consilium('programme', 'check', 'broken.json')).toEqual(
      failed(expect.stringMatching(/\(line 2, column 16\)[^]*broken.json has a mistake.\n$/)),
    );
    expect(await consilium('programme', 'check', 'absent.json')).toEqual(
      failed('absent.json: there is no such file or folder. Check the path.\n'),
    );
  });

  test.each([
    [['2019-01-01'], 'The holidays are known until 2019-12-31. Add the next year to calendar.holidays.\n'],
    [[], 'No holidays are given: business days are all working days. Add calendar.holidays.\n'],
  ])('warns of a calendar that has ended: %j', async (holidays, warning) => {
    const file = writeRules('ended.json', (rules) => (rules.calendar['holidays'] = holidays));
    expect(await consilium('programme', 'check', file)).toMatchObject({ status: 0, stderr: warning });
  });

  test('does not warn where nothing is counted in business days', async () => {
    const file = writeRules('days.json', (rules) => {
      rules.calendar['holidays'] = [];
      rules['confirmation'] = { required: false };
    });
    expect(await consilium('programme', 'check', file)).toMatchObject({ status: 0, stderr: '' });
  });

  test.each([
    [[], 'FILE is missing.'],
    [[''], 'FILE is empty.'],
    [['a.json', 'b.json'], '"b.json" is too much here.'],
    [['--file', 'a.json'], 'There is no option --file.'],
  ])('takes one file: %j', async (args, said) => {
    const { status, stderr } = await consilium('programme', 'check', ...args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(said) });
  });
});

describe('programme set', () => {
  test('asks for an organisation that is a programme', async () => {
    expect(await consilium('programme', 'set', SEVEN_DAYS)).toEqual(
      failed(
        expect.stringContaining('There is no organisation seven-days. Correct "programme" in the file, or register it'),
      ),
    );
    await consilium('organization', 'add', '--id', 'north', '--name', 'North', '--role', 'placer');
    const file = writeRules('placer.json', (rules) => (rules['programme'] = 'north'));
    expect(await consilium('programme', 'set', file)).toEqual(
      failed('north is registered as placer, not as programme. Correct "programme" in the file.\n'),
    );
    expect(await published()).toEqual({});
  });

  test('keeps the rules and publishes the services for everyone', async () => {
    await consilium('organization', 'add', '--id', 'seven-days', '--name', 'Seven Days', '--role', 'programme');
    expect(await consilium('programme', 'show', 'seven-days')).toEqual(
      failed(expect.stringContaining('seven-days has no rules yet')),
    );
    expect(await consilium('programme', 'set', SEVEN_DAYS)).toEqual(
      done(
        'seven-days: the rules are those of revision 1.\n' +
          'seven-days: HealthcareService/seven-days-single-specialist-opinion is published.\n' +
          'seven-days: HealthcareService/seven-days-multidisciplinary-opinion is published.\n' +
          'seven-days: HealthcareService/seven-days-video-consultation is published.\n',
      ),
    );
    const services = await published();
    expect(Object.keys(services)).toHaveLength(3);
    expect(services['video-consultation']).toMatchObject({
      version: 1,
      readers: ['*', 'seven-days'],
      body: { active: true, comment: 'Takes: by agreement. Price: USD 200 to 400.' },
    });
    const { rows } = await owner.query(`select organization, detail from audit where detail like 'rules=%'`);
    expect(rows).toEqual([{ organization: 'seven-days', detail: 'rules=1' }]);
  });

  test('the same rules again change nothing', async () => {
    expect(await consilium('programme', 'set', writeRules('same.json'))).toEqual(
      done('seven-days: the rules are those of revision 1, as before.\n'),
    );
  });

  test('a file with mistakes changes nothing', async () => {
    const file = writeRules('wrong.json', (rules) => (rules['thirdOpinion'] = 'now and then'));
    expect(await consilium('programme', 'set', file)).toMatchObject({ status: 1, stdout: '' });
    expect((await owner.query('select count(*)::int as n from programme_rules')).rows).toEqual([{ n: 1 }]);
  });

  test('other rules become the next revision, and the one before stays as it was', async () => {
    const file = writeRules('next.json', (rules) => {
      rules.services.pop();
      rules.services[0]!['price'] = { currency: 'USD', low: 500, high: 900 };
      rules['steps'] = undefined;
    });
    expect(await consilium('programme', 'set', file)).toEqual(
      done(
        'seven-days: the rules are those of revision 2.\n' +
          'seven-days: HealthcareService/seven-days-single-specialist-opinion is published.\n' +
          'seven-days: HealthcareService/seven-days-video-consultation is inactive.\n',
      ),
    );
    const services = await published();
    expect(services['multidisciplinary-opinion']!.version).toBe(1);
    expect(services['video-consultation']).toMatchObject({ version: 2, body: { active: false } });
    const before = await consilium('programme', 'show', 'seven-days', '--revision', '1', '--json');
    expect(JSON.parse(before.stdout)).toMatchObject(JSON.parse(readFileSync(SEVEN_DAYS, 'utf8')));
  });

  test('rules whose services cannot be published are not kept', async () => {
    await consilium('organization', 'add', '--id', 'taken', '--name', 'Taken', '--role', 'programme');
    await putRecord(owner, 'north', 'HealthcareService/taken-multidisciplinary-opinion');
    const file = writeRules('taken.json', (rules) => (rules['programme'] = 'taken'));
    expect(await consilium('programme', 'set', file)).toEqual(
      failed(
        expect.stringContaining('HealthcareService/taken-multidisciplinary-opinion is the record of another partner'),
      ),
    );
    expect((await consilium('programme', 'show', 'taken')).stderr).toContain('taken has no rules yet');
    const { rows } = await owner.query(
      `select ref from record where ref = 'HealthcareService/taken-single-specialist-opinion'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('programme show', () => {
  test('the current rules, for people and as a file that can be set', async () => {
    const { status, stdout } = await consilium('programme', 'show', 'seven-days');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Revision 2\nSecond opinions in seven days \(seven-days\)\n/);
    expect(stdout).toContain('USD 500 to 900');
    const json = await consilium('programme', 'show', 'seven-days', '--json');
    writeFileSync(join(folder, 'shown.json'), json.stdout);
    expect(await consilium('programme', 'set', 'shown.json')).toEqual(
      done('seven-days: the rules are those of revision 2, as before.\n'),
    );
  });

  test.each([
    [['north'], 1, 'There is no programme north.'],
    [['seven-days', '--revision', '3'], 1, 'seven-days has no revision 3 of its rules. The last one is 2.'],
    [['seven-days', '--revision', 'last'], 2, '--revision is a whole number from 1, not "last".'],
    [[], 2, 'ID is missing.'],
  ])('%j', async (args, status, said) => {
    const outcome = await consilium('programme', 'show', ...args);
    expect(outcome).toEqual({ status, stdout: '', stderr: expect.stringContaining(said) });
  });
});

test('programme list shows which programmes have rules', async () => {
  expect((await consilium('programme', 'list')).stdout).toBe(
    'ID          REVISION  SERVICES  TITLE\n' +
      'seven-days  2         2         Second opinions in seven days\n' +
      'taken       none      all       Taken\n',
  );
  const { stdout } = await consilium('programme', 'list', '--json');
  expect(JSON.parse(stdout)).toEqual([
    {
      id: 'seven-days',
      name: 'Seven Days',
      revision: 2,
      title: 'Second opinions in seven days',
      services: ['single-specialist-opinion', 'multidisciplinary-opinion'],
    },
    { id: 'taken', name: 'Taken' },
  ]);
});
