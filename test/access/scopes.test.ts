import { expect, test } from '@jest/globals';
import { hasScope, scopeFault } from '../../src/access/index.ts';
import type { Letter } from '../../src/access/index.ts';
import type { Caller } from '../../src/base/index.ts';

const LETTERS: readonly Letter[] = ['c', 'r', 'u', 'd', 's'];

function callerWith(...scopes: string[]): Caller {
  return { client: 'client', organization: 'home', role: 'placer', scopes };
}

function granted(caller: Caller, type: string): string {
  return LETTERS.filter((letter) => hasScope(caller, type, letter)).join('');
}

test.each([
  ['system/*.cruds', 'Patient', 'cruds'],
  ['system/Patient.rs', 'Patient', 'rs'],
  ['system/Patient.rs', 'Observation', ''],
  ['system/Patient.r', 'Patient', 'r'],
  ['system/Patient.s', 'Patient', 's'],
  ['system/Patient.read', 'Patient', 'rs'],
  ['system/Patient.write', 'Patient', 'cud'],
  ['system/*.*', 'Patient', 'cruds'],
  // Nothing is granted by what is not a system scope, is out of order, filtered, or another type's name in part.
  ['patient/Patient.cruds', 'Patient', ''],
  ['user/*.cruds', 'Patient', ''],
  ['system/Patient.sr', 'Patient', ''],
  ['system/Patient.', 'Patient', ''],
  ['system/Observation.rs?category=laboratory', 'Observation', ''],
  ['system/Patient.cruds ', 'Patient', ''],
  ['system/PatientX.cruds', 'Patient', ''],
  ['xsystem/*.cruds', 'Patient', ''],
  ['', 'Patient', ''],
])('%s grants on %s: %s', (scope, type, letters) => {
  expect(granted(callerWith(scope), type)).toBe(letters);
});

test('scopes add up, for one type and with the wildcard', () => {
  expect(granted(callerWith('system/Patient.c', 'system/Patient.r'), 'Patient')).toBe('cr');
  expect(granted(callerWith('system/*.s', 'system/Patient.r'), 'Patient')).toBe('rs');
  expect(granted(callerWith('system/*.s', 'system/Patient.r'), 'Task')).toBe('s');
});

test('a caller without scopes may do nothing', () => {
  expect(granted(callerWith(), 'Patient')).toBe('');
});

test('the refusal names the scope that would be needed', () => {
  const refused = scopeFault('Observation', 's');
  expect(refused.status).toBe(403);
  expect(refused.issues).toMatchObject([{ code: 'forbidden', text: expect.stringContaining('system/Observation.s') }]);
});
