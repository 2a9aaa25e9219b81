import { describe, expect, test } from '@jest/globals';
import { hasScope, LETTERS, parseScope, permitOf, scopeFault, understandScope } from '../../src/access/index.ts';
import type { Caller } from '../../src/base/index.ts';
import { definitions } from '../definitions/r4.ts';
import { terminology } from '../terminology/r4.ts';

const knowledge = { definitions, terminology, base: 'https://server.example/fhir' };
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';

const client = { client: 'client', organization: 'home', role: 'placer' } as const;

function callerWith(...scopes: string[]): Caller {
  return { ...client, scopes };
}

function granted(caller: Caller, type: string): string {
  return LETTERS.filter((letter) => hasScope(knowledge, caller, type, letter)).join('');
}

describe('a scope is read', () => {
  test.each([
    ['system/*.cruds', 'system', '*', 'cruds', undefined],
    ['user/Patient.rs', 'user', 'Patient', 'rs', undefined],
    ['patient/Patient.r', 'patient', 'Patient', 'r', undefined],
    ['patient/Patient.read', 'patient', 'Patient', 'rs', undefined],
    ['patient/Patient.write', 'patient', 'Patient', 'cud', undefined],
    ['patient/*.*', 'patient', '*', 'cruds', undefined],
    ['patient/Observation.rs?code=x', 'patient', 'Observation', 'rs', 'code=x'],
    [
      `user/Observation.s?category=${CATEGORY}|x&status=final`,
      'user',
      'Observation',
      's',
      `category=${CATEGORY}|x&status=final`,
    ],
  ])('%s', (text, context, type, letters, query) => {
    expect(parseScope(text)).toMatchObject({ context, type, letters, text });
    expect(parseScope(text)?.query).toBe(query);
  });

  test('whatever the order of its parameters', () => {
    const [one, other] = ['a=2&b=1&a=1', 'a=1&a=2&b=1'].map((query) => parseScope(`system/Task.r?${query}`)?.params);
    expect(one).toEqual(other);
    expect(one).toHaveLength(3);
  });

  test.each([
    '',
    'Patient.rs',
    'system',
    'system/Patient',
    'system/Patient.',
    'system/Patient.sr',
    'system/Patient.rr',
    'system/Patient.rsx',
    'system/Patient.Rs',
    'system/Patient.reads',
    'system/patient.rs',
    'system/.rs',
    'system/*',
    'SYSTEM/Patient.rs',
    'practitioner/Patient.rs',
    ' system/Patient.rs',
    'system/Patient.rs ',
    'system/Patient.rs\n',
    'system/Patient.rs\u0000',
    'system/Pat"ient.rs',
    'system/Patient.rs?name="x"',
    'system/Patient.rs?name=\\x',
    'system/Patient.rs?name=ü',
    'system/Patient.rs?name=%zz',
    'system/Patient.rs?',
    'system/Patient.rs?&',
    'system/Patient.rs?name',
    'system/Patient.rs?name=',
    'system/Patient.rs?=x',
    'system/Patient.read?name=x',
    'system/*.rs?_tag=x',
    `system/Patient.rs?name=${'x'.repeat(512)}`,
    'openid',
    'launch/patient',
  ])('%j is none', (text) => expect(parseScope(text)).toBeUndefined());
});

describe('a filter is understood', () => {
  test.each([
    `Observation.rs?category=${CATEGORY}|laboratory`,
    'Observation.rs?category=laboratory&status=final,amended',
    'Observation.rs?category:not=laboratory',
    'Observation.rs?code:text=haemoglobin',
    'Observation.rs?date=ge2024-01-01&date=lt2025',
    'Observation.rs?value-quantity=gt5.4|http://unitsofmeasure.org|mmol/L',
    'Observation.rs?subject=Patient/1',
    'Observation.rs?patient=1',
    'Observation.rs?encounter:missing=true',
    'Observation.rs?_id=a,b',
    'Observation.rs?_tag=http://x.example|y',
    'Observation.rs?_security=R',
    'Observation.rs?status:in=http://hl7.org/fhir/ValueSet/observation-status',
    'Patient.rs?family=Tran',
    'DocumentReference.r?type=http://loinc.org|34108-1',
  ])('%s', (text) => expect(understandScope(knowledge, parseScope(`system/${text}`)!)?.length).toBeGreaterThan(0));

  test.each([
    'Bogus.rs',
    'Resource.rs',
    'DomainResource.rs',
    'Bogus.rs?x=y',
    'Observation.rs?nothing=x',
    'Observation.rs?category:nothing=x',
    'Observation.rs?subject:Patient.name=x',
    'Observation.rs?subject.name=x',
    'Patient.rs?_has:Observation:patient:code=x',
    'Patient.rs?_list=1',
    'Patient.rs?_filter=name%20eq%20x',
    'Patient.rs?_query=x',
    'Patient.rs?_text=x',
    'Patient.rs?_content=x',
    'Patient.rs?_lastUpdated=ge2024',
    'Patient.rs?_sort=name',
    'Patient.rs?_count=1',
    'Patient.rs?_include=Patient:link',
    'Patient.rs?_summary=true',
    'Patient.rs?_elements=name',
    'Patient.rs?_format=json',
    'Patient.rs?_pretty=true',
    'Patient.rs?_cursor=x',
    'Patient.rs?name=x&_pretty=true',
    'Patient.rs?birthdate=whenever',
    'Patient.rs?birthdate=ap2024',
    'Patient.rs?name=%00',
    'Observation.rs?category=laboratory&nothing=x',
    'Observation.rs?code:in=http://nowhere.example/ValueSet/x',
    'Observation.rs?patient:missing=true',
    'Location.rs?near=1%7C2%7C3',
    'Location.rs?partof:below=1',
  ])('%s is not', (text) => {
    const scope = parseScope(`system/${text}`)!;
    expect(scope).toBeDefined();
    expect(understandScope(knowledge, scope)).toBeUndefined();
    expect(granted(callerWith(scope.text), scope.type)).toBe('');
  });
});

describe('letters', () => {
  test.each([
    ['system/*.cruds', 'Patient', 'cruds'],
    ['system/Patient.rs', 'Patient', 'rs'],
    ['system/Patient.rs', 'Observation', ''],
    ['system/Patient.r', 'Patient', 'r'],
    ['system/Patient.s', 'Patient', 's'],
    ['system/Patient.read', 'Patient', 'rs'],
    ['system/Patient.write', 'Patient', 'cud'],
    ['system/*.*', 'Patient', 'cruds'],
    ['system/Observation.rs?category=laboratory', 'Observation', 'rs'],
    ['system/Observation.rs?category=laboratory', 'Patient', ''],
    ['system/Patient.sr', 'Patient', ''],
    ['system/Patient.cruds ', 'Patient', ''],
    ['system/PatientX.cruds', 'Patient', ''],
    ['', 'Patient', ''],
    // Of a client on its own, only system scopes count.
    ['patient/Patient.cruds', 'Patient', ''],
    ['user/*.cruds', 'Patient', ''],
    // Audit is granted by its name alone.
    ['system/*.cruds', 'AuditEvent', ''],
    ['system/AuditEvent.rs', 'AuditEvent', 'rs'],
  ])('%s grants on %s: %s', (scope, type, letters) => {
    expect(granted(callerWith(scope), type)).toBe(letters);
  });

  test('add up, for one type and with the wildcard', () => {
    expect(granted(callerWith('system/Patient.c', 'system/Patient.r'), 'Patient')).toBe('cr');
    expect(granted(callerWith('system/*.s', 'system/Patient.r'), 'Patient')).toBe('rs');
    expect(granted(callerWith('system/*.s', 'system/Patient.r'), 'Task')).toBe('s');
  });

  test('of nothing are none', () => {
    expect(granted(callerWith(), 'Patient')).toBe('');
  });
});

describe('a person', () => {
  const staff = { ...client, user: 'Practitioner/me' };
  const relative = { ...client, user: 'RelatedPerson/me', patients: ['Patient/a', 'Patient/b'] };

  test('never has what only the client was granted', () => {
    expect(granted({ ...staff, patient: 'Patient/a', scopes: ['system/*.cruds'] }, 'Patient')).toBe('');
  });

  test('of the staff has what the organisation sees', () => {
    expect(permitOf(knowledge, { ...staff, scopes: ['user/*.rs'] }, 'Observation', 's')).toBe('all');
  });

  test.each([
    ['no patient', {}],
    ['what is no patient', { patient: 'Observation/a' }],
    ['no reference', { patient: 'a' }],
    ['a version', { patient: 'Patient/a/_history/1' }],
    ['somebody they do not stand for', { patient: 'Patient/c', patients: ['Patient/a'] }],
  ])('has nothing by patient scopes with %s in context', (_what, context) => {
    expect(granted({ ...staff, ...context, scopes: ['patient/*.cruds'] }, 'Observation')).toBe('');
  });

  test.each([
    ['Patient', 'cruds'],
    ['Observation', 'cruds'],
    ['Task', 'cruds'],
    ['ServiceRequest', 'cruds'],
    ['RelatedPerson', 'cruds'],
    // Of nobody: everybody may look, and no patient changes it.
    ['Organization', 'rs'],
    ['Questionnaire', 'rs'],
    ['Medication', 'rs'],
    ['Substance', 'rs'],
    // Told by what is inside.
    ['Binary', 'crud'],
    ['Bundle', 'r'],
    // Of many, or of the server.
    ['Group', ''],
    ['Subscription', ''],
    ['Endpoint', ''],
    ['AuditEvent', ''],
  ])('with a patient in context may do on %s: %s', (type, letters) => {
    const caller = { ...staff, patient: 'Patient/a', scopes: ['patient/*.cruds'] };
    expect(granted(caller, type)).toBe(letters);
  });

  test('who is no staff is confined to those they stand for', () => {
    const permit = permitOf(knowledge, { ...relative, scopes: ['user/*.rs'] }, 'Patient', 's');
    expect(permit).toMatchObject([
      { conditions: [{ kind: 'id', any: ['a', 'b'] }], patients: ['Patient/a', 'Patient/b'] },
    ]);
    expect(granted({ ...relative, patients: [], scopes: ['user/*.cruds'] }, 'Observation')).toBe('');
  });

  test('may read who they are, but not search for it by that', () => {
    expect(granted({ ...relative, patients: [], scopes: ['user/RelatedPerson.rs'] }, 'RelatedPerson')).toBe('r');
    expect(granted({ ...relative, patients: [], scopes: ['user/RelatedPerson.s'] }, 'RelatedPerson')).toBe('');
  });

  test('has the union of what was granted', () => {
    const caller = {
      ...staff,
      patient: 'Patient/a',
      scopes: ['patient/Observation.rs', 'user/Observation.r?status=final'],
    };
    expect(permitOf(knowledge, caller, 'Observation', 'r')).toHaveLength(2);
    expect(permitOf(knowledge, caller, 'Observation', 's')).toHaveLength(1);
    const more = { ...caller, scopes: [...caller.scopes, 'user/Observation.r'] };
    expect(permitOf(knowledge, more, 'Observation', 'r')).toBe('all');
  });
});

describe('the refusal names the scope that would be needed', () => {
  test.each([
    [{}, 'system/Observation.s'],
    [{ user: 'Practitioner/me' }, 'user/Observation.s'],
    [{ user: 'Practitioner/me', patient: 'Patient/a' }, 'patient/Observation.s'],
  ])('to %j', (who, scope) => {
    const refused = scopeFault({ ...client, ...who, scopes: [] }, 'Observation', 's');
    expect(refused.status).toBe(403);
    expect(refused.issues).toMatchObject([
      { code: 'forbidden', key: 'scope-missing', text: expect.stringContaining(`${scope}.`) },
    ]);
  });

  test('unless it is there already, and reaches nothing', () => {
    const caller = { ...client, user: 'Patient/a', patient: 'Patient/a', scopes: ['patient/*.rs'] };
    const [issue] = scopeFault(caller, 'Group', 's').issues;
    expect(issue!.text).not.toContain('Ask for the scope');
  });
});
