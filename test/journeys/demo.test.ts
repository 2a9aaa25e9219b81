import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/index.ts';
import { runDemo } from '../../src/demo/index.ts';
import type { DemoOptions, RecordFile } from '../../src/demo/index.ts';
import { findFreePort } from '../support/house.ts';

const CLI = new URL('../../src/cli.ts', import.meta.url).pathname;
const MINUTE = 60_000;

let folder: string;
let port: number;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consilium-demo-'));
  // Whoever runs the tests as root: PostgreSQL runs as another user, who has to reach the data.
  await chmod(folder, 0o755);
  port = await findFreePort();
});

afterAll(async () => {
  for (const child of running) child.kill('SIGTERM');
  await Promise.all([...running].map((child) => new Promise((resolve) => child.once('exit', resolve))));
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  /** What it has printed so far; errors included. */
  readonly output: () => string;
  readonly status: Promise<number | null>;
}

/** The command as a user types it: a process of its own, with the embedded database. */
function start(...args: string[]): Run {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, PORT: String(port), DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  running.add(child);
  const status = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, output: () => output, status };
}

async function untilPrinted(run: Run, text: string): Promise<void> {
  while (!run.output().includes(text)) {
    if (!running.has(run.child)) throw new Error(`it ended without "${text}":\n${run.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const CASE = /Case (SO-\d\d-\w{4}-\w{4}) is answered/;

test(
  'the story is told to its end, the report lies on the disk, and it can be told again',
  async () => {
    const first = start('demo', '--once');
    expect({ status: await first.status, output: first.output() }).toMatchObject({ status: 0 });
    const lines = first.output().split('\n');
    const calls = lines.filter((line) => /^ {3}\S.* \d{3} +\d+ ms$/.test(line));
    expect(calls.length).toBeGreaterThan(30);
    for (const who of ['home EHR', 'coordinator', 'reviewer', 'other EHR']) {
      expect(calls.some((line) => line.startsWith(`   ${who} `))).toBe(true);
    }
    // The commands to be copied are as long as they are; all that is told fits.
    const told = lines.slice(
      0,
      lines.findIndex((line) => line.includes('PDF  ')),
    );
    expect(told.length).toBeGreaterThan(calls.length);
    expect(told.filter((line) => line.length > 100)).toEqual([]);
    // A refusal that nobody announced would look like a mishap.
    const refusal = lines.findIndex((line) => line.startsWith('   coordinator PUT') && line.includes(' 422 '));
    expect(lines[refusal - 1]).toContain('the server has to refuse');
    expect(first.output()).toContain('Legal moves:');
    // Its server is gone: what could be tried there is not shown, but how to keep it up.
    expect(first.output()).not.toContain('curl');
    expect(lines).toContain(`PORT=${port} npm run demo`);
    expect(first.output()).not.toContain('\u001B[');
    const pdf = /PDF +(\/\S+)/.exec(first.output())![1]!;
    expect((await readFile(pdf)).toString('latin1', 0, 5)).toBe('%PDF-');

    // Again, on the same data and with a record: a case of its own. This time it stays up.
    const file = join(folder, 'record.json');
    await writeFile(file, record('Malignant tumor of breast').text);
    const second = start('demo', '--record', file);
    await untilPrinted(second, 'Ctrl-C ends it');
    expect(second.output()).toContain('4 entries');
    const words = second.output().replaceAll(/\s+/g, ' ');
    expect(words).toContain('the case is about "Malignant tumor of breast", known since 2020-02-29');
    expect(CASE.exec(second.output())![1]).not.toBe(CASE.exec(first.output())![1]);

    // The commands that it shows do what they say.
    const [, key = ''] = /--key (\S+)/.exec(second.output())!;
    const asked = start(
      ...['token', '--client', 'demo-hospital-ehr', '--key', key],
      ...['--scope', 'system/*.rs', '--base', `http://127.0.0.1:${port}`],
    );
    expect({ status: await asked.status, output: asked.output() }).toMatchObject({ status: 0 });
    const [, link = ''] = /Report +(http\S+)/.exec(second.output())!;
    const answer = await fetch(link, { headers: { authorization: `Bearer ${asked.output().trim()}` } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      resourceType: 'DiagnosticReport',
      status: 'final',
      resultsInterpreter: [{ reference: 'PractitionerRole/demo-reviewer-halvorsen-role' }],
      presentedForm: [{ contentType: 'application/pdf' }],
    });

    // While it is up its port is taken, and that is said plainly.
    const third = start('demo', '--once');
    expect(await third.status).toBe(1);
    expect(third.output()).toContain(`Port ${port} on 127.0.0.1 is taken`);

    second.child.kill('SIGINT');
    expect(await second.status).toBe(0);
    expect(second.output().trimEnd().split('\n').at(-1)).toMatch(/^The demo ends\. Its data stays in .+\/demo;/);
  },
  3 * MINUTE,
);

function record(diagnosis: string): RecordFile {
  const subject = { reference: 'urn:uuid:6d1ac0a5-7c14-4b39-8f0c-0d3b5f9f6a01' };
  const resources = [
    { resourceType: 'Patient', name: [{ family: 'Invented' }], birthDate: '1961-05-05' },
    { resourceType: 'Condition', subject, onsetDateTime: '2020-02-29', code: { text: diagnosis } },
    {
      ...{ resourceType: 'DiagnosticReport', status: 'final', code: { text: 'Mammography' }, subject },
      effectiveDateTime: '2020-02-20',
    },
    {
      resourceType: 'Procedure',
      status: 'completed',
      code: { text: 'Biopsy' },
      subject,
      performedDateTime: '2020-03-01',
    },
  ];
  const entry = resources.map((resource, index) => ({
    ...(index === 0 ? { fullUrl: subject.reference } : {}),
    resource,
    request: { method: 'POST', url: resource.resourceType },
  }));
  return { name: 'record.json', text: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }) };
}

/** The story played at an address where nobody answers, or somebody else. */
async function play(options: Partial<DemoOptions>): Promise<{ status: number; output: string }> {
  const lines: string[] = [];
  const status = await runDemo({
    origin: `http://127.0.0.1:${await findFreePort()}`,
    requestToken: async () => ({ status: 200, body: { access_token: 'none' } }),
    folder,
    keyFile: ({ id }) => id,
    staysUp: false,
    print: (line) => lines.push(line),
    colour: false,
    clock: systemClock,
    ...options,
  });
  return { status, output: lines.join('\n') };
}

test('a step that fails ends the story with 1, and is named', async () => {
  const refused = await play({ requestToken: async () => ({ status: 400, body: { error: 'invalid_client' } }) });
  expect(refused).toMatchObject({ status: 1 });
  expect(refused.output).toMatch(/The story ends here\. POST \S+\/auth\/token was answered with 400/);

  const unreachable = await play({});
  expect(unreachable).toMatchObject({ status: 1 });
  expect(unreachable.output).toContain('The story ends here.');
});

test.each([
  ['no JSON', '{', 'is not JSON'],
  ['another resource', '{"resourceType":"Patient"}', 'is no Bundle of type transaction'],
  ['a document', '{"resourceType":"Bundle","type":"document"}', 'is no Bundle of type transaction'],
  ['nobody', '{"resourceType":"Bundle","type":"transaction","entry":[]}', 'holds 0 Patients'],
])('a file with %s is refused before anything is played', async (_name, text, words) => {
  const { status, output } = await play({ record: { name: 'file.json', text } });
  expect(status).toBe(1);
  expect(output).toContain(words);
  expect(output).not.toContain('/auth/token');
});
