import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../src/base/index.ts';
import type { Json } from '../support/house.ts';
import { openInside } from './inside.ts';
import type { Inside } from './inside.ts';

/*
 * Records that name two patients, and what stands beside what a caller may see: neither is a way into another's chart, and
 * neither tells that there is one.
 */

const of = { client: 'client', organization: 'home', role: 'placer' } as const;
const office: Caller = { ...of, scopes: ['system/*.cruds'] };
const me = { ...of, user: 'Practitioner/me', patient: 'Patient/x' };
/** An app at the bedside of Patient/x. */
const app: Caller = { ...me, scopes: ['patient/*.cruds'] };
/** Patient/x. */
const person: Caller = { ...of, user: 'Patient/x', patients: ['Patient/x'], scopes: ['user/*.cruds'] };
/** A parent of both. */
const parent: Caller = {
  ...of,
  user: 'RelatedPerson/p',
  patients: ['Patient/x', 'Patient/y'],
  scopes: ['user/*.cruds'],
};

let inside: Inside;

beforeAll(async () => {
  inside = await openInside();
  await put({ resourceType: 'Patient', id: 'x' }, { resourceType: 'Patient', id: 'y' });
}, 60_000);

afterAll(() => inside.stop());

async function put(...resources: readonly Json[]): Promise<void> {
  for (const resource of resources) {
    const { status, text } = await inside.ask(office, 'PUT', `${resource.resourceType}/${resource.id}`, resource);
    if (status > 201) throw new Error(text);
  }
}

function observation(id: string, patient: string, more: object = {}): Json {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${patient}` },
    ...more,
  };
}

const by = (patient: string) => ({ performer: [{ reference: `Patient/${patient}` }] });

function patching(...operations: readonly object[]): object {
  const data = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { resourceType: 'Binary', contentType: 'application/json-patch+json', data };
}

/** `match Observation/o`, and the keys of remarks, in the order of the page. */
function page({ body }: { body: Json }): string[] {
  return ((body.entry ?? []) as Json[]).map(({ search, resource }) =>
    resource.resourceType === 'OperationOutcome'
      ? `remark ${resource.issue[0].details.coding[0].code}`
      : `${search.mode} ${resource.resourceType}/${resource.id}`,
  );
}

describe.each([
  ['an app with a patient in context', app],
  ['a patient', person],
])('of a record that names another patient, too, %s', (_who, caller) => {
  /** By the part that the other patient has in it. */
  const RECORDS: Readonly<Record<string, Json>> = {
    'as its subject': observation('subject', 'y', by('x')),
    'as its performer': observation('performer', 'x', by('y')),
    'as the one who asserts it': {
      resourceType: 'Condition',
      id: 'asserter',
      subject: { reference: 'Patient/x' },
      asserter: { reference: 'Patient/y' },
    },
    'as a participant': {
      resourceType: 'Appointment',
      id: 'participant',
      status: 'proposed',
      participant: ['x', 'y'].map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' })),
    },
    'as who pays': {
      resourceType: 'Coverage',
      id: 'payor',
      status: 'active',
      beneficiary: { reference: 'Patient/x' },
      payor: [{ reference: 'Patient/y' }],
    },
  };

  test.each(Object.entries(RECORDS))('%s, reads it and does not change it', async (_part, record) => {
    await put(record);
    const ref = `${record.resourceType}/${record.id}`;
    const before = await inside.ask(caller, 'GET', ref);
    expect(before.status).toBe(200);
    for (const asked of [
      inside.ask(caller, 'PUT', ref, { ...record, language: 'en' }),
      inside.ask(caller, 'PATCH', ref, patching({ op: 'add', path: '/language', value: 'en' })),
      inside.ask(
        caller,
        'PATCH',
        `${record.resourceType}?_id=${record.id}`,
        patching({ op: 'add', path: '/language', value: 'en' }),
      ),
      inside.ask(caller, 'DELETE', ref),
      inside.ask(caller, 'POST', record.resourceType, record),
    ]) {
      const { status, keys } = await asked;
      expect([status, keys]).toEqual([403, ['out-of-reach']]);
    }
    await expect(inside.transact(caller, [{ request: { method: 'DELETE', url: ref } }])).rejects.toMatchObject({
      status: 403,
    });
    expect((await inside.ask(office, 'GET', ref)).body).toEqual(before.body);
    // It is not the patients, but who acts for only one of them.
    expect((await inside.ask(parent, 'PUT', ref, { ...record, language: 'en' })).status).toBe(200);
    expect((await inside.ask(parent, 'DELETE', ref)).status).toBe(204);
  });

  test('moves it neither out of the other’s chart nor into it', async () => {
    await put(observation('theirs', 'y', by('x')), observation('ours', 'x', by('y')));
    const noted = observation('noted', 'x', { note: [{ authorReference: { reference: 'Patient/y' }, text: 'x' }] });
    await put(noted);
    const versions = async () => {
      const read = ['theirs', 'ours', 'noted'].map((id) => inside.ask(office, 'GET', `Observation/${id}`));
      return (await Promise.all(read)).map(({ body }) => body.meta.versionId as string);
    };
    const before = await versions();
    for (const asked of [
      inside.ask(caller, 'PUT', 'Observation/theirs', observation('theirs', 'x')),
      inside.ask(caller, 'PUT', 'Observation/ours', observation('ours', 'x')),
      inside.ask(caller, 'PUT', 'Observation/ours', observation('ours', 'y', by('x'))),
      // What names the other was there before, so that no reference is new: only its place is.
      inside.ask(
        caller,
        'PATCH',
        'Observation/noted',
        patching(
          { op: 'copy', from: '/note/0/authorReference/reference', path: '/subject/reference' },
          { op: 'add', path: '/performer', value: [{ reference: 'Patient/x' }] },
        ),
      ),
      inside.ask(
        caller,
        'PATCH',
        'Observation/noted',
        patching(
          { op: 'add', path: '/performer', value: [{ display: 'x' }] },
          { op: 'copy', from: '/note/0/authorReference', path: '/performer/0' },
        ),
      ),
    ]) {
      const { status, keys } = await asked;
      expect([status, keys]).toEqual([403, ['out-of-reach']]);
    }
    expect(await versions()).toEqual(before);
    // A patient who is only an author of words has no chart in it: what is left as it was may be written on.
    expect((await inside.ask(caller, 'PUT', 'Observation/noted', { ...noted, language: 'en' })).status).toBe(200);
    for (const id of ['theirs', 'ours', 'noted']) await inside.ask(office, 'DELETE', `Observation/${id}`);
  });
});

describe('everything of a patient', () => {
  const kind = (code: string, date: string) => ({ category: [{ coding: [{ code }] }], effectiveDateTime: date });

  test('tells by its pages nothing of what a filter hides', async () => {
    const hidden = Array.from({ length: 7 }, (_, n) =>
      observation(`hidden-${n}`, 'x', kind('social-history', `2026-03-0${n + 1}`)),
    );
    const shown = ['2026-01-01', '2026-01-02', '2026-01-03'].map((date, n) =>
      observation(`shown-${n}`, 'x', kind('laboratory', date)),
    );
    await put(...shown);
    const caller: Caller = { ...of, scopes: ['system/Observation.rs?category=laboratory', 'system/Patient.rs'] };
    const walk = async (url: string): Promise<string[][]> => {
      const pages: string[][] = [];
      for (let next: string | undefined = url; next !== undefined;) {
        const { status, body } = await inside.ask(caller, 'GET', next);
        expect(status).toBe(200);
        pages.push(page({ body }));
        next = (body.link as Json[]).find(({ relation }) => relation === 'next')?.url;
      }
      return pages;
    };
    const asked = ['', '&start=2026-03-04', '&end=2026-02-01'].map(
      (more) => `Patient/x/$everything?_type=Observation${more}`,
    );
    const urls = asked.flatMap((url) => ['&_count=1', '&_count=2', '&_count=3', ''].map((count) => url + count));
    const without = [];
    for (const url of urls) without.push(await walk(url));
    expect(without[0]).toEqual(shown.map(({ id }) => [`match Observation/${id}`]));
    await put(...hidden);
    const withThem = [];
    for (const url of urls) withThem.push(await walk(url));
    expect(withThem).toEqual(without);
    for (const { id } of [...hidden, ...shown]) await inside.ask(office, 'DELETE', `Observation/${id}`);
  });

  test('follows no reference of a record that is not shown', async () => {
    await put(
      {
        resourceType: 'Encounter',
        id: 'ex',
        status: 'finished',
        class: { code: 'AMB' },
        subject: { reference: 'Patient/x' },
      },
      { resourceType: 'Practitioner', id: 'psychiatrist' },
      observation('led', 'y', {
        encounter: { reference: 'Encounter/ex' },
        performer: [{ reference: 'Practitioner/psychiatrist' }],
      }),
    );
    const caller: Caller = { ...me, scopes: ['patient/*.rs', 'user/Patient.rs'] };
    const answer = await inside.ask(caller, 'GET', 'Patient/y/$everything');
    expect(answer.status).toBe(200);
    expect(page(answer).filter((entry) => !entry.startsWith('remark'))).toEqual(['match Patient/y']);
    expect(page(await inside.ask(office, 'GET', 'Patient/y/$everything'))).toEqual(
      expect.arrayContaining(['match Observation/led', 'include Encounter/ex', 'include Practitioner/psychiatrist']),
    );
    for (const ref of ['Observation/led', 'Encounter/ex', 'Practitioner/psychiatrist'])
      await inside.ask(office, 'DELETE', ref);
  });
});
