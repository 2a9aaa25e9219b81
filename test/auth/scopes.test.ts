import { describe, expect, test } from '@jest/globals';
import { checkScope, negotiateScope } from '../../src/auth/scopes.ts';

describe('negotiation', () => {
  test.each([
    // requested, registered, granted
    ['system/Patient.rs', 'system/Patient.rs', 'system/Patient.rs'],
    ['system/Patient.rs', 'system/*.cruds', 'system/Patient.rs'],
    ['system/Patient.cruds', 'system/Patient.rs', 'system/Patient.rs'],
    ['system/Patient.cruds', 'system/Patient.r system/*.s', 'system/Patient.rs'],
    ['system/*.cruds', 'system/*.rs', 'system/*.rs'],
    ['system/*.rs', 'system/Patient.r system/Task.cruds', 'system/Patient.r system/Task.rs'],
    ['system/*.cruds', 'system/*.s system/Task.cu', 'system/*.s system/Task.cus'],
    ['system/*.s', 'system/*.s system/Task.cu', 'system/*.s'],
    ['system/Task.c', 'system/Patient.c', ''],
    ['system/Task.d', 'system/Task.crus', ''],
    // v1, as it was asked for when it may be had whole
    ['system/Patient.read', 'system/Patient.rs', 'system/Patient.read'],
    ['system/Patient.write', 'system/*.cruds', 'system/Patient.write'],
    ['system/*.*', 'system/*.cruds', 'system/*.*'],
    ['system/*.read', 'system/*.read', 'system/*.read'],
    ['system/Patient.read', 'system/Patient.r', 'system/Patient.r'],
    ['system/*.*', 'system/*.read', 'system/*.rs'],
    ['system/Patient.rs', 'system/Patient.read', 'system/Patient.rs'],
    // never granted
    ['system/Patient.sr', 'system/*.cruds', ''],
    ['system/Patient.', 'system/*.cruds', ''],
    ['system/Patient.rr', 'system/*.cruds', ''],
    ['system/patient.rs', 'system/*.cruds', ''],
    ['patient/Patient.rs', 'system/*.cruds', ''],
    ['user/*.cruds', 'system/*.cruds', ''],
    ['system/Observation.rs?category=laboratory', 'system/*.cruds', ''],
    ['system/*.cruds.x', 'system/*.cruds', ''],
    ['openid fhirUser offline_access', 'system/*.cruds', ''],
    ['', 'system/*.cruds', ''],
    ['system/Patient.rs', '', ''],
    // several
    ['system/Patient.rs openid system/Task.rs', 'system/*.cruds', 'system/Patient.rs system/Task.rs'],
    ['system/Patient.rs system/Patient.rs', 'system/*.cruds', 'system/Patient.rs'],
  ])('of %j by a client with %j gives %j', (requested, registered, granted) => {
    expect(negotiateScope(requested, registered)).toBe(granted);
  });
});

describe('registration', () => {
  test.each(['system/*.cruds', 'system/Patient.rs system/Task.c', 'system/Patient.read system/*.write system/Task.*'])(
    'takes %j',
    (scope) => {
      expect(checkScope(scope)).toEqual([]);
    },
  );
  test.each([
    '',
    'system/Patient.sr',
    'system/Patient',
    'patient/*.rs',
    'system/*.rs  system/Task.c',
    'openid',
    'system/Patient.rs?a=b',
  ])('refuses %j', (scope) => expect(checkScope(scope)).toMatchObject([{ key: 'scope-syntax', expression: 'scope' }]));
  test('names each that is wrong', () => {
    expect(checkScope('system/Patient.sr system/Task.c admin').map((issue) => issue.text.split('"')[1])).toEqual([
      'system/Patient.sr',
      'admin',
    ]);
  });
});
