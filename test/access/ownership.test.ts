import { expect, test } from '@jest/globals';
import { DIRECTORY_TYPES, readersOf, refuseChange } from '../../src/access/index.ts';
import type { Caller, Role } from '../../src/base/index.ts';

function caller(organization: string, role: Role = 'programme'): Caller {
  return { client: `${organization}-client`, organization, role, scopes: ['system/*.cruds'] };
}

const HOME = { owner: 'home', readers: ['home', 'programme'] };

test('the owner may change its record, another organisation that sees it may not', () => {
  expect(refuseChange(caller('home'), HOME, { resourceType: 'Patient' })).toBeUndefined();
  expect(refuseChange(caller('programme'), HOME, { resourceType: 'Patient' })?.status).toBe(403);
  expect(refuseChange(caller('programme'), HOME, undefined)?.status).toBe(403);
});

test('what the server publishes is nobody’s to change, and the refusal says so', () => {
  const refused = refuseChange(
    caller('home'),
    { owner: 'consilium', readers: ['*', 'consilium'] },
    { resourceType: 'ValueSet' },
  );
  expect(refused?.status).toBe(403);
  expect(refused?.issues[0]?.text).toBe(
    'The server publishes this record with its guide: everybody may read it, and nobody changes it.',
  );
  expect(refuseChange(caller('programme'), HOME, undefined)?.issues[0]?.text).not.toContain('guide');
});

test('a Task may be worked by the organisation that the stored version is addressed to', () => {
  const task = { resourceType: 'Task', owner: { reference: 'Organization/programme' } };
  expect(refuseChange(caller('programme'), HOME, task)).toBeUndefined();
  expect(refuseChange(caller('other'), HOME, task)?.status).toBe(403);
  // Only Tasks, and only by Task.owner.
  expect(refuseChange(caller('programme'), HOME, { ...task, resourceType: 'Patient' })?.status).toBe(403);
  const elsewhere = { resourceType: 'Task', owner: { reference: 'https://other.example/Organization/programme' } };
  expect(refuseChange(caller('programme'), HOME, elsewhere)?.status).toBe(403);
  const requested = { resourceType: 'Task', requester: { reference: 'Organization/programme' } };
  expect(refuseChange(caller('programme'), HOME, requested)?.status).toBe(403);
});

test('a clinical record is its owner’s alone, whatever the role', () => {
  for (const role of ['placer', 'programme', 'insurer', 'employer'] as const) {
    expect(readersOf('Patient/a', 'Patient', 'org', role)).toEqual(['org']);
    expect(readersOf('Consent/a', 'Consent', 'org', role)).toEqual(['org']);
  }
});

test('the directory is a programme’s services, forms and people', () => {
  for (const type of DIRECTORY_TYPES) {
    if (type === 'Organization') continue;
    expect(readersOf(`${type}/a`, type, 'org', 'programme')).toEqual(['*', 'org']);
    expect(readersOf(`${type}/a`, type, 'org', 'placer')).toEqual(['org']);
  }
});

test('a partner’s own Organization is published, another one that it sends is not', () => {
  expect(readersOf('Organization/home', 'Organization', 'home', 'placer')).toEqual(['*', 'home']);
  expect(readersOf('Organization/ward-7', 'Organization', 'home', 'placer')).toEqual(['home']);
  expect(readersOf('Organization/insurer', 'Organization', 'home', 'placer')).toEqual(['home']);
  expect(readersOf('Organization/home', 'Organization', 'programme', 'programme')).toEqual(['programme']);
});
