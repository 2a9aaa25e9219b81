import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/**
 * Parameters that say what others say, too (`patient` a part of `subject`, `combo-code` both of `code` and
 * `component-code`), and pages of one subject's records by date. https://hl7.org/fhir/R4/observation.html#search
 */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const put = async (type: string, id: string, more: object): Promise<void> => {
    const { status, text } = await home.fetch('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
    expect([status, status === 201 ? '' : text]).toEqual([201, '']);
  };
  await put('Patient', 'p', {});
  await put('Patient', 'q', {});
  await put('Group', 'g', { type: 'person', actual: true });
  const coding = (code: string): object => ({ coding: [{ system: 'http://loinc.org', code }] });
  const observation = (id: string, subject: string | undefined, more: object): Promise<void> =>
    put('Observation', id, {
      status: 'final',
      code: coding('85354-9'),
      ...(subject === undefined ? {} : { subject: { reference: subject } }),
      ...more,
    });
  await observation('day', 'Patient/p', { effectiveDateTime: '2026-01-02' });
  await observation('early', 'Patient/p', { effectiveDateTime: '2025-12-31T10:00:00Z' });
  await observation('span', 'Patient/p', { effectivePeriod: { start: '2026-01-01', end: '2026-01-20' } });
  await observation('since', 'Patient/p', { effectivePeriod: { start: '2026-01-03' } });
  await observation('undated', 'Patient/p', {});
  await observation('other', 'Patient/q', { effectiveDateTime: '2026-01-05' });
  await observation('group', 'Group/g', { component: [{ code: coding('8480-6') }] });
  await observation('nobody', undefined, {});
  for (const id of ['a', 'b']) await put('Practitioner', id, {});
  const performer = ['a', 'b'].map((id) => ({ actor: { reference: `Practitioner/${id}` } }));
  await put('Procedure', 'two', { status: 'completed', subject: { reference: 'Patient/p' }, performer });
  await put('Condition', 'far', { subject: { reference: 'Patient/away' } });
  await put('List', 'away', { status: 'current', mode: 'working', entry: [{ item: { reference: 'Patient/away' } }] });
  for (const type of ['Patient', 'Group']) {
    const subject = { reference: `urn:uuid:00000000-0000-4000-8000-00000000000${type.length}`, type };
    await put('Observation', `urn-${type.toLowerCase()}`, { status: 'final', code: coding('1'), subject });
  }
  for (const [id, timestamp] of [
    ['b1', '2022-01-01T00:00:00Z'],
    ['b2', '2020-01-01T00:00:00Z'],
    ['b3', '2021-01-01T00:00:00Z'],
  ] as const) {
    const composition = {
      resourceType: 'Composition',
      id: 'c',
      status: 'final',
      type: coding('11503-0'),
      date: '2020-01-01',
      author: [{ display: 'Dr Example' }],
      title: 'Summary',
    };
    await put('Bundle', id, {
      type: 'document',
      timestamp,
      identifier: { system: 'urn:x', value: id },
      entry: [{ fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000001', resource: composition }],
    });
  }
});
afterAll(() => house.stop());

const idsIn = (body: Json): string[] => (body.entry ?? []).map(({ resource }: Json) => resource.id);

describe('a part of a parameter finds', () => {
  const ofPatients = ['day', 'early', 'other', 'since', 'span', 'undated'];

  test.each([
    ['only what leads there', 'patient=p', ['day', 'early', 'since', 'span', 'undated']],
    ['with the type', 'patient=Patient/q', ['other']],
    ['several', 'patient=p,q', ofPatients],
    ['nothing under the id of another type', 'patient=g', []],
    ['what the whole finds, as far as it goes', 'subject=Group/g', ['group']],
    ['what shows no type, but says it', 'patient=urn:uuid:00000000-0000-4000-8000-000000000007', ['urn-patient']],
    ['not what says another', 'patient=urn:uuid:00000000-0000-4000-8000-000000000005', []],
    ['both', 'patient=q,urn:uuid:00000000-0000-4000-8000-000000000007', ['other', 'urn-patient']],
    ['what has none', 'patient:missing=true', ['group', 'nobody', 'urn-group']],
    ['what has one', 'patient:missing=false', [...ofPatients, 'urn-patient']],
    ['by a chain', 'patient._id=q', ['other']],
    ['by a chain to what is not, of those who are there', 'patient.birthdate:missing=true', ofPatients],
  ])('%s', async (_what, query, ids) => {
    const { status, body } = await home.fetch('GET', `/Observation?${query}`);
    expect([status, idsIn(body).sort()]).toEqual([200, ids]);
  });

  test('and refuses another type', async () => {
    for (const other of ['Group/g', 'https://other.example/Group/g']) {
      expectOutcome(await home.fetch('GET', `/Observation?patient=${other}`), 400, 'bad-reference');
    }
  });

  test('and brings along only what leads there', async () => {
    const all = await home.fetch('GET', '/Observation?_include=Observation:patient&_count=50');
    expect(
      idsIn(all.body)
        .filter((id) => ['p', 'q', 'g'].includes(id))
        .sort(),
    ).toEqual(['p', 'q']);
    const none = await home.fetch('GET', '/Observation?subject=Group/g&_include=Observation:patient:Group');
    expect(idsIn(none.body)).toEqual(['group']);
    expect(idsIn((await home.fetch('GET', '/Group?_revinclude=Observation:patient')).body)).toEqual(['g']);
    expect(idsIn((await home.fetch('GET', '/Group?_revinclude=Observation:subject')).body).sort()).toEqual([
      'g',
      'group',
    ]);
  });

  test.each([
    ['the one that was asked for', '/Observation?subject=Patient/q&_include=Observation:subject', ['other', 'q']],
    ['it as a part', '/Observation?patient=q&_include=Observation:patient', ['other', 'q']],
    ['it once, though asked for twice', '/Observation?patient=q&subject=Patient/q&_include=*', ['other', 'q']],
    ['not one of another type', '/Observation?patient=q&_include=Observation:subject:Group', ['other']],
    ['none without a match', '/Observation?patient=q&code=1&_include=Observation:subject', []],
    ['not what is away', '/Condition?subject=Patient/away&_include=Condition:subject', ['far']],
    [
      'each of several',
      '/Observation?patient=p,q&date=ge2026-01-01&_include=Observation:subject',
      ['day', 'other', 'p', 'q', 'since', 'span'],
    ],
    ['others beside it', '/Procedure?performer=Practitioner/a&_include=Procedure:performer', ['a', 'b', 'two']],
    [
      'those of who is not asked for',
      '/Observation?subject:not=Patient/p&_id=other&_include=Observation:subject',
      ['other', 'q'],
    ],
  ])('and brings along %s', async (_what, query, ids) => {
    const { status, body } = await home.fetch('GET', query);
    expect([status, idsIn(body).sort()]).toEqual([200, ids]);
  });

  test.each([
    ['subject=Patient/away', ['far']],
    ['subject:Patient._id=away', []],
    ['subject:Patient._has:List:item:status=current', []],
    ['subject:Patient._list=away', []],
  ])('and a chain goes on from what is there: %s', async (query, ids) => {
    const { status, body } = await home.fetch('GET', `/Condition?${query}`);
    expect([status, idsIn(body)]).toEqual([200, ids]);
  });

  test('backwards, too', async () => {
    expect(idsIn((await home.fetch('GET', '/Patient?_has:Observation:patient:date=2026-01-05')).body)).toEqual(['q']);
  });
});

test.each([
  ['combo-code=8480-6', ['group']],
  ['component-code=8480-6', ['group']],
  ['code=8480-6', []],
  ['combo-code=85354-9&date=2026-01-05', ['other']],
  ['combo-code:not=8480-6&patient:missing=true', ['nobody', 'urn-group']],
])('several parameters in one: %s', async (query, ids) => {
  expect(idsIn((await home.fetch('GET', `/Observation?${query}`)).body)).toEqual(ids);
});

describe.each([
  ['upwards by when they begin', 'date', ['early', 'span', 'day', 'since', 'undated']],
  // Both ways by when a period begins: of two, the one that began later comes first.
  ['downwards by when they begin', '-date', ['since', 'day', 'span', 'early', 'undated']],
])("one patient's records, %s", (_how, sort, ids) => {
  // Asked by its rows alone, by several values, and by another condition first: three ways to the same page.
  test.each(['patient=p', 'subject=Patient/p,Patient/none', 'patient=p&code=http://loinc.org|85354-9'])(
    'page by page: %s',
    async (query) => {
      for (const count of [1, 2, 50]) {
        const seen: string[] = [];
        let next: string | undefined = `/Observation?${query}&_sort=${sort}&_count=${count}`;
        while (next !== undefined) {
          const { body }: { body: Json } = await home.fetch('GET', next);
          seen.push(...idsIn(body));
          next = body.link.find(({ relation }: Json) => relation === 'next')?.url;
        }
        expect(seen).toEqual(ids);
      }
    },
  );
});

test.each([
  ['timestamp', ['b2', 'b3', 'b1']],
  ['-timestamp', ['b1', 'b3', 'b2']],
])('documents of one composition by %s', async (sort, ids) => {
  expect(idsIn((await home.fetch('GET', `/Bundle?composition=Composition/c&_sort=${sort}`)).body)).toEqual(ids);
});

test('a date that changes takes its record to another place', async () => {
  const before = await home.fetch('GET', '/Observation/early');
  await home.fetch('PUT', '/Observation/early', { ...before.body, effectiveDateTime: '2027-01-01' });
  const { body } = await home.fetch('GET', '/Observation?patient=p&_sort=date');
  expect(idsIn(body)).toEqual(['span', 'day', 'since', 'early', 'undated']);
});

test('who is not there is neither this nor not that', async () => {
  const subject = { reference: 'Patient/gone' };
  await home.fetch('PUT', '/Observation/dangling', {
    resourceType: 'Observation',
    id: 'dangling',
    status: 'final',
    code: { text: 'x' },
    subject,
  });
  for (const condition of ['patient.gender:missing=true', 'patient.gender:not=male', 'patient.gender=male']) {
    expect(idsIn((await home.fetch('GET', `/Observation?_id=dangling&${condition}`)).body)).toEqual([]);
  }
  expect(idsIn((await home.fetch('GET', '/Observation?_id=dangling&patient=gone')).body)).toEqual(['dangling']);
});
