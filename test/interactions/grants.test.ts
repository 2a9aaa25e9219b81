import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../src/base/index.ts';
import type { Json } from '../support/house.ts';
import { openInside } from './inside.ts';
import type { Inside } from './inside.ts';

/*
 * What grants that reach only some records leave, in every interaction: a patient in context, people who stand for
 * patients, and filters. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const LABORATORY = `category=${CATEGORY}|laboratory`;

const of = { client: 'client', organization: 'home', role: 'placer' } as const;
const office: Caller = { ...of, scopes: ['system/*.cruds'] };
const me = { ...of, user: 'Practitioner/me', patient: 'Patient/x' };
/** An app at the bedside of Patient/x. */
const app: Caller = { ...me, scopes: ['patient/*.cruds'] };
/** Somebody who stands for Patient/x. */
const relative: Caller = { ...of, user: 'RelatedPerson/xr', patients: ['Patient/x'], scopes: ['user/*.cruds'] };
/** A laboratory's system. */
const lab: Caller = {
  ...of,
  scopes: [`system/Observation.cruds?${LABORATORY}`, 'system/Patient.rs', 'system/Encounter.rs'],
};

let inside: Inside;

const subject = (id: string) => ({ subject: { reference: `Patient/${id}` } });
const category = (code: string) => ({ category: [{ coding: [{ system: CATEGORY, code }] }] });

function observation(id: string, patient: string, kind: string, more: object = {}): object {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'x' },
    ...category(kind),
    ...subject(patient),
    ...more,
  };
}

function binary(id: string, more: object = {}): object {
  return { resourceType: 'Binary', id, contentType: 'text/plain', data: 'aGVsbG8=', ...more };
}

function document(id: string, patient: string, name: string): object {
  const content = [{ attachment: { contentType: 'text/plain', url: name } }];
  return { resourceType: 'DocumentReference', id, status: 'current', ...subject(patient), content };
}

function stored(id: string, patient: string, base: string): object {
  const composition = {
    resourceType: 'Composition',
    id,
    status: 'final',
    type: { text: 'x' },
    date: '2026-01-01',
    author: [{ display: 'x' }],
    title: 'x',
    ...subject(patient),
  };
  return {
    resourceType: 'Bundle',
    id,
    type: 'document',
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:x:${id}` },
    timestamp: '2026-01-01T00:00:00Z',
    entry: [
      { fullUrl: `${base}/Composition/${id}`, resource: composition },
      { fullUrl: `${base}/Patient/${patient}`, resource: { resourceType: 'Patient', id: patient } },
    ],
  };
}

const RECORDS: readonly object[] = [
  ...['x', 'y'].flatMap((id) => [
    { resourceType: 'Patient', id, name: [{ family: `Family${id}` }], identifier: [{ system: 'urn:n', value: id }] },
    observation(`${id}l`, id, 'laboratory', { encounter: { reference: `Encounter/${id}e` }, valueString: 'FAMILY' }),
    observation(`${id}i`, id, 'imaging', { hasMember: [{ reference: `Observation/${id}l` }] }),
    {
      resourceType: 'Encounter',
      id: `${id}e`,
      status: 'finished',
      class: { code: 'AMB' },
      ...subject(id),
      participant: [{ individual: { reference: 'Practitioner/seen' } }],
    },
    { resourceType: 'Condition', id: `${id}c`, ...subject(id), encounter: { reference: `Encounter/${id}e` } },
    { resourceType: 'Task', id: `${id}t`, status: 'requested', intent: 'order', for: { reference: `Patient/${id}` } },
    { resourceType: 'RelatedPerson', id: `${id}r`, patient: { reference: `Patient/${id}` } },
    binary(`${id}b`),
    document(`${id}d`, id, `Binary/${id}b`),
    binary(`${id}s`, { securityContext: { reference: `Patient/${id}` } }),
    binary(`${id}o`, { securityContext: { reference: `Observation/${id}l` } }),
    binary(`${id}p`),
    {
      resourceType: 'DiagnosticReport',
      id: `${id}g`,
      status: 'final',
      code: { text: 'x' },
      ...subject(id),
      presentedForm: [{ contentType: 'text/plain', url: `Binary/${id}p` }],
    },
  ]),
  { resourceType: 'Practitioner', id: 'me', name: [{ family: 'Me' }] },
  { resourceType: 'Medication', id: 'm', code: { text: 'x' } },
  { resourceType: 'Group', id: 'g', type: 'person', actual: true, member: [{ entity: { reference: 'Patient/x' } }] },
  observation('both', 'x', 'laboratory', { performer: [{ reference: 'Practitioner/me' }] }),
  { resourceType: 'Practitioner', id: 'seen', name: [{ family: 'Seen' }] },
  // Across: of one patient, and referring to what is another's.
  { resourceType: 'Condition', id: 'xn', ...subject('x'), encounter: { reference: 'Encounter/ye' } },
  observation('yn', 'y', 'imaging', {
    encounter: { reference: 'Encounter/xe' },
    derivedFrom: [{ reference: 'Observation/xl' }],
    performer: [{ reference: 'Practitioner/seen' }],
  }),
  observation('moved', 'y', 'laboratory'),
  observation('sorted', 'x', 'imaging'),
];

beforeAll(async () => {
  inside = await openInside();
  await put(...RECORDS);
  for (const id of ['x', 'y']) await put(stored(`${id}z`, id, inside.house.base));
  await put(stored('elsewhere', 'x', 'https://elsewhere.example/fhir'));
  // Once of Patient/y and now of Patient/x; once of the laboratory and now not.
  await put(observation('moved', 'x', 'laboratory', { valueString: 'now' }));
  await put(observation('sorted', 'x', 'laboratory'), observation('sorted', 'x', 'imaging', { valueString: 'now' }));
}, 60_000);

afterAll(() => inside.stop());

async function put(...resources: readonly object[]): Promise<void> {
  for (const resource of resources as Json[]) {
    const { status, text } = await inside.ask(office, 'PUT', `${resource.resourceType}/${resource.id}`, resource);
    if (status > 201) throw new Error(text);
  }
}

/** The ref of a new record. */
async function create(caller: Caller, { id: _id, ...resource }: Json): Promise<string> {
  const { status, body, text } = await inside.ask(caller, 'POST', resource.resourceType, resource);
  if (status !== 201) throw new Error(text);
  return `${resource.resourceType}/${body.id}`;
}

async function get(caller: Caller, url: string) {
  return inside.ask(caller, 'GET', url);
}

/** Refs on a page, but for remarks. */
function refs({ body }: { body: Json }, mode?: string): string[] {
  const entries = (body.entry ?? []) as Json[];
  return entries
    .filter(
      ({ search }) => search === undefined || (mode === undefined ? search.mode !== 'outcome' : search.mode === mode),
    )
    .map(({ resource }) => `${resource.resourceType}/${resource.id}`)
    .sort();
}

async function found(caller: Caller, url: string): Promise<string[]> {
  const answer = await get(caller, url);
  if (answer.status !== 200) throw new Error(answer.text);
  return refs(answer);
}

describe.each([
  ['an app with a patient in context', () => app],
  ['somebody who stands for a patient', () => relative],
])('%s', (_who, caller) => {
  test.each([
    'Patient/',
    'Observation/l',
    'Condition/c',
    'Task/t',
    'RelatedPerson/r',
    'Encounter/e',
    'DocumentReference/d',
    'DiagnosticReport/g',
    'Bundle/z',
    'Binary/b',
    'Binary/s',
    'Binary/o',
    'Binary/p',
  ])('reads %s of that patient, and of no other: as if it were not there', async (which) => {
    const [type, kind] = which.split('/');
    expect((await get(caller(), `${type}/x${kind}`)).status).toBe(200);
    expect((await get(caller(), `${type}/x${kind}/_history/1`)).status).toBe(200);
    for (const below of ['', '/_history/1', '/_history']) {
      const refused = await get(caller(), `${type}/y${kind}${below}`);
      expect(refused.status).toBe(404);
      const nowhere = await get(caller(), `${type}/absent${below}`);
      expect(refused.text.replaceAll(`${type}/y${kind}`, `${type}/absent`)).toBe(nowhere.text);
    }
  });

  test('reads what is of nobody, and changes it not', async () => {
    expect((await get(caller(), 'Medication/m')).status).toBe(200);
    expect(await found(caller(), 'Medication')).toEqual(['Medication/m']);
    const changed = { resourceType: 'Medication', id: 'm', code: { text: 'y' } };
    expect((await inside.ask(caller(), 'PUT', 'Medication/m', changed)).status).toBe(403);
  });

  test.each(['Group/g', 'Group', 'Subscription', 'AuditEvent', 'Binary', 'Bundle'])('has no %s', async (url) => {
    const { status, keys } = await get(caller(), url);
    expect([status, keys]).toEqual([403, ['scope-missing']]);
  });

  test('reads no document of somebody who is called the same elsewhere', async () => {
    expect((await get(caller(), 'Bundle/elsewhere')).status).toBe(404);
  });

  test('reads of a record the versions that were that patient’s', async () => {
    expect((await get(caller(), 'Observation/moved')).status).toBe(200);
    expect((await get(caller(), 'Observation/moved/_history/1')).status).toBe(404);
    expect((await get(caller(), 'Observation/moved/_history/2')).status).toBe(200);
    const history = await get(caller(), 'Observation/moved/_history');
    expect(history.body.total).toBe(1);
    expect(history.body.entry).toHaveLength(1);
    expect((await get(caller(), 'Observation/moved/_history?_summary=count')).body.total).toBe(1);
    expect((await get(caller(), 'Observation/moved/_history?_count=1')).body.link).toHaveLength(1);
  });

  test('has no history of many records', async () => {
    for (const url of ['Observation/_history', '_history?_type=Observation']) {
      const { status, keys } = await get(caller(), url);
      expect([status, keys]).toEqual([403, ['history-confined']]);
    }
    const types = new Set((await found(caller(), '_history?_count=500')).map((ref) => ref.split('/')[0]));
    expect(types).toContain('Practitioner');
    expect(types).not.toContain('Observation');
    expect(types).not.toContain('Patient');
  });

  test('finds that patient’s records alone, and counts no others', async () => {
    expect(await found(caller(), 'Patient')).toEqual(['Patient/x']);
    expect(await found(caller(), 'Observation?category=laboratory')).toEqual(
      ['both', 'moved', 'xl'].map((id) => `Observation/${id}`),
    );
    expect(await found(caller(), 'Observation?patient=y')).toEqual([]);
    expect(await found(caller(), 'Observation?_id=yl,xl')).toEqual(['Observation/xl']);
    expect(await found(caller(), 'Task')).toEqual(['Task/xt']);
    const own = (await found(office, 'Observation?patient=x')).length;
    expect(own).toBeLessThan((await found(office, 'Observation')).length);
    expect((await get(caller(), 'Observation?_summary=count')).body.total).toBe(own);
    expect((await get(caller(), 'Observation?_total=accurate&_count=1')).body.total).toBe(own);
    expect((await get(caller(), 'Observation?_sort=-_lastUpdated')).body.total).toBe(own);
    expect(await found(caller(), 'Patient/y/Observation')).toEqual([]);
    expect(await found(caller(), 'Patient/y/*')).toEqual([]);
    expect((await found(caller(), 'Patient/x/*')).filter((ref) => ref.includes('/y'))).toEqual([]);
    expect((await found(caller(), '?_type=Patient,Observation,Task')).filter((ref) => ref.includes('/y'))).toEqual([]);
  });

  // Each is answered for who may see both ends, and is no answer for who may not.
  test.each([
    ['a chain', 'Condition?_id=xn&encounter:Encounter.status=finished', 'Condition/xn'],
    ['a chain to an id', 'Condition?_id=xn&encounter:Encounter._id=ye', 'Condition/xn'],
    ['a chain that must not hold', 'Condition?_id=xn&encounter:Encounter.status:not=planned', 'Condition/xn'],
    ['a reverse chain', 'Encounter?_has:Observation:encounter:_id=yn', 'Encounter/xe'],
    [
      'a reverse chain through a chain',
      'Encounter?_has:Observation:encounter:subject:Patient.family=Familyy',
      'Encounter/xe',
    ],
    [
      'a reverse chain of what is of nobody',
      'Practitioner?_has:Observation:performer:category=imaging',
      'Practitioner/seen',
    ],
  ])('gets no answer about others by %s', async (_by, url, ref) => {
    expect(await found(office, url)).toContain(ref);
    expect(await found(caller(), url)).toEqual([]);
  });

  test('gets answers about that patient by chains', async () => {
    expect(await found(caller(), 'Practitioner?_has:Observation:performer:patient=x')).toEqual(['Practitioner/me']);
    expect(await found(caller(), 'Condition?encounter.subject:Patient._id=x')).toEqual(['Condition/xc']);
  });

  test.each([
    ['Observation?_id=xl&_revinclude=Observation:derived-from', 'Observation/yn'],
    ['Encounter?_id=xe&_revinclude=Observation:encounter', 'Observation/yn'],
    ['Condition?_id=xn&_include=Condition:encounter', 'Encounter/ye'],
    ['Condition?_id=xn&_include=*', 'Encounter/ye'],
    ['Condition?_id=xn&_include=Condition:encounter&_include:iterate=Encounter:subject', 'Patient/y'],
    // What everybody may see is not brought by what only others may.
    ['Condition?_id=xn&_include=Condition:encounter&_include:iterate=Encounter:participant', 'Practitioner/seen'],
  ])('is not brought others’ records along: %s', async (url, ref) => {
    expect(await found(office, url)).toContain(ref);
    const page = await get(caller(), url);
    expect(refs(page, 'include').filter((one) => one.includes('/y'))).toEqual([]);
    expect(refs(page)).not.toContain(ref);
    // That they are there is not said either.
    expect(page.text).not.toContain('includes-not-allowed');
  });

  test('gets everything of that patient, and nothing of another', async () => {
    const everything = await get(caller(), 'Patient/x/$everything');
    expect(everything.status).toBe(200);
    expect(refs(everything).filter((ref) => ref.includes('/y'))).toEqual([]);
    expect(refs(everything, 'match')).toEqual(
      expect.arrayContaining(['Patient/x', 'Observation/xl', 'Observation/moved', 'Condition/xc']),
    );
    expect(everything.body.total).toBe(refs(everything, 'match').length);
    expect((await get(caller(), 'Patient/y/$everything')).status).toBe(404);
  });

  test('does not get the meta or the errors of others', async () => {
    expect((await get(caller(), 'Observation/xl/$meta')).status).toBe(200);
    expect((await get(caller(), 'Observation/yl/$meta')).status).toBe(404);
    expect((await get(caller(), 'Observation/yl/$validate')).status).toBe(404);
    expect((await get(caller(), 'Observation/yl/$validate?mode=delete')).text).toContain('not-found');
    const tried = await inside.ask(
      caller(),
      'POST',
      'Observation/$validate?mode=create',
      observation('new', 'y', 'imaging'),
    );
    expect(tried.text).toContain('out-of-reach');
  });

  test('creates records of that patient alone', async () => {
    const made = await inside.ask(caller(), 'POST', 'Observation', observation('new', 'x', 'imaging'));
    expect(made.status).toBe(201);
    for (const resource of [observation('new', 'y', 'imaging'), { resourceType: 'Patient' }, binary('new')] as Json[]) {
      const { status, keys } = await inside.ask(caller(), 'POST', resource.resourceType, resource);
      expect([status, keys]).toEqual([403, ['out-of-reach']]);
    }
    const own = binary('new', { securityContext: { reference: 'Patient/x' } });
    expect((await inside.ask(caller(), 'POST', 'Binary', own)).status).toBe(201);
    expect((await inside.ask(caller(), 'DELETE', `Observation/${made.body.id}`)).status).toBe(204);
  });

  test('takes no record from another patient, and gives none away', async () => {
    const taken = await inside.ask(caller(), 'PUT', 'Observation/yl', observation('yl', 'x', 'laboratory'));
    expect([taken.status, taken.keys]).toEqual([409, ['id-taken']]);
    const given = await inside.ask(caller(), 'PUT', 'Observation/xl', observation('xl', 'y', 'laboratory'));
    expect([given.status, given.keys]).toEqual([403, ['out-of-reach']]);
    const patch = {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'Observation.subject.reference' },
            { name: 'value', valueString: 'Patient/y' },
          ],
        },
      ],
    };
    expect((await inside.ask(caller(), 'PATCH', 'Observation/xl', patch)).keys).toEqual(['out-of-reach']);
    expect((await inside.ask(caller(), 'PATCH', 'Observation/yl', patch)).status).toBe(404);
    expect((await inside.ask(caller(), 'PATCH', 'Observation?_id=yl', patch)).status).toBe(404);
    expect(
      (await inside.ask(caller(), 'PUT', 'Observation/yl', observation('yl', 'x', 'laboratory'), { ifMatch: 'W/"9"' }))
        .status,
    ).toBe(412);
    expect((await get(office, 'Observation/yl')).body.meta.versionId).toBe('1');
    expect((await get(office, 'Observation/xl')).body.meta.versionId).toBe('1');
  });

  test('deletes nothing of another', async () => {
    expect((await inside.ask(caller(), 'DELETE', 'Observation/yl')).status).toBe(404);
    expect((await inside.ask(caller(), 'DELETE', 'Observation?_id=yl')).status).toBe(204);
    expect((await get(office, 'Observation/yl')).status).toBe(200);
    const gone = await create(caller(), observation('', 'x', 'imaging'));
    const others = await create(office, observation('', 'y', 'imaging'));
    expect((await inside.ask(caller(), 'DELETE', gone)).status).toBe(204);
    expect((await get(caller(), gone)).status).toBe(410);
    await inside.ask(office, 'DELETE', others);
    expect((await get(caller(), others)).status).toBe(404);
    expect((await get(caller(), `${gone}/_history`)).body.total).toBe(2);
    expect((await get(caller(), `${others}/_history`)).status).toBe(404);
  });

  test('meets by criteria only what it may see', async () => {
    const { id: _id, ...resource } = observation('', 'x', 'imaging', {
      identifier: [{ system: 'urn:o', value: 'y' }],
    }) as Json;
    await put(observation('held', 'y', 'imaging', { identifier: [{ system: 'urn:o', value: 'y' }] }));
    const made = await inside.ask(caller(), 'POST', 'Observation', resource, { ifNoneExist: 'identifier=urn:o|y' });
    expect(made.status).toBe(201);
    const updated = await inside.ask(caller(), 'PUT', 'Observation?identifier=urn:o|y', resource);
    expect(updated.status).toBe(200);
    expect((await inside.ask(caller(), 'DELETE', 'Observation?identifier=urn:o|y')).status).toBe(204);
    expect((await get(office, 'Observation/held')).status).toBe(200);
  });

  test('refers to nothing that it does not reach, whether it is there or not', async () => {
    const about = (ref: string) => observation('new', 'x', 'imaging', { derivedFrom: [{ reference: ref }] });
    const hidden = await inside.ask(caller(), 'POST', 'Observation', about('Observation/yl'));
    const absent = await inside.ask(caller(), 'POST', 'Observation', about('Observation/absent'));
    expect([hidden.status, hidden.keys]).toEqual([422, ['reference-out-of-reach']]);
    expect(hidden.text.replaceAll('/yl', '/absent')).toBe(absent.text);
    // Bytes are read by whoever names them.
    expect((await inside.ask(caller(), 'POST', 'DocumentReference', document('new', 'x', 'Binary/yb'))).keys).toEqual([
      'reference-out-of-reach',
    ]);
    expect((await inside.ask(caller(), 'PUT', 'DocumentReference/xd', document('xd', 'x', 'Binary/yb'))).keys).toEqual([
      'reference-out-of-reach',
    ]);
    const absolute = document('new', 'x', `${inside.house.base}/Binary/yb`);
    expect((await inside.ask(caller(), 'POST', 'DocumentReference', absolute)).keys).toEqual([
      'reference-out-of-reach',
    ]);
    expect((await get(caller(), 'Binary/yb')).status).toBe(404);
  });

  test('has each entry of a transaction judged', async () => {
    const request = (method: string, url: string) => ({ request: { method, url } });
    const own = { ...request('POST', 'Condition'), resource: { resourceType: 'Condition', ...subject('x') } };
    const others = { ...request('POST', 'Condition'), resource: { resourceType: 'Condition', ...subject('y') } };
    await expect(inside.transact(caller(), [own, others])).rejects.toMatchObject({ status: 403 });
    await expect(inside.transact(caller(), [own, request('DELETE', 'Condition/yc')])).rejects.toMatchObject({
      status: 404,
    });
    const conditional = {
      ...own,
      resource: { resourceType: 'Condition', ...subject('x'), encounter: { reference: 'Encounter?_id=ye' } },
    };
    await expect(inside.transact(caller(), [conditional])).rejects.toMatchObject({ status: 412 });
    const bytes = {
      fullUrl: 'urn:uuid:7f7d3a4e-4a0f-4f6c-9f3e-0d8f7e8b9a02',
      ...request('POST', 'Binary'),
      resource: binary('n', { securityContext: { reference: 'Patient/x' } }),
    };
    const naming = { ...request('POST', 'DocumentReference'), resource: document('n', 'x', bytes.fullUrl) };
    const [first, second] = await inside.transact(caller(), [bytes, naming]);
    expect([first!.status, second!.status]).toEqual([201, 201]);
    const [read, hidden] = await inside.transact(caller(), [
      request('GET', 'Condition/xc'),
      request('GET', 'Condition/yc'),
    ]);
    expect([read!.status, hidden!.status]).toEqual([200, 404]);
  });
});

describe('a filter', () => {
  test('holds for read, vread and history', async () => {
    expect((await get(lab, 'Observation/xl')).status).toBe(200);
    expect((await get(lab, 'Observation/xi')).status).toBe(404);
    expect((await get(lab, 'Observation/sorted')).status).toBe(404);
    const versions = [1, 2, 3].map(async (n) => (await get(lab, `Observation/sorted/_history/${n}`)).status);
    expect(await Promise.all(versions)).toEqual([404, 200, 404]);
    expect((await get(lab, 'Observation/sorted/_history')).body.total).toBe(1);
    expect((await get(lab, 'Observation/_history')).keys).toEqual(['history-confined']);
    expect((await get(lab, 'Patient/_history')).status).toBe(200);
  });

  test('holds for search, in every shape', async () => {
    const laboratory = ['both', 'moved', 'xl', 'yl'].map((id) => `Observation/${id}`);
    expect(await found(lab, 'Observation')).toEqual(laboratory);
    expect(await found(lab, 'Observation?category=imaging')).toEqual([]);
    expect(await found(lab, `Observation?category=imaging,laboratory`)).toEqual(laboratory);
    expect(await found(lab, 'Observation?category:not=laboratory')).toEqual([]);
    expect((await get(lab, 'Observation?_summary=count')).body.total).toBe(4);
    expect((await get(lab, 'Observation?_total=accurate&_count=2&_sort=-date')).body.total).toBe(4);
    expect(await found(lab, 'Patient/x/Observation')).toEqual(laboratory.filter((ref) => !ref.endsWith('yl')));
    expect(await found(lab, 'Patient?_has:Observation:subject:category=imaging')).toEqual([]);
    expect(await found(lab, 'Patient?_has:Observation:subject:_id=xi,yl')).toEqual(['Patient/y']);
    expect(await found(lab, 'Observation?has-member:Observation.category=laboratory')).toEqual([]);
    expect(await found(lab, 'Patient?_id=x&_revinclude=Observation:subject')).toEqual([
      'Observation/both',
      'Observation/moved',
      'Observation/xl',
      'Patient/x',
    ]);
  });

  test('holds page by page', async () => {
    const seen: string[] = [];
    let url: string | undefined = 'Observation?_count=1&_sort=_id';
    while (url !== undefined) {
      const page = await get(lab, url);
      seen.push(...refs(page));
      url = (page.body.link as Json[]).find(({ relation }) => relation === 'next')?.url;
    }
    expect(seen).toEqual(['both', 'moved', 'xl', 'yl'].map((id) => `Observation/${id}`));
  });

  test('lets nothing in or out', async () => {
    expect((await inside.ask(lab, 'POST', 'Observation', observation('n', 'x', 'imaging'))).keys).toEqual([
      'out-of-reach',
    ]);
    expect((await inside.ask(lab, 'PUT', 'Observation/xl', observation('xl', 'x', 'imaging'))).keys).toEqual([
      'out-of-reach',
    ]);
    expect((await inside.ask(lab, 'PUT', 'Observation/xi', observation('xi', 'x', 'laboratory'))).keys).toEqual([
      'id-taken',
    ]);
    expect((await inside.ask(lab, 'PUT', 'Observation/fresh', observation('fresh', 'x', 'imaging'))).keys).toEqual([
      'out-of-reach',
    ]);
    expect((await inside.ask(lab, 'DELETE', 'Observation/xi')).status).toBe(404);
    await put(observation('mine', 'x', 'laboratory'));
    const meta = {
      resourceType: 'Parameters',
      parameter: [{ name: 'meta', valueMeta: { tag: [{ system: 'urn:t', code: 't' }] } }],
    };
    expect((await inside.ask(lab, 'POST', 'Observation/xi/$meta-add', meta)).status).toBe(404);
    expect((await inside.ask(lab, 'POST', 'Observation/mine/$meta-add', meta)).status).toBe(200);
    expect((await inside.ask(lab, 'DELETE', 'Observation/mine')).status).toBe(204);
  });

  test('is one of several: what any lets pass is reached', async () => {
    const scopes = ['status=preliminary', 'code:text=special'].map((query) => `system/Observation.rs?${query}`);
    const both: Caller = { ...of, scopes };
    await put(
      observation('p', 'x', 'imaging', { status: 'preliminary' }),
      observation('q', 'x', 'imaging', { code: { text: 'Special' } }),
    );
    expect(await found(both, 'Observation')).toEqual(['Observation/p', 'Observation/q']);
    expect((await get(both, 'Observation/p')).status).toBe(200);
    expect((await get(both, 'Observation/q')).status).toBe(200);
    expect((await get(both, 'Observation/xl')).status).toBe(404);
    await inside.ask(office, 'DELETE', 'Observation/p');
    await inside.ask(office, 'DELETE', 'Observation/q');
  });

  test.each(['nothing=x', 'subject.name=x', '_filter=x', 'category:nothing=x', '_count=1'])(
    'that is not understood (%s) lets nothing pass, however lenient the request',
    async (query) => {
      const caller: Caller = { ...of, scopes: [`system/Observation.cruds?${query}`] };
      for (const strict of [true, false]) {
        expect((await inside.ask(caller, 'GET', 'Observation', undefined, { strict })).status).toBe(403);
        expect((await inside.ask(caller, 'GET', 'Observation/xl', undefined, { strict })).status).toBe(403);
      }
    },
  );

  test('and a patient in context hold together', async () => {
    const caller: Caller = { ...me, scopes: [`patient/Observation.rs?${LABORATORY}`, 'patient/Patient.rs'] };
    expect(await found(caller, 'Observation')).toEqual(['both', 'moved', 'xl'].map((id) => `Observation/${id}`));
    expect((await get(caller, 'Observation/xi')).status).toBe(404);
    expect((await get(caller, 'Observation/yl')).status).toBe(404);
    const everything = await found(caller, 'Patient/x/$everything');
    expect(everything).toEqual(['Observation/both', 'Observation/moved', 'Observation/xl', 'Patient/x']);
    // What only a record refers to that is left out does not come along, but what it may see for itself does.
    await put(observation('left', 'x', 'imaging', { performer: [{ reference: 'Practitioner/seen' }] }));
    const more: Caller = { ...caller, scopes: [...caller.scopes, 'patient/Practitioner.r'] };
    expect(await found(more, 'Patient/x/$everything')).not.toContain('Practitioner/seen');
    expect(await found(office, 'Patient/x/$everything')).toContain('Practitioner/seen');
    await inside.ask(office, 'DELETE', 'Observation/left');
  });
});

describe('letters', () => {
  test.each([
    ['patient/Observation.r', 'Observation/xl', 200],
    ['patient/Observation.r', 'Observation', 403],
    ['patient/Observation.s', 'Observation', 200],
    ['patient/Observation.s', 'Observation/xl', 403],
    ['patient/Observation.s', 'Observation/xl/_history', 403],
    ['patient/Observation.cud', 'Observation/xl', 403],
    ['patient/Observation.rs', 'Observation?subject:Patient.name=x', 403],
    ['patient/Observation.rs', 'Observation?_include=Observation:subject', 200],
    ['system/*.cruds', 'Observation/xl', 403],
    ['user/Observation.rs', 'Observation/yl', 200],
  ])('%s on %s: %s', async (scope, url, status) => {
    expect((await get({ ...me, scopes: [scope] }, url)).status).toBe(status);
  });

  test('to change without reading tell nothing of what stands', async () => {
    const blind: Caller = { ...of, scopes: ['system/Observation.u', `system/Observation.r?${LABORATORY}`] };
    const patch = {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'Observation.status' },
            { name: 'value', valueCode: 'amended' },
          ],
        },
      ],
    };
    await put(observation('blind', 'x', 'imaging', { valueString: 'secret' }));
    const answer = await inside.ask(blind, 'PATCH', 'Observation/blind', patch);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('secret');
    const meta = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ code: 't' }] } }] };
    expect((await inside.ask(blind, 'POST', 'Observation/blind/$meta-add', meta)).status).toBe(404);
    await inside.ask(office, 'DELETE', 'Observation/blind');
  });
});

test('the one who signed in may read who they are, among what is not theirs', async () => {
  const nobody: Caller = { ...of, user: 'RelatedPerson/yr', patients: [], scopes: ['user/RelatedPerson.rs'] };
  expect((await get(nobody, 'RelatedPerson/yr')).status).toBe(200);
  expect((await get(nobody, 'RelatedPerson/xr')).status).toBe(404);
});

test('a page of one patient is not gone on with for another', async () => {
  const { body } = await get(app, 'Observation?_count=1');
  const next = (body.link as Json[]).find(({ relation }) => relation === 'next').url as string;
  expect((await get(app, next)).status).toBe(200);
  expect((await get({ ...app, patient: 'Patient/y' }, next)).status).toBe(410);
});

test('a search of all that there is says nothing of audit, which is granted by its name', async () => {
  expect((await get(office, 'AuditEvent')).status).toBe(403);
  expect((await get(office, '?_count=1')).text).not.toContain('AuditEvent');
  expect((await get({ ...office, scopes: ['system/AuditEvent.rs'] }, 'AuditEvent')).status).toBe(200);
});
