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

describe('that includes were left out', () => {
  beforeAll(() =>
    put(
      { resourceType: 'Practitioner', id: 'p' },
      ...['x', 'y'].map((id) => ({
        resourceType: 'Encounter',
        id: `e${id}`,
        status: 'finished',
        class: { code: 'AMB' },
        subject: { reference: `Patient/${id}` },
      })),
      observation('at-own', 'x', { encounter: { reference: 'Encounter/ex' } }),
      observation('at-others', 'x', { encounter: { reference: 'Encounter/ey' } }),
      observation('at-none', 'x', { encounter: { reference: 'Encounter/none' } }),
      observation('by-p', 'y', { performer: [{ reference: 'Practitioner/p' }] }),
    ),
  );
  const TOLD = 'remark includes-not-allowed';

  test.each([
    ['a patient in context', { ...me, scopes: ['patient/Observation.rs', 'patient/Practitioner.rs'] }],
    ['patients stood for', { ...person, scopes: ['user/Observation.rs', 'user/Practitioner.rs'] }],
    [
      'a patient in context, and all records of the type',
      { ...me, scopes: ['user/Observation.rs', 'patient/Patient.r'] },
    ],
  ] as const)('is told of one’s own alone: %s', async (_what, caller) => {
    const ask = async (id: string, include: string) =>
      page(await inside.ask(caller, 'GET', `Observation?_id=${id}&${include}`));
    for (const include of ['_include=Observation:encounter', '_include=*']) {
      expect(await ask('at-own', include)).toContain(TOLD);
      expect(await ask('at-others', include)).toEqual(
        (await ask('at-none', include)).map((entry) => entry.replace('at-none', 'at-others')),
      );
    }
    // Of `*`, the patient may be what was left out.
    expect(await ask('at-others', '_include=Observation:encounter')).not.toContain(TOLD);
  });

  test('is told of nothing that others have of what is nobody’s', async () => {
    const caller: Caller = { ...me, scopes: ['patient/Practitioner.rs'] };
    const url = 'Practitioner?_id=p&_revinclude=*';
    expect(page(await inside.ask(caller, 'GET', url))).toEqual(['match Practitioner/p']);
    expect(page(await inside.ask(office, 'GET', url))).toContain('include Observation/by-p');
    await put(observation('also-by-p', 'x', { performer: [{ reference: 'Practitioner/p' }] }));
    expect(page(await inside.ask(caller, 'GET', url))).toEqual(['match Practitioner/p', TOLD]);
  });

  test('is told of all where grants are about nobody in particular', async () => {
    const caller: Caller = { ...of, scopes: ['system/Observation.rs?status=final'] };
    const url = 'Observation?_id=at-others&_include=Observation:encounter';
    expect(page(await inside.ask(caller, 'GET', url))).toEqual(['match Observation/at-others', TOLD]);
  });
});

describe('what is made on a request that may not be read', () => {
  const on = (request: string, more: object = {}): Json => ({
    resourceType: 'Communication',
    status: 'completed',
    subject: { reference: 'Patient/x' },
    basedOn: [{ reference: `ServiceRequest/${request}` }],
    ...more,
  });
  const request = (id: string, patient: string): Json => ({
    resourceType: 'ServiceRequest',
    id,
    status: 'draft',
    intent: 'order',
    subject: { reference: `Patient/${patient}` },
  });
  beforeAll(() => put(request('rx', 'x'), request('ry', 'y'), on('rx', { id: 'made' })));

  test.each([
    ['creating alone', ['system/Communication.c']],
    ['all that a filter lets pass', ['system/Communication.cruds?status=completed']],
    ['reading others', ['system/Communication.cruds', 'system/ServiceRequest.rs?status=active']],
    ['changing it', ['system/Communication.cruds', 'system/ServiceRequest.cud']],
    ['searching for it', ['system/Communication.cruds', 'system/ServiceRequest.s']],
  ])('is refused as if it were not there: %s', async (_what, scopes) => {
    const caller: Caller = { ...of, scopes };
    const make = async (id: string) => {
      const alone = await inside.ask(caller, 'POST', 'Communication', on(id));
      const many = await inside
        .transact(caller, [{ request: { method: 'POST', url: 'Communication' }, resource: on(id) }])
        .then(
          () => 'made',
          ({ status, issues }: Json) => [status, issues],
        );
      const tried = await inside.ask(caller, 'POST', 'Communication/$validate?mode=create', on(id));
      return [alone.status, JSON.stringify([alone.keys, alone.text, many, tried.text]).replaceAll(id, 'ID')];
    };
    const hidden = await make('rx');
    expect(hidden).toEqual(await make('absent'));
    expect(hidden[0]).toBe(422);
  });

  test.each([
    ['may be read', { ...of, scopes: ['system/Communication.c', 'system/ServiceRequest.r'] }],
    ['is let pass by a filter', { ...of, scopes: ['system/Communication.c', 'system/ServiceRequest.r?status=draft'] }],
    ['is of the patient in context', { ...me, scopes: ['patient/Communication.c'] }],
  ] as const)('is made on one that %s', async (_what, caller) => {
    const made = await inside.ask(caller, 'POST', 'Communication', on('rx'));
    expect(made.status).toBe(201);
    await inside.ask(office, 'DELETE', `Communication/${made.body.id}`);
  });

  test('is not made on another patient’s', async () => {
    for (const scopes of [
      ['patient/*.cruds'],
      ['patient/Communication.c'],
      ['user/Communication.c', 'patient/Patient.r'],
    ]) {
      const caller: Caller = { ...me, scopes };
      const [hidden, absent] = await Promise.all(
        ['ry', 'absent'].map((id) => inside.ask(caller, 'POST', 'Communication', on(id))),
      );
      expect(hidden!.status).toBe(422);
      expect(hidden!.text.replaceAll('/ry', '/absent')).toBe(absent!.text);
    }
  });

  test('is worked on where it was made on it before', async () => {
    const caller: Caller = { ...of, scopes: ['system/Communication.cud'] };
    expect(
      (await inside.ask(caller, 'PUT', 'Communication/made', on('rx', { id: 'made', language: 'en' }))).status,
    ).toBe(200);
    const moved = await inside.ask(caller, 'PUT', 'Communication/made', on('ry', { id: 'made' }));
    expect([moved.status, moved.keys]).toEqual([422, ['case-reference-unknown']]);
  });

  test('is made together with it', async () => {
    const caller: Caller = { ...of, scopes: ['system/Communication.c', 'system/ServiceRequest.c'] };
    const fullUrl = 'urn:uuid:7f7d3a4e-4a0f-4f6c-9f3e-0d8f7e8b9a03';
    const { id: _id, ...resource } = request('new', 'x');
    const answers = await inside.transact(caller, [
      { fullUrl, request: { method: 'POST', url: 'ServiceRequest' }, resource },
      {
        request: { method: 'POST', url: 'Communication' },
        resource: { ...on('x'), basedOn: [{ reference: fullUrl }] },
      },
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  });
});
