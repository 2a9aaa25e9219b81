import { describe, expect, test } from '@jest/globals';
import { negotiateScope } from '../../src/access/index.ts';
import { checkScope } from '../../src/auth/scopes.ts';
import { definitions } from '../definitions/r4.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { terminology } from '../terminology/r4.ts';

const knowledge = { definitions, terminology, base: 'https://server.example/fhir' };

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
    ['system/*.cruds.x', 'system/*.cruds', ''],
    ['openid fhirUser offline_access', 'system/*.cruds', ''],
    ['', 'system/*.cruds', ''],
    ['system/Patient.rs', '', ''],
    // several
    ['system/Patient.rs openid system/Task.rs', 'system/*.cruds', 'system/Patient.rs system/Task.rs'],
    ['system/Patient.rs system/Patient.rs', 'system/*.cruds', 'system/Patient.rs'],
  ])('of %j by a client with %j gives %j', (requested, registered, granted) => {
    expect(negotiateScope(requested, registered)).toBe(granted);
    expect(negotiateScope(requested, registered, knowledge)).toBe(granted);
  });

  test.each([
    // requested, registered, granted; each context for itself
    ['patient/Patient.rs', 'user/*.cruds system/*.cruds', ''],
    ['user/Patient.rs', 'patient/*.cruds user/*.r', 'user/Patient.r'],
    ['patient/*.rs user/Patient.r', 'patient/*.rs user/*.r', 'patient/*.rs user/Patient.r'],
    ['patient/*.read', 'patient/*.cruds', 'patient/*.read'],
    // filters
    ['user/Observation.rs?status=final', 'user/Observation.rs', 'user/Observation.rs?status=final'],
    ['user/Observation.rs?status=final', 'user/*.cruds', 'user/Observation.rs?status=final'],
    ['user/Observation.rs?status=final', 'user/*.r', 'user/Observation.r?status=final'],
    ['user/Observation.rs', 'user/Observation.rs?status=final', 'user/Observation.rs?status=final'],
    ['user/Observation.read', 'user/Observation.rs?status=final', 'user/Observation.rs?status=final'],
    [
      'user/Observation.rs',
      'user/Observation.rs?status=a user/Observation.r?status=b',
      'user/Observation.rs?status=a user/Observation.r?status=b',
    ],
    [
      'user/Observation.rs',
      'user/Observation.r user/Observation.rs?status=final',
      'user/Observation.r user/Observation.s?status=final',
    ],
    ['user/*.rs', 'user/Observation.rs?status=final user/Patient.r', 'user/Observation.rs?status=final user/Patient.r'],
    ['user/*.rs', 'user/*.r user/Observation.s?status=final', 'user/*.r user/Observation.s?status=final'],
    ['user/Observation.rs?status=final', 'user/Observation.rs?status=final', 'user/Observation.rs?status=final'],
    ['user/Observation.cruds?status=final', 'user/Observation.rs?status=final', 'user/Observation.rs?status=final'],
    [
      'user/Observation.rs?status=final',
      'user/Observation.r?status=final user/Observation.s',
      'user/Observation.rs?status=final',
    ],
    [
      'user/Observation.rs?code=x&status=final',
      'user/Observation.rs?status=final&code=x',
      'user/Observation.rs?code=x&status=final',
    ],
    ['user/Observation.rs?status=fin%61l', 'user/Observation.rs?status=final', 'user/Observation.rs?status=fin%61l'],
    ['user/Observation.rs?status=amended', 'user/Observation.rs?status=final', ''],
    ['user/Observation.rs?status=final', 'patient/Observation.rs', ''],
    ['user/Condition.rs?status=final', 'user/Observation.rs?status=final', ''],
    ['user/Observation.rs?nothing=x', 'user/Observation.rs', ''],
    ['user/Observation.rs?nothing=x', 'user/Observation.rs?nothing=x', ''],
    ['user/Observation.rs', 'user/Observation.rs?nothing=x', ''],
    ['user/Observation.rs?subject:Patient.name=x', 'user/*.cruds', ''],
    // what is no type, or is meant by its name alone
    ['system/Bogus.rs', 'system/*.cruds', ''],
    ['system/Bogus.rs', 'system/Bogus.rs', ''],
    ['system/*.rs', 'system/Bogus.rs', ''],
    ['system/AuditEvent.rs', 'system/*.cruds', ''],
    ['system/AuditEvent.rs', 'system/AuditEvent.r', 'system/AuditEvent.r'],
    ['system/*.rs', 'system/Patient.r system/AuditEvent.r', 'system/Patient.r'],
    // words
    [
      'openid fhirUser launch/patient offline_access',
      'launch/patient openid fhirUser user/*.rs',
      'openid fhirUser launch/patient',
    ],
    ['openid patient/*.rs', 'openid patient/*.r', 'openid patient/*.r'],
    ['admin', 'system/*.cruds', ''],
    ['something', 'something', ''],
  ])('of %j by a client with %j gives %j, knowing types and parameters', (requested, registered, granted) => {
    expect(negotiateScope(requested, registered, knowledge)).toBe(granted);
  });

  test('without knowledge nothing that has a filter is granted', () => {
    const scope = 'user/Observation.rs?status=final';
    expect(negotiateScope(scope, 'user/*.cruds')).toBe('');
    expect(negotiateScope('user/Observation.rs', scope)).toBe('');
  });

  test('of what is long is quick', () => {
    const list = Array.from({ length: 2000 }, (_, n) => `system/Observation.rs?code=${n}`).join(' ');
    const before = cpuTime();
    negotiateScope(list, 'system/*.cruds', knowledge);
    expect(cpuTime() - before).toBeLessThan(1000);
  });
});

describe('registration', () => {
  test.each([
    'system/*.cruds',
    'system/Patient.rs system/Task.c',
    'system/Patient.read system/*.write system/Task.*',
    'openid fhirUser profile launch launch/patient launch/encounter offline_access online_access patient/*.rs user/Task.u',
    'launches admin',
    'user/Observation.rs?category=laboratory',
  ])('takes %j', (scope) => {
    expect(checkScope(scope)).toEqual([]);
    expect(checkScope(scope, knowledge)).toEqual([]);
  });
  test.each([
    '',
    'system/Patient.sr',
    'system/Patient',
    'practitioner/*.rs',
    'system/*.rs  system/Task.c',
    'email',
    'system/*.rs?_tag=b',
  ])('refuses %j', (scope) => expect(checkScope(scope)).toMatchObject([{ key: 'scope-syntax', expression: 'scope' }]));
  test.each(['system/Bogus.rs', 'system/Patient.rs?a=b', 'user/Observation.rs?subject.name=x'])(
    'refuses %j where types and parameters are known',
    (scope) => {
      expect(checkScope(scope)).toEqual([]);
      expect(checkScope(scope, knowledge)).toMatchObject([{ key: 'scope-syntax' }]);
    },
  );
  test('names each that is wrong', () => {
    expect(checkScope('system/Patient.sr system/Task.c admins').map((issue) => issue.text.split('"')[1])).toEqual([
      'system/Patient.sr',
      'admins',
    ]);
  });
});
