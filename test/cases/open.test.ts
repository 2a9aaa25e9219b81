import { describe, expect, it } from '@jest/globals';
import { randomCode } from '../../src/base/index.ts';
import type { OpenedCase } from '../../src/cases/index.ts';
import {
  anchors,
  caseNumber,
  caseReferences,
  isSecondOpinionRequest,
  openCase,
  opensCase,
  SERVICES,
  SERVICE_SYSTEM,
} from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { NOW, request } from './samples.ts';

const IDS = { case: '0198c1f0-0000-7000-8000-000000000001', task: 't0', number: 'SO-26-7K3M-9QTX' };

function open(changes: Record<string, unknown> = {}) {
  return openCase({
    serviceRequest: request(changes),
    placer: 'hosp',
    programme: 'prog',
    now: NOW,
    rules: 0,
    ids: IDS,
  });
}

function opened(changes: Record<string, unknown> = {}): OpenedCase {
  const outcome = open(changes);
  if (Array.isArray(outcome)) throw new Error(outcome.map((issue) => issue.text).join(' '));
  return outcome;
}

describe('which writes open a case', () => {
  it.each(SERVICES)('a request for $code is a second-opinion request', ({ code }) => {
    expect(isSecondOpinionRequest(request({ code: { coding: [{ system: SERVICE_SYSTEM, code }] } }))).toBe(true);
  });

  it.each([[['nonsense']], [['pathology-review', 'radiology-review']]])(
    'a request for %j is one too, and is refused when it is sent: no referral gets lost without a word',
    (codes) => {
      const asked = request({ code: { coding: codes.map((code) => ({ system: SERVICE_SYSTEM, code })) } });
      expect(opensCase(undefined, asked)).toBe(true);
      const refused = open({ code: asked.code });
      expect(refused).toEqual([
        expect.objectContaining({
          code: 'value',
          key: 'unknown-service',
          expression: 'ServiceRequest.code',
          text: expect.stringContaining('multidisciplinary-opinion'),
        }),
      ]);
    },
  );

  it('what only comes in addition names the request that it is added to', () => {
    const code = { coding: [{ system: SERVICE_SYSTEM, code: 'integrative-medicine-consultation' }] };
    expect(open({ code })).toEqual([
      expect.objectContaining({ key: 'service-not-alone', expression: 'ServiceRequest.basedOn' }),
    ]);
    expect(open({ code, basedOn: [{ reference: 'ServiceRequest/oncology' }] })).not.toBeInstanceOf(Array);
  });

  it('other codes and other resources are none', () => {
    expect(
      isSecondOpinionRequest(request({ code: { coding: [{ system: 'http://loinc.org', code: 'pathology-review' }] } })),
    ).toBe(false);
    expect(isSecondOpinionRequest({ ...request(), resourceType: 'Procedure' })).toBe(false);
  });

  it.each([
    ['created active', undefined, 'active', true],
    ['created as a draft', undefined, 'draft', false],
    ['draft made active', 'draft', 'active', true],
    ['active kept active', 'active', 'active', false],
    ['revoked made active again', 'revoked', 'active', false],
    ['active revoked', 'active', 'revoked', false],
  ])('%s', (_name, from, to, expected) => {
    expect(opensCase(from === undefined ? undefined : request({ status: from }), request({ status: to }))).toBe(
      expected,
    );
  });
});

describe('openCase', () => {
  it('gives the row, T0, the request with its number, and one event', () => {
    const { case: row, serviceRequest, task, events } = opened();
    expect(row).toEqual({
      id: IDS.case,
      number: IDS.number,
      serviceRequest: 'ServiceRequest/r1',
      task: 'Task/t0',
      placer: 'hosp',
      programme: 'prog',
      status: 'requested',
      businessStatus: 'submitted',
      rules: 0,
      state: {
        service: 'multidisciplinary-opinion',
        steps: [],
        ledger: [{ holder: 'programme', from: NOW }],
        done: [],
        overrides: [],
        reports: [],
        facts: {},
      },
    });
    expect(serviceRequest.identifier).toEqual([
      ...(request().identifier as unknown[]),
      {
        type: {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'FILL', display: 'Filler Identifier' },
          ],
        },
        system: 'https://consilium.example/fhir/case-number',
        value: IDS.number,
        assigner: { reference: 'Organization/prog' },
      },
    ]);
    expect(task).toEqual({
      resourceType: 'Task',
      id: 't0',
      basedOn: [{ reference: 'ServiceRequest/r1' }],
      groupIdentifier: { system: 'https://consilium.example/fhir/case-number', value: IDS.number },
      status: 'requested',
      businessStatus: {
        coding: [
          {
            system: 'https://consilium.example/fhir/CodeSystem/case-business-status',
            code: 'submitted',
            display: 'Submitted',
          },
        ],
      },
      intent: 'order',
      priority: 'routine',
      code: {
        coding: [
          { system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill', display: 'Fulfill the focal request' },
        ],
      },
      focus: { reference: 'ServiceRequest/r1' },
      for: { reference: 'Patient/p1' },
      authoredOn: NOW,
      lastModified: NOW,
      // Not whom the request names: a placer could name anybody.
      requester: { reference: 'Organization/hosp' },
      owner: { reference: 'Organization/prog' },
    });
    expect(events).toEqual([
      {
        type: 'case-submitted',
        case: IDS.case,
        number: IDS.number,
        at: NOW,
        focus: 'ServiceRequest/r1',
        businessStatus: 'submitted',
      },
    ]);
  });

  it('fills in what the placer may leave to the server', () => {
    const { serviceRequest, task } = opened({ performer: undefined, requester: undefined, priority: undefined });
    expect(serviceRequest.performer).toEqual([{ reference: 'Organization/prog' }]);
    expect(task.requester).toEqual({ reference: 'Organization/hosp' });
    expect(task).not.toHaveProperty('priority');
  });

  it.each([
    ['emergency', 'business-rule', { priority: 'stat' }],
    ['placer-identifier', 'required', { identifier: undefined }],
    ['placer-identifier', 'required', { identifier: [{ value: 'A' }, { value: 'B' }] }],
    [
      'placer-identifier',
      'required',
      { identifier: [{ type: { coding: [{ system: 'x', code: 'PLAC' }] }, value: 'A' }] },
    ],
    [
      'placer-identifier',
      'business-rule',
      { identifier: [...(request().identifier as object[]), ...(request().identifier as object[])] },
    ],
    ['subject', 'required', { subject: undefined }],
    ['subject', 'required', { subject: { reference: 'Group/g1' } }],
    ['subject', 'required', { subject: { reference: 'urn:uuid:0198c1f0-0000-7000-8000-000000000009' } }],
    ['intent', 'business-rule', { intent: 'proposal' }],
    ['performer', 'business-rule', { performer: [{ reference: 'Organization/other' }] }],
    [
      'performer',
      'business-rule',
      { performer: [{ reference: 'Organization/prog' }, { reference: 'Organization/other' }] },
    ],
  ])('refuses by the rule %s (%s)', (key, code, changes) => {
    expect(open(changes)).toEqual([expect.objectContaining({ key, code, severity: 'error' })]);
  });

  it('takes a sole identifier without type for the placer’s', () => {
    expect(opened({ identifier: [{ value: 'ORD-1' }] }).serviceRequest.identifier).toHaveLength(2);
  });

  it('says that an emergency needs local emergency care now', () => {
    expect(open({ priority: 'stat' })).toMatchObject([
      { text: expect.stringContaining('needs local emergency care now') },
    ]);
  });

  it('says all that stands against a request at once', () => {
    expect(open({ priority: 'stat', subject: undefined, identifier: [] })).toHaveLength(3);
  });
});

describe('the case number', () => {
  it('has the year and eight characters', () => {
    expect(caseNumber('2026-03-04T09:00:00Z', '7K3M9QTX')).toBe('SO-26-7K3M-9QTX');
    expect(caseNumber('2031-01-01T00:00:00Z', randomCode(8))).toMatch(
      /^SO-31-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/,
    );
  });
});

describe('anchors', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    [
      'Communication',
      { basedOn: [{ reference: 'ServiceRequest/r1' }], partOf: [{ reference: 'Task/t0/_history/3' }] },
      ['ServiceRequest/r1', 'Task/t0'],
    ],
    [
      'DocumentReference',
      { context: { related: [{ reference: 'DiagnosticReport/d1' }, { reference: 'Patient/p1' }] } },
      ['DiagnosticReport/d1'],
    ],
    [
      'Task',
      { focus: { reference: 'ServiceRequest/r1' }, basedOn: [{ reference: 'ServiceRequest/r1' }] },
      ['ServiceRequest/r1'],
    ],
    ['Provenance', { target: [{ reference: 'DiagnosticReport/d1' }] }, ['DiagnosticReport/d1']],
    ['Observation', { subject: { reference: 'Patient/p1' }, hasMember: [{ reference: 'DiagnosticReport/d1' }] }, []],
    ['Observation', { basedOn: [{ reference: 'https://elsewhere.example/ServiceRequest/r1' }] }, []],
  ])('of a %s %#', (resourceType, elements, expected) => {
    expect(anchors({ resourceType, ...elements })).toEqual(expected);
  });

  it('of a second-opinion request are none, of another request there are', () => {
    const elements = { basedOn: [{ reference: 'ServiceRequest/r0' }] };
    expect(anchors(request(elements))).toEqual([]);
    expect(anchors(request({ ...elements, code: { text: 'Slides, please' } }))).toEqual(['ServiceRequest/r0']);
  });
});

describe('caseReferences', () => {
  it('follow what a request names, but not to earlier requests', () => {
    const sent = request({
      supportingInfo: [{ reference: 'DocumentReference/x1' }],
      insurance: [{ reference: 'Coverage/c1' }],
      basedOn: [{ reference: 'ServiceRequest/r0' }],
      replaces: [{ reference: 'ServiceRequest/r00' }],
    });
    expect(caseReferences(sent).sort()).toEqual(
      ['Coverage/c1', 'DocumentReference/x1', 'Organization/prog', 'Patient/p1', 'PractitionerRole/ref1'].sort(),
    );
  });

  it('reach the bytes behind an attachment', () => {
    const document: Resource = {
      resourceType: 'DocumentReference',
      content: [{ attachment: { url: 'Binary/b1' } }],
      basedOn: [{ reference: 'ServiceRequest/r1' }],
    };
    expect(caseReferences(document).sort()).toEqual(['Binary/b1', 'ServiceRequest/r1']);
  });
});
