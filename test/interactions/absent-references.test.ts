import { describe, expect, test } from '@jest/globals';
import { fault } from '../../src/base/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { AbsentReferences } from '../../src/interactions/absent-references.ts';
import type { Committed } from '../../src/interactions/commit.ts';
import type { Context, House } from '../../src/interactions/index.ts';
import { definitions } from '../definitions/r4.ts';

/** What is asked of the store, and how it is told; what is absent and what is hidden stands in test/conformance/prefer. */

const asked: string[][] = [];
function lookFor(standing: readonly string[] | Error, scopes = ['system/*.r']): AbsentReferences<string> {
  asked.length = 0;
  const query = (_statement: unknown, [, refs]: [string, string[]]): Promise<{ ref: string }[]> => {
    asked.push(refs);
    if (standing instanceof Error) return Promise.reject(standing);
    return Promise.resolve(refs.filter((ref) => standing.includes(ref)).map((ref) => ({ ref })));
  };
  const house = { definitions, database: { query } } as unknown as House;
  const caller = { client: 'c', organization: 'o', role: 'placer', scopes } as const;
  return new AbsentReferences(house, { caller, request: 'r' } satisfies Context);
}

const committed = (resource: Resource): Committed => ({
  ref: `${resource.resourceType}/1`,
  version: 1,
  at: 0,
  created: true,
  body: JSON.stringify(resource),
});
const observation = (reference: string, more: object = {}): Committed =>
  committed({ resourceType: 'Observation', subject: { reference }, ...more });

async function placesOf(absent: AbsentReferences<string>): Promise<Record<string, unknown[]>> {
  const remarks = [...(await absent.look())].map(([key, issues]) => [key, issues.map(({ expression }) => expression)]);
  return Object.fromEntries(remarks) as Record<string, unknown[]>;
}

test('many records ask once, for each of what they refer to once', async () => {
  const absent = lookFor(['Patient/there']);
  absent.note('a', observation('Patient/there', { performer: [{ reference: 'Practitioner/gone' }] }));
  absent.note('b', observation('Patient/gone/_history/3'), 'Bundle.entry[1].resource');
  absent.note('c', observation('Patient/there'));
  expect(await placesOf(absent)).toEqual({
    a: ['Observation.performer[0].reference'],
    b: ['Bundle.entry[1].resource.subject.reference'],
  });
  expect(asked).toEqual([['Patient/there', 'Practitioner/gone', 'Patient/gone']]);
});

test('what refers to nothing asks nothing', async () => {
  const absent = lookFor([]);
  absent.note('plain', committed({ resourceType: 'Patient' }));
  absent.note('without a body', { ref: 'Patient/1', version: 1, at: 0, created: false });
  absent.note('elsewhere', observation('https://elsewhere.example/fhir/Patient/1'));
  absent.note('contained', observation('#p'));
  absent.note('logical', committed({ resourceType: 'Observation', subject: { identifier: { value: 'x' } } }));
  absent.note('canonical', committed({ resourceType: 'QuestionnaireResponse', questionnaire: 'Questionnaire/1' }));
  absent.note(
    'kept',
    committed({ resourceType: 'Bundle', entry: [{ resource: { ...JSON.parse(observation('Patient/1').body!) } }] }),
  );
  expect(await placesOf(absent)).toEqual({});
  expect(asked).toEqual([]);
});

test('references within contained records and extensions count', async () => {
  const absent = lookFor([]);
  const contained = [{ resourceType: 'Basic', id: 'b', subject: { reference: 'Patient/1' } }];
  const extension = [{ url: 'urn:x', valueReference: { reference: 'Device/1' } }];
  absent.note('a', committed({ resourceType: 'Observation', contained, extension }));
  expect(await placesOf(absent)).toEqual({
    a: ['Observation.contained[0].subject.reference', 'Observation.extension[0].valueReference.reference'],
  });
});

test('names that only a Bundle could give a meaning lead nowhere, which needs no asking', async () => {
  const absent = lookFor([]);
  absent.note('a', observation('urn:uuid:5e1f6f0c-7d2b-4a35-9d53-9d2f0a7f3c11'));
  absent.note('b', observation('urn:oid:1.2.3'));
  expect(Object.keys(await placesOf(absent))).toEqual(['a', 'b']);
  expect(asked.flat()).toEqual([]);
});

test('who may not read a type is told nothing of it', async () => {
  const absent = lookFor([], ['system/Observation.cruds', 'system/Patient.cu', 'system/Device.r']);
  absent.note('a', observation('Patient/1', { device: { reference: 'Device/1' } }));
  expect(await placesOf(absent)).toEqual({ a: ['Observation.device.reference'] });
  expect(asked).toEqual([['Device/1']]);
});

test('of one record not more than twenty are named, and how many there are is said', async () => {
  const absent = lookFor([]);
  const hasMember = Array.from({ length: 30 }, (_, n) => ({ reference: `Observation/${n}` }));
  absent.note('a', committed({ resourceType: 'Observation', hasMember }));
  const issues = (await absent.look()).get('a')!;
  expect(issues).toHaveLength(21);
  expect(
    issues.slice(0, 20).every(({ key, severity }) => key === 'reference-not-found' && severity === 'warning'),
  ).toBe(true);
  expect([issues[20]!.key, issues[20]!.text]).toEqual(['more-remarks', expect.stringContaining('30')]);
});

describe('what was written stands', () => {
  const failing = (): AbsentReferences<string> => {
    const absent = lookFor(fault(503, 'transient', 'database-unavailable', 'The store does not answer.'));
    absent.note('a', observation('Patient/1'));
    return absent;
  };
  test('where the store cannot be asked, nothing is said', async () => {
    expect((await failing().look()).size).toBe(0);
    expect(asked).toHaveLength(1);
  });
  test('but what is only tried fails', async () => {
    const absent = failing();
    const on = { query: () => Promise.reject(fault(503, 'transient', 'x', 'The store does not answer.')) };
    await expect(absent.lookWithin(on)).rejects.toThrow();
  });
  test('other errors are not hidden', async () => {
    const absent = lookFor(new TypeError('a bug'));
    absent.note('a', observation('Patient/1'));
    await expect(absent.look()).rejects.toThrow('a bug');
  });
});
