import { describe, expect, it } from '@jest/globals';
import type { Actor, CaseRow } from '../../src/cases/index.ts';
import { caseNumber, decide, legalMoves, openCase, STATUS_REASON_SYSTEM } from '../../src/cases/index.ts';
import { DOCTOR, INSTITUTE, opinionReport, ROLE, SAMPLE_OPINION } from '../../src/demo/opinion.ts';
import { samplePacket } from '../../src/demo/sample-packet.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { fileLetter } from '../../src/reports/index.ts';
import { scene } from '../cases/samples.ts';
import { opinion, packet, SYSTEM } from '../journeys/packet.ts';
import { composition, otherRecords, sampleDocument } from '../reports/documents.ts';
import { profileUrl } from './guide.ts';
import type { Tree } from './guide.ts';
import { judge } from './oracle.ts';
import { validate } from './validator.ts';

const NOW = '2026-11-22T09:00:00Z';
const PROGRAMME: Actor = { organization: 'programme', role: 'programme' };
// Of a report only its statuses count here.
const REPORT: Resource = { resourceType: 'DiagnosticReport', id: 'd', status: 'final' };
const PLACER: Actor = { organization: 'home', role: 'placer' };

/**
 * What the guide and the server's validator have against a record, warnings aside: a packet may well lack what the
 * completeness check asks for.
 */
function errors(record: unknown, profile: string): unknown[] {
  const sent = JSON.parse(JSON.stringify(record)) as Tree;
  const url = profileUrl(profile);
  return [...judge(sent, url), ...validate(sent, { profiles: [url] })].filter(({ severity }) => severity === 'error');
}

/** Profiles of what a home EHR sends with a case. */
const SENT: Readonly<Record<string, string>> = {
  Patient: 'case-patient',
  ServiceRequest: 'case-request',
  DocumentReference: 'packet-document',
  QuestionnaireResponse: 'case-questions',
};

const JOURNEY = packet({ number: 'story', programme: 'programme' });
const packets = [
  ['the demo', samplePacket(new Date(NOW)).entry ?? []],
  ['a journey', JOURNEY.entry],
  ['a journey without programme', packet({ number: 'alone' }).entry],
  ['a draft', packet({ number: 'drafted', status: 'draft' }).entry],
] as const;

describe('what the server takes and makes today keeps to the profiles', () => {
  it.each(packets)('the packet of %s', (_, entries) => {
    const held = entries.flatMap(({ resource }) => {
      const profile = SENT[String(resource?.resourceType)];
      return resource === undefined || profile === undefined ? [] : [[profile, errors(resource, profile)]];
    });
    expect(held.length).toBeGreaterThanOrEqual(3);
    expect(held.filter(([, found]) => (found as unknown[]).length > 0)).toEqual([]);
  });

  it('the programme, its reviewer and their reports', () => {
    const subject = { reference: 'Patient/p' };
    const request = { resourceType: 'ServiceRequest', id: 'r', subject };
    const sent = { number: 'x', request: 'ServiceRequest/r', task: 'Task/t', patient: 'Patient/p', refs: [] };
    for (const [record, profile] of [
      [INSTITUTE, 'partner-organization'],
      [DOCTOR, 'reviewer-person'],
      [ROLE, 'reviewer'],
      [opinionReport(request, SAMPLE_OPINION, ['Is it?'], 'preliminary', new Date(NOW)), 'opinion-report'],
      [opinionReport(request, SAMPLE_OPINION, ['Is it?'], 'final', new Date(NOW)), 'opinion-report'],
      [opinion(sent), 'opinion-report'],
      [opinion(sent, { status: 'registered', conclusion: undefined }), 'opinion-report'],
    ] as const) {
      expect(errors(record, profile)).toEqual([]);
    }
  });

  it.each(['final', 'amended'])('the letter of a report that is %s', (status) => {
    const letter = fileLetter({
      id: 'x',
      document: sampleDocument('vi', { records: [composition('vi'), ...otherRecords(status)] }),
      pdf: Buffer.from('%PDF-'),
      binary: 'Binary/b',
      caseNumber: 'SO-26-7K3M-9QTX',
      title: 'Letter',
      programme: 'programme',
      replaces: 'DocumentReference/former',
    });
    expect(errors(letter, 'report-file')).toEqual([]);
  });

  it('the request and the Task of a case, wherever it can go', () => {
    const { row, request, task } = open();
    expect(errors(request, 'case-request')).toEqual([]);
    const seen = new Set<string>();
    walk(row, task, seen);
    // Every place of the table in design and README, each once.
    expect([...seen].sort()).toHaveLength(23);
  });
});

function open(): { row: CaseRow; request: Resource; task: Resource } {
  const sent = {
    ...JOURNEY.entry.at(-1)!.resource,
    id: 'r',
    subject: { reference: 'Patient/p' },
  } as unknown as Resource;
  const ids = { case: '0198c1f0-0000-7000-8000-000000000001', task: 't', number: caseNumber(NOW, '7K3M9QTX') };
  const opened = openCase({ serviceRequest: sent, placer: 'home', programme: 'programme', now: NOW, rules: 0, ids });
  if (!('case' in opened)) throw new Error('the request of the journey opens no case');
  return { row: opened.case, request: opened.serviceRequest, task: opened.task };
}

/** Takes every legal move from here, as the parties would, and holds each Task against the profile. */
function walk(row: CaseRow, task: Resource, seen: Set<string>): void {
  const place = `${row.status} ${row.businessStatus}`;
  if (seen.has(place)) return;
  seen.add(place);
  expect({ place, found: errors(task, 'case-task') }).toEqual({ place, found: [] });
  for (const move of legalMoves(row, 'programme')) {
    if (move.via === 'Task') {
      const asked = asMoved(task, move.status, move.businessStatus);
      const command = {
        kind: 'move',
        status: move.status,
        businessStatus: move.businessStatus,
        reasoned: true,
        stored: task,
        after: asked,
      } as const;
      go(row, asked, decide(scene(row, PROGRAMME, { now: NOW }), command), seen);
    } else {
      const command = {
        kind: 'report',
        report: 'DiagnosticReport/d',
        from: 'none',
        to: 'final',
        hasContent: true,
        hasAttester: true,
        after: REPORT,
      } as const;
      go(row, task, decide(scene(row, PROGRAMME, { now: NOW }), command), seen);
    }
  }
  if (row.status === 'completed' && row.businessStatus === 'report-issued') {
    const command = {
      kind: 'report',
      report: 'DiagnosticReport/d',
      from: 'final',
      to: 'amended',
      hasContent: true,
      hasAttester: true,
      after: REPORT,
    } as const;
    go(row, task, decide(scene(row, PROGRAMME, { now: NOW }), command), seen);
  }
  if (legalMoves(row, 'placer').some(({ via, status }) => via === 'ServiceRequest' && status !== 'entered-in-error')) {
    const { request } = open();
    const command = { kind: 'revoke', before: request, after: { ...request, status: 'revoked' } } as const;
    go(row, task, decide(scene(row, PLACER, { now: NOW }), command), seen);
  }
}

function go(row: CaseRow, asked: Resource, decision: ReturnType<typeof decide>, seen: Set<string>): void {
  if (!('row' in decision)) throw new Error(`a legal move of ${row.status} (${row.businessStatus}) is refused`);
  walk(decision.row, decision.task?.(asked) ?? asked, seen);
}

function asMoved(task: Resource, status: string, code: string): Resource {
  const [{ system }] = (task.businessStatus as { coding: [{ system: string }] }).coding;
  const reasoned = status === 'rejected' || status === 'failed';
  return {
    ...task,
    status,
    businessStatus: { coding: [{ system, code }] },
    ...(reasoned ? { statusReason: { coding: [{ system: STATUS_REASON_SYSTEM, code: 'no-capacity' }] } } : {}),
  };
}

it('has the placer numbers of journeys as one of a kind', () => {
  const [request] = JOURNEY.entry.slice(-1);
  const twice = {
    ...request!.resource,
    identifier: [
      { system: SYSTEM, value: 'a' },
      { system: SYSTEM, value: 'b' },
    ],
  };
  expect(errors(twice, 'case-request')).toContainEqual(expect.objectContaining({ rule: 'case-request-placer-number' }));
});
