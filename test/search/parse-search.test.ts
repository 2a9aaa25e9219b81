import { describe, expect, it } from '@jest/globals';
import { boundKey, paramKey } from '../../src/search/index.ts';
import type { Condition, TextMatch } from '../../src/search/index.ts';
import { BASE, extract } from './extract.ts';
import { ignored, onlyCondition, parse, query, refused } from './parse.ts';

function textOf(type: string, name: string, value: string): TextMatch[] {
  const condition = onlyCondition(type, name, value);
  if (condition.kind !== 'text') throw new Error(condition.kind);
  return [...condition.any];
}

const equal = (value: string, detail?: string): TextMatch => ({
  op: 'equal',
  value,
  ...(detail === undefined ? {} : { detail }),
});

describe('values', () => {
  it.each<[string, string, string, TextMatch[]]>([
    ['Observation', 'code', '718-7', [equal('718-7')]],
    ['Observation', 'code', 'http://loinc.org|718-7', [equal('718-7', 'http://loinc.org')]],
    ['Observation', 'code', '|718-7', [equal('718-7', '')]],
    ['Observation', 'code', 'http://loinc.org|', [{ op: 'system', detail: 'http://loinc.org' }]],
    ['Observation', 'code', 'a,b', [equal('a'), equal('b')]],
    ['Observation', 'code', 'a\\,b', [equal('a,b')]],
    ['Observation', 'code', 'urn:x|a\\|b\\$\\\\', [equal('a|b$\\', 'urn:x')]],
    [
      'ServiceRequest',
      'status',
      'http://hl7.org/fhir/request-status|active',
      [equal('active', 'http://hl7.org/fhir/request-status'), equal('active', '')],
    ],
    ['ServiceRequest', 'status', 'urn:other|active', [equal('active', 'urn:other')]],
    ['Patient', 'name', 'ÑUÑEZ', [{ op: 'prefix', value: 'nunez' }]],
    ['Patient', 'name:contains', 'Ñu', [{ op: 'contains', value: 'nu' }]],
    ['Patient', 'name:exact', 'Ñu', [{ op: 'exact', value: 'nu', detail: 'Ñu' }]],
    ['Observation', 'code:text', 'Hämo', [{ op: 'prefix', value: 'hamo' }]],
    ['Observation', 'subject', 'Patient/1', [equal('Patient/1')]],
    ['Observation', 'subject', `${BASE}/Patient/1/_history/2`, [equal('Patient/1')]],
    ['Observation', 'subject', 'https://other.example/Patient/1', [equal('https://other.example/Patient/1')]],
    ['Observation', 'patient', '1', [equal('Patient/1')]],
    ['Observation', 'subject:Group', '1', [equal('Group/1')]],
    ['ServiceRequest', 'subject', '1', [equal('Device/1'), equal('Group/1'), equal('Location/1'), equal('Patient/1')]],
    ['Observation', 'subject:identifier', 'urn:mrn|7', [equal('7', 'urn:mrn')]],
    ['QuestionnaireResponse', 'questionnaire', 'urn:q|2', [equal('urn:q', '2')]],
    ['ValueSet', 'url', 'http://a.example/v', [equal('http://a.example/v')]],
    ['Patient', '_profile', 'urn:p', [equal('urn:p')]],
    ['Observation', 'component-code-value-concept', 'http://loinc.org|1$|yes', [equal('http://loinc.org|1$|yes')]],
    [
      'DocumentReference',
      'relationship',
      `transforms$${BASE}/DocumentReference/1`,
      [equal('transforms$DocumentReference/1')],
    ],
    ['ValueSet', 'url', 'x'.repeat(600), [equal(boundKey('x'.repeat(600)))]],
  ])('%s?%s=%s', (type, name, value, any) => {
    expect(textOf(type, name, value)).toEqual(any);
  });

  it('are looked for under the parameter, its texts, or its identifiers', () => {
    expect(onlyCondition('Observation', 'code', 'a')).toMatchObject({ params: [paramKey('Observation', 'code')] });
    expect(onlyCondition('Observation', 'code:text', 'a')).toMatchObject({
      params: [paramKey('Observation', 'code:text')],
    });
    expect(onlyCondition('Observation', 'subject:identifier', 'a')).toMatchObject({
      params: [paramKey('Observation', 'subject:identifier')],
    });
  });

  it.each([
    ['5.4|urn:units|mg', 'urn:units|mg'],
    ['5.4||mg', '|mg'],
    ['5.4', ''],
  ])('a quantity %s has the unit %j of an index row', (value, unit) => {
    const condition = onlyCondition('Observation', 'value-quantity', value);
    expect(condition).toMatchObject({ kind: 'range', any: [{ unit, prefix: 'eq', low: 5.35, high: 5.45 }] });
    const valueQuantity = { value: 5.4, system: 'urn:units', code: 'mg' };
    const rows = extract({ resourceType: 'Observation', valueQuantity }).range;
    expect(rows.map((row) => row.unit)).toContain(unit);
  });
});

describe('conditions', () => {
  const key = paramKey;

  it.each<[string, string, string, Condition]>([
    ['Patient', '_id', 'a,b', { kind: 'id', any: ['a', 'b'] }],
    [
      'Patient',
      '_lastUpdated',
      'gt2024',
      {
        kind: 'lastUpdated',
        params: [key('Patient', '_lastUpdated')],
        any: [{ unit: '', prefix: 'gt', low: Date.UTC(2024), high: Date.UTC(2025) }],
      },
    ],
    ['Patient', 'gender:missing', 'true', { kind: 'missing', params: [key('Patient', 'gender')], missing: true }],
    [
      'Patient',
      'birthdate:missing',
      'false',
      { kind: 'missing', params: [key('Patient', 'birthdate')], missing: false },
    ],
    [
      'Patient',
      'gender:not',
      'male',
      { kind: 'text', params: [key('Patient', 'gender')], any: [equal('male')], negated: true },
    ],
    [
      'Observation',
      'subject:Patient.name',
      'ng',
      {
        kind: 'chain',
        params: [key('Observation', 'subject')],
        targetType: 'Patient',
        conditions: [
          {
            kind: 'text',
            params: [key('Patient', 'name'), key('Patient', 'name:parts')],
            any: [{ op: 'prefix', value: 'ng' }],
          },
        ],
      },
    ],
    [
      'Observation',
      'subject._id',
      'x',
      {
        kind: 'either',
        conditions: ['Device', 'Group', 'Location', 'Patient'].map((targetType): Condition => ({
          kind: 'chain',
          params: [key('Observation', 'subject')],
          targetType,
          there: key(targetType, '_id'),
          conditions: [{ kind: 'id', any: ['x'] }],
        })),
      },
    ],
    [
      'Task',
      'patient.general-practitioner:Practitioner.name:exact',
      'Ng',
      {
        kind: 'chain',
        params: [key('Task', 'subject')],
        targetType: 'Patient',
        conditions: [
          {
            kind: 'chain',
            params: [key('Patient', 'general-practitioner')],
            targetType: 'Practitioner',
            conditions: [
              {
                kind: 'text',
                params: [key('Practitioner', 'name')],
                any: [{ op: 'exact', value: 'ng', detail: 'Ng' }],
              },
            ],
          },
        ],
      },
    ],
    [
      'Patient',
      '_has:Observation:patient:code',
      '1',
      {
        kind: 'has',
        sourceType: 'Observation',
        params: [key('Observation', 'subject')],
        conditions: [{ kind: 'text', params: [key('Observation', 'code')], any: [equal('1')] }],
      },
    ],
    [
      'Patient',
      '_has:Observation:patient:_has:AuditEvent:entity:type',
      'rest',
      {
        kind: 'has',
        sourceType: 'Observation',
        params: [key('Observation', 'subject')],
        conditions: [
          {
            kind: 'has',
            sourceType: 'AuditEvent',
            params: [key('AuditEvent', 'entity')],
            conditions: [{ kind: 'text', params: [key('AuditEvent', 'type')], any: [equal('rest')] }],
          },
        ],
      },
    ],
    [
      'Observation',
      'patient._has:Condition:patient:code',
      'c',
      {
        kind: 'chain',
        params: [key('Observation', 'subject')],
        targetType: 'Patient',
        there: key('Patient', '_id'),
        conditions: [
          {
            kind: 'has',
            sourceType: 'Condition',
            params: [key('Condition', 'subject')],
            conditions: [{ kind: 'text', params: [key('Condition', 'code')], any: [equal('c')] }],
          },
        ],
      },
    ],
  ])('%s?%s=%s', (type, name, value, condition) => {
    expect(onlyCondition(type, name, value)).toEqual(condition);
  });

  it('look under the parameters that say the same', () => {
    expect(onlyCondition('Patient', 'phonetic', 'ng')).toEqual(onlyCondition('Patient', 'name', 'ng'));
    expect(onlyCondition('Observation', 'combo-code', 'a')).toMatchObject({
      params: [key('Observation', 'component-code'), key('Observation', 'code')],
    });
    expect(onlyCondition('Observation', 'patient', 'p')).toEqual(onlyCondition('Observation', 'subject:Patient', 'p'));
    expect(onlyCondition('Observation', 'patient:missing', 'true')).toEqual({
      kind: 'missing',
      params: [key('Observation', 'subject'), key('Observation', 'patient')],
      missing: true,
      target: { type: 'Patient', unshown: key('Observation', 'patient') },
    });
    // What a reference leads to is not always to be seen from its text.
    expect(onlyCondition('Observation', 'patient', 'urn:uuid:1')).toMatchObject({
      params: [key('Observation', 'patient')],
      any: [equal('urn:uuid:1')],
    });
    expect(onlyCondition('Observation', 'patient', 'urn:uuid:1,p')).toMatchObject({
      kind: 'either',
      conditions: [{ any: [equal('Patient/p')] }, { any: [equal('urn:uuid:1')] }],
    });
    // Identifiers do not tell whose they are, so these rows are kept apart.
    expect(onlyCondition('Observation', 'patient:identifier', 'a')).toMatchObject({
      params: [key('Observation', 'patient:identifier')],
    });
    for (const other of ['Group/1', 'https://other.example/fhir/Group/1']) {
      expect(refused('Observation', `patient=${other}`)).toEqual(['bad-reference']);
    }
  });

  it('on references know which date their rows carry along', () => {
    expect(onlyCondition('Observation', 'subject', 'Patient/1')).toMatchObject({ dated: key('Observation', 'date') });
    expect(onlyCondition('Coverage', 'payor', 'Patient/1')).not.toHaveProperty('dated');
    // The detail of a canonical's row is its version.
    expect(onlyCondition('Observation', 'based-on', 'CarePlan/1')).toHaveProperty('dated');
    expect(onlyCondition('CarePlan', 'instantiates-canonical', 'http://a.example/p')).not.toHaveProperty('dated');
    // And only canonicals have versions to ask for.
    expect(refused('Observation', 'subject=Patient/1|2/3')).toEqual(['bad-reference']);
  });

  it('that say what is not ask in a chain for what is there', () => {
    for (const name of ['gender:missing', 'gender:not', '_id', '_has:Group:member:code']) {
      expect(onlyCondition('Observation', `subject:Patient.${name}`, 'true')).toMatchObject({
        there: key('Patient', '_id'),
      });
    }
    expect(onlyCondition('Observation', 'subject:Patient.gender', 'male')).not.toHaveProperty('there');
  });

  it('repeat with AND', () => {
    expect(query('Patient', 'given=an&given=bo').conditions).toHaveLength(2);
  });

  it('on a chain leave out target types that do not have the parameter', () => {
    expect(onlyCondition('Observation', 'subject.birthdate', '2000')).toMatchObject({
      kind: 'chain',
      targetType: 'Patient',
    });
  });
});

describe('what is not supported', () => {
  it.each([
    ['Patient', 'nam=x', 'unknown-parameter'],
    ['Patient', '_text:exact=x', 'unsupported-modifier'],
    ['Bundle', '_text=x', 'unknown-parameter'],
    ['Patient', '_sort=_content', 'unsupported-sort'],
    ['Patient', 'name:text=x', 'unsupported-modifier'],
    ['Patient', 'name:prefix=x', 'unsupported-modifier'],
    ['Observation', 'code:of-type=a|b|c', 'unsupported-modifier'],
    ['Observation', 'code-value-quantity:not=a$1', 'unsupported-modifier'],
    ['Observation', 'patient:below=Patient/1', 'unsupported-modifier'],
    ['Observation', 'date:below=2020', 'unsupported-modifier'],
    ['Patient', '_list:not=1', 'unsupported-modifier'],
    ['Patient', '_type=Patient', 'unsupported-parameter'],
    ['MolecularSequence', 'chromosome-variant-coordinate:not=1$lt2$gt1', 'unsupported-modifier'],
    ['Patient', '_id:not=x', 'unsupported-modifier'],
    ['Observation', 'subject:Organization=1', 'unsupported-modifier'],
    ['Observation', 'subject:Organization.name=1', 'wrong-type'],
    ['Observation', 'code.name=1', 'not-a-reference'],
    ['Patient', 'name=', 'empty-value'],
    ['Patient', '_has:Nothing:patient:code=1', 'unknown-type'],
    ['Patient', '_has:Observation:performer:code=1', 'ok'],
    ['Patient', '_has:Observation:encounter:code=1', 'wrong-type'],
    ['Task', 'focus._id=x', 'open-chain'],
    ['Patient', '_sort=nam', 'unknown-parameter'],
    ['Observation', '_sort=code-value-concept', 'unsupported-sort'],
    ['Patient', '_include=Observation:subject', 'wrong-type'],
    ['Patient', '_include=Patient:name', 'not-a-reference'],
    ['Patient', '_include:above=Patient:link', 'unsupported-modifier'],
    ['Patient', '_revinclude=Nothing:subject', 'unknown-type'],
    ['Patient', '_elements=nam', 'unknown-element'],
  ])('%s?%s is ignored with a warning, or refused when strict: %s', (type, url, key) => {
    expect(ignored(type, url)).toEqual(key === 'ok' ? [] : [key]);
    expect(refused(type, url, { strict: true })).toEqual(key === 'ok' ? [] : [key]);
  });

  it.each([
    ['Patient', 'birthdate=2000-13', 'bad-date'],
    ['Patient', '_lastUpdated=yesterday', 'bad-date'],
    ['Patient', 'gender:missing=maybe', 'bad-missing'],
    ['Patient', 'name=%00', 'bad-character'],
    ['Patient', `name=${'x'.repeat(401)}`, 'too-long'],
    ['Patient', 'name=%20', 'bad-string'],
    ['Observation', 'code=a|b|c', 'bad-token'],
    ['Observation', 'code=|', 'bad-token'],
    ['Observation', 'value-quantity=x', 'bad-number'],
    ['Observation', `value-quantity=${'9'.repeat(200)}`, 'bad-number'],
    ['Observation', 'value-quantity=5|mg', 'bad-quantity'],
    ['Observation', 'subject=Patient/1/2', 'bad-reference'],
    ['Observation', 'subject:Patient=Group/1', 'bad-reference'],
    ['Observation', 'subject:Patient.birthdate=x', 'bad-date'],
    ['Observation', 'subject.birthdate=x', 'bad-date'],
    ['Observation', 'code-value-concept=1', 'bad-composite'],
    ['Observation', 'code-value-concept=1$', 'bad-composite'],
    ['MolecularSequence', 'chromosome-variant-coordinate=1$2', 'bad-composite'],
    ['MolecularSequence', 'chromosome-variant-coordinate=1$2$', 'bad-composite'],
    ['MolecularSequence', 'chromosome-variant-coordinate=$1$2', 'bad-composite'],
    ['MolecularSequence', 'chromosome-variant-coordinate=1$2$x', 'bad-number'],
    ['MolecularSequence', 'referenceseqid-window-coordinate=1$2$3$4', 'bad-composite'],
    ['DocumentReference', 'relationship=transforms$1', 'bad-reference'],
    ['Patient', '_count=-1', 'bad-count'],
    ['Patient', '_total=all', 'bad-total'],
    ['Patient', '_summary=yes', 'bad-summary'],
    ['Patient', '_include=Patient', 'bad-include'],
    ['Patient', '_has:Observation=1', 'bad-has'],
    ['Patient', `${'link:Patient.'.repeat(6)}name=x`, 'chain-too-deep'],
    ['Patient', `${'_has:Patient:link:'.repeat(6)}name=x`, 'chain-too-deep'],
    ['Patient', '_filter=name eq x', 'unsupported-parameter'],
    ['Patient', '_query=x', 'unsupported-parameter'],
    ['Patient', 'birthdate=xx2000', 'bad-prefix'],
    ['Bundle', 'composition.type=11503-0', 'inline-chain'],
    ['Bundle', 'message:MessageHeader.event=x', 'inline-chain'],
    ['Patient', '_contained=true', 'contained-search'],
    ['Patient', '_contained=both', 'contained-search'],
    ['Patient', '_contained=perhaps', 'bad-contained'],
    ['Patient', '_list=$current-problems', 'functional-list'],
    ['Patient', '_list=a/b', 'bad-list'],
    ['Location', 'near=,', 'empty-value'],
    ['Patient', 'name=,,', 'empty-value'],
    ['Observation', 'date=2026-01-01T00:00:00%2B99:00', 'bad-date'],
    ['Location', 'near=1', 'bad-near'],
    ['Location', 'near=91|0', 'bad-near'],
    ['Location', 'near=1|181', 'bad-near'],
    ['Location', 'near=1|2|-1', 'bad-near'],
    ['Location', 'near=1|2|3|kg', 'bad-near'],
    ['Location', 'near=1|2|3|miles', 'bad-near'],
    ['Observation', 'code-value-quantity=1$x', 'bad-number'],
    ['Observation', 'code-value-date=1$x', 'bad-date'],
    ['Observation', 'code-value-string=1$ ', 'bad-string'],
    ['Observation', 'code:in=urn:vs', 'value-set-unknown'],
    ['Observation', 'code:not-in=ValueSet/1', 'value-set-unknown'],
    ['Observation', 'code:in=http://snomed.info/sct?fhir_vs', 'code-system-not-held'],
    ['Observation', 'code:below=http://snomed.info/sct|404684003', 'code-system-not-held'],
    ['Observation', 'code:below=404684003', 'bad-token'],
    ['Patient', 'identifier:of-type=a|b', 'bad-of-type'],
    ['Patient', 'identifier:of-type=a||c', 'bad-of-type'],
    ['ValueSet', 'url:below=urn:oid:1.2.3', 'not-a-url'],
    ['ValueSet', 'url:above=urn:oid:1.2.3', 'not-a-url'],
  ])('%s?%s is always refused: %s', (type, url, key) => {
    expect(refused(type, url)).toEqual([key]);
  });

  it('is named, with what may have been meant, and never repeats a value', () => {
    const [issue] = query('Patient', 'birthdat=1970-01-01').ignored;
    expect(issue).toMatchObject({ severity: 'warning', code: 'not-supported' });
    expect(issue?.text).toBe('Patient has no search parameter birthdat. Did you mean birthdate?');
  });

  it('is all told at once', () => {
    expect(refused('Patient', 'birthdate=x&_count=y&foo=z', { strict: true })).toEqual([
      'bad-date',
      'bad-count',
      'unknown-parameter',
    ]);
  });
});

describe('results', () => {
  it('have defaults', () => {
    const { count, summaryCount, total, sort, includes, revincludes, elements, summary, cursor } = query('Patient', '');
    expect({ count, summaryCount, total, sort, includes, revincludes, elements, summary, cursor }).toEqual({
      count: 20,
      summaryCount: false,
      total: undefined,
      sort: [],
      includes: [],
      revincludes: [],
    });
  });

  it('are sorted', () => {
    expect(query('Patient', '_sort=family,-birthdate,_id,-_lastUpdated').sort).toEqual([
      { code: 'family', kind: 'text', descending: false, params: [paramKey('Patient', 'family')] },
      { code: 'birthdate', kind: 'range', descending: true, params: [paramKey('Patient', 'birthdate')] },
      { code: '_id', kind: 'id', descending: false, params: [paramKey('Patient', '_id')] },
      { code: '_lastUpdated', kind: 'lastUpdated', descending: true, params: [paramKey('Patient', '_lastUpdated')] },
    ]);
  });

  it('are counted', () => {
    expect(query('Patient', '_count=5000')).toMatchObject({
      count: 100,
      summaryCount: false,
      applied: [['_count', '100']],
    });
    expect(query('Patient', '_count=0')).toMatchObject({ count: 0, summaryCount: true });
    expect(query('Patient', '_summary=count')).toMatchObject({ summary: 'count', summaryCount: true });
    expect(query('Patient', '_total=accurate')).toMatchObject({ total: 'accurate' });
  });

  it('are cut down', () => {
    expect(query('Observation', '_elements=status,value')).toMatchObject({ elements: ['status', 'value'] });
    expect(query('Observation', '_summary=text')).toMatchObject({ summary: 'text', summaryCount: false });
  });

  it('bring others along', () => {
    const { includes, revincludes } = query(
      'ServiceRequest',
      '_include=ServiceRequest:subject:Patient&_include:iterate=Patient:general-practitioner&_revinclude=Task:focus',
    );
    expect(includes).toEqual([
      {
        sourceType: 'ServiceRequest',
        params: [paramKey('ServiceRequest', 'subject')],
        targetType: 'Patient',
        iterate: false,
      },
      { sourceType: 'Patient', params: [paramKey('Patient', 'general-practitioner')], iterate: true },
    ]);
    expect(revincludes).toEqual([{ sourceType: 'Task', params: [paramKey('Task', 'focus')], iterate: false }]);
  });

  it('bring along all that they refer to', () => {
    const [all] = query('Coverage', '_include=*').includes;
    // What `patient` finds stands under `beneficiary`.
    const codes = ['beneficiary', 'payor', 'policy-holder', 'subscriber'];
    expect(all?.params.toSorted()).toEqual(codes.map((code) => paramKey('Coverage', code)).toSorted());
    expect(query('Coverage', '_include=Coverage:*').includes).toEqual([all]);
  });

  it('bring along through a part of a parameter only what that part leads to', () => {
    const params = [paramKey('Observation', 'subject')];
    const [include] = query('Observation', '_include=Observation:patient').includes;
    expect(include).toEqual({ sourceType: 'Observation', params, targetType: 'Patient', iterate: false });
    expect(query('Observation', '_include=Observation:patient:Group').includes).toMatchObject([{ params: [] }]);
    expect(query('Patient', '_revinclude=Observation:patient').revincludes).toMatchObject([{ params }]);
    expect(query('Group', '_revinclude=Observation:patient').revincludes).toMatchObject([{ params: [] }]);
  });

  it('say which parameters were used', () => {
    const url = '_format=xml&_pretty=true&name=x&foo=y&_count=7&_sort=name&_sort=family&_cursor=abc';
    const { applied, cursor } = query('Patient', url);
    expect(applied).toEqual([
      ['_format', 'xml'],
      ['name', 'x'],
      ['_count', '7'],
      ['_sort', 'family'],
    ]);
    expect(cursor).toBe('abc');
  });

  it('are the same for names that are no parameters but properties of every object', () => {
    expect(parse('Patient', 'constructor=1&__proto__=2').ok).toBe(true);
    expect(ignored('Patient', 'constructor=1&__proto__=2')).toEqual(['unknown-parameter', 'unknown-parameter']);
  });
});

describe('size', () => {
  const many = (count: number, part: string): string => Array(count).fill(part).join('&');
  const values = (count: number): string => `code=${Array(count).fill('a').join(',')}`;
  const FOUR_LINKS = 'encounter.part-of.part-of.service-provider.identifier';
  it.each<[string, string[]]>([
    [many(50, 'code:not=a'), []],
    [many(51, 'code:not=a'), ['too-many-parameters']],
    [many(51, 'nonsense=a'), ['too-many-parameters']],
    [many(101, '_count=1'), ['too-many-parameters']],
    [many(20, '_include=Observation:subject'), []],
    [many(21, '_include=Observation:subject'), ['too-many-parameters']],
    [many(30, 'subject.identifier=a'), []],
    [many(50, 'subject.identifier=a'), ['too-many-parameters']],
    [many(10, 'performer.organization.name=a'), []],
    [many(10, 'subject:Patient.general-practitioner.identifier:not=a'), []],
    [many(25, `${FOUR_LINKS}:not=a`), []],
    [many(26, `${FOUR_LINKS}:not=a`), ['too-many-parameters']],
    [many(45, `${FOUR_LINKS}:not=a`), ['too-many-parameters']],
    [many(45, `${FOUR_LINKS}:missing=true`), ['too-many-parameters']],
    [many(45, `_has:Observation:has-member:${FOUR_LINKS}:not=a`), ['too-many-parameters']],
    [many(50, `${FOUR_LINKS}=a`), []],
    [many(51, `${FOUR_LINKS}=a`), ['too-many-parameters']],
    [values(500), []],
    [values(501), ['too-many-values']],
    [many(4, values(500)), []],
    [many(5, values(500)), ['too-many-values']],
    [`_sort=${Array(10).fill('code').join(',')}`, []],
    [`_sort=${Array(11).fill('code').join(',')}`, ['too-many-values']],
  ])('of %.40s… → %j', (url, keys) => {
    expect(refused('Observation', url)).toEqual(keys);
  });
  it('is told with its limit', () => {
    const parsed = parse('Observation', many(51, 'code:not=a'));
    expect(parsed.ok ? '' : parsed.issues[0]?.text).toContain('50 conditions');
    const linked = parse('Observation', many(45, `${FOUR_LINKS}:not=a`));
    expect(linked.ok ? '' : linked.issues[0]?.text).toContain('250 conditions and links');
  });
});
